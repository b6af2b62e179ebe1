"""A payer's answer about coverage, in plain words with the evidence."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from clearinghouse.models import Interchange
from clearinghouse.queries import NoConnection, transaction_of
from patients.actions.eligibility import NotEnrolled, request_eligibility
from patients.actions.record import note_read
from patients.edi import said_about, service_of
from patients.models import EligibilityCheck
from patients.queries.record import booked_on, checks_of_visit
from patients.rules.plain_words import Line, everything, explained
from patients.rules.refusal import advice, is_about_the_practice
from patients.rules.standing import WORDS, Standing
from patients.states import EligibilityStatus
from patients.views.doors import KEEPERS, READERS, check_of, may_keep
from patients.views.moments import in_words
from patients.views.schedule import CANNOT_ASK, PATIENCE
from practice.access import StaffRequest, allow
from rcm import clock
from rcm.ui import page_or_part
from x12 import eligibility_270_271 as x270
from x12.eligibility_270_271.words import SERVICE_TYPES
from x12.errors import X12Error


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the payer did not answer, and what a desk does about it."""

    words: str
    to_do: str
    about_the_practice: bool
    segment: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the stored 271 says: explained, refused, and every row of it."""

    lines: list[Line]
    refusals: list[Refusal]
    rows: list[Line]


@require_GET
@allow(*READERS)
def answer(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One question and its answer; the page looks again by itself while the payer is asked."""
    check = check_of(request, public_id)
    pending = check.status == EligibilityStatus.PENDING
    now = clock.now()
    if not request.headers.get("HX-Request"):
        note_read(patient=check.coverage.patient, by=request.user, now=now)
    context: dict[str, object] = {
        "record": check,
        "words": WORDS[Standing(check.status)],
        "said": _said(check),
        "services": ", ".join(SERVICE_TYPES.get(code, code) for code in check.service_types),
        "poll": ("every 2s" if now - check.requested_at < PATIENCE else "every 30s") if pending else "",
        "others": in_words(checks_of_visit(check=check)),
        "may_keep": may_keep(request),
        "visit": booked_on(patient=check.coverage.patient, day=check.service_date),
        "papers": [paper for paper in (_paper("270", check.request), _paper("271", check.response)) if paper],
    }
    return page_or_part(request, "patients/eligibility.html", "answer", context)


@require_POST
@allow(*KEEPERS)
def repetition(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Ask the same question again."""
    check = check_of(request, public_id)
    try:
        asked = request_eligibility(
            coverage=check.coverage,
            service_date=check.service_date,
            service_types=check.service_types,
            by=request.user,
            now=clock.now(),
        )
    except (NoConnection, NotEnrolled) as error:
        messages.error(request, CANNOT_ASK[type(error)])
        return redirect("patients:eligibility", public_id)
    return redirect("patients:eligibility", asked.public_id)


@dataclass(frozen=True, slots=True)
class Paper:
    """A stored document, one segment to a line."""

    kind: str
    interchange: Interchange
    lines: list[str]


def _paper(kind: str, interchange: Interchange | None) -> Paper | None:
    if interchange is None:
        return None
    text = bytes(interchange.content).decode("ascii", "replace")
    return Paper(kind, interchange, [line.strip() for line in text.split("~") if line.strip()])


def _said(check: EligibilityCheck) -> Said | None:
    """The stored answer, read again; None where there is none, or none that can be read."""
    if check.response is None:
        return None
    for document in check.response.documents.filter(kind="271").order_by("position"):
        try:
            response = x270.read_response(transaction_of(document))
        except X12Error:
            continue
        about, said = said_about(check, response)
        return Said(
            lines=explained(said, service=service_of(check)),
            refusals=[_refusal(at.rejection) for at in said.rejections],
            rows=everything(about.benefits if about else ()),
        )
    return None


def _refusal(rejection: x270.Rejection) -> Refusal:
    segment = f"AAA*{rejection.valid}*{rejection.agency}*{rejection.reason}*{rejection.follow_up}"
    return Refusal(
        words=rejection.words,
        to_do=advice(rejection.reason),
        about_the_practice=is_about_the_practice(rejection.reason),
        segment=segment,
    )
