"""A patient's record."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from patients.actions.record import open_record
from patients.models import Patient
from patients.queries.history import history_of
from patients.queries.record import coverages_of, latest_checks, visits_of
from patients.views.doors import READERS, may_keep, works_at_desk
from patients.views.moments import in_words, moments
from patients.views.schedule import row_of
from practice.access import StaffRequest, allow
from rcm import clock
from rcm.ui.presence import arrive

HISTORY = 60
CHECKS = 12
VISITS = 12


@require_GET
@allow(*READERS)
def patient(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Everything about a patient; that it was read stands on the record."""
    now = clock.now()
    try:
        record = open_record(public_id=public_id, by=request.user, now=now)
    except Patient.DoesNotExist:
        raise Http404 from None
    today = clock.today(record.practice.time_zone)
    coming, past = visits_of(patient=record, today=today, limit=VISITS)
    context = {
        "record": record,
        "others": arrive(record, by=request.user, now=now),
        "coverages": coverages_of(patient=record),
        "checks": in_words(latest_checks(patient=record, limit=CHECKS)),
        "coming": [row_of(visit, today=today, now=now) for visit in coming],
        "past": [row_of(visit, today=today, now=now) for visit in past],
        "today": today,
        "moments": moments(history_of(patient=record, limit=HISTORY)),
        "may_keep": may_keep(request),
        "at_desk": works_at_desk(request),
    }
    return render(request, "patients/patient.html", context)
