"""SNIP 3 to 5 of the 835 (005010X221A1): balance, what depends on what, codes and numbers of others.

The guide's own demands (usage, order, lengths, code values) are not repeated here.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from x12 import codes
from x12.errors import Finding
from x12.judging import balance
from x12.judging.objections import unlisted, unmet
from x12.judging.payments import Claim, Line, Remit, Sums
from x12.judging.values import Elements, above, amount, below, day, element, later
from x12.segments import ELEMENT

REMARK_DEMANDED = frozenset(
    ["16", "96", "129", "148", "226", "227", "234", "237", "250", "251", "252", "267", "A1"]
)
"""Adjustment reasons that say nothing without a remark code."""

FORWARDED = frozenset(["19", "20", "21", "23"])
UNPAID = frozenset(["4", "23", "25"])
REVERSAL = "22"
_TRANSFER = (5, 6, 7, 8, 9, 10, 12, 13, 14, 15)


def findings(lines: Iterable[str], today: date | None = None) -> Iterator[Finding]:
    """What is wrong beyond the guide with an 835, from ST on. `today` enables the rules about the future."""
    remit = Remit()
    reasons = remarks = _InUse("CARC", None)
    corrected: set[str] = set()
    for claim in remit.claims(line.split(ELEMENT) for line in lines):
        if reasons is remarks:
            produced = _produced_on(remit)
            reasons, remarks = _InUse("CARC", produced), _InUse("RARC", produced)
        yield from balance.of_claim(claim)
        yield from _claim(claim)
        yield from _codes(claim, reasons, remarks)
        yield from _reversal(claim, corrected)
        if today is not None:
            yield from _served_later(claim, today)
    yield from balance.of_transaction(remit)
    yield from _payment(remit)
    yield from _made_later(remit, today)


def _payment(remit: Remit) -> Iterator[Finding]:
    """BPR: how much is moved, and how."""
    bpr = remit.first("BPR")
    if bpr is None:
        return
    position, elements = bpr
    if below(amount(element(elements, 2))):
        words = "BPR02 is negative: a balance owed is forwarded in PLB"
        yield unmet("negative_payment", words, "BPR", position, 2)
    yield from _notification(position, elements)
    if element(elements, 4) == "ACH":
        for number in _TRANSFER:
            if not element(elements, number):
                words = f"BPR{number:02d} is needed for a transfer (BPR04 ACH)"
                yield unmet("transfer_incomplete", words, "BPR", position, number, ack="I9")


def _notification(position: int, elements: Elements) -> Iterator[Finding]:
    """H and NON go together, and move no money."""
    paid, method = amount(element(elements, 2)), element(elements, 4)
    if element(elements, 1) == "H":
        if paid:
            words = "BPR01 H moves no money, but BPR02 is not zero"
            yield unmet("notification_with_payment", words, "BPR", position, 2)
        if method != "NON":
            words = "BPR01 H moves no money: BPR04 must be NON"
            yield unmet("notification_with_method", words, "BPR", position, 4)
    elif method == "NON":
        words = "BPR04 NON moves no money: BPR01 must be H, BPR02 zero"
        yield unmet("payment_without_method", words, "BPR", position, 2 if paid else 1)


def _produced_on(remit: Remit) -> date | None:
    """The day the payer's codes are judged by: DTM*405, else BPR16."""
    for _, elements in remit.header.get("DTM", ()):
        if element(elements, 1) == "405":
            return day(element(elements, 2))
    bpr = remit.first("BPR")
    return day(element(bpr[1], 16)) if bpr is not None else None


def _made_later(remit: Remit, today: date | None) -> Iterator[Finding]:
    """A remittance is not made after today."""
    for position, elements in remit.header.get("DTM", ()):
        if element(elements, 1) == "405" and later(element(elements, 2), today):
            yield unmet("future_date", "the production date is in the future", "DTM", position, 2)


def _served_later(claim: Claim, today: date) -> Iterator[Finding]:
    """No service is rendered after today."""
    for owner in claim.sums:
        for position, elements in owner.dates:
            if element(elements, 1) in _OF_SERVICE and later(element(elements, 2), today):
                loop = "2100" if owner is claim else "2110"
                yield unmet(
                    "future_date", "the date of service is in the future", "DTM", position, 2, loop=loop
                )


_SERVED = frozenset(["472", "150"])
_OF_SERVICE = frozenset(["150", "151", "232", "233", "472"])


def _claim(claim: Claim) -> Iterator[Finding]:
    """What depends on the status of a claim, its adjustments and its dates."""
    yield from _status(claim)
    for owner in claim.sums:
        if not (owner.remarks or claim.remarks):
            yield from _without_remark(owner)
    yield from _dates(claim)


def _status(claim: Claim) -> Iterator[Finding]:
    status, at = claim.status, ("CLP", claim.position)
    if status == REVERSAL:
        yield from _not_negated(claim)
    elif below(claim.charge):
        yield unmet("negative_charge", "CLP03 is negative without a reversal", *at, 3, loop="2100")
    if status in UNPAID and claim.paid:
        words = f"a claim with CLP02 {status} is not paid, but CLP04 is not zero"
        yield unmet("unpaid_status_with_payment", words, *at, 4, loop="2100")
    if status in FORWARDED and "TT" not in claim.names:
        words = f"a claim forwarded (CLP02 {status}) names the payer it went to in NM1*TT"
        yield unmet("crossover_payer_missing", words, "NM1", claim.position, loop="2100", ack="I6")


def _not_negated(claim: Claim) -> Iterator[Finding]:
    """A reversal takes back: what was positive is negative."""
    for number, value in ((3, claim.charge), (4, claim.paid)):
        if above(value):
            words = f"CLP{number:02d} of a reversal (CLP02 22) must not be positive"
            yield unmet("reversal_not_negated", words, "CLP", claim.position, number, loop="2100")
    for line in claim.lines:
        if above(line.charge):
            words = "SVC02 of a reversal (CLP02 22) must not be positive"
            yield unmet("reversal_not_negated", words, "SVC", line.position, 2, loop="2110")


def _without_remark(owner: Sums) -> Iterator[Finding]:
    for position, number, reason in owner.reasons:
        if reason in REMARK_DEMANDED:
            loop = "2100" if owner.elements[0] == "CLP" else "2110"
            words = f"the adjustment reason in CAS{number:02d} needs a remark code (LQ, MIA or MOA)"
            yield unmet("remark_missing", words, "CAS", position, number, loop=loop)


def _dates(claim: Claim) -> Iterator[Finding]:
    """Service dates: each line or else the claim has one, and no period ends before it begins."""
    if len(claim.dates) > 1:
        yield from _repeated(claim.dates, "2100")
    yield from _period(claim.dates, "232", "233", loop="2100")
    whole = any(element(elements, 1) == "232" for _, elements in claim.dates)
    if not whole and not claim.lines:
        words = "a claim without lines needs its statement date (DTM*232)"
        yield unmet("service_date_missing", words, "DTM", claim.position, 0, loop="2100", ack="I6")
    for line in claim.lines:
        yield from _period(line.dates, "150", "151", loop="2110")
        if len(line.dates) > 1:
            yield from _several(line)
        elif not whole and not (line.dates and element(line.dates[0][1], 1) in _SERVED):
            words = "neither the claim (DTM*232) nor the line (DTM*472, 150) has a service date"
            yield unmet("service_date_missing", words, "DTM", line.position, 0, loop="2110", ack="I6")


def _several(line: Line) -> Iterator[Finding]:
    """The dates of a line that has more than one: a period."""
    yield from _repeated(line.dates, "2110")
    if {element(elements, 1) for _, elements in line.dates} >= _SERVED:
        words = "a line has either one service date (DTM*472) or a period (DTM*150, 151)"
        yield unmet("two_service_dates", words, "DTM", line.position, 0, loop="2110", ack="I9")


def _repeated(dates: list[tuple[int, Elements]], loop: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for position, elements in dates:
        qualifier = element(elements, 1)
        if qualifier in seen:
            words = "a date of this kind (DTM01) was given before"
            yield unmet("date_repeated", words, "DTM", position, 1, loop=loop)
        seen.add(qualifier)


def _period(dates: list[tuple[int, Elements]], begin: str, end: str, *, loop: str) -> Iterator[Finding]:
    begins = next((e[2] for _, e in dates if element(e, 1) == begin and len(e) > 2), "")
    for position, elements in dates:
        if element(elements, 1) != end:
            continue
        if not begins:
            words = f"DTM*{end} ends a period that DTM*{begin} does not begin"
            yield unmet("period_without_begin", words, "DTM", position, 1, loop=loop)
        elif day(begins) and day(element(elements, 2)) and element(elements, 2) < begins:
            yield unmet("period_reversed", "the period ends before it begins", "DTM", position, 2, loop=loop)


class _InUse(dict[str, bool]):
    """Which codes of a list may be used on a day; each is looked up once."""

    def __init__(self, code_list: str, on: date | None) -> None:
        super().__init__()
        self.code_list, self.on = code_list, on

    def __missing__(self, code: str) -> bool:
        self[code] = found = codes.valid(self.code_list, code, on=self.on)
        return found


def _codes(claim: Claim, reasons: _InUse, remarks: _InUse) -> Iterator[Finding]:
    """SNIP 5: adjustment reasons and remark codes are on their lists that day."""
    for owner in claim.sums:
        loop = "2100" if owner is claim else "2110"
        for position, number, reason in owner.reasons:
            if not reasons[reason]:
                words = f"CAS{number:02d} is not an adjustment reason code in use"
                yield unlisted("adjustment_reason", words, "CAS", position, number, loop=loop)
        for position, number, segment, remark in owner.remarks:
            if not remarks[remark]:
                words = f"{segment}{number:02d} is not a remark code in use"
                yield unlisted("remark_code", words, segment, position, number, loop=loop)


def _reversal(claim: Claim, corrected: set[str]) -> Iterator[Finding]:
    """A reversal comes before its correction. `corrected` are the numbers (CLP01) decided before."""
    number = element(claim.elements, 1)
    if claim.status != REVERSAL:
        corrected.add(number)
    elif number in corrected:
        words = "a reversal (CLP02 22) comes before the corrected claim, not after it"
        yield unmet("reversal_after_correction", words, "CLP", claim.position, 2, loop="2100")
