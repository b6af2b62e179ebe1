"""Whether what surrounds the codes is complete (edits A01, A02, T07, T08)."""

from collections.abc import Iterator

from coding.rules.advice.finding import Finding, Part, Severity, Visit

_AUTO = "AA"
_INPATIENT = frozenset({"21", "51", "61"})
_GUIDE = "X12 005010X222A1"


def consent(visit: Visit) -> Iterator[Finding]:
    """A01 and A02: what the payer wants authorized is, for that day and procedure."""
    codes = {line.coded.procedure_code for line in visit.lines}
    needed = sorted(codes & visit.consent_needed)
    if needed and visit.consent is None:
        words = f"The payer wants prior authorization for {', '.join(needed)}, and none is chosen."
        yield _found("A01", Severity.WARNING, words, "The contract with the payer")
    if visit.consent is None:
        return
    if not visit.consent.effective_on <= visit.service_date <= visit.consent.ended_on:
        words = "The authorization does not cover the day of service."
        yield _found("A02", Severity.WARNING, words, "The authorization on file")
    if visit.consent.procedure_codes and (outside := sorted(set(needed) - visit.consent.procedure_codes)):
        words = f"The authorization does not cover {', '.join(outside)}."
        yield _found("A02", Severity.WARNING, words, "The authorization on file")


def accident(visit: Visit) -> Iterator[Finding]:
    """T07: an auto accident happened in a state, an accident on a day that has come."""
    if visit.related_cause == _AUTO and not visit.accident_state:
        words = "An auto accident needs the state where it happened."
        yield _found("T07", Severity.ERROR, words, f"{_GUIDE}, CLM11-4")
    if visit.related_cause and visit.accident_date is None:
        words = "An accident needs its date."
        yield _found("T07", Severity.WARNING, words, f"{_GUIDE}, DTP*439")
    if visit.accident_date and visit.accident_date > visit.service_date:
        yield _found("T07", Severity.ERROR, "The accident is after the visit.", f"{_GUIDE}, DTP*439")


def admission(visit: Visit) -> Iterator[Finding]:
    """T08: an inpatient was admitted on a day, not after the visit."""
    if visit.place_of_service_code in _INPATIENT and visit.admission_date is None:
        words = "An inpatient service needs the admission date."
        yield _found("T08", Severity.ERROR, words, f"{_GUIDE}, DTP*435")
    if visit.admission_date and visit.admission_date > visit.service_date:
        yield _found("T08", Severity.ERROR, "The admission is after the visit.", f"{_GUIDE}, DTP*435")


def _found(edit: str, severity: Severity, words: str, source: str) -> Finding:
    return Finding(edit, severity, Part.VISIT, 0, words, source)
