"""Who came in, who was kept out, and with which second factor: the trail of the door, and its rules."""

from datetime import datetime

from django.db import transaction

from practice.models import Practice, User
from rcm import audit
from rcm.db import practice_scope

IDLE_MINUTES = range(5, 61)


class IdleMinutesOutOfRange(Exception):
    """A screen with patients on it stands idle for at least 5 minutes and at most 60."""


def note_signed_in(*, user: User, methods: list[str], address: str, now: datetime) -> None:
    """Write down that a person came in; `methods` as allauth names them (password, mfa), an IP `address`."""
    _note("signed_in", user, by=user, now=now, methods=methods, address=address)


def note_sign_in_failed(*, username: str, step: str, address: str, now: datetime) -> None:
    """Write down a wrong password or code (`step`) for somebody whom we know.

    A name that nobody has leaves no row: people type passwords into that field.
    """
    user = _known(username)
    if user is not None:
        _note("sign_in_failed", user, by=None, now=now, step=step, address=address)


def note_locked_out(*, username: str, address: str, now: datetime) -> None:
    """Write down that a person's name is locked for an address, after too many wrong passwords."""
    user = _known(username)
    if user is not None:
        _note("locked_out", user, by=None, now=now, address=address)


def note_signed_out(*, user: User, why: str, now: datetime) -> None:
    """Write down that a person left; `why` says so where they did not ask for it."""
    with transaction.atomic():
        audit.record("signed_out", user, now=now, by=user, why=why)


def note_sign_in_changed(*, user: User, what: str, now: datetime) -> None:
    """Write down a change to how a person signs in: a password, a second factor added or removed."""
    _note("sign_in_changed", user, by=user, now=now, what=what)


def note_practice_chosen(*, user: User, practice: Practice | None, now: datetime) -> None:
    """Write down that a person works in one practice from now on; None: in all of theirs."""
    scope = [] if practice is None else [practice.pk]
    with practice_scope(scope), transaction.atomic():
        audit.record("switched", practice or user, now=now, by=user)


def set_sign_in_rules(
    *, practice: Practice, second_factor_required: bool, idle_minutes: int, by: User | None, now: datetime
) -> Practice:
    """How people come into a practice and how long they stay; holds from their next click.

    Raises IdleMinutesOutOfRange.
    """
    if idle_minutes not in IDLE_MINUTES:
        raise IdleMinutesOutOfRange
    with transaction.atomic():
        practice.second_factor_required = second_factor_required
        practice.idle_minutes = idle_minutes
        practice.save(update_fields=["second_factor_required", "idle_minutes"])
        rules = {"second_factor_required": second_factor_required, "idle_minutes": idle_minutes}
        audit.record("sign_in_rules_set", practice, now=now, by=by, data=rules)
    return practice


def _note(verb: str, user: User, *, by: User | None, now: datetime, **data: str | list[str]) -> None:
    """A row of no practice in particular: a person's sign-in belongs to all that they work in."""
    with transaction.atomic():
        audit.record(verb, user, now=now, by=by, data=data)


def _known(username: str) -> User | None:
    return User.objects.filter(username__iexact=username).first() if username else None
