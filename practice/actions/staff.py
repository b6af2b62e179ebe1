"""People, and the roles they hold in practices."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from practice.models import Membership, Practice, Role, User
from rcm import audit


class UsernameTaken(Exception):
    """Somebody signs in under this name already."""


def create_user(
    *,
    username: str,
    password: str | None,
    by: User | None,
    now: datetime,
    first_name: str = "",
    last_name: str = "",
    email: str = "",
) -> User:
    """A person who can sign in, without any role yet; password None: not until one is set.

    Raises UsernameTaken.
    """
    with transaction.atomic():
        if User.objects.filter(username__iexact=username).exists():
            raise UsernameTaken
        user = User.objects.create_user(
            username=username, email=email, password=password, first_name=first_name, last_name=last_name
        )
        audit.record("created", user, now=now, by=by)
    return user


def change_profile(
    *, user: User, first_name: str, last_name: str, email: str, by: User, now: datetime
) -> User:
    """A person's name and e-mail address, as they or an administrator say.

    The address opens the account (password reset), so an earlier one stops doing so at once.
    """
    with transaction.atomic():
        fields = {"first_name": first_name, "last_name": last_name, "email": email}
        changed = [name for name, value in fields.items() if getattr(user, name) != value]
        for name in changed:
            setattr(user, name, fields[name])
        user.save(update_fields=changed)
        if "email" in changed:
            EmailAddress.objects.filter(user=user).delete()  # allauth's copy, made when a reset was asked for
        if changed:
            audit.record("changed", user, now=now, by=by, data={"fields": changed})
    return user


def grant_role(*, user: User, practice: Practice, role: Role, by: User | None, now: datetime) -> Membership:
    """Let a person work in a practice in one more role. A role already held stays as it is."""
    with transaction.atomic():
        membership, made = Membership.objects.get_or_create(user=user, practice=practice, role=role)
        if made:
            audit.record("granted", membership, now=now, by=by, data={"role": str(role), "user": user.pk})
    return membership


def revoke_role(*, user: User, practice: Practice, role: Role, by: User, now: datetime) -> None:
    """Take one role back. A role not held is nothing to take."""
    with transaction.atomic():
        membership = Membership.objects.filter(user=user, practice=practice, role=role).first()
        if membership is not None:
            audit.record("revoked", membership, now=now, by=by, data={"role": str(role), "user": user.pk})
            membership.delete()
