"""Payers side by side, and providers side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from dashboards.queries.scorecards import (
    PAYER_FIGURES,
    PROVIDER_FIGURES,
    Card,
    payer_cards,
    provider_cards,
    whole_of,
)
from dashboards.rules import Figure, Ratio, Unit, figure
from dashboards.rules.figures import Tone
from dashboards.views.columns import READERS
from dashboards.views.glass import Glass, glass_of
from dashboards.views.wording import arithmetic, said
from practice.access import StaffRequest, allow
from practice.models import Payer, Provider
from rcm import audit, clock
from rcm.ui.answers import page_or_part
from rcm.ui.exports import Value, as_csv, as_xlsx
from rcm.ui.words import dollars

_OWED = ("days_in_ar", "over_90")


@dataclass(frozen=True, slots=True)
class Score:
    """One figure of one card: its value, what it means, and the arithmetic behind it."""

    value: str
    tone: Tone
    sum_: str


@dataclass(frozen=True, slots=True)
class CardRow:
    """One payer or provider as the page shows it; `url` is the overview narrowed to it."""

    name: str
    url: str
    charged: str
    owed: str
    scores: list[Score]


@require_GET
@allow(*READERS)
def payers(request: StaffRequest) -> HttpResponse:
    """Every payer with the same figures."""
    glass = glass_of(request)
    named = {payer.pk: payer for payer in glass.payers}
    cards = payer_cards(glass.lens, glass.span)
    return _answer(request, glass, _Side("payer", "Payers", PAYER_FIGURES, named), cards)


@require_GET
@allow(*READERS)
def providers(request: StaffRequest) -> HttpResponse:
    """Every provider with the same figures."""
    glass = glass_of(request)
    named = {provider.pk: provider for provider in glass.providers}
    cards = provider_cards(glass.lens, glass.span)
    return _answer(request, glass, _Side("provider", "Providers", PROVIDER_FIGURES, named), cards)


@dataclass(frozen=True, slots=True)
class _Side:
    """Which cards a page shows, and what they are called."""

    name: str
    title: str
    figures: Sequence[str]
    named: Mapping[int, Payer | Provider]


def _answer(request: StaffRequest, glass: Glass, side: _Side, cards: list[Card]) -> HttpResponse:
    shown = [
        (side.named[card.key], card) for card in cards if card.key is not None and card.key in side.named
    ]
    figures = [figure(name) for name in (*_OWED, *side.figures)]
    if (kind := request.GET.get("export")) in ("csv", "xlsx"):
        return _export(request, side, figures, shown, kind=kind)
    whole = whole_of(card for _, card in shown)
    context: dict[str, object] = {
        "glass": glass,
        "side": side.name,
        "title": side.title,
        "here": f"{side.name}s",
        "figures": figures,
        "rows": [_row(str(record), _url(glass, side, record), card, figures) for record, card in shown],
        "whole": _row("All", "", whole, figures),
    }
    return page_or_part(request, "dashboards/scorecard.html", "board", context)


def _url(glass: Glass, side: _Side, record: Payer | Provider) -> str:
    query = urlencode({"period": glass.period, side.name: str(record.public_id)})
    return f"{reverse('dashboards:overview')}?{query}"


def _row(name: str, url: str, card: Card, figures: Sequence[Figure]) -> CardRow:
    scores = [_score(each, card.ratios[each.name]) for each in figures if each.name in card.ratios]
    return CardRow(name, url, dollars(card.charged), dollars(card.owed.balance), scores)


def _score(of: Figure, ratio: Ratio) -> Score:
    value = _value(of, ratio)
    return Score(said(of, value), of.tone(value), arithmetic(of, ratio))


def _value(of: Figure, ratio: Ratio) -> Decimal | None:
    return ratio.value if of.under else ratio.over


def _export(
    request: StaffRequest,
    side: _Side,
    figures: Sequence[Figure],
    shown: list[tuple[Payer | Provider, Card]],
    *,
    kind: str,
) -> HttpResponse:
    """The table as a file: each figure with its numerator and denominator beside it."""
    data: audit.Data = {"table": f"dashboard {side.name}s", "rows": len(shown), "kind": kind}
    with transaction.atomic():
        for practice in request.practices:
            audit.record(
                "export", request.user, now=clock.now(), by=request.user, data=data, practice_id=practice.pk
            )
    header = [side.title[:-1], "Charged", "Owed"]
    for each in figures:
        header += [each.label, *((each.over, each.under) if each.under else ())]
    make = as_csv if kind == "csv" else as_xlsx
    return make(f"dashboard-{side.name}s", header, [_line(record, card, figures) for record, card in shown])


def _line(record: Payer | Provider, card: Card, figures: Sequence[Figure]) -> list[Value]:
    line: list[Value] = [str(record), card.charged, card.owed.balance]
    for each in figures:
        ratio = card.ratios[each.name]
        line.append(_rounded(each, _value(each, ratio)))
        if each.under:
            line += [_cents(each.over_unit, ratio.over), _cents(each.under_unit, ratio.under)]
    return line


def _rounded(of: Figure, value: Decimal | None) -> Decimal | None:
    places = {Unit.SHARE: "0.0001", Unit.DAYS: "0.1", Unit.DOLLARS: "0.01", Unit.COUNT: "1"}
    return None if value is None else value.quantize(Decimal(places[of.unit]))


def _cents(unit: Unit, value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01" if unit is Unit.DOLLARS else "1"))
