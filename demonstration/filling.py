"""The demonstration's own past: its practices live through their days, up to the present moment.

Everything goes the real way: the product's own actions, the worker, the payer in a box. What a day has done
is found done when that day is lived a second time, so a run may be cut short anywhere.
"""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

from claims.models import Submission
from clearinghouse.models import Connection
from coding.models import Encounter
from demonstration.accounts import Accounts
from demonstration.back_office import BackOffice
from demonstration.box import Wire, connect
from demonstration.cast import Person, invent
from demonstration.denial_desk import DenialDesk
from demonstration.models import Filling
from demonstration.month import House, Month
from demonstration.office import Office
from demonstration.opening import HOUSES, ZONE
from demonstration.opening import House as Opened
from demonstration.pace import USUAL, Pace
from demonstration.queries import label
from demonstration.setting import read_setting
from demonstration.visits import PlannedVisit, plan_days
from practice.models import Practice
from rcm import clock
from rcm.db import practice_scope

BOOKED_AHEAD = timedelta(days=8)
CARELESS = 0.2
CHILDREN_SHARE = 10
WHILE_FILLING, AFTERWARDS = "quarter", "demonstration"
"""How the payers behave: in days of the clock, and in seconds once the present is reached."""


def fill(*, filling: Filling, wire: Wire, tell: Callable[[str], None]) -> None:
    """Live through what is left of the filling, and bring the clock back to real time.

    Raises demonstration.month.WorkerStuck and whatever an action refuses; called again, it goes on.
    """
    wire.play(WHILE_FILLING)
    filling.days = max(filling.days, (_today() - filling.first_day).days + 1)
    filling.failure = ""
    filling.save(update_fields=["days", "failure"])
    practices = [Practice.objects.get(claim_prefix=house.facts.claim_prefix) for house in HOUSES]
    with practice_scope([practice.pk for practice in practices]):
        houses = [
            _house(opened, practice, filling, wire)
            for opened, practice in zip(HOUSES, practices, strict=True)
        ]
        month = Month(houses, wire, in_order=False, moved=lambda moment: _note_clock(filling, moment))
        _set_clock_back(filling, month)
        while filling.finished_at is None:
            _live_a_day(filling, month)
            tell(label(filling))
    wire.play(AFTERWARDS)


def _live_a_day(filling: Filling, month: Month) -> None:
    """The next day, whole or up to the present, and a note that it is done."""
    day = filling.first_day + timedelta(days=filling.days_done)
    is_last = day >= _today()
    month.live(day, until=clock.real_now() if is_last else None)
    practices = [house.setting.practice for house in month.houses]
    filling.days_done += 1
    filling.days = max(filling.days, filling.days_done)  # midnight may pass meanwhile
    filling.visits = Encounter.objects.filter(practice__in=practices).count()
    filling.claims_sent = Submission.objects.filter(practice__in=practices).count()
    if is_last:
        clock.reset()
        filling.finished_at = clock.real_now()
    filling.save(update_fields=["days", "days_done", "visits", "claims_sent", "finished_at"])


def _set_clock_back(filling: Filling, month: Month) -> None:
    """Time went on while nobody lived: what was under way is finished, then the clock stands where it was.

    Not earlier, so that every lease that was given out is over or will be.
    """
    if clock.now() > filling.clock_at + timedelta(hours=1):
        month.wait_for_worker()
        clock.set_to(filling.clock_at)


def _note_clock(filling: Filling, moment: datetime) -> None:
    Filling.objects.filter(pk=filling.pk).update(clock_at=moment)


def _house(opened: Opened, practice: Practice, filling: Filling, wire: Wire) -> House:
    setting = read_setting(practice)
    people = _people(opened, filling)
    pace = Pace(opened.seed, USUAL, is_human=True)
    office = Office(setting, people, careless=CARELESS)
    office.recall()
    back_office = BackOffice(setting, people, pace)
    return House(
        office=office,
        back_office=back_office,
        denials=DenialDesk(setting, back_office, wire.endpoints, pace),
        accounts=Accounts(setting, pace),
        connection=_connection(opened, practice, wire),
        pace=pace,
        visits=_plan(opened, filling),
        booked_ahead=BOOKED_AHEAD,
    )


def planned(filling: Filling) -> dict[str, list[PlannedVisit]]:
    """By claim prefix, the visits that are booked once the filling is through."""
    last = filling.first_day + timedelta(days=filling.days - 1) + BOOKED_AHEAD
    return {
        opened.facts.claim_prefix: [visit for visit in _plan(opened, filling) if visit.day <= last]
        for opened in HOUSES
    }


def _plan(opened: Opened, filling: Filling) -> list[PlannedVisit]:
    """All visits of a practice from its first day on, some days more than are lived through."""
    return plan_days(
        _people(opened, filling),
        first_day=filling.first_day,
        last_day=filling.first_day + timedelta(days=filling.days) + BOOKED_AHEAD,
        providers=len(opened.facts.providers),
        flow=opened.flow.scaled(filling.patients),
        seed=opened.seed,
    )


def _people(opened: Opened, filling: Filling) -> list[Person]:
    """Everybody there is of a practice; its main practice has so many patients, the other a tenth of that."""
    count = filling.patients if opened is HOUSES[0] else max(1, filling.patients // CHILDREN_SHARE)
    return invent(count, chance=random.Random(opened.seed), today=filling.first_day, ages=opened.ages)


def _connection(opened: Opened, practice: Practice, wire: Wire) -> Connection:
    return connect(practice=practice, endpoints=wire.endpoints, now=clock.now(), mailbox=opened.mailbox)


def _today() -> date:
    return clock.real_now().astimezone(ZONE).date()
