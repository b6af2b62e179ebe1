"""The same figures for every payer and for every provider, side by side."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from dashboards.queries.counting import Counts, Lens, per_payer, per_provider
from dashboards.queries.owed import CHARGE_DAYS, PATIENTS, Owed, aging, aging_by_provider, together
from dashboards.rules import Ratio, Span
from rcm.money import ZERO

PAYER_FIGURES = ("clean_claims", "denial_rate", "net_collection", "cash", "claim_lag", "days_to_pay")
PROVIDER_FIGURES = (
    "clean_claims",
    "denial_rate",
    "net_collection",
    "charge_lag",
    "claim_lag",
    "days_to_pay",
)


@dataclass(frozen=True, slots=True)
class Card:
    """One payer or provider: what was charged in the period, what is owed today, and every figure."""

    key: int | None
    charged: Decimal
    owed: Owed
    ratios: Mapping[str, Ratio]


Counting = Callable[[Iterable[str], Lens, Span], Counts]


def payer_cards(lens: Lens, span: Span) -> list[Card]:
    """Every payer with anything charged, owed or decided, the one that owes most first.

    Patients are left out: what they owe is no payer's work.
    """
    owed = {key: each for key, each in aging(lens).items() if key is not PATIENTS}
    return [card for card in _cards(lens, span, owed, PAYER_FIGURES, per_payer) if card.key is not None]


def provider_cards(lens: Lens, span: Span) -> list[Card]:
    """Every provider with any work, the one with most charges first."""
    cards = _cards(lens, span, aging_by_provider(lens), PROVIDER_FIGURES, per_provider)
    return sorted(cards, key=lambda card: (-card.charged, card.key or 0))


def whole_of(cards: Iterable[Card]) -> Card:
    """All cards in one: sums of sums, never averages of averages."""
    listed = list(cards)
    names = {name for card in listed for name in card.ratios}
    ratios = {
        name: sum((card.ratios.get(name, Ratio()) for card in listed), Ratio()) for name in sorted(names)
    }
    owed = together(card.owed for card in listed)
    return Card(None, sum((card.charged for card in listed), ZERO), owed, ratios)


def _cards(
    lens: Lens, span: Span, owed: Mapping[Any, Owed], figures: tuple[str, ...], count: Counting
) -> list[Card]:
    counted = count(("charged", *figures), lens, span)
    charged = counted.pop("charged")
    quarter = Span(lens.today - timedelta(days=CHARGE_DAYS - 1), lens.today)
    lately = charged if span == quarter else count(("charged",), lens, quarter)["charged"]
    keys = {*owed, *charged, *(key for found in counted.values() for key in found)}
    cards = [
        Card(
            key,
            charged.get(key, Ratio()).over,
            owed.get(key) or Owed(),
            _ratios(key, owed.get(key) or Owed(), lately.get(key, Ratio()).over, counted),
        )
        for key in keys
    ]
    return sorted(cards, key=lambda card: (-card.owed.balance, card.key or 0))


def _ratios(
    key: int | None, owed: Owed, lately: Decimal, counted: Mapping[str, dict[int | None, Ratio]]
) -> dict[str, Ratio]:
    return {
        "days_in_ar": Ratio(owed.balance, lately / CHARGE_DAYS),
        "over_90": Ratio(owed.old, owed.balance),
        **{name: found.get(key, Ratio()) for name, found in counted.items()},
    }
