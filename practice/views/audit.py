"""The audit search: who did or read what, when and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.apps import apps
from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from practice.access import StaffRequest, allow
from practice.models import Membership, Payer, Practice, Role, User
from practice.queries import people_in, practices_of
from practice.views.editing import ids
from practice.views.people import name_of
from practice.views.trail import REFERENCES, done_words, kind_of, with_references
from rcm import clock
from rcm.models import AuditEvent
from rcm.ui.cells import Column, Kind
from rcm.ui.doors import opens
from rcm.ui.filters import Choices, Filter
from rcm.ui.pages import queue_page
from rcm.ui.queue import Queue

READERS = (Role.ADMINISTRATOR, Role.AUDITOR)

ACTS = {
    "read": ("Looked at a record", Q(verb__endswith=".read")),
    "status": ("Moved to another state", Q(verb__endswith=".status")),
    "export": ("Exported or downloaded", Q(verb__endswith=".export") | Q(verb__endswith=".downloaded")),
    "sign_in": (
        "Signed in or out",
        Q(verb__in=("user.signed_in", "user.signed_out", "user.sign_in_failed", "user.locked_out")),
    ),
    "access": (
        "Changed who may do what",
        Q(verb__startswith="membership.") | Q(verb__startswith="apitoken.") | Q(verb="user.deactivated"),
    ),
    "change": ("Changed or corrected", Q(verb__endswith=".changed") | Q(verb__endswith=".corrected")),
}


def events_of(practices: Sequence[int]) -> QuerySet[AuditEvent]:
    """What happened in these practices, at the door to the people who work there, and to shared payers."""
    people = Membership.objects.of(practices).values("user")
    organizations = Practice.objects.filter(pk__in=practices).values("organization")
    payers = Payer.objects.filter(organization__in=organizations).values("pk")
    door = Q(practice_id=None, subject_label=User._meta.label, subject_id__in=people)
    shared = Q(practice_id=None, subject_label=Payer._meta.label, subject_id__in=payers)
    return AuditEvent.objects.filter(Q(practice_id__in=practices) | door | shared)


def _rows(practices: Sequence[int], _now: datetime) -> QuerySet[AuditEvent]:
    listed = with_references(events_of(practices)).annotate(public_id=F("pk"))
    return listed.select_related("actor").order_by("-happened_at", "-pk")


def _who(event: AuditEvent) -> str:
    return name_of(event.actor) if isinstance(event.actor, User) else "The system"


def _about(event: AuditEvent) -> str:
    reference: Any = getattr(event, "reference", "")
    return f"{kind_of(event.subject_label)} {reference or ''}".strip()


def _people(practices: Sequence[int]) -> Choices:
    return [("system", "The system")] + [
        (str(person.public_id), name_of(person)) for person in people_in(practices)
    ]


def _on(value: tuple[str, UUID]) -> Q:
    """Events about one record; `rows` has bounded them to the practices in play."""
    label, public_id = value
    if label not in REFERENCES:
        return Q(pk=None)
    rows = apps.get_model(label)._base_manager.filter(public_id=public_id)
    return Q(subject_label=label, subject_id__in=rows.values("pk"))


def _by(value: str) -> Q:
    return Q(actor=None) if value == "system" else Q(actor__public_id=value)


def _kinds(_practices: Sequence[int]) -> Choices:
    return sorted(((label, kind_of(label)) for label in REFERENCES), key=lambda each: each[1])


def _practices(practices: Sequence[int]) -> Choices:
    return [(str(each.public_id), each.name) for each in practices_of(practices)]


AUDIT = Queue[AuditEvent](
    name="practice.audit",
    title="Audit trail",
    noun="event",
    url_name="practice:audit",
    intro="Who did or read what. Rows are written once; nobody can change or remove them.",
    rows=_rows,
    label=done_words,
    record_url=lambda event: reverse("practice:audit_event", args=[event.pk]),
    empty="Nothing was done yet.",
    header_template="practice/_audit_head.html",
    columns=(
        Column("when", "When", lambda event: event.happened_at, Kind.MOMENT, ("happened_at",)),
        Column("who", "Who", _who, sort=("actor__last_name", "actor__first_name")),
        Column("what", "What", lambda event: done_words(event).capitalize(), sort=("verb",)),
        Column("about", "To what", _about, sort=("subject_label",)),
        Column("why", "Why", lambda event: event.why, detail=lambda event: event.source, wide=True),
    ),
    filters=(
        Filter("who", "Who", _by, _people),
        Filter(
            "act",
            "What",
            lambda value: ACTS[value][1],
            lambda _practices: [(name, words) for name, (words, _) in ACTS.items()],
        ),
        Filter("kind", "To what", lambda value: Q(subject_label=value), _kinds),
        Filter("record", "Record", _on, kind="record"),
        Filter(
            "practice",
            "Practice",
            lambda value: Q(practice_id__in=Practice.objects.filter(public_id=value).values("pk")),
            _practices,
        ),
        Filter("from", "From", lambda day: Q(happened_at__date__gte=day), kind="day"),
        Filter("until", "Until", lambda day: Q(happened_at__date__lte=day), kind="day"),
    ),
    taken_by_hand=False,
)


@require_GET
@allow(*READERS)
def audit(request: StaffRequest) -> HttpResponse:
    """Everything that was done or read, to be searched."""
    return queue_page(request, AUDIT)


@require_GET
@allow(*READERS)
def audit_event(request: StaffRequest, pk: int) -> HttpResponse:
    """One event, with all that was written down about it."""
    found = get_object_or_404(_rows(ids(request), clock.now()), pk=pk)
    practice = next((each for each in request.practices if each.pk == found.practice_id), None)
    context = {
        "record": found,
        "who": _who(found),
        "what": done_words(found).capitalize(),
        "about": _about(found),
        "url": _url(request, found),
        "trail": _trail(found),
        "practice": practice,
        "facts": [(name.replace("_", " ").capitalize(), _said(value)) for name, value in found.data.items()],
    }
    return render(request, "practice/audit_event.html", context)


def _url(request: StaffRequest, event: AuditEvent) -> str:
    """The record it is about, where it has a page that opens for who asks."""
    known, public_id = REFERENCES.get(event.subject_label), getattr(event, "subject_uuid", "")
    if known is None or not known.page or not public_id:
        return ""
    about_person = event.subject_label == User._meta.label
    if about_person and not people_in(ids(request)).filter(public_id=public_id).exists():
        return ""  # a program, whose account is its token's
    try:
        url = reverse(known.page, args=[public_id])
    except NoReverseMatch:
        return ""
    return url if opens(url, request.roles) else ""


def _trail(event: AuditEvent) -> str:
    """Everything on the record that the event is about; empty where it cannot be told from others."""
    public_id = getattr(event, "subject_uuid", "")
    return trail_url(event.subject_label, public_id) if public_id else ""


def trail_url(label: str, public_id: object) -> str:
    """The audit trail of one record."""
    return f"{reverse('practice:audit')}?{urlencode({'record': f'{label}:{public_id}'})}"


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(each).replace("_", " ") for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
