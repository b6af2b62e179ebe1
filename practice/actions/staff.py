"""People, and the roles they hold in practices."""

from collections.abc import Collection, Mapping
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import transaction

from practice.models import Membership, Practice, Role, User
from rcm import audit
from rcm.outbox import publish


class UsernameTaken(Exception):
    """Somebody signs in under this name already."""


class LastAdministrator(Exception):
    """The practice would have nobody left who can let people in. `practice` names it."""

    def __init__(self, practice: Practice) -> None:
        super().__init__(practice.name)
        self.practice = practice


class OwnAccount(Exception):
    """Nobody closes the account they are signed in with."""


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
    """Take one role back. A role not held is nothing to take.

    Raises LastAdministrator when nobody else could administer the practice.
    """
    with transaction.atomic():
        Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)
        membership = Membership.objects.filter(user=user, practice=practice, role=role).first()
        if membership is None:
            return
        if role == Role.ADMINISTRATOR:
            _require_another_administrator(practice, user)
        audit.record("revoked", membership, now=now, by=by, data={"role": str(role), "user": user.pk})
        membership.delete()


def set_roles(*, user: User, practice: Practice, roles: Collection[Role], by: User, now: datetime) -> None:
    """Let a person hold exactly these roles in a practice. Raises LastAdministrator, and changes nothing."""
    with transaction.atomic():
        held = {Role(each.role) for each in Membership.objects.filter(user=user, practice=practice)}
        for role in sorted(set(roles) - held):
            grant_role(user=user, practice=practice, role=role, by=by, now=now)
        for role in sorted(held - set(roles)):
            revoke_role(user=user, practice=practice, role=role, by=by, now=now)


def set_roles_everywhere(
    *, user: User, roles: Mapping[Practice, Collection[Role]], by: User, now: datetime
) -> None:
    """`set_roles` in several practices: all of them, or none. Raises LastAdministrator."""
    with transaction.atomic():
        for practice, held in roles.items():
            set_roles(user=user, practice=practice, roles=held, by=by, now=now)


def invite_person(
    *,
    username: str,
    first_name: str,
    last_name: str,
    email: str,
    roles: Mapping[Practice, Collection[Role]],
    by: User,
    now: datetime,
) -> User:
    """A person who works here from now on, and the mail by which they choose their password.

    Raises UsernameTaken.
    """
    with transaction.atomic():
        user = create_user(
            username=username,
            password=None,
            first_name=first_name,
            last_name=last_name,
            email=email,
            by=by,
            now=now,
        )
        set_roles_everywhere(user=user, roles=roles, by=by, now=now)
        invite_again(user=user, by=by, now=now)
    return user


def invite_again(*, user: User, by: User, now: datetime) -> None:
    """Send a person the link under which they choose a password; the link of before opens nothing then."""
    with transaction.atomic():
        event = audit.record("invited", user, now=now, by=by)
        publish("practice.person_invited", key=str(event.pk), practice_id=None, now=now, user_id=user.pk)


def deactivate_person(*, user: User, by: User, now: datetime, why: str = "") -> None:
    """Close a person's account everywhere and end their sessions. What they did keeps their name.

    Raises OwnAccount and LastAdministrator. Closed already is no change.
    """
    if user.pk == by.pk:
        raise OwnAccount
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not user.is_active:
            return
        administered = Membership.objects.filter(user=user, role=Role.ADMINISTRATOR)
        for membership in administered.select_related("practice").order_by("practice"):
            Practice.objects.select_for_update(no_key=True).get(pk=membership.practice_id)
            _require_another_administrator(membership.practice, user)
        user.is_active = False
        user.save(update_fields=["is_active"])
        audit.record("deactivated", user, now=now, by=by, why=why)
    for session in UserSession.objects.filter(user=user):
        session.end()


def reactivate_person(*, user: User, by: User, now: datetime) -> None:
    """Open a closed account again, with the roles it had. Open already is no change."""
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if user.is_active:
            return
        user.is_active = True
        user.save(update_fields=["is_active"])
        audit.record("reactivated", user, now=now, by=by)


def _require_another_administrator(practice: Practice, user: User) -> None:
    """Programs with a token do not count: they cannot let anybody in."""
    people = Membership.objects.filter(
        practice=practice, role=Role.ADMINISTRATOR, user__is_active=True, user__api_token=None
    )
    others = people.exclude(user=user)
    if people.filter(user=user).exists() and not others.exists():
        raise LastAdministrator(practice)
