"""A payer's answer about coverage (271) in the words of a front desk, each line with its evidence."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from patients.rules.standing import Tone
from x12.eligibility_270_271 import Benefit, Figure, Summary
from x12.eligibility_270_271.words import PERIODS, SERVICE_TYPES
from x12.segments import Segment

WHOLE_PLAN = "30"
OFFICE_VISIT = "98"
YEARS = ("22", "23")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing the payer said: its name, what it says, and why we say so.

    `segment` is the evidence as the payer sent it (EB and what belongs to it), `meaning` that row read aloud.
    """

    label: str
    words: str
    why: str
    segment: str = ""
    meaning: str = ""
    tone: Tone = "plain"


def explained(said: Summary, *, service: str) -> list[Line]:
    """The answer line by line, the ones about this service type (98 is an office visit) before the others."""
    return [
        *_coverage(said),
        *_copays(said, service),
        *_coinsurances(said, service),
        *_accumulator("Deductible", said.deductible, said.deductible_remaining),
        *_accumulator("Out-of-pocket maximum", said.out_of_pocket, said.out_of_pocket_remaining),
        *_authorizations(said),
        *(_not_covered(row) for row in said.not_covered),
        *_other_payers(said),
    ]


def everything(rows: tuple[Benefit, ...]) -> list[Line]:
    """Every row of the answer, in the payer's order, read aloud, with the payer's own remarks."""
    return [
        Line(
            label=f"EB {position}",
            words=row.words,
            why=" ".join(message.text for message in row.messages),
            segment=evidence(row),
        )
        for position, row in enumerate(rows, start=1)
    ]


def evidence(row: Benefit) -> str:
    """The segments of a row as the payer sent them."""
    return "~".join(segment.text() for segment in row.layout if isinstance(segment, Segment))


def _coverage(said: Summary) -> Iterator[Line]:
    if said.active is None or said.coverage is None:
        return
    words = ["Active" if said.active else "Not active"]
    words += [f"from {_day(said.covered_from)}"] if said.covered_from else []
    words += [f"through {_day(said.covered_through)}"] if said.covered_through else []
    plan = ", ".join(part for part in (said.plan_name, said.insurance_type) if part)
    yield Line(
        label="Coverage",
        words=" ".join(words) + (f": {plan}" if plan else ""),
        why="The payer's row about the plan as a whole counts; an active row goes before an inactive one.",
        segment=evidence(said.coverage),
        meaning=said.coverage.words,
        tone="good" if said.active else "bad",
    )


def _copays(said: Summary, service: str) -> Iterator[Line]:
    for figure in _first_about(said.copays, service):
        yield _line(
            "Copay",
            f"{_dollars(figure.value)} for {_service(figure.service_type)}{_network(figure)}",
            "Of several rows for a service, the one in network and for the individual counts.",
            figure,
        )


def _coinsurances(said: Summary, service: str) -> Iterator[Line]:
    for figure in _first_about(said.coinsurances, service):
        share = f"{(figure.value * 100).normalize():f}%"
        yield _line(
            "Coinsurance",
            f"{share} of what the plan allows, for {_service(figure.service_type)}{_network(figure)}",
            "The patient's share once the deductible is met. The plan pays the rest.",
            figure,
        )


def _accumulator(label: str, whole: Figure | None, left: Figure | None) -> Iterator[Line]:
    if left is None:
        return
    of = f" of {_dollars(whole.value)}" if whole else ""
    if left.assumed:
        words, why = f"{_dollars(left.value)}", "The payer does not say how much of it is used up."
    elif left.value <= 0:
        words, why = f"Met: nothing{of} is left", "The payer's row of what remains."
    else:
        words, why = f"{_dollars(left.value)}{of} left", "The payer's row of what remains (period 29)."
    if left.capped_by is not None:
        why = f"Lowered to what is left for the family: {left.capped_by.words}."
    yield _line(label, words + _per(whole) + _network(left), why, left)


def _authorizations(said: Summary) -> Iterator[Line]:
    for row in said.authorization:
        yield _authorization(row)
    if said.active and not said.authorization:
        yield Line(
            label="Authorization",
            words="None asked for in this answer",
            why="No row is marked as needing one (EB11 is Y). The plan's own list may still name services.",
        )


def _authorization(row: Benefit) -> Line:
    return Line(
        label="Authorization",
        words=f"Needed for {_services(row)}",
        why="The payer marked this row: authorization or certification required (EB11 is Y).",
        segment=evidence(row),
        meaning=row.words,
        tone="attention",
    )


def _not_covered(row: Benefit) -> Line:
    return Line(
        label="Not covered",
        words=_services(row)[0].upper() + _services(row)[1:],
        why="The payer's row says non-covered (EB01 is I). The patient pays unless told otherwise.",
        segment=evidence(row),
        meaning=row.words,
        tone="bad",
    )


def _other_payers(said: Summary) -> Iterator[Line]:
    for other in said.other_payers:
        phone = f", {other.phone}" if other.phone else ""
        yield Line(
            label="Another payer",
            words=f"{other.name or 'Not named'}{phone}",
            why="The payer believes that somebody else pays too. Ask the patient which plan pays first.",
            segment=evidence(other.benefit),
            meaning=other.benefit.words,
            tone="attention",
        )


def _line(label: str, words: str, why: str, figure: Figure) -> Line:
    return Line(label, words, why, evidence(figure.benefit), figure.benefit.words)


def _first_about(figures: tuple[Figure, ...], service: str) -> list[Figure]:
    order = {service: 0, WHOLE_PLAN: 1}
    return sorted(figures, key=lambda figure: order.get(figure.service_type, 2))


def _service(code: str) -> str:
    if code == WHOLE_PLAN:
        return "any covered service"
    if code == OFFICE_VISIT:
        return "an office visit"
    name = SERVICE_TYPES.get(code)
    if name is None:
        return f"service type {code}"
    return name if name[1:2].isupper() else name[0].lower() + name[1:]  # MRI stays MRI


def _services(row: Benefit) -> str:
    return ", ".join(_service(code) for code in row.service_types) or "any service"


def _per(whole: Figure | None) -> str:
    code = whole.benefit.period if whole else ""
    period = PERIODS.get(code, "")
    if not period:
        return ""
    return f" this {period}" if code in YEARS else f", {period}"


def _network(figure: Figure) -> str:
    return ", out of network" if figure.out_of_network else ""


def _dollars(amount: Decimal) -> str:
    return f"${amount:,.2f}"


def _day(day: date) -> str:
    return f"{day:%m/%d/%Y}"
