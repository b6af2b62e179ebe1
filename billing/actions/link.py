"""The link in a letter: made, opened by a birth date, revoked."""

import hmac
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from billing.models import DunningNotice, Statement, StatementLink
from billing.queries.online import birth_dates_behind
from billing.rules.token import hash_of, new_token
from practice.models import User
from rcm import audit

GOOD_FOR = timedelta(days=60)
TRIES = 5


class LinkDead(Exception):
    """The link is expired, revoked or locked."""


class WrongBirthDate(Exception):
    """No person on the statement was born on that day. `tries_left` is 0 when that locked the link."""

    def __init__(self, tries_left: int) -> None:
        super().__init__()
        self.tries_left = tries_left


def address_of(token: str) -> str:
    """The whole address of a statement, as a letter carries it."""
    return settings.PUBLIC_URL + reverse("billing:patient_statement", args=[token])


def make_link(
    *,
    statement: Statement,
    now: datetime,
    by: User | None = None,
    notice: DunningNotice | None = None,
    token: str = "",
) -> str:
    """A new address of the statement, good for sixty days. It is told here and nowhere again.

    `token` is one already printed on the paper. For a person who asks for it, `by` is them.
    """
    token = token or new_token()
    with transaction.atomic():
        link = StatementLink.objects.create(
            practice_id=statement.practice_id,
            statement=statement,
            notice=notice,
            token_hash=hash_of(token),
            made_at=now,
            expires_at=now + GOOD_FOR,
        )
        audit.record("made", link, now=now, by=by)
    return address_of(token)


def open_link(*, link: StatementLink, birth_date: date, now: datetime) -> None:
    """Let in whoever knows the birth date of the guarantor or of a patient on the statement.

    Raises LinkDead, and WrongBirthDate, whose fifth time in a row locks the link.
    """
    with transaction.atomic():
        held = StatementLink.objects.select_for_update().get(pk=link.pk)
        if not held.is_live(now=now):
            raise LinkDead
        right = _is_among(birth_date, birth_dates_behind(statement=held.statement))
        held.wrong_tries = 0 if right else held.wrong_tries + 1
        held.opened_at = held.opened_at or (now if right else None)
        held.locked_at = now if held.wrong_tries >= TRIES else None
        held.save(update_fields=["wrong_tries", "opened_at", "locked_at"])
        verb = "opened" if right else "locked" if held.locked_at else "refused"
        audit.record(verb, held, now=now, by=None)
    if not right:
        raise WrongBirthDate(TRIES - held.wrong_tries)


def revoke_links(*, statement: Statement, by: User, now: datetime) -> int:
    """Close every address of a statement that is still good; how many there were."""
    with transaction.atomic():
        live = StatementLink.objects.select_for_update().filter(
            statement=statement, revoked_at=None, expires_at__gt=now
        )
        for link in live:
            link.revoked_at = now
            link.save(update_fields=["revoked_at"])
            audit.record("revoked", link, now=now, by=by)
    return len(live)


def _is_among(day: date, known: Iterable[date]) -> bool:
    """Every known date is compared, whichever is right, so that the time taken says nothing."""
    said = day.isoformat().encode()
    same = [hmac.compare_digest(said, each.isoformat().encode()) for each in known]
    return any(same)
