"""Reads of what guarantors do by themselves, and the doors by which a stranger's word finds its practice."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from billing.models import OnlinePayment, Statement, StatementLink
from billing.queries.statements import owed_on
from billing.rules.token import hash_of
from billing.states import OnlinePaymentStatus, StatementStatus
from patients.models import Patient
from practice.models import Practice
from practice.queries import all_practice_ids
from rcm.db import practice_scope
from rcm.money import ZERO

QUIET = timedelta(minutes=5)


def find_link(token: str) -> StatementLink | None:
    """The link of a letter, whatever its practice; None for a token that never was one.

    As practice.access.granted does, it looks across practices before a scope is stated, and at nothing else.
    """
    with practice_scope(all_practice_ids()):
        links = StatementLink.objects.select_related("practice", "statement__guarantor")
        return links.filter(token_hash=hash_of(token)).first()


def find_online_payment(public_id: str) -> OnlinePayment | None:
    """The attempt that a gateway's event names by our key, whatever its practice; None for a strange one."""
    with practice_scope(all_practice_ids()):
        payments = OnlinePayment.objects.select_related("practice", "statement__guarantor")
        return payments.filter(public_id=public_id).first()


def birth_dates_behind(*, statement: Statement) -> list[date]:
    """Whose birth date opens a statement: the guarantor's, and those of the patients on it."""
    lines = statement.lines.values("charge__service_line__encounter__patient_id")
    known = set(Patient.objects.filter(pk__in=lines).values_list("birth_date", flat=True))
    if statement.guarantor.birth_date is not None:
        known.add(statement.guarantor.birth_date)
    return sorted(known)


def on_its_way(*, statement: Statement) -> Decimal:
    """What the gateway has taken or is taking for a statement and is not in the books yet."""
    underway = statement.online_payments.filter(
        status__in=[OnlinePaymentStatus.PROCESSING, OnlinePaymentStatus.HELD]
    )
    return underway.aggregate(total=Sum("amount"))["total"] or ZERO


def payable_on(*, statement: Statement) -> Decimal:
    """What can be paid of a statement now: what is owed, less what is on its way; never below zero."""
    return max(owed_on(statement=statement) - on_its_way(statement=statement), ZERO)


def newer_than(*, statement: Statement) -> Statement | None:
    """The statement that took this one's place; None while it stands."""
    if statement.status != StatementStatus.VOIDED:
        return None
    later = Statement.objects.filter(guarantor=statement.guarantor, pk__gt=statement.pk)
    return later.order_by("-pk").first()


def payments_to_ask_about(*, practice: Practice, now: datetime) -> QuerySet[OnlinePayment]:
    """The attempts still open of which the gateway has not said anything for a while."""
    open_ones = OnlinePayment.objects.filter(
        practice=practice,
        status__in=[
            OnlinePaymentStatus.CREATED,
            OnlinePaymentStatus.PENDING,
            OnlinePaymentStatus.PROCESSING,
        ],
        started_at__lte=now - QUIET,
    )
    return open_ones.filter(Q(asked_at=None) | Q(asked_at__lte=now - QUIET)).order_by("pk")


def known_online_payments(*, practices: Collection[int]) -> QuerySet[OnlinePayment]:
    """Every attempt to pay online in these practices, the oldest first, with its statement and payment."""
    known = OnlinePayment.objects.of(practices).select_related("statement__guarantor", "payment")
    return known.defer("statement__pdf").order_by("started_at", "pk")


def held_online_payments(*, practices: Collection[int]) -> QuerySet[OnlinePayment]:
    """Those that wait for a person: the gateway took another amount than was asked for."""
    return known_online_payments(practices=practices).filter(status=OnlinePaymentStatus.HELD)
