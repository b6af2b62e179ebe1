"""A practice from its first minute: open, with somebody in it who can let others in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from practice.actions.organization import create_organization, open_practice
from practice.actions.staff import create_user, grant_role
from practice.models import Organization, Practice, Role, User
from rcm.db import current_scope, practice_scope


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPerson:
    """Who lets the others in: the name they sign in under, and where their mail goes."""

    username: str
    email: str
    first_name: str = ""
    last_name: str = ""


def open_administered_practice(
    *, organization: Organization, administrator: User, by: User | None, now: datetime, **about: Any
) -> Practice:
    """A practice as `open_practice` opens it (`about` is what it asks for), administered by this person.

    Raises what `open_practice` raises, and then nothing is left behind.
    """
    with transaction.atomic():
        practice = open_practice(organization=organization, by=by, now=now, **about)
        with practice_scope([*current_scope(), practice.pk]):
            grant_role(user=administrator, practice=practice, role=Role.ADMINISTRATOR, by=by, now=now)
    return practice


def open_first_practice(
    *, organization: str, administrator: FirstPerson, now: datetime, **about: Any
) -> User:
    """A new organization, its first practice, and the person who administers it; who has no password yet.

    Raises UsernameTaken and what `open_practice` raises, and then nothing is left behind.
    """
    with transaction.atomic():
        person = create_user(
            username=administrator.username,
            password=None,
            email=administrator.email,
            first_name=administrator.first_name,
            last_name=administrator.last_name,
            by=None,
            now=now,
        )
        owner = create_organization(name=organization, by=None, now=now)
        open_administered_practice(organization=owner, administrator=person, by=None, now=now, **about)
    return person
