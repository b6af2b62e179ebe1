"""Who came in, who was kept out, and with which second factor: the trail of the door."""

from datetime import datetime

from django.db import transaction

from practice.models import Practice, User
from rcm import audit
from rcm.db import practice_scope


def note_practice_chosen(*, user: User, practice: Practice | None, now: datetime) -> None:
    """Write down that a person works in one practice from now on; None: in all of theirs."""
    scope = [] if practice is None else [practice.pk]
    with practice_scope(scope), transaction.atomic():
        audit.record("switched", practice or user, now=now, by=user)
