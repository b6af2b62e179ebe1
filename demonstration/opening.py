"""The demonstration as it is opened: one organization, two practices, the people who work there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from demonstration.cast import CHILDREN, EVERYBODY, Ages
from demonstration.models import Filling
from demonstration.setting import PracticeFacts, Setting, open_office, register_payers
from demonstration.visits import Flow
from practice.actions.organization import PostalAddress, create_organization
from practice.actions.staff import create_user, grant_role
from practice.models import Role
from rcm.db import practice_scope

ORGANIZATION = "Lakeside Medical Group"
FAMILY, CHILDRENS = "LS", "LP"
"""The practices by their claim prefix."""

ZONE = ZoneInfo("America/Chicago")
OPENS = time(6)


@dataclass(frozen=True, slots=True)
class House:
    """A practice of the demonstration, and how it goes there. `mailbox` is its own at the payer in a box."""

    facts: PracticeFacts
    mailbox: str
    ages: Ages
    flow: Flow
    seed: int


HOUSES = (
    House(
        facts=PracticeFacts(name="Lakeside Family Medicine", claim_prefix=FAMILY),
        mailbox="submitter",
        ages=EVERYBODY,
        flow=Flow(weekday=(6, 11), weekend=(2, 4)),
        seed=1,
    ),
    House(
        facts=PracticeFacts(
            name="Lakeside Pediatrics",
            claim_prefix=CHILDRENS,
            npi="1556677882",
            tax_number="742345678",
            taxonomy_code="208000000X",
            phone="5125550180",
            email="billing@lakesidekids.example",
            office="River Road office",
            address=PostalAddress(
                street="2400 River Road", city="Round Rock", state="TX", postal_code="786640021"
            ),
            providers=(("Amara", "Osei", "MD", "1667788990", "208000000X"),),
        ),
        mailbox="submitter-kids",
        ages=CHILDREN,
        flow=Flow(weekday=(0, 2), weekend=(0, 1)),
        seed=2,
    ),
)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works here: in which roles, in which practices, and whether a sign-in is printed."""

    username: str
    first_name: str
    last_name: str
    roles: tuple[Role, ...]
    practices: tuple[str, ...] = (FAMILY, CHILDRENS)
    signs_in: bool = False


COLLEAGUES = (
    Colleague("frontdesk", "Dana", "Ortiz", (Role.FRONT_DESK,), (FAMILY,), signs_in=True),
    Colleague("coder", "Marisol", "Vance", (Role.CODER,), (FAMILY,), signs_in=True),
    Colleague("biller", "Priya", "Shah", (Role.BILLER,), signs_in=True),
    Colleague("manager", "Grace", "Okafor", (Role.MANAGER,), signs_in=True),
    Colleague("administrator", "Tom", "Reilly", (Role.ADMINISTRATOR,), signs_in=True),
    Colleague("auditor", "Helen", "Marsh", (Role.AUDITOR,), signs_in=True),
    Colleague("billercoder", "Ruth", "Bell", (Role.BILLER, Role.CODER), signs_in=True),
    Colleague("mchavez", "Miguel", "Chavez", (Role.FRONT_DESK,), (FAMILY,)),
    Colleague("jpark", "Ji-woo", "Park", (Role.FRONT_DESK,), (CHILDRENS,)),
    Colleague("alindqvist", "Anna", "Lindqvist", (Role.CODER,)),
    Colleague("kdoyle", "Kevin", "Doyle", (Role.BILLER,)),
    Colleague("smbeki", "Sibusiso", "Mbeki", (Role.BILLER,), (FAMILY,)),
    Colleague("rhaddad", "Rana", "Haddad", (Role.MANAGER,), (FAMILY,)),
)


def open_demonstration(*, password: str, patients: int, days: int, now: datetime) -> Filling:
    """Open both practices on the first of so many days; the last is today, and all are still to be lived.

    Everybody whose sign-in is printed gets this password, the others none.
    """
    first_day = now.astimezone(ZONE).date() - timedelta(days=days - 1)
    since = datetime.combine(first_day, OPENS, ZONE)
    organization = create_organization(name=ORGANIZATION, by=None, now=since)
    payers = register_payers(organization=organization, now=since)
    settings = {
        house.facts.claim_prefix: open_office(
            organization=organization, payers=payers, facts=house.facts, now=since, today=first_day
        )
        for house in HOUSES
    }
    for colleague in COLLEAGUES:
        _hire(colleague, settings, password, now=since)
    return Filling.objects.create(
        first_day=first_day, days=days, patients=patients, clock_at=since, started_at=now
    )


def printed() -> Sequence[Colleague]:
    """Those whose sign-ins are printed."""
    return [colleague for colleague in COLLEAGUES if colleague.signs_in]


def _hire(colleague: Colleague, settings: dict[str, Setting], password: str, *, now: datetime) -> None:
    user = create_user(
        username=colleague.username,
        password=password if colleague.signs_in else None,
        first_name=colleague.first_name,
        last_name=colleague.last_name,
        email=f"{colleague.username}@lakeside.example",
        by=None,
        now=now,
    )
    for prefix in colleague.practices:
        practice = settings[prefix].practice
        with practice_scope([practice.pk]):
            for role in colleague.roles:
                grant_role(user=user, practice=practice, role=role, by=None, now=now)
