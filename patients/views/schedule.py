"""The schedule of the day: who comes, what is known of their coverage, and what to do next."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from clearinghouse.queries import NoConnection
from patients.actions.eligibility import NoCoverage, NotEnrolled, request_for_visit
from patients.models import Appointment
from patients.queries import day_sheet, with_coverage
from patients.rules.standing import WORDS, Standing, Step, Words, next_steps, standing
from patients.states import AppointmentStatus
from patients.views.doors import KEEPERS, READERS, practice_ids, visit_of, works_at_desk
from practice.access import StaffRequest, allow
from rcm import clock
from rcm.money import ZERO
from rcm.ui.cells import Status
from rcm.ui.fields import day_of
from rcm.ui.timeline import Tone

STATUS_TONES: dict[str, Tone] = {
    AppointmentStatus.BOOKED: "plain",
    AppointmentStatus.ARRIVED: "information",
    AppointmentStatus.COMPLETED: "good",
    AppointmentStatus.NO_SHOW: "bad",
    AppointmentStatus.CANCELED: "plain",
}
STATUS_WORDS = {AppointmentStatus.ARRIVED: "Checked in"}
CANNOT_ASK = {
    NoCoverage: "The patient has no coverage on this day: there is nobody to ask.",
    NoConnection: "The practice has no clearinghouse connection in use; an administrator can set one up.",
    NotEnrolled: "This payer has not approved the practice for eligibility questions yet.",
}
PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Row:
    """A visit as the sheet shows it. `visit` carries what `patients.queries.with_coverage` adds."""

    visit: Appointment
    known: Standing
    steps: list[Step]
    poll: str

    @property
    def words(self) -> Words:
        """The state of the coverage, in words."""
        return WORDS[self.known]

    @property
    def copay(self) -> Decimal | None:
        """What the patient pays at the desk, as far as the payer said; nothing where nobody came."""
        over = self.visit.status in (AppointmentStatus.CANCELED, AppointmentStatus.NO_SHOW)
        return self.visit.check_copay if self.known == Standing.ACTIVE and not over else None

    @property
    def status(self) -> Status:
        """The state of the visit, in words."""
        status = AppointmentStatus(self.visit.status)
        return Status(STATUS_WORDS.get(status, status.label), STATUS_TONES[status])


@dataclass(frozen=True, slots=True)
class Totals:
    """What stands on top of the sheet."""

    visits: int
    booked: int
    arrived: int
    completed: int
    missed: int
    in_doubt: int
    copays: Decimal


def row_of(visit: Appointment, *, today: date, now: datetime) -> Row:
    """A visit, annotated by `with_coverage`, as a row."""
    known = standing(covered=visit.covered_by is not None, status=visit.check_status)
    ahead = (visit.service_date - today).days
    poll = ""
    if known == Standing.PENDING:
        recent = visit.asked_at is not None and now - visit.asked_at < PATIENCE
        poll = "every 2s" if recent else "every 30s"
    return Row(visit, known, next_steps(status=visit.status, known=known, days_ahead=ahead), poll)


def totals_of(rows: list[Row]) -> Totals:
    """The day in figures; copays are those still to be taken."""
    count = {status: sum(row.visit.status == status for row in rows) for status in AppointmentStatus}
    waiting = [row for row in rows if row.visit.status == AppointmentStatus.BOOKED]
    return Totals(
        visits=len(rows) - count[AppointmentStatus.CANCELED],
        booked=count[AppointmentStatus.BOOKED],
        arrived=count[AppointmentStatus.ARRIVED],
        completed=count[AppointmentStatus.COMPLETED],
        missed=count[AppointmentStatus.NO_SHOW],
        in_doubt=sum(row.known not in (Standing.ACTIVE, Standing.PENDING) for row in waiting),
        copays=sum((row.copay or ZERO for row in waiting), ZERO),
    )


def day_asked(request: StaffRequest) -> tuple[date, date]:
    """The day that the address names, or today; and today, both in the practice's own time."""
    today = clock.today(timezone.get_current_timezone_name())
    return day_of(request.GET.get("day", "")) or today, today


@require_GET
@allow(*READERS)
def schedule(request: StaffRequest) -> HttpResponse:
    """The visits of one day, of all providers or one, in all states or one."""
    day, today = day_asked(request)
    practices = practice_ids(request)
    rows = [row_of(visit, today=today, now=clock.now()) for visit in day_sheet(practices=practices, day=day)]
    providers = sorted({row.visit.provider for row in rows}, key=lambda one: (one.last_name, one.pk))
    provider = next((one for one in providers if str(one.public_id) == request.GET.get("provider", "")), None)
    of_provider = [row for row in rows if provider in (None, row.visit.provider)]
    state = request.GET.get("state", "")
    context = {
        "day": day,
        "today": today,
        "previous": day - timedelta(days=1),
        "following": day + timedelta(days=1),
        "providers": [(one, sum(row.visit.provider == one for row in rows)) for one in providers],
        "provider": provider,
        "state": state if state in AppointmentStatus.values else "",
        "rows": [row for row in of_provider if state in ("", row.visit.status)],
        "all_rows": len(rows),
        "totals": totals_of(of_provider),
        "at_desk": works_at_desk(request),
    }
    return render(request, "patients/schedule.html", context)


@require_GET
@allow(*READERS)
def row(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One line of the sheet again, while a payer is asked."""
    return _row_answer(request, public_id)


@require_POST
@allow(*KEEPERS)
def ask(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Ask the payer about the day of a visit."""
    visit = visit_of(request, public_id)
    try:
        request_for_visit(appointment=visit, by=request.user, now=clock.now())
    except (NoCoverage, NoConnection, NotEnrolled) as error:
        messages.error(request, CANNOT_ASK[type(error)])
        return _to(request, reverse("patients:visit", args=[public_id]))
    if request.headers.get("HX-Request"):
        return _row_answer(request, public_id)
    messages.info(request, "The payer is being asked. The answer appears here within seconds.")
    return redirect("patients:visit", public_id)


def _row_answer(request: StaffRequest, public_id: UUID) -> HttpResponse:
    today = clock.today(timezone.get_current_timezone_name())
    found = with_coverage(Appointment.objects.of(practice_ids(request)))
    visit = get_object_or_404(found.select_related("patient", "provider", "location"), public_id=public_id)
    context = {
        "row": row_of(visit, today=today, now=clock.now()),
        "at_desk": works_at_desk(request),
        "swapped": True,
    }
    return render(request, "patients/_visit_row.html", context)


def _to(request: StaffRequest, url: str) -> HttpResponse:
    """Go to a page, whether htmx asks or a browser."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
