"""Reads of master data by the pages of settings, and of the machinery by the operations page."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Prefetch, Q, QuerySet

from practice.models import (
    ApiToken,
    Contract,
    Credential,
    Enrollment,
    FeeSchedule,
    Location,
    Membership,
    Payer,
    Practice,
    Provider,
    Role,
    User,
)
from rcm.models import OutboxMessage


def people_in(practices: Collection[int]) -> QuerySet[User]:
    """Everybody with a role in these practices, open accounts first, with their `held` memberships there."""
    held = Membership.objects.of(practices).select_related("practice").order_by("practice__name", "pk")
    people = User.objects.filter(
        pk__in=Membership.objects.of(practices).values("user"), api_token=None
    ).prefetch_related(Prefetch("memberships", held, "held"))
    return people.order_by("-is_active", "last_name", "first_name", "username")


def practices_of(practices: Collection[int]) -> QuerySet[Practice]:
    """These practices by name, with their organization."""
    return Practice.objects.filter(pk__in=practices).select_related("organization").order_by("name", "pk")


def lacking(practice: Practice) -> list[str]:
    """What a practice still needs before it can bill: location, provider, prices, enrollment, people."""
    there = {
        "location": Location.objects.filter(practice=practice),
        "provider": Provider.objects.filter(practice=practice),
        "prices": FeeSchedule.objects.filter(practice=practice, contract=None),
        "enrollment": Enrollment.objects.filter(practice=practice),
        "people": Membership.objects.filter(practice=practice).exclude(role=Role.ADMINISTRATOR),
    }
    return [name for name, rows in there.items() if not rows.exists()]


def locations_of(practices: Collection[int]) -> QuerySet[Location]:
    """The locations of these practices, by name."""
    return Location.objects.of(practices).order_by("name", "pk")


def providers_by_name(practices: Collection[int]) -> QuerySet[Provider]:
    """The providers of these practices as a list to choose from has them."""
    return Provider.objects.of(practices).order_by("last_name", "first_name", "pk")


def providers_in(practices: Collection[int]) -> QuerySet[Provider]:
    """The providers of these practices, those who work here first, each with its `accepted` credentials."""
    accepted = (
        Credential.objects.of(practices).select_related("payer").order_by("payer__name", "effective_on")
    )
    listed = Provider.objects.of(practices).select_related("practice")
    return listed.prefetch_related(Prefetch("credentials", accepted, "accepted")).order_by(
        "-ended_on", "last_name", "first_name", "pk"
    )


def payers_of(practices: Collection[int]) -> QuerySet[Payer]:
    """The payers of these practices' organizations, each with its `enrolled` and `agreed` rows here."""
    organizations = Practice.objects.filter(pk__in=practices).values("organization")
    enrolled = Enrollment.objects.of(practices).select_related("practice").order_by("practice", "transaction")
    agreed = Contract.objects.of(practices).select_related("practice").order_by("practice", "-effective_on")
    return (
        Payer.objects.filter(organization__in=organizations)
        .prefetch_related(
            Prefetch("enrollments", enrolled, "enrolled"), Prefetch("contracts", agreed, "agreed")
        )
        .order_by("name", "pk")
    )


def fee_schedules_of(practices: Collection[int]) -> QuerySet[FeeSchedule]:
    """The price lists of these practices, the latest first, each with how many `prices` it holds."""
    listed = FeeSchedule.objects.of(practices).select_related("practice", "contract__payer")
    return listed.annotate(prices=Count("fees")).order_by("-effective_on", "name", "pk")


def prices_in(schedule: FeeSchedule) -> dict[tuple[str, str], Decimal]:
    """(procedure code, modifier or "") -> dollars for one unit."""
    return {(fee.procedure_code, fee.modifier): fee.amount for fee in schedule.fees.all()}


def list_on(*, practice: Practice, contract: Contract | None, day: date) -> FeeSchedule | None:
    """The price list in force on that day: the practice's own without a contract; None without one."""
    lists = FeeSchedule.objects.filter(practice=practice, contract=contract, effective_on__lte=day)
    return lists.order_by("-effective_on").first()


def tokens_of(practices: Collection[int]) -> QuerySet[ApiToken]:
    """The tokens of these practices, the newest first, revoked and expired ones too."""
    return ApiToken.objects.of(practices).select_related("practice", "created_by").order_by("-pk")


def letters_of(practices: Collection[int]) -> QuerySet[OutboxMessage]:
    """The messages still owed for these practices, and those for no practice in particular."""
    ours = Q(scope_practice_id__in=practices) | Q(scope_practice_id=None)
    return OutboxMessage.objects.undelivered().filter(ours)


def dead_letters(practices: Collection[int], *, now: datetime) -> QuerySet[OutboxMessage]:
    """Those of them that used up their tries."""
    return letters_of(practices) & OutboxMessage.objects.dead(now=now)
