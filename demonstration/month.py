"""Practices' days, one after the other: their people act, the worker carries, the payers answer."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from clearinghouse.actions.fetching import fetch_files
from clearinghouse.models import Connection
from coding.models import Encounter
from coding.states import EncounterStatus
from demonstration.accounts import Accounts
from demonstration.back_office import BackOffice
from demonstration.box import Wire
from demonstration.denial_desk import DenialDesk
from demonstration.office import Office, numbered
from demonstration.pace import Pace, Work
from demonstration.setting import Setting
from demonstration.visits import PlannedVisit
from patients.actions.eligibility import sweep_visits
from rcm import clock
from rcm.models import OutboxMessage, OutboxQuerySet

PATIENCE_SECONDS = 180
STILL_SECONDS = 8
LOOK_EVERY_SECONDS = 0.03
SOON = timedelta(seconds=15)
SATURDAY = 5
SEEN_AFTER = timedelta(minutes=45)


class WorkerStuck(Exception):
    """The worker does not get done with what is due; its log tells why."""


@dataclass
class House:
    """A practice at work: its people, its connection, and all visits there will be, in order."""

    office: Office
    back_office: BackOffice
    denials: DenialDesk
    accounts: Accounts
    connection: Connection
    pace: Pace
    visits: Sequence[PlannedVisit]
    booked_ahead: timedelta = timedelta(days=3)
    _by_number: dict[int, PlannedVisit] = field(init=False)

    def __post_init__(self) -> None:
        self._by_number = {visit.number: visit for visit in self.visits}

    @property
    def setting(self) -> Setting:
        """The practice, who works there and where."""
        return self.office.setting

    def on(self, first: date, last: date) -> Iterator[PlannedVisit]:
        """The visits of these days."""
        return (visit for visit in self.visits if first <= visit.day <= last)

    def to_code(self, *, now: datetime) -> Iterator[tuple[PlannedVisit, Encounter]]:
        """The visits whose notes have lain their time, oldest first."""
        waiting = Encounter.objects.filter(
            practice=self.setting.practice, status=EncounterStatus.OPEN, appointment__isnull=False
        )
        for encounter in waiting.select_related("appointment", "practice").order_by("service_date", "pk"):
            number = numbered(encounter.appointment.external_id) if encounter.appointment else None
            visit = self._by_number.get(number) if number is not None else None
            if visit and self.office.moment(visit) + self.pace.rest(Work.CODING, visit.number) <= now:
                yield visit, encounter


@dataclass
class Month:
    """So many days of some practices.

    `in_order`: claims are built one after the other, so that they get the same numbers, and luck, every time.
    `moved` is told every moment to which the clock is set.
    """

    houses: Sequence[House]
    wire: Wire
    in_order: bool = True
    moved: Callable[[datetime], None] = lambda _moment: None

    def run(self, first_day: date, days: int, *, tell: Callable[[str], None]) -> None:
        """Live through the days. Moves the demonstration's clock."""
        for number in range(days):
            day = first_day + timedelta(days=number)
            tell(f"day {number + 1} of {days}: {day:%m/%d/%Y}")
            self.live(day)

    def live(self, day: date, *, until: datetime | None = None) -> None:
        """One day, or what of it has passed by `until`. A day that was cut short may be lived again."""
        hours: tuple[tuple[int, Callable[[date, datetime], None]], ...] = (
            (7, self._morning),
            (9, self._office_hours),
            (17, self._visits),
            (18, self._send),
            (21, self._night),
        )
        for hour, work in hours:
            moment = self.houses[0].office.at(day, hour * 60)
            if until is not None and moment > until:
                self._visits(day, self._go(until))
                self._exchange()
                return
            work(day, self._go(moment))
            self.wait_for_worker()

    def wait_for_worker(self) -> None:
        """Until every message that is due is delivered.

        When all stands still behind the lease of a worker that died, time passes it by. Raises WorkerStuck.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        seen, since = self._waiting(), time.monotonic()
        while seen:
            if time.monotonic() > deadline:
                raise WorkerStuck(", ".join(sorted(set(self._at_work().values_list("topic", flat=True)))))
            time.sleep(LOOK_EVERY_SECONDS)
            if (waiting := self._waiting()) != seen:
                seen, since = waiting, time.monotonic()
            elif time.monotonic() - since > STILL_SECONDS:
                self._go(max(clock.now(), max(until for _, until, _ in seen)))
                since = time.monotonic()

    def _morning(self, day: date, now: datetime) -> None:
        """Appointments of the days ahead are made, and their coverage is verified."""
        for house in self.houses:
            with transaction.atomic():
                for visit in house.on(day, day + house.booked_ahead):
                    house.office.book(visit, now=now)
            with transaction.atomic():
                for visit in house.on(day, day):
                    house.office.call_off(visit, now=now)
                sweep_visits(practice=house.setting.practice, now=now)
                house.back_office.ask_about_silence(now=now)

    def _office_hours(self, day: date, now: datetime) -> None:
        """What lies on the desks from the days before; nobody works on it at the weekend."""
        if day.weekday() >= SATURDAY:
            return
        for house in self.houses:
            with transaction.atomic():
                house.back_office.mend_claims(now=now)
                house.back_office.take_back_claims(now=now)
            house.back_office.work_parked(now=now)
            house.denials.work(today=day, now=now)
            self._code(house, now=now)

    def _visits(self, day: date, now: datetime) -> None:
        """Who has come by now, and has been seen; what nobody lets lie is coded at once."""
        for house in self.houses:
            with transaction.atomic():
                for visit in house.on(day, day):
                    moment = house.office.moment(visit)
                    if moment <= now and house.office.receive(visit) and moment + SEEN_AFTER <= now:
                        house.office.see(visit)
            self._code(house, now=now)

    def _code(self, house: House, *, now: datetime) -> None:
        # In one transaction the worker is rung for once; in order it has to be done with each.
        with nullcontext() if self.in_order else transaction.atomic():
            for visit, encounter in house.to_code(now=now):
                house.office.code(visit, encounter, now=now)
                if self.in_order:
                    self.wait_for_worker()

    def _send(self, day: date, now: datetime) -> None:
        if day.weekday() < SATURDAY:
            for house in self.houses:
                house.back_office.send_claims(now=now)
            self.wait_for_worker()
            self.wire.catch_up()

    def _night(self, day: date, now: datetime) -> None:
        self._exchange()
        for house in self.houses:
            house.accounts.bill_patients(today=day, now=now)

    def _exchange(self) -> None:
        """The payers work, their answers are fetched and read, until nothing more comes."""
        self.wait_for_worker()
        self.wire.catch_up()
        while sum(self._fetch(house) for house in self.houses):
            self.wait_for_worker()
            self.wire.catch_up()

    def _fetch(self, house: House) -> int:
        if not self.wire.has_mail(house.connection.sftp_username):
            return 0
        return fetch_files(connection=house.connection, now=clock.now())

    def _go(self, moment: datetime) -> datetime:
        """Move the clock of every process to that moment; never back."""
        if moment > clock.now():
            self.moved(moment)
            clock.set_to(moment)
        return clock.now()

    def _waiting(self) -> set[tuple[int, datetime, int]]:
        """Each message at work, until when it is left alone, and its tries."""
        rows = self._at_work().values_list("pk", "due_at", "offered_until", "attempts")
        return {(pk, max(due_at, offered), attempts) for pk, due_at, offered, attempts in rows}

    def _at_work(self) -> OutboxQuerySet:
        """Messages of these practices that are due soon, or in a worker's hands."""
        practices = [house.setting.practice.pk for house in self.houses]
        waiting = OutboxMessage.objects.undelivered().filter(
            scope_practice_id__in=practices, attempts__lt=OutboxMessage.MAX_ATTEMPTS
        )
        return waiting.filter(Q(due_at__lte=clock.now() + SOON) | Q(attempts__gt=0, last_error=""))
