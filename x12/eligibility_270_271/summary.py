"""What a 271 means for the front desk: a few figures, each with the EB row it was taken from. Pure.

Payers say the same thing many times over: per person and family, in and out of network, for the plan and for
a service. Of rows that compete, an in-network row beats the others, an individual row beats a family row, a
row for the service asked about beats one for the plan as a whole (30), and the first beats the later. What is
left for the patient is never more than what is left for the family.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from x12.eligibility_270_271.response import Benefit, EligibilityResponse, LocatedRejection, PatientAnswer
from x12.eligibility_270_271.words import INSURANCE_TYPES, SERVICE_TYPES
from x12.levels import DateSpan

PLAN = "30"
_TOTALS = ("23", "22", "25", "21", "")
_REMAINING = "29"
_NETWORK_RANK = {"Y": 0, "W": 1, "": 2, "U": 2, "N": 3}
_LEVEL_RANK = {"IND": 0, "": 1, "FAM": 3}
_PERIODS = ("291", "307")
_BEGINS = ("346", "356", "348", *_PERIODS)
_ENDS = ("347", "357", "349", *_PERIODS)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its evidence.

    `value` is dollars, or for coinsurance the patient's share (0.2 is 20 %). `benefit` is the row it stands
    in; `capped_by` the family row that lowered it. `assumed` is a remaining amount the payer did not give:
    nothing is known to be used up, so the whole is taken.
    """

    value: Decimal
    benefit: Benefit
    service_type: str = PLAN
    capped_by: Benefit | None = None
    assumed: bool = False

    @property
    def out_of_network(self) -> bool:
        """Whether the payer gave the figure for out-of-network care only."""
        return self.benefit.in_network == "N"

    @property
    def service(self) -> str:
        """The service type in words."""
        return SERVICE_TYPES.get(self.service_type, f"Service type {self.service_type}")


@dataclass(frozen=True, slots=True)
class OtherPayer:
    """Another payer the 271 names (EB01 R): a lead for coordination of benefits, not a fact yet.

    `order` is NM101: PRP primary, SEP secondary, TTP tertiary, PR not said.
    """

    name: str
    id: str
    phone: str
    order: str
    benefit: Benefit


@dataclass(frozen=True, slots=True)
class Summary:
    """What the payer said about one patient, picked by the rules of this module.

    `active` is None when the payer said neither that coverage is active nor that it is not; then `rejections`
    tell why. `coverage` is the row behind `active` and `plan_name`. Copays and coinsurances hold one figure
    for each service type. `authorization` are the rows that demand one.
    """

    active: bool | None
    coverage: Benefit | None
    plan_name: str
    insurance_type: str
    covered_from: date | None
    covered_through: date | None
    copays: tuple[Figure, ...]
    coinsurances: tuple[Figure, ...]
    deductible: Figure | None
    deductible_remaining: Figure | None
    out_of_pocket: Figure | None
    out_of_pocket_remaining: Figure | None
    authorization: tuple[Benefit, ...]
    not_covered: tuple[Benefit, ...]
    other_payers: tuple[OtherPayer, ...]
    rejections: tuple[LocatedRejection, ...]

    def copay(self, service_type: str) -> Figure | None:
        """The copay for a service type, or the plan's when there is none of its own."""
        return _for_service(self.copays, service_type)

    def coinsurance(self, service_type: str) -> Figure | None:
        """The coinsurance for a service type, or the plan's when there is none of its own."""
        return _for_service(self.coinsurances, service_type)

    def authorization_needed(self, service_type: str) -> Benefit | None:
        """The row that demands an authorization for a service type; None when no row does."""
        named = [row for row in self.authorization if row.covers(service_type)]
        general = [row for row in self.authorization if row.covers(PLAN) or not row.service_types]
        return next(iter(named + general), None)


def summary(response: EligibilityResponse, *, service_types: Sequence[str] = ()) -> Summary:
    """The summary of the first patient of a 271, with every rejection of the whole answer.

    `service_types` are those the visit is about; rows for other services do not count for deductible and
    out-of-pocket figures. A 271 without any patient, because the payer could not answer, gives an empty
    summary.
    """
    answer = next(response.patients(), None)
    benefits = answer.benefits if answer else ()
    dates = answer.patient.dates if answer else ()
    return _summary(benefits, dates, tuple(service_types), response.rejections)


def summary_of(answer: PatientAnswer, *, service_types: Sequence[str] = ()) -> Summary:
    """The summary of one patient of a 271 that answers about several; only the patient's own rejections."""
    rejections = tuple(LocatedRejection("patient", rejection) for rejection in answer.patient.rejections)
    return _summary(answer.benefits, answer.patient.dates, tuple(service_types), rejections)


def _summary(
    benefits: tuple[Benefit, ...],
    dates: tuple[DateSpan, ...],
    wanted: tuple[str, ...],
    rejections: tuple[LocatedRejection, ...],
) -> Summary:
    active, coverage = _coverage(benefits)
    deductible, deductible_left = _accumulator(benefits, "C", wanted)
    pocket, pocket_left = _accumulator(benefits, "G", wanted)
    spans = (*(coverage.dates if coverage else ()), *dates)
    insurance_type = coverage.insurance_type if coverage else ""
    return Summary(
        active=active,
        coverage=coverage,
        plan_name=_plan_name(benefits, coverage),
        insurance_type=INSURANCE_TYPES.get(insurance_type, insurance_type),
        covered_from=_begin(spans),
        covered_through=_end(spans),
        copays=_by_service(benefits, "B", lambda row: row.amount),
        coinsurances=_by_service(benefits, "A", lambda row: row.share),
        deductible=deductible,
        deductible_remaining=deductible_left,
        out_of_pocket=pocket,
        out_of_pocket_remaining=pocket_left,
        authorization=tuple(row for row in benefits if row.authorization == "Y"),
        not_covered=tuple(row for row in benefits if row.code == "I"),
        other_payers=tuple(_other_payers(benefits)),
        rejections=rejections,
    )


def _coverage(benefits: Iterable[Benefit]) -> tuple[bool | None, Benefit | None]:
    """Whether coverage is active, and the row that says so: whole plan first, active before inactive."""
    stated = [row for row in benefits if row.active or row.inactive]
    general = [row for row in stated if row.covers(PLAN) or not row.service_types]
    for rows in (general, stated):
        if rows:
            row = next((row for row in rows if row.active), rows[0])
            return row.active, row
    return None, None


def _plan_name(benefits: Iterable[Benefit], coverage: Benefit | None) -> str:
    if coverage is None:
        return ""
    same = (row.plan_name for row in benefits if row.active == coverage.active and row.code != "R")
    return coverage.plan_name or next((name for name in same if name), "")


def _accumulator(
    benefits: Iterable[Benefit], code: str, wanted: tuple[str, ...]
) -> tuple[Figure | None, Figure | None]:
    """Total and remaining amount of a deductible (C) or out-of-pocket maximum (G)."""
    rows = [row for row in benefits if row.code == code and row.amount is not None and _applies(row, wanted)]
    total = _best([row for row in rows if row.period in _TOTALS], wanted)
    remaining = [row for row in rows if row.period == _REMAINING]
    left = _best(remaining, wanted)
    if left is None:
        return total, Figure(total.value, total.benefit, total.service_type, assumed=True) if total else None
    return total, _capped(left, remaining)


def _capped(left: Figure, remaining: Iterable[Benefit]) -> Figure:
    """The figure, lowered to what is left for the family in the same network."""
    if left.benefit.coverage_level == "FAM":
        return left
    network = _NETWORK_RANK.get(left.benefit.in_network, 2)
    family = [
        row
        for row in remaining
        if row.coverage_level == "FAM" and _NETWORK_RANK.get(row.in_network, 2) in (network, 1, 2)
    ]
    lowest = min(family, key=_amount, default=None)
    if lowest is None or _amount(lowest) >= left.value:
        return left
    return Figure(_amount(lowest), left.benefit, left.service_type, capped_by=lowest)


def _best(rows: Iterable[Benefit], wanted: tuple[str, ...]) -> Figure | None:
    row = min(rows, key=lambda row: (*_rank(row), _service_rank(row, wanted)), default=None)
    if row is None:
        return None
    return Figure(_amount(row), row, next((code for code in wanted if row.covers(code)), PLAN))


def _by_service(
    benefits: Iterable[Benefit], code: str, value: Callable[[Benefit], Decimal | None]
) -> tuple[Figure, ...]:
    """The best figure for each service type, in the order the payer names them."""
    found: dict[str, Figure] = {}
    for row in benefits:
        figure = value(row)
        if row.code != code or figure is None:
            continue
        for service_type in row.service_types or (PLAN,):
            known = found.get(service_type)
            if known is None or _rank(row) < _rank(known.benefit):
                found[service_type] = Figure(figure, row, service_type)
    return tuple(found.values())


def _for_service(figures: Iterable[Figure], service_type: str) -> Figure | None:
    by_service = {figure.service_type: figure for figure in figures}
    return by_service.get(service_type) or by_service.get(PLAN)


def _other_payers(benefits: Iterable[Benefit]) -> Iterable[OtherPayer]:
    for row in benefits:
        if row.code != "R":
            continue
        if not row.entities:
            yield OtherPayer(row.plan_name, "", "", "", row)
        for entity in row.entities:
            phone = next((contact.phone for contact in entity.contacts if contact.phone), "")
            yield OtherPayer(entity.name.full, entity.name.id, phone, entity.name.entity, row)


def _applies(row: Benefit, wanted: tuple[str, ...]) -> bool:
    return not row.service_types or row.covers(PLAN) or any(row.covers(code) for code in wanted)


def _rank(row: Benefit) -> tuple[int, int]:
    return _NETWORK_RANK.get(row.in_network, 2), _LEVEL_RANK.get(row.coverage_level, 2)


def _service_rank(row: Benefit, wanted: tuple[str, ...]) -> int:
    if any(row.covers(code) for code in wanted):
        return 0
    return 1 if row.covers(PLAN) else 2


def _amount(row: Benefit) -> Decimal:
    return row.amount if row.amount is not None else Decimal(0)


def _begin(spans: Sequence[DateSpan]) -> date | None:
    """The first day of coverage: a date of beginning, or else the first day of a period."""
    named = _found(spans, _BEGINS)
    return named.first if named else None


def _end(spans: Sequence[DateSpan]) -> date | None:
    """The last day of coverage: a date of ending, or else the last day of a period of more than one day."""
    named = _found([one for one in spans if one.qualifier not in _PERIODS or one.first != one.last], _ENDS)
    return named.last if named else None


def _found(spans: Sequence[DateSpan], qualifiers: Sequence[str]) -> DateSpan | None:
    """The first span of the first of these qualifiers; a range of one day is our date given back."""
    known = [one for one in spans if one.first and (one.format != "RD8" or one.first != one.last)]
    return next((one for qualifier in qualifiers for one in known if one.qualifier == qualifier), None)
