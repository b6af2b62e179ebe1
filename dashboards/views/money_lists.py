"""The rows behind the figures of money: what is owed, charged, collected and received."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from claims.models import Claim
from dashboards.queries.owed import patients_rows, payers_rows
from dashboards.rules import BUCKETS
from dashboards.rules.aging import CREDIT, OLD_CREDIT
from dashboards.views.columns import (
    day_filters,
    first_page,
    patient_column,
    payer_column,
    payer_filter,
    provider_column,
    provider_filter,
)
from dashboards.views.lists import rows_of
from rcm.ui.cells import Column, Kind, Status
from rcm.ui.filters import Choices, Filter
from rcm.ui.queue import Queue

_AGES: Choices = [
    *((bucket.name, bucket.label) for bucket in BUCKETS),
    ("over-90", "Over 90 days, credits taken off"),
    ("credits", "Credits"),
]
_OVER_90 = [*(bucket.name for bucket in BUCKETS if bucket.youngest > 90), OLD_CREDIT]
_SETS = {"over-90": _OVER_90, "credits": [CREDIT, OLD_CREDIT]}


def _age(value: str) -> Q:
    return Q(bucket__in=_SETS.get(value, [value]))


def _owed_columns(rest: tuple[Column[Any], ...]) -> tuple[Column[Any], ...]:
    return (
        *rest,
        Column("day", "Service", lambda row: row.day, Kind.DAY, ("day",)),
        Column("age", "Age", lambda row: row.day, Kind.AGE, ("day",), wide=True),
        Column("owed", "Owed", lambda row: row.owed, Kind.MONEY, ("owed",)),
    )


def _claim_of(encounter: str, *, coverage: str = "") -> Subquery:
    bills = Claim.objects.filter(encounter=OuterRef(encounter)).order_by("-pk")
    own = bills.filter(coverage=OuterRef(coverage)) if coverage else bills
    return Subquery(own.values("public_id")[:1])


def _payers(practices: Sequence[int], now: datetime) -> QuerySet[Any]:
    rows = payers_rows(practices, timezone.localtime(now).date()).exclude(owed=0)
    rows = rows.annotate(bill=_claim_of("encounter", coverage="coverage"))
    shown = rows.select_related("encounter__patient", "encounter__rendering_provider", "coverage__payer")
    ordered: QuerySet[Any] = shown.order_by("day", "pk")
    return ordered


OWED_BY_PAYERS = Queue[Any](
    name="dashboards.owed_by_payers",
    title="Owed by payers",
    noun="visit",
    url_name="dashboards:owed_by_payers",
    intro="What each policy still owes of each visit, from the books, as of today.",
    rows=_payers,
    label=lambda row: f"the visit of {row.day:%m/%d/%Y}",
    record_url=lambda row: first_page(
        ("claims:claim", row.bill), ("patients:patient", row.encounter.patient.public_id)
    ),
    dollars="owed",
    taken_by_hand=False,
    empty="No payer owes anything.",
    columns=_owed_columns(
        (
            patient_column(lambda row: row.encounter.patient, "encounter__patient"),
            payer_column(lambda row: row.coverage.payer.name, "coverage__payer"),
            provider_column(lambda row: row.encounter.rendering_provider, "encounter__rendering_provider"),
        )
    ),
    filters=(
        Filter("age", "Age", _age, lambda _: _AGES),
        payer_filter("coverage__payer"),
        provider_filter("encounter__rendering_provider"),
    ),
)

_VISIT = "charge__service_line__encounter"


def _patients(practices: Sequence[int], now: datetime) -> QuerySet[Any]:
    rows = patients_rows(practices, timezone.localtime(now).date()).annotate(bill=_claim_of(_VISIT))
    shown = rows.select_related(f"{_VISIT}__patient", f"{_VISIT}__rendering_provider", "charge__guarantor")
    ordered: QuerySet[Any] = shown.order_by("day", "pk")
    return ordered


OWED_BY_PATIENTS = Queue[Any](
    name="dashboards.owed_by_patients",
    title="Owed by patients",
    noun="charge",
    url_name="dashboards:owed_by_patients",
    intro="What guarantors still owe of each charge, from the books, as of today.",
    rows=_patients,
    label=lambda row: f"the charge of {row.day:%m/%d/%Y}",
    record_url=lambda row: reverse("billing:account", args=[row.charge.guarantor.public_id]),
    dollars="owed",
    taken_by_hand=False,
    empty="No patient owes anything.",
    columns=_owed_columns(
        (
            patient_column(lambda row: row.charge.service_line.encounter.patient, f"{_VISIT}__patient"),
            Column("service", "Charge for", lambda row: _service(row.charge.service_line), wide=True),
            provider_column(
                lambda row: row.charge.service_line.encounter.rendering_provider,
                f"{_VISIT}__rendering_provider",
            ),
        )
    ),
    filters=(
        Filter("age", "Age", _age, lambda _: _AGES),
        provider_filter(f"{_VISIT}__rendering_provider"),
    ),
)

_CHARGE_VISIT = "service_line__encounter"


def _charges(source: str) -> Callable[[Sequence[int], datetime], QuerySet[Any]]:
    def rows(practices: Sequence[int], now: datetime) -> QuerySet[Any]:
        found = rows_of(source, practices, now).annotate(bill=_claim_of(_CHARGE_VISIT))
        shown = found.select_related(f"{_CHARGE_VISIT}__patient", f"{_CHARGE_VISIT}__rendering_provider")
        ordered: QuerySet[Any] = shown.order_by("-service_date", "-pk")
        return ordered

    return rows


def _service(line: Any) -> str:
    return f"{line.procedure_code} {line.description}".strip()


def _charge_list(name: str, title: str, intro: str, *, source: str, dollars: str, empty: str) -> Queue[Any]:
    money = [("amount", "Charged")]
    if source == "net_collection":
        money += [("contractual", "Contractual"), ("net", "Collectible"), ("paid", "Paid")]
    return Queue[Any](
        name=f"dashboards.{name}",
        title=title,
        noun="charge",
        url_name=f"dashboards:{name}",
        intro=intro,
        rows=_charges(source),
        label=lambda row: f"the charge of {row.service_date:%m/%d/%Y}",
        record_url=lambda row: first_page(
            ("claims:claim", row.bill), ("patients:patient", row.service_line.encounter.patient.public_id)
        ),
        dollars=dollars,
        taken_by_hand=False,
        empty=empty,
        columns=(
            patient_column(lambda row: row.service_line.encounter.patient, f"{_CHARGE_VISIT}__patient"),
            Column("line", "Charge for", lambda row: _service(row.service_line), wide=True),
            provider_column(
                lambda row: row.service_line.encounter.rendering_provider,
                f"{_CHARGE_VISIT}__rendering_provider",
            ),
            Column("day", "Service", lambda row: row.service_date, Kind.DAY, ("service_date",)),
            *(_money(field, label) for field, label in money),
        ),
        filters=(
            Filter("since", "Service from", lambda day: Q(service_date__gte=day), kind="day"),
            Filter("until", "to", lambda day: Q(service_date__lte=day), kind="day"),
            payer_filter("payer"),
            provider_filter(f"{_CHARGE_VISIT}__rendering_provider"),
        ),
    )


def _money(field: str, label: str) -> Column[Any]:
    return Column(field, label, lambda row: getattr(row, field), Kind.MONEY, (field,))


CHARGED = _charge_list(
    "charged",
    "Charged",
    "Everything charged, by date of service.",
    source="charged",
    dollars="amount",
    empty="Nothing was charged yet.",
)
_FINISHED = "Charges that came to their end: nobody owes anything of them, or six months have passed."
COLLECTED = _charge_list(
    "collected",
    "Collected",
    f"{_FINISHED} On top: what was paid.",
    source="net_collection",
    dollars="paid",
    empty="No charge has come to its end yet.",
)
COLLECTIBLE = _charge_list(
    "collectible",
    "Collectible",
    f"{_FINISHED} On top: what was charged, the contracts' discounts taken off.",
    source="net_collection",
    dollars="net",
    empty="No charge has come to its end yet.",
)


def _cash(practices: Sequence[int], now: datetime) -> QuerySet[Any]:
    rows = rows_of("cash", practices, now)
    shown = rows.select_related(
        "entry",
        "debit__deposit__payer",
        "credit__deposit__payer",
        "debit__deposit__remittance",
        "credit__deposit__remittance",
        "debit__guarantor",
        "credit__guarantor",
    )
    ordered: QuerySet[Any] = shown.order_by("-day", "-pk")
    return ordered


def _deposit(row: Any) -> Any:
    return row.debit.deposit or row.credit.deposit


def _from(row: Any) -> str:
    deposit = _deposit(row)
    if deposit is not None:
        return deposit.payer.name if deposit.payer else "A payer not known yet"
    guarantor = row.credit.guarantor or row.debit.guarantor
    return str(guarantor) if guarantor else "Patient"


CASH = Queue[Any](
    name="dashboards.cash",
    title="Cash received",
    noun="receipt",
    url_name="dashboards:cash",
    intro="Deposits of payers and payments of patients as the books took them in.",
    rows=_cash,
    label=_from,
    record_url=lambda row: first_page(
        ("billing:remittance", getattr(getattr(_deposit(row), "remittance", None), "public_id", None)),
        ("billing:account", getattr(row.credit.guarantor or row.debit.guarantor, "public_id", None)),
    ),
    dollars="received",
    taken_by_hand=False,
    empty="No money has come in yet.",
    columns=(
        Column("from", "From", _from),
        Column(
            "kind",
            "Kind",
            lambda row: Status("Payer", "information") if _deposit(row) else Status("Patient", "plain"),
            Kind.STATUS,
        ),
        Column("trace", "Check or EFT", lambda row: getattr(_deposit(row), "trace_number", ""), wide=True),
        Column("day", "Day", lambda row: row.day, Kind.DAY, ("day",)),
        Column("received", "Received", lambda row: row.received, Kind.MONEY, ("received",)),
    ),
    filters=(
        *day_filters("Received"),
        Filter(
            "from",
            "From",
            lambda value: Q(deposit__isnull=value == "patients"),
            lambda _: [("payers", "Payers"), ("patients", "Patients")],
        ),
        payer_filter("paid_by"),
    ),
)
