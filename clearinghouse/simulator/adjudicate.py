"""Adjudication: plan, claim and what came before, to a decision. Pure: no clock, no store, no chance.

Order of the questions asked of a line; the first that objects denies it: coverage (31, 26, 27), timely
filing (29), duplicate (18), missing result of the primary payer (16), coverage of the service (96),
authorization (197, 15), medical necessity (50), bundling (97), documentation (252), and for a payer that
bundles all (`manners`) whatever stands beside the first line (97). What is left is priced.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final

from clearinghouse.simulator.claim import Adjustment, Claim, Line
from clearinghouse.simulator.coordinate import prior_result, settle_after_primary
from clearinghouse.simulator.decision import ZERO, DecidedLine, Decision
from clearinghouse.simulator.manners import BUNDLED, RECODED
from clearinghouse.simulator.members import Member
from clearinghouse.simulator.plans import Plan
from clearinghouse.simulator.pricing import Accumulators, price

SEPARATING_MODIFIERS: Final = frozenset({"59", "XE", "XP", "XS", "XU"})
STATUS_BY_RANK: Final = {"P": "1", "S": "2"}
FORWARDED_BY_RANK: Final = {"P": "19", "S": "20"}
LOWER_VISITS: Final = {
    "99205": "99204",
    "99204": "99203",
    "99203": "99202",
    "99215": "99214",
    "99214": "99213",
    "99213": "99212",
}
"""The next lower visit, for a payer that finds too much was billed (`manners.RECODED`)."""

LineKey = tuple[str, tuple[str, ...], date, Decimal, str]


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a decision depends on.

    `served` are the keys of lines already paid or in hand for the same patient (see `line_key`).
    `waived` are reason codes not to be raised again: an appeal was won. `fee_factor` scales every allowed
    amount: a payer that corrects itself found the fee too high. `wants_records` asks for documentation.
    `manner` is the payer's own way with this claim (see `manners`).
    """

    claim: Claim
    plan: Plan
    member: Member | None
    received_on: date
    accumulators: Accumulators
    served: frozenset[LineKey] = frozenset()
    waived: frozenset[str] = frozenset()
    fee_factor: Decimal = Decimal(1)
    wants_records: bool = False
    crossover_to: str = ""
    manner: str = ""


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a line is denied in full."""

    group: str
    code: str
    remarks: tuple[str, ...] = field(default=())
    decided_as: str = ""


def line_key(claim: Claim, line: Line) -> LineKey:
    """What makes two lines of one patient the same service (CARC 18)."""
    renderer = claim.rendering_npi or claim.provider.npi
    return (line.code, line.modifiers, line.service_date, line.charge, renderer)


def adjudicate(case: Case) -> Decision:
    """Decide a claim. Lines are priced in the order of the claim, each using up the accumulators."""
    left = case.accumulators
    lines = []
    copay_due = True
    for line in case.claim.lines:
        objection = _objection(case, line)
        if objection is not None:
            lines.append(_denied(line, objection))
            continue
        judged = _recoded(case, line)
        priced = price(judged, case.plan, left, fee_factor=case.fee_factor, copay_due=copay_due)
        if case.claim.rank != "P":
            lines.append(settle_after_primary(line, case.claim, case.plan, priced))
            continue
        copay_due = copay_due and priced.copay == 0
        left = left.after(priced.deductible, priced.patient_share)
        lines.append(_named(priced.decided(line, case.plan.sequestration), judged, line))
    return _decision(case, tuple(lines), left)


def _decision(case: Case, lines: tuple[DecidedLine, ...], left: Accumulators) -> Decision:
    status = STATUS_BY_RANK.get(case.claim.rank, "3")
    forwarded_to = ""
    if all(line.is_denied for line in lines):
        unknown = any(line.adjusted("CO", "31") for line in lines)
        status = "4" if unknown or case.plan.payment.denied_status == "4" else status
    elif case.crossover_to:
        status = FORWARDED_BY_RANK.get(case.claim.rank, "21")
        forwarded_to = case.crossover_to
    used = case.accumulators
    return Decision(
        status=status,
        lines=lines,
        forwarded_to=forwarded_to,
        deductible=used.deductible_left - left.deductible_left,
        out_of_pocket=used.out_of_pocket_left - left.out_of_pocket_left,
        manner=case.manner,
    )


def _recoded(case: Case, line: Line) -> Line:
    """The line as it is priced: a payer that recodes decides a visit under the next lower code."""
    lower = LOWER_VISITS.get(line.procedure) if case.manner == RECODED else None
    return replace(line, procedure=lower) if lower else line


def _named(decided: DecidedLine, judged: Line, line: Line) -> DecidedLine:
    """The decision with the code it was made under, where that is another than was billed."""
    if judged.procedure == line.procedure:
        return decided
    return replace(decided, decided_as=judged.procedure, remarks=(*decided.remarks, "N22"))


def _denied(line: Line, objection: Objection) -> DecidedLine:
    adjustment = Adjustment(objection.group, objection.code, line.charge)
    return DecidedLine(
        number=line.number,
        charge=line.charge,
        allowed=ZERO,
        paid=ZERO,
        adjustments=(adjustment,) if line.charge else (),
        remarks=objection.remarks,
        is_denied=True,
        decided_as=objection.decided_as,
    )


def _objection(case: Case, line: Line) -> Objection | None:
    for question in QUESTIONS:
        objection = question(case, line)
        if objection is not None and objection.code not in case.waived:
            return objection
    return None


def _coverage(case: Case, line: Line) -> Objection | None:
    member = case.member
    if member is None:
        return Objection("CO", "31", ("N382",))
    if line.service_date < member.effective:
        return Objection("CO", "26")
    if not member.is_active(line.service_date):
        return Objection("CO", "27", ("N30",))
    return None


def _timely_filing(case: Case, line: Line) -> Objection | None:
    late = (case.received_on - line.service_date).days > case.plan.timely_filing_days
    return Objection("CO", "29", ("N211",)) if late else None


def _duplicate(case: Case, line: Line) -> Objection | None:
    twins = [other for other in case.claim.lines if line_key(case.claim, other) == line_key(case.claim, line)]
    again = line_key(case.claim, line) in case.served or twins[0].number != line.number
    return Objection("OA", "18", ("N522",)) if again else None


def _primary_result(case: Case, line: Line) -> Objection | None:
    missing = case.claim.rank != "P" and prior_result(line, case.claim) is None
    return Objection("CO", "16", ("MA04",)) if missing else None


def _not_covered(case: Case, line: Line) -> Objection | None:
    remark = case.plan.not_covered.get(line.procedure)
    return Objection("CO", "96", (remark,)) if remark else None


def _authorization(case: Case, line: Line) -> Objection | None:
    if case.claim.rank != "P" or line.procedure not in case.plan.authorization_required:
        return None
    given = line.authorization or case.claim.authorization
    if not given:
        return Objection("CO", "197", ("M62",))
    if not re.fullmatch(case.plan.authorization_pattern, given):
        return Objection("CO", "15", ("M62",))
    return None


def _necessity(case: Case, line: Line) -> Objection | None:
    allowed = case.plan.necessity.get(line.procedure, ())
    if not allowed or any(code.startswith(allowed) for code in line.diagnoses):
        return None
    return Objection("CO", "50", ("N115",))


def _bundled(case: Case, line: Line) -> Objection | None:
    if SEPARATING_MODIFIERS.intersection(line.modifiers):
        return None
    same_day = {x.procedure for x in case.claim.lines if x.service_date == line.service_date}
    hit = any(bundle.part == line.procedure and bundle.whole in same_day for bundle in case.plan.bundles)
    return Objection("CO", "97", ("M15",)) if hit else None


def _documentation(case: Case, line: Line) -> Objection | None:  # noqa: ARG001 - every question takes a line
    return Objection("CO", "252", ("N706",)) if case.wants_records else None


def _within_the_first(case: Case, line: Line) -> Objection | None:
    first = case.claim.lines[0]
    if case.manner != BUNDLED or line.number == first.number:
        return None
    return Objection("CO", "97", ("M15",), decided_as=first.procedure)


QUESTIONS: Final[tuple[Callable[[Case, Line], Objection | None], ...]] = (
    _coverage,
    _timely_filing,
    _duplicate,
    _primary_result,
    _not_covered,
    _authorization,
    _necessity,
    _bundled,
    _documentation,
    _within_the_first,
)
