"""What happened, in words: audit events as a timeline reads them, and questions to payers."""

from collections.abc import Iterable
from typing import Any

from patients.models import EligibilityCheck
from patients.rules.standing import WORDS, Standing, Words
from patients.states import AppointmentStatus
from rcm.models import AuditEvent
from rcm.ui.history import name_of
from rcm.ui.timeline import Moment, Tone

_TITLES = {
    "patient.registered": "Registered",
    "patient.corrected": "Details corrected",
    "patient.read": "Record opened",
    "guarantor.registered": "Guarantor registered",
    "guarantor.corrected": "Guarantor corrected",
    "coverage.added": "Coverage added",
    "coverage.corrected": "Coverage corrected",
    "eligibilitycheck.requested": "Payer asked about coverage",
    "appointment.booked": "Visit booked",
    "appointment.moved": "Visit moved",
}
_VISITS: dict[str, tuple[str, Tone]] = {
    AppointmentStatus.BOOKED: ("Visit open again", "plain"),
    AppointmentStatus.ARRIVED: ("Checked in", "good"),
    AppointmentStatus.COMPLETED: ("Visit completed", "good"),
    AppointmentStatus.NO_SHOW: ("Did not come", "bad"),
    AppointmentStatus.CANCELED: ("Visit canceled", "attention"),
}


def moments(events: Iterable[AuditEvent]) -> list[Moment]:
    """The events in words, newest first; what one person reads several times in a row stands once."""
    found: list[Moment] = []
    for event in events:
        happened = _moment(event)
        if found and happened.title == "Record opened" and _same(found[-1], happened):
            continue
        found.append(happened)
    return found


def in_words(checks: Iterable[EligibilityCheck]) -> list[tuple[EligibilityCheck, Words]]:
    """Each question with what became of it."""
    return [(check, WORDS[Standing(check.status)]) for check in checks]


def _moment(event: AuditEvent) -> Moment:
    title, tone = _said(event)
    return Moment(
        at=event.happened_at,
        title=title,
        detail=_detail(event),
        who=name_of(event) or "automatically",
        tone=tone,
    )


def _said(event: AuditEvent) -> tuple[str, Tone]:
    data: dict[str, Any] = event.data
    if event.verb == "appointment.status" and data.get("to") in _VISITS:
        return _VISITS[data["to"]]
    if event.verb == "eligibilitycheck.status" and data.get("to") in list(Standing):
        words = WORDS[Standing(data["to"])]
        return f"Payer's answer: {words.label.lower()}", words.tone
    if event.verb in _TITLES:
        return _TITLES[event.verb], "plain"
    return event.verb.replace(".", " ").replace("_", " ").capitalize(), "plain"


def _detail(event: AuditEvent) -> str:
    if event.why:
        return event.why
    names = event.data.get("fields")
    return ", ".join(name.replace("_", " ") for name in names) if isinstance(names, list) else ""


def _same(one: Moment, other: Moment) -> bool:
    return (one.title, one.who) == (other.title, other.who)
