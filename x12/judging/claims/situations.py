"""SNIP 4: what one part of a claim asks of another, professional and institutional alike."""

from collections.abc import Callable, Iterator
from typing import Final

from x12.errors import Finding
from x12.judging.claims.amounts import payer_id
from x12.judging.claims.view import Claim, Line, amount, at, days, issue, part
from x12.judging.walk import Node, Placed

CAME_TRUE: Final = (
    "DTP*431",
    "DTP*454",
    "DTP*304",
    "DTP*453",
    "DTP*439",
    "DTP*484",
    "DTP*455",
    "DTP*435",
    "DTP*434",
)
"""Dates of a claim that tell what has happened, so that they cannot lie ahead."""

ORDERED: Final = frozenset("PSTABCDEFGH")
MEDICARE: Final = frozenset(["MA", "MB"])


def findings(claim: Claim) -> Iterator[Finding]:
    """What is amiss between the parts of one claim."""
    for rule in _RULES:
        yield from rule(claim)
    if claim.others():
        yield from _coverages(claim)
    elif at(claim.subscriber.first("SBR"), 1) in ORDERED - {"P"}:
        sbr = claim.subscriber.parts["SBR"][0]
        words = "SBR01 names a payer after the first, and no loop 2320 names the first"
        yield issue("other_coverage", words, sbr, "2000B", 1, snip=4, status=("171",))
    if claim.today:
        yield from _ahead(claim, claim.today)


# --- who ----------------------------------------------------------------------------------------------------


def _patient(claim: Claim) -> Iterator[Finding]:
    """The subscriber is the patient exactly when SBR02 says so."""
    level = claim.patient
    sbr = claim.subscriber.parts.get("SBR")
    if sbr is None:
        return
    relation = at(sbr[0][0], 2)
    if level.rule.id == "2000C":
        if relation == "18":
            words = "SBR02 says that the subscriber is the patient, and a patient follows in loop 2000C"
            yield issue("patient_relation", words, sbr[0], "2000B", 2, snip=4, status=("21",))
    elif relation != "18" and at(level.first("HL*22"), 4) != "1":
        words = "the claim stands at the subscriber, but SBR02 does not say 18: loop 2000C is missing"
        yield issue("missing_patient", words, sbr[0], "2000B", 2, snip=4, status=("21", "QC"))


def _replaced(claim: Claim) -> Iterator[Finding]:
    if claim.frequency in ("7", "8") and claim.lacks("REF*F8"):
        words = "a claim that replaces or voids another (CLM05-3) must name it in REF*F8"
        yield issue("original_reference", words, claim.clm, "2300", 5, 3, snip=4, status=("464",))


def _coverages(claim: Claim) -> Iterator[Finding]:
    """Every payer has a rank of its own, and one of them is the first."""
    ranks = [at(claim.subscriber.first("SBR"), 1)]
    for other in claim.others():
        rank = at(other.first("SBR"), 1)
        if rank in ORDERED and rank in ranks:
            words = "SBR01 gives this payer a rank that another payer of the claim has"
            yield issue("payer_rank", words, other.parts["SBR"][0], "2320", 1, snip=4, status=("171",))
        ranks.append(rank)
    if "P" not in ranks and len(set(ranks)) == len(ranks) and all(rank in ORDERED for rank in ranks):
        sbr = claim.subscriber.parts["SBR"][0]
        words = "no payer of the claim is the first"
        yield issue("no_first_payer", words, sbr, "2000B", 1, snip=4, status=("171",))
    payers = {payer_id(other) for other in claim.others()}
    for line in claim.lines:
        yield from _decisions(line, payers)
    deciding = {at(node.first("SVD"), 1) for line in claim.lines for node in line.node.nodes.get("2430", ())}
    if deciding <= payers - {""}:
        for other in claim.others():
            yield from _decided(claim, other)


def _decided(claim: Claim, other: Node) -> Iterator[Finding]:
    """A payer that has decided paid something, be it nothing, on a day."""
    payer = payer_id(other)
    lines = [node for line in claim.lines for node in line.node.nodes.get("2430", ())]
    decisions = [node for node in lines if at(node.first("SVD"), 1) == payer]
    named = [placed for node in other.nodes.get("2330B", ()) for placed in node.parts.get("NM1*PR", ())]
    if not payer or not named:
        return
    if decisions and "AMT*D" not in other.parts and "AMT" not in other.strays:
        words = "AMT*D must say what this payer paid, since it decided about lines"
        yield issue("payer_paid", words, named[0], "2320", snip=4, status=("286", "PR"))
    dated = any(
        "DTP*573" in node.parts or "DTP" in node.strays for node in (*decisions, *other.nodes["2330B"])
    )
    if "AMT*D" in other.parts and not dated and not decisions:
        words = "DTP*573 must say when this payer decided"
        yield issue("adjudication_date", words, named[0], "2330B", snip=4, status=("516", "PR"))


def _decisions(line: Line, payers: set[str]) -> Iterator[Finding]:
    for node in line.node.nodes.get("2430", ()):
        svd = node.parts.get("SVD")
        if svd is None:
            continue
        if at(svd[0][0], 1) not in payers | {""} and "" not in payers:
            words = "SVD01 names no payer of the loops 2330B"
            yield issue("adjudicating_payer", words, svd[0], "2430", 1, snip=4, status=("286",))
        dated = node.parts.get("DTP*573")
        decided = days("D8", at(dated[0][0], 3))[0] if dated else ""
        if dated and decided and decided < line.first_day:
            words = "the other payer decided before the service"
            yield issue("date_order", words, dated[0], "2430", 3, snip=4, status=("516", "PR"))


def _attachments(claim: Claim) -> Iterator[Finding]:
    """What is sent apart from the claim carries a number by which it is found."""
    loops = [claim.node, *(line.node for line in claim.lines if "PWK*03" in line.node.parts)]
    for node in loops:
        for placed in node.parts.get("PWK*03", ()):
            row = placed[0]
            if at(row, 2) not in ("", "AA") and not at(row, 6):
                words = "PWK06 must name the attachment, unless it is only available on request"
                yield issue("attachment_number", words, placed, node.rule.id, 6, snip=4, status=("489",))


# --- when ---------------------------------------------------------------------------------------------------


def _days_in_order(claim: Claim) -> Iterator[Finding]:
    """Ranges run forwards, nothing happens before birth, nothing after death."""
    for line in claim.lines:
        if line.dated is None or not line.first_day:
            continue
        if line.first_day > line.last_day:
            words = "the range of service dates ends before it begins"
            yield issue("date_order", words, line.dated, "2400", 3, snip=4, status=("187",))
        elif claim.born and line.first_day < claim.born:
            words = "the service was before the patient's birth"
            yield issue("before_birth", words, line.dated, "2400", 3, snip=4, status=("187",))
        else:
            yield from _after_death(claim, line)


def _after_death(claim: Claim, line: Line) -> Iterator[Finding]:
    row = claim.patient.first("PAT")
    died = days(at(row, 5), at(row, 6))[0] if at(row, 6) else ""
    if died and line.first_day > died and line.dated:
        words = "the service was after the patient's death"
        yield issue("after_death", words, line.dated, "2400", 3, snip=4, status=("187",))


def _ahead(claim: Claim, today: str) -> Iterator[Finding]:
    """Nothing that has happened lies ahead."""
    words = "the date lies in the future"
    for line in claim.lines:
        if line.last_day > today and line.dated:
            yield issue("future_date", words, line.dated, "2400", 3, snip=4, status=("510",))
        for node in line.node.nodes.get("2430", ()):
            yield from _ahead_in(node, "DTP*573", today, words)
    parts = claim.node.parts
    for key in CAME_TRUE:
        if key in parts:
            yield from _ahead_in(claim.node, key, today, words)
    for other in claim.others():
        for payer in other.nodes.get("2330B", ()):
            yield from _ahead_in(payer, "DTP*573", today, words)


def _ahead_in(node: Node, key: str, today: str, words: str) -> Iterator[Finding]:
    for placed in node.parts.get(key, ()):
        if days(at(placed[0], 2), at(placed[0], 3))[1] > today:
            yield issue("future_date", words, placed, node.rule.id, 3, snip=4, status=("510",))


# --- lines and amounts --------------------------------------------------------------------------------------


def _lines(claim: Claim) -> Iterator[Finding]:
    """Lines are counted, named apart, and charge and measure something."""
    names: set[str] = set()
    for number, line in enumerate(claim.lines, 1):
        parts = line.node.parts
        if "LX" in parts and _miscounts(at(parts["LX"][0][0], 1), number):
            yield _miscounted(line)
        if "REF*6R" in parts:
            placed = parts["REF*6R"][0]
            if placed[0][2:3] and placed[0][2] in names:
                words = "another line of the claim has this control number"
                yield issue("line_control_number", words, placed, "2400", 2, snip=4, status=("478",))
            names.update(placed[0][2:3])
        if line.service is not None:
            yield from _service(claim, line, line.service)


def _miscounts(told: str, number: int) -> bool:
    return told.isdecimal() and len(told) <= 6 and int(told) != number


def _miscounted(line: Line) -> Finding:
    row, position = line.node.parts["LX"][0]
    words = "LX01 does not count the lines of the claim from 1"
    return Finding("line_number", words, row[0], position, 1, snip=2, loop="2400", ack="7", ack_at="element")


def _service(claim: Claim, line: Line, placed: Placed) -> Iterator[Finding]:
    charge, units = (3, 5) if claim.institutional else (2, 4)
    if line.charge is not None and line.charge < 0:
        words = "a line cannot charge less than nothing"
        yield issue("negative_charge", words, placed, "2400", charge, snip=4, status=("583",))
    if line.units is not None and line.units <= 0 and not claim.institutional:
        yield issue("units", "a line must measure something", placed, "2400", units, snip=4, status=("476",))


def _amounts(claim: Claim) -> Iterator[Finding]:
    paid = claim.node.parts.get("AMT*F5")
    collected = amount(at(paid[0][0], 2)) if paid else None
    if paid and collected is not None and claim.charge is not None and collected > claim.charge:
        words = "the patient is said to have paid more than the claim charges"
        yield issue("patient_paid", words, paid[0], "2300", 2, snip=4, status=("21",))
    if claim.charge is not None and claim.charge < 0:
        words = "a claim cannot charge less than nothing"
        yield issue("negative_charge", words, claim.clm, "2300", 2, snip=4, status=("178",))


def _first_of_medicare(claim: Claim) -> Iterator[Finding]:
    """Medicare, where it pays after another, must know why."""
    sbr = claim.subscriber.parts.get("SBR")
    if sbr is None or claim.institutional:
        return
    row = sbr[0][0]
    if at(row, 9) in MEDICARE and at(row, 1) in ORDERED - {"P"} and not at(row, 5):
        words = "SBR05 must say why Medicare is not the first payer"
        yield issue("medicare_secondary", words, sbr[0], "2000B", 5, snip=4, status=("171",))


def place_of(claim: Claim, line: Line) -> str:
    """Where a professional service was given: the line's place of service, or the claim's."""
    row = line.service[0] if line.service else ()
    return at(row, 5) or part(claim.row, 5, 1)


_RULES: Final[tuple[Callable[[Claim], Iterator[Finding]], ...]] = (
    _patient,
    _replaced,
    _attachments,
    _days_in_order,
    _lines,
    _amounts,
    _first_of_medicare,
)
