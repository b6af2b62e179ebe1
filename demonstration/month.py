"""A practice's days, one after the other: its people act, the worker carries, the payers answer."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from clearinghouse.actions.inbound import fetch_files
from clearinghouse.models import Connection
from demonstration.back_office import BackOffice
from demonstration.box import Box
from demonstration.office import Office
from demonstration.visits import PlannedVisit
from patients.actions.eligibility import sweep_visits
from rcm import clock
from rcm.models import OutboxMessage, OutboxQuerySet

BOOKED_AHEAD = timedelta(days=3)
PATIENCE_SECONDS = 180
SOON = timedelta(seconds=15)
SATURDAY = 5


class WorkerStuck(Exception):
    """The worker does not get done with what is due; its log tells why."""


@dataclass
class Month:
    """So many days of one practice. `visits` are all there will be, in order."""

    office: Office
    back_office: BackOffice
    connection: Connection
    box: Box
    visits: list[PlannedVisit]

    def run(self, first_day: date, days: int, *, tell: Callable[[str], None]) -> None:
        """Live through the days. Moves the demonstration's clock."""
        for number in range(days):
            day = first_day + timedelta(days=number)
            tell(f"day {number + 1} of {days}: {day:%m/%d/%Y}")
            self._live(day, is_first=number == 0)

    def _live(self, day: date, *, is_first: bool) -> None:
        is_open = day.weekday() < SATURDAY
        self._morning(day, is_first=is_first)
        if is_open:
            now = self._go(day, hour=9)
            self.back_office.fix_held_claims(now=now)
            self.back_office.work_denials(today=day, now=now)
            self._visits(day)
            now = self._go(day, hour=18)
            self.back_office.send_claims(now=now)
            self._exchange()
        now = self._go(day, hour=21)
        self._exchange()
        self.back_office.bill_patients(today=day, now=now)
        self._wait_for_worker()

    def _morning(self, day: date, *, is_first: bool) -> None:
        """Appointments of the days ahead are made, and their coverage is verified."""
        now = self._go(day, hour=7)
        horizon = day + BOOKED_AHEAD
        for visit in self.visits:
            if visit.day == horizon or (is_first and day <= visit.day < horizon):
                self.office.book(visit, now=now)
        sweep_visits(practice=self.office.setting.practice, now=now)
        self.back_office.ask_about_silence(now=now)
        self._wait_for_worker()

    def _visits(self, day: date) -> None:
        today = [visit for visit in self.visits if visit.day == day]
        now = self._go(day, hour=17)
        for visit in today:
            if self.office.receive(visit):
                self.office.code(visit, self.office.see(visit), now=now)
                self._wait_for_worker()  # one by one: claims get the same numbers, and luck, every time

    def _exchange(self) -> None:
        """Files go out, the payers work, their answers are fetched and read, until nothing more comes."""
        self._wait_for_worker()
        self.box.catch_up()
        while fetch_files(connection=self.connection, now=clock.now()):
            self._wait_for_worker()
            self.box.catch_up()

    def _go(self, day: date, *, hour: int) -> datetime:
        """Move the clock of every process to that hour; never back."""
        wanted = self.office.at(day, hour * 60)
        if wanted > clock.now():
            clock.set_to(wanted)
        return clock.now()

    def _wait_for_worker(self) -> None:
        """Until every message that is due is delivered. Raises WorkerStuck."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._at_work().exists():
            if time.monotonic() > deadline:
                raise WorkerStuck(", ".join(sorted(set(self._at_work().values_list("topic", flat=True)))))
            time.sleep(0.02)

    def _at_work(self) -> OutboxQuerySet:
        """Messages of this practice that are due soon, or in a worker's hands."""
        practice = self.office.setting.practice
        waiting = OutboxMessage.objects.undelivered().filter(
            scope_practice_id=practice.pk, attempts__lt=OutboxMessage.MAX_ATTEMPTS
        )
        return waiting.filter(Q(due_at__lte=clock.now() + SOON) | Q(attempts__gt=0, last_error=""))
