"""The rows behind the figures: claims, decisions, denials and visits, as lists that add up to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from claims.models import Claim
from dashboards.queries.sources import SOURCES
from dashboards.views.columns import (
    claim_url,
    day_filters,
    lag_column,
    patient_column,
    payer_column,
    payer_filter,
    provider_column,
    provider_filter,
)
from denials.models import Denial
from denials.rules.category import Category
from rcm.ui.cells import Coded, Column, Kind, Status
from rcm.ui.filters import Filter
from rcm.ui.queue import Queue
from x12.codes import adjustment_reason


def rows_of(name: str, practices: Sequence[int], now: datetime) -> QuerySet[Any]:
    """The rows of a source as of this moment, in the practice's time zone."""
    return SOURCES[name].rows(practices, timezone.localtime(now).date())


def _reasons(practices: Sequence[int]) -> list[tuple[str, str]]:
    found = Denial.objects.of(practices).order_by().values_list("group_code", "reason_code").distinct()
    return [
        (f"{group}-{reason}", f"{group}-{reason} · {adjustment_reason(reason).label}")
        for group, reason in sorted(found)
    ]


def _reason(value: str) -> Q:
    group, _, reason = value.partition("-")
    return Q(group_code=group, reason_code=reason)


def _scrubbed(practices: Sequence[int], now: datetime) -> QuerySet[Claim]:
    rows = rows_of("clean_claims", practices, now)
    return rows.select_related(
        "encounter__patient", "encounter__rendering_provider", "coverage__payer"
    ).order_by("-day", "-pk")


_CLAIM = (
    Column[Any]("claim", "Claim", lambda row: row.control_number, sort=("control_number",)),
    patient_column(lambda row: row.encounter.patient, "encounter__patient"),
    payer_column(lambda row: row.coverage.payer.name, "coverage__payer"),
    provider_column(lambda row: row.encounter.rendering_provider, "encounter__rendering_provider"),
)

CLEAN = Queue[Claim](
    name="dashboards.clean_claims",
    title="Claims scrubbed",
    noun="claim",
    url_name="dashboards:clean_claims",
    intro="First bills of signed visits, and whether anything ever stopped them on their way to the payer.",
    rows=_scrubbed,
    label=lambda row: row.control_number,
    record_url=claim_url,
    dollars="total_charge",
    taken_by_hand=False,
    empty="No claim was scrubbed yet. Claims of signed visits will be counted here.",
    columns=(
        *_CLAIM,
        Column("day", "Signed", lambda row: row.day, Kind.DAY, ("day",)),
        Column(
            "outcome",
            "At the first try",
            lambda row: Status("Clean", "good") if row.is_clean else Status("Held or rejected", "attention"),
            Kind.STATUS,
            ("is_clean",),
        ),
        Column("charge", "Charge", lambda row: row.total_charge, Kind.MONEY, ("total_charge",)),
    ),
    filters=(
        *day_filters("Signed"),
        Filter(
            "outcome",
            "At the first try",
            lambda value: Q(is_clean=value == "clean"),
            lambda _: [("clean", "Clean"), ("stopped", "Held or rejected")],
        ),
        payer_filter("coverage__payer"),
        provider_filter("encounter__rendering_provider"),
    ),
)


def _sent(practices: Sequence[int], now: datetime) -> QuerySet[Claim]:
    rows = rows_of("claim_lag", practices, now)
    return rows.select_related(
        "encounter__patient", "encounter__rendering_provider", "coverage__payer"
    ).order_by("-lag", "-pk")


SENT = Queue[Claim](
    name="dashboards.claim_lag",
    title="Claims first sent",
    noun="claim",
    url_name="dashboards:claim_lag",
    intro="First bills to primary payers, and the days from the signed visit until they left.",
    rows=_sent,
    label=lambda row: row.control_number,
    record_url=claim_url,
    days="lag",
    taken_by_hand=False,
    empty="No claim was sent yet.",
    columns=(
        *_CLAIM,
        Column("signed", "Signed", lambda row: row.encounter.coded_at, Kind.DAY, ("encounter__coded_at",)),
        Column("day", "First sent", lambda row: row.day, Kind.DAY, ("day",)),
        lag_column("Days"),
    ),
    filters=(
        *day_filters("Sent"),
        payer_filter("coverage__payer"),
        provider_filter("encounter__rendering_provider"),
    ),
)


def _signed(practices: Sequence[int], now: datetime) -> QuerySet[Any]:
    rows = rows_of("charge_lag", practices, now)
    return rows.select_related("patient", "rendering_provider").order_by("-lag", "-pk")


SIGNED = Queue[Any](
    name="dashboards.charge_lag",
    title="Visits signed",
    noun="visit",
    url_name="dashboards:charge_lag",
    intro="Visits whose codes are signed, and the days from the service until then.",
    rows=_signed,
    label=lambda row: f"the visit of {row.service_date:%m/%d/%Y}",
    record_url=lambda row: reverse("coding:encounter", args=[row.public_id]),
    days="lag",
    taken_by_hand=False,
    empty="No visit was signed yet.",
    columns=(
        patient_column(lambda row: row.patient, "patient"),
        provider_column(lambda row: row.rendering_provider, "rendering_provider"),
        Column("service", "Service", lambda row: row.service_date, Kind.DAY, ("service_date",)),
        Column("day", "Signed", lambda row: row.day, Kind.DAY, ("day",)),
        lag_column("Days"),
    ),
    filters=(*day_filters("Signed"), payer_filter("payer"), provider_filter("rendering_provider")),
)


_DECIDED_BY = "claim__encounter__rendering_provider"
_DECISION = (
    Column[Any]("claim", "Claim", lambda row: row.claim.control_number, sort=("claim__control_number",)),
    patient_column(lambda row: row.claim.encounter.patient, "claim__encounter__patient"),
    payer_column(lambda row: row.claim.coverage.payer.name, "claim__coverage__payer"),
    provider_column(lambda row: row.claim.encounter.rendering_provider, _DECIDED_BY),
)


def _with_claim(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("claim__encounter__patient", _DECIDED_BY, "claim__coverage__payer")


DECIDED = Queue[Any](
    name="dashboards.denial_rate",
    title="Claims decided",
    noun="claim",
    url_name="dashboards:denial_rate",
    intro="What payers first decided about first bills, and whether they refused any line.",
    rows=lambda practices, now: _with_claim(rows_of("denial_rate", practices, now)).order_by("-day", "-pk"),
    label=lambda row: row.claim.control_number,
    record_url=lambda row: claim_url(row.claim),
    dollars="charge",
    taken_by_hand=False,
    empty="No payer has decided anything yet. Decisions appear here as remittances are posted.",
    columns=(
        *_DECISION,
        Column("day", "Posted", lambda row: row.day, Kind.DAY, ("day",)),
        Column(
            "outcome",
            "Decision",
            lambda row: Status("A line refused", "bad") if row.denied else Status("Nothing refused", "good"),
            Kind.STATUS,
            ("denied",),
        ),
        Column("charge", "Charge", lambda row: row.charge, Kind.MONEY, ("charge",)),
        Column("paid", "Paid", lambda row: row.paid, Kind.MONEY, ("paid",)),
    ),
    filters=(
        *day_filters("Posted"),
        Filter(
            "outcome",
            "Decision",
            lambda value: Q(denied=value == "denied"),
            lambda _: [("denied", "A line refused"), ("granted", "Nothing refused")],
        ),
        payer_filter("claim__coverage__payer"),
        provider_filter(_DECIDED_BY),
    ),
)

ANSWERED = Queue[Any](
    name="dashboards.days_to_pay",
    title="Claims answered",
    noun="claim",
    url_name="dashboards:days_to_pay",
    intro="First decisions, and the days from the claim's first sending until they were posted.",
    rows=lambda practices, now: _with_claim(rows_of("days_to_pay", practices, now)).order_by("-lag", "-pk"),
    label=lambda row: row.claim.control_number,
    record_url=lambda row: claim_url(row.claim),
    days="lag",
    taken_by_hand=False,
    empty="No payer has answered yet.",
    columns=(
        *_DECISION,
        Column(
            "sent", "First sent", lambda row: row.claim.first_sent_at, Kind.DAY, ("claim__first_sent_at",)
        ),
        Column("day", "Posted", lambda row: row.day, Kind.DAY, ("day",)),
        lag_column("Days"),
    ),
    filters=(
        *day_filters("Posted"),
        payer_filter("claim__coverage__payer"),
        provider_filter(_DECIDED_BY),
    ),
)

DENIED = Queue[Any](
    name="dashboards.denied_lines",
    title="Refused lines",
    noun="refused line",
    url_name="dashboards:denied_lines",
    intro="Every line a payer refused, by cause. The dollars are what was refused on the line.",
    rows=lambda practices, now: _with_claim(rows_of("denied_lines", practices, now)).order_by(
        "-amount", "-pk"
    ),
    label=lambda row: row.claim.control_number,
    record_url=lambda row: reverse("denials:denial", args=[row.public_id]),
    dollars="amount",
    taken_by_hand=False,
    empty="No line was refused yet.",
    columns=(
        *_DECISION,
        Column("category", "Kind", lambda row: Category(row.category).label, sort=("category",)),
        Column(
            "reason",
            "Reason",
            lambda row: Coded(
                f"{row.group_code}-{row.reason_code}", adjustment_reason(row.reason_code).label
            ),
            Kind.CODE,
            ("reason_code",),
            wide=True,
        ),
        Column("day", "Opened", lambda row: row.day, Kind.DAY, ("day",)),
        Column("amount", "Refused", lambda row: row.amount, Kind.MONEY, ("amount",)),
    ),
    filters=(
        *day_filters("Opened"),
        Filter(
            "category",
            "Kind",
            lambda value: Q(category=value),
            lambda _: [(kind.value, kind.label) for kind in Category],
        ),
        Filter("reason", "Reason", _reason, _reasons),
        payer_filter("claim__coverage__payer"),
        provider_filter(_DECIDED_BY),
    ),
)
