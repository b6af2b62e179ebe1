"""The demonstration practice as it is found on the first sign-in: people, visits, and work under way."""

import random
from datetime import datetime, timedelta

from claims.actions.submission import AllHeld, ClaimNotReady, send_batch
from claims.models import Batch
from claims.queries import ready_claims
from demonstration.cast import invent
from demonstration.office import Office
from demonstration.setting import Setting, open_setting
from demonstration.visits import plan_visits
from practice.models import Practice, Role
from rcm.db import practice_scope

NAME = "Lakeside Family Medicine"
CLAIM_PREFIX = "LS"
PATIENTS = 40
DAYS_BACK, DAYS_AHEAD = 14, 7
UNCODED_DAYS = 2
SEED = 1


def open_demonstration(*, usernames: dict[Role, str], password: str, now: datetime) -> Setting:
    """Open the practice with three weeks of visits: two behind, one ahead.

    The notes of the last two days wait for a coder; everything before is coded, so that claims are built
    and go out as soon as worker and payers run.
    """
    today = now.date()
    setting = open_setting(
        name=NAME,
        claim_prefix=CLAIM_PREFIX,
        usernames=usernames,
        password=password,
        now=now,
        today=today,
    )
    chance = random.Random(SEED)
    people = invent(PATIENTS, chance=chance, today=today)
    visits = plan_visits(
        people,
        first_day=today - timedelta(days=DAYS_BACK),
        days=DAYS_BACK + DAYS_AHEAD,
        providers=len(setting.providers),
        chance=chance,
    )
    with practice_scope([setting.practice.pk]):
        office = Office(setting, people)
        for visit in visits:
            office.book(visit, now=min(now, office.moment(visit) - timedelta(days=3)))
            if visit.day >= today or not office.receive(visit):
                continue
            encounter = office.see(visit)
            if visit.day < today - timedelta(days=UNCODED_DAYS):
                office.code(visit, encounter, now=office.at(visit.day, 17 * 60))
    return setting


def send_first_claims(*, practice: Practice, now: datetime) -> None:
    """Send what the practice was opened with, in one batch; nothing once a batch has gone out."""
    ready = list(ready_claims(practice=practice))
    if not ready or Batch.objects.filter(practice=practice).exists():
        return
    try:
        send_batch(practice=practice, claims=ready, by=None, now=now)
    except (AllHeld, ClaimNotReady):  # another worker was quicker
        return
