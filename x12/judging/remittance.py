"""SNIP 3 to 5 of the 835 (005010X221A1): balance, what depends on what, codes and numbers of others.

The guide's own demands (usage, order, lengths, code values) are not repeated here.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from x12 import codes
from x12.errors import Finding
from x12.judging import balance
from x12.judging.payments import (
    ZERO,
    Claim,
    Elements,
    Remit,
    Sums,
    amount,
    element,
    trios,
)

REMARK_DEMANDED = frozenset(
    ["16", "96", "129", "148", "226", "227", "234", "237", "250", "251", "252", "267", "A1"]
)
"""Adjustment reasons that say nothing without a remark code."""

FORWARDED = frozenset(["19", "20", "21", "23"])
UNPAID = frozenset(["4", "23", "25"])
REVERSAL = "22"
_TRANSFER = (5, 6, 7, 8, 9, 10, 12, 13, 14, 15)


def findings(rows: Sequence[Elements], today: date | None = None) -> Iterator[Finding]:
    """What is wrong beyond the guide with an 835, from ST to SE. `today` enables the rules about the future."""
    remit = Remit(rows)
    yield from balance.findings(remit)
    yield from _payment(remit)
    produced = _produced_on(remit)
    yield from _future(remit, today)
    for claim in remit.claims:
        yield from _claim(claim)
        yield from _codes(claim, produced)
    yield from _reversals(remit)


def _payment(remit: Remit) -> Iterator[Finding]:
    """BPR: how much is moved, and how."""
    bpr = remit.first("BPR")
    if bpr is None:
        return
    position, elements = bpr
    handling, paid, method = element(elements, 1), amount(element(elements, 2)), element(elements, 4)
    at = ("BPR", position)
    if _below(paid):
        yield _unmet("negative_payment", "BPR02 is negative: a balance owed is forwarded in PLB", *at, 2)
    if handling == "H" and paid:
        yield _unmet("notification_with_payment", "BPR01 H moves no money, but BPR02 is not zero", *at, 2)
    if handling == "H" and method != "NON":
        yield _unmet("notification_with_method", "BPR01 H moves no money: BPR04 must be NON", *at, 4)
    if method == "NON" and handling != "H":
        words = "BPR04 NON moves no money: BPR01 must be H"
        yield _unmet("payment_without_method", words, *at, 1)
    if method == "NON" and paid and handling != "H":
        yield _unmet("payment_without_method", "BPR04 NON moves no money, but BPR02 is not zero", *at, 2)
    if method == "ACH":
        for number in _TRANSFER:
            if not element(elements, number):
                words = f"BPR{number:02d} is needed for a transfer (BPR04 ACH)"
                yield _unmet("transfer_incomplete", words, *at, number, ack="I9")


def _produced_on(remit: Remit) -> date | None:
    """The day the payer's codes are judged by: DTM*405, else BPR16."""
    for _, elements in remit.header.get("DTM", ()):
        if element(elements, 1) == "405":
            return _day(element(elements, 2))
    bpr = remit.first("BPR")
    return _day(element(bpr[1], 16)) if bpr is not None else None


def _future(remit: Remit, today: date | None) -> Iterator[Finding]:
    """A remittance is not made, nor a service rendered, after today."""
    if today is None:
        return
    for position, elements in remit.header.get("DTM", ()):
        if element(elements, 1) == "405" and _later(element(elements, 2), today):
            yield _unmet("future_date", "the production date is in the future", "DTM", position, 2)
    for claim in remit.claims:
        for loop, owner in (("2100", claim), *(("2110", line) for line in claim.lines)):
            for position, elements in owner.dates:
                if element(elements, 1) in _OF_SERVICE and _later(element(elements, 2), today):
                    words = "the date of service is in the future"
                    yield _unmet("future_date", words, "DTM", position, 2, loop=loop)


_OF_SERVICE = frozenset(["150", "151", "232", "233", "472"])


def _claim(claim: Claim) -> Iterator[Finding]:
    """What depends on the status of a claim, its adjustments and its dates."""
    yield from _status(claim)
    for owner in claim.sums:
        if owner.cas and not (owner.remarks or claim.remarks):
            yield from _without_remark(owner)
    yield from _dates(claim)


def _status(claim: Claim) -> Iterator[Finding]:
    status, at = claim.status, ("CLP", claim.position)
    if status == REVERSAL:
        for number, value in ((3, claim.charge), (4, claim.paid)):
            if _above(value):
                words = f"CLP{number:02d} of a reversal (CLP02 22) must not be positive"
                yield _unmet("reversal_not_negated", words, *at, number, loop="2100")
        for line in claim.lines:
            if _above(line.charge):
                words = "SVC02 of a reversal (CLP02 22) must not be positive"
                yield _unmet("reversal_not_negated", words, "SVC", line.position, 2, loop="2110")
    elif _below(claim.charge):
        yield _unmet("negative_charge", "CLP03 is negative without a reversal", *at, 3, loop="2100")
    if status in UNPAID and claim.paid:
        words = f"a claim with CLP02 {status} is not paid, but CLP04 is not zero"
        yield _unmet("unpaid_status_with_payment", words, *at, 4, loop="2100")
    if status in FORWARDED and "TT" not in claim.names:
        words = f"a claim forwarded (CLP02 {status}) names the payer it went to in NM1*TT"
        yield _unmet("crossover_payer_missing", words, "NM1", claim.position, 0, loop="2100", ack="I6")


def _without_remark(owner: Sums) -> Iterator[Finding]:
    loop = "2100" if owner.elements[0] == "CLP" else "2110"
    for position, elements in owner.cas:
        for number, reason, _ in trios(elements):
            if reason in REMARK_DEMANDED:
                words = f"the adjustment reason in CAS{number - 1:02d} needs a remark code (LQ, MIA or MOA)"
                yield _unmet("remark_missing", words, "CAS", position, number - 1, loop=loop)


def _dates(claim: Claim) -> Iterator[Finding]:
    """Service dates: each line or else the claim has one, and no period ends before it begins."""
    yield from _period(claim.dates, "232", "233", loop="2100")
    whole = any(element(elements, 1) == "232" for _, elements in claim.dates)
    if not whole and not claim.lines:
        words = "a claim without lines needs its statement date (DTM*232)"
        yield _unmet("service_date_missing", words, "DTM", claim.position, 0, loop="2100", ack="I6")
    for line in claim.lines:
        qualifiers = {element(elements, 1) for _, elements in line.dates}
        if not whole and not qualifiers & {"472", "150"}:
            words = "neither the claim (DTM*232) nor the line (DTM*472, 150) has a service date"
            yield _unmet("service_date_missing", words, "DTM", line.position, 0, loop="2110", ack="I6")
        if {"472", "150"} <= qualifiers:
            words = "a line has either one service date (DTM*472) or a period (DTM*150, 151)"
            yield _unmet("two_service_dates", words, "DTM", line.position, 0, loop="2110", ack="I9")
        yield from _period(line.dates, "150", "151", loop="2110")


def _period(dates: list[tuple[int, Elements]], begin: str, end: str, *, loop: str) -> Iterator[Finding]:
    begins = next((e[2] for _, e in dates if element(e, 1) == begin and len(e) > 2), "")
    for position, elements in dates:
        if element(elements, 1) != end:
            continue
        if not begins:
            words = f"DTM*{end} ends a period that DTM*{begin} does not begin"
            yield _unmet("period_without_begin", words, "DTM", position, 1, loop=loop)
        elif _day(begins) and _day(element(elements, 2)) and element(elements, 2) < begins:
            yield _unmet("period_reversed", "the period ends before it begins", "DTM", position, 2, loop=loop)


def _codes(claim: Claim, on: date | None) -> Iterator[Finding]:
    """SNIP 5: adjustment reasons and remark codes are on their lists that day."""
    for owner in claim.sums:
        loop = "2100" if owner is claim else "2110"
        for position, elements in owner.cas:
            for number, reason, _ in trios(elements):
                if not codes.valid("CARC", reason, on=on):
                    words = f"CAS{number - 1:02d} is not an adjustment reason code in use"
                    yield _unlisted("adjustment_reason", words, "CAS", position, number - 1, loop=loop)
        for position, number, segment, remark in owner.remarks:
            if not codes.valid("RARC", remark, on=on):
                words = f"{segment}{number:02d} is not a remark code in use"
                yield _unlisted("remark_code", words, segment, position, number, loop=loop)


def _reversals(remit: Remit) -> Iterator[Finding]:
    """A reversal comes before its correction, and only once."""
    seen: dict[str, set[str]] = {}
    for claim in remit.claims:
        number = element(claim.elements, 1)
        before = seen.setdefault(number, set())
        if claim.status == REVERSAL and before - {REVERSAL}:
            words = "a reversal (CLP02 22) comes before the corrected claim, not after it"
            yield _unmet("reversal_after_correction", words, "CLP", claim.position, 2, loop="2100")
        before.add(claim.status)


def _day(text: str) -> date | None:
    if len(text) != 8 or not text.isdecimal():
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _later(text: str, today: date) -> bool:
    day = _day(text)
    return day is not None and day > today


def _above(value: Decimal) -> bool:
    return not value.is_nan() and value > ZERO


def _below(value: Decimal) -> bool:
    return not value.is_nan() and value < ZERO


def _unmet(
    code: str, words: str, segment: str, position: int, number: int, *, loop: str = "", ack: str = "I5"
) -> Finding:
    """A finding of SNIP 4. The 999 says only that a demand of the guide is not met, or which part is missing."""
    at = {"I6": "segment", "I9": "segment" if not number else "element"}.get(ack, "set")
    return Finding(code, words, segment, position, number, snip=4, loop=loop, ack=ack, ack_at=at)


def _unlisted(code: str, words: str, segment: str, position: int, number: int, *, loop: str) -> Finding:
    """A finding of SNIP 5."""
    return Finding(code, words, segment, position, number, snip=5, loop=loop, ack="7", ack_at="element")
