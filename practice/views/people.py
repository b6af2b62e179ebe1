"""People and their roles: who works here, who is new, who left."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from practice.access import StaffRequest, allow, granted, standing_held_by
from practice.actions import staff
from practice.actions.staff import LastAdministrator, OwnAccount, UsernameTaken
from practice.forms import InvitationForm, PersonForm, RolesForm
from practice.models import Membership, Role, User
from practice.queries import people_in, practices_of
from practice.views.editing import Editing, form_page, ids
from practice.views.trail import history_of_person
from rcm import clock
from rcm.ui.cells import Column, Kind, Status
from rcm.ui.filters import Choices, Filter
from rcm.ui.pages import bulk_page, queue_page
from rcm.ui.queue import Act, Bulk, Queue

ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
WRITE = ["GET", "HEAD", "POST"]


def name_of(person: User) -> str:
    """First and last name; the username of somebody without."""
    return person.get_full_name() or person.username


def roles_of(person: User) -> str:
    """The roles held in the practices in play; needs `people_in`."""
    held: dict[str, list[str]] = {}
    for membership in getattr(person, "held", ()):
        held.setdefault(membership.practice.name, []).append(membership.get_role_display())
    if len(held) == 1:
        return ", ".join(next(iter(held.values())))
    return "; ".join(f"{practice}: {', '.join(roles)}" for practice, roles in held.items())


def state_of(person: User) -> Status:
    """Whether the account is open, and whether its owner came in yet."""
    if not person.is_active:
        return Status("Deactivated")
    if not person.has_usable_password():
        return Status("Invited", "information")
    return Status("Active", "good")


def _rows(practices: Sequence[int], _now: datetime) -> QuerySet[User]:
    return people_in(practices)


def _practices(practices: Sequence[int]) -> Choices:
    return [(str(each.public_id), each.name) for each in practices_of(practices)]


def _deactivate(person: User, by: User, now: datetime) -> str:
    if not may_change_account(by, person):
        raise NotDone("They also work where you are no administrator.")
    try:
        staff.deactivate_person(user=person, by=by, now=now)
    except LastAdministrator as refusal:
        raise NotDone(f"Nobody else administers {refusal.practice}.") from refusal
    except OwnAccount as refusal:
        raise NotDone("This is your own account.") from refusal
    return "Deactivated and signed out."


class NotDone(Exception):
    """The account stays as it is, for the reason in the words."""


PEOPLE = Queue[User](
    name="practice.people",
    title="People",
    noun="person,people",
    url_name="practice:people",
    bulk_url_name="practice:people_bulk",
    intro="Who works here and what their roles let them do. Roles combine.",
    header_template="practice/_people_head.html",
    rows=_rows,
    label=name_of,
    record_url=lambda person: reverse("practice:person", args=[person.public_id]),
    empty="Nobody works here yet.",
    empty_action=Act("Invite somebody", "practice:invitation"),
    columns=(
        Column(
            "name", "Name", name_of, sort=("last_name", "first_name"), detail=lambda person: person.username
        ),
        Column("roles", "Roles", roles_of),
        Column("email", "E-mail", lambda person: person.email, sort=("email",), wide=True),
        Column("came", "Last signed in", lambda person: person.last_login, Kind.MOMENT, ("last_login",)),
        Column("state", "Account", state_of, Kind.STATUS, ("is_active",)),
    ),
    filters=(
        Filter(
            "practice",
            "Practice",
            lambda value: Q(pk__in=Membership.objects.filter(practice__public_id=value).values("user")),
            _practices,
        ),
        Filter(
            "role",
            "Role",
            lambda value: Q(pk__in=Membership.objects.filter(role=value).values("user")),
            lambda _practices: [(role.value, role.label) for role in Role],
        ),
        Filter(
            "account",
            "Account",
            lambda value: Q(is_active=value == "open"),
            lambda _practices: [("open", "Open"), ("closed", "Deactivated")],
        ),
    ),
    acts_for=ADMINISTRATORS,
    bulk=(
        Bulk[User](
            "deactivate",
            "Deactivate",
            "Each account is closed and its owner signed out everywhere. What they did keeps their name.",
            _deactivate,
            (NotDone,),
            permanent=True,
        ),
    ),
    taken_by_hand=False,
)


@require_GET
@allow(Role.ADMINISTRATOR)
def people(request: StaffRequest) -> HttpResponse:
    """Everybody who holds a role in the practices in play."""
    return queue_page(request, PEOPLE)


@require_POST
@allow(Role.ADMINISTRATOR)
def people_bulk(request: StaffRequest) -> HttpResponse:
    """Deactivate the ticked people, as far as they work nowhere else."""
    return bulk_page(request, PEOPLE, by=request.user)


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def invitation(request: StaffRequest) -> HttpResponse:
    """Somebody new: name, address, roles; a mail leads them to a password of their own."""
    form = InvitationForm(request.POST or None, practices=request.practices)
    if form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("username", "first_name", "last_name", "email")}
        try:
            person = staff.invite_person(**told, roles=form.roles, by=request.user, now=clock.now())
        except UsernameTaken:
            form.add_error("username", "Somebody signs in under this name already. Choose another.")
        else:
            messages.success(
                request, f"{name_of(person)} is invited: a mail is on its way to {person.email}."
            )
            return redirect("practice:person", person.public_id)
    intro = "They get a mail with a link to choose a password. You never see it."
    back = reverse("practice:people")
    return form_page(request, form, Editing("Invite somebody", back, "People", "Send the invitation", intro))


@require_GET
@allow(Role.ADMINISTRATOR)
def person(request: StaffRequest, public_id: str) -> HttpResponse:
    """One person: roles, account, what happened to it."""
    found = _person(request, public_id)
    standing = standing_held_by(found)
    held = {(each.practice_id, each.role) for each in getattr(found, "held", ())}
    grid = [(each, [(role, (each.pk, role.value) in held) for role in Role]) for each in request.practices]
    context = {
        "record": found,
        "name": name_of(found),
        "status": state_of(found),
        "grid": grid,
        "second_factor": standing.has_second_factor,
        "belongs": may_change_account(request.user, found),
        "own": found.pk == request.user.pk,
        "moments": history_of_person(found),
    }
    return render(request, "practice/person.html", context)


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def roles(request: StaffRequest, public_id: str) -> HttpResponse:
    """What a person may do in each practice in play."""
    found = _person(request, public_id)
    held: dict[int, list[str]] = {}
    for membership in getattr(found, "held", ()):
        held.setdefault(membership.practice_id, []).append(membership.role)
    form = RolesForm(
        request.POST if request.method == "POST" else None,
        practices=request.practices,
        held=held,
        elsewhere=not may_change_account(request.user, found),
    )
    if form.is_valid() and _set_roles(request, found, form):
        messages.success(request, f"The roles of {name_of(found)} hold from their next click.")
        return redirect("practice:person", found.public_id)
    back = reverse("practice:person", args=[found.public_id])
    intro = "What is ticked holds from their next click. Every change is in the audit trail."
    return form_page(request, form, Editing(f"Roles of {name_of(found)}", back, name_of(found), intro=intro))


def _set_roles(request: StaffRequest, found: User, form: RolesForm) -> bool:
    try:
        staff.set_roles_everywhere(user=found, roles=form.roles, by=request.user, now=clock.now())
    except LastAdministrator as refusal:
        form.add_error(
            None, f"Nobody else administers {refusal.practice}. Make somebody else an administrator first."
        )
        return False
    return True


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def profile(request: StaffRequest, public_id: str) -> HttpResponse:
    """A person's name and address; of somebody who works elsewhere too, only they change them."""
    found = _own_person(request, public_id)
    form = PersonForm(request.POST or None, person=found)
    if form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("first_name", "last_name", "email")}
        staff.change_profile(user=found, **told, by=request.user, now=clock.now())
        messages.success(request, "Saved.")
        return redirect("practice:person", found.public_id)
    back = reverse("practice:person", args=[found.public_id])
    return form_page(request, form, Editing(f"Name and address of {name_of(found)}", back, name_of(found)))


@require_http_methods(WRITE)
@allow(Role.ADMINISTRATOR)
def deactivation(request: StaffRequest, public_id: str) -> HttpResponse:
    """Close an account: asked once, with what will happen."""
    found = _own_person(request, public_id)
    if request.method != "POST":
        return render(request, "practice/deactivation.html", {"person": found, "name": name_of(found)})
    try:
        staff.deactivate_person(
            user=found, by=request.user, now=clock.now(), why=request.POST.get("why", "")[:500]
        )
    except LastAdministrator as refusal:
        messages.error(request, f"Nobody else administers {refusal.practice}. {name_of(found)} stays active.")
    except OwnAccount:
        messages.error(request, "You cannot deactivate the account you are signed in with.")
    else:
        messages.success(request, f"{name_of(found)} is deactivated and signed out everywhere.")
    return redirect("practice:person", found.public_id)


@require_POST
@allow(Role.ADMINISTRATOR)
def activation(request: StaffRequest, public_id: str) -> HttpResponse:
    """Open a closed account again."""
    found = _own_person(request, public_id)
    staff.reactivate_person(user=found, by=request.user, now=clock.now())
    messages.success(request, f"{name_of(found)} can sign in again, with the roles of before.")
    return redirect("practice:person", found.public_id)


@require_POST
@allow(Role.ADMINISTRATOR)
def invitation_again(request: StaffRequest, public_id: str) -> HttpResponse:
    """Send the link to choose a password once more."""
    found = _own_person(request, public_id)
    if not found.email:
        messages.warning(request, f"{name_of(found)} has no e-mail address. Enter one first.")
    else:
        staff.invite_again(user=found, by=request.user, now=clock.now())
        messages.success(request, f"A mail with a link to choose a password is on its way to {found.email}.")
    return redirect("practice:person", found.public_id)


def may_change_account(by: User, person: User) -> bool:
    """Whether everything the person does is in practices that `by` administers.

    Only then may they touch the account itself: its address opens every practice that the person works in.
    """
    return set(granted(user=person)) <= set(granted(user=by, roles=(Role.ADMINISTRATOR,)))


def _person(request: StaffRequest, public_id: str) -> User:
    return get_object_or_404(people_in(ids(request)), public_id=public_id)


def _own_person(request: StaffRequest, public_id: str) -> User:
    found = _person(request, public_id)
    return get_object_or_404(User, pk=found.pk if may_change_account(request.user, found) else None)
