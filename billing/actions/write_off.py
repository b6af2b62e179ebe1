"""Forgiving what is owed: asked for by one person, decided by another."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Sum

from billing import ledger
from billing.models import Charge, WriteOff, WriteOffReason
from billing.queries.patients import patient_owes
from billing.states import WriteOffStatus
from practice.models import User
from rcm import audit
from rcm.money import ZERO
from rcm.outbox import publish
from rcm.state import move


class MoreThanOwed(Exception):
    """The amount is not owed of this charge, by the party that the reason is about."""

    def __init__(self, owed: Decimal) -> None:
        super().__init__(f"{owed} is owed")
        self.owed = owed


class AmountNotPositive(Exception):
    """A write-off is of at least one cent."""


class SamePerson(Exception):
    """Above the practice's limit, who asks does not decide."""


def request_write_off(
    *,
    charge: Charge,
    amount: Decimal,
    reason: WriteOffReason,
    by: User,
    today: date,
    now: datetime,
    note: str = "",
) -> WriteOff:
    """Ask to forgive part or all of what is open of a charge.

    A denial is forgiven to the payer, every other reason to the patient. What nobody else has approved of a
    charge is done at once up to the practice's limit; above it another person decides. Raises
    AmountNotPositive and MoreThanOwed.
    """
    if amount <= ZERO:
        raise AmountNotPositive
    with transaction.atomic():
        charge = Charge.objects.select_for_update(no_key=True).get(pk=charge.pk)
        _require_owed(charge, reason, amount)
        write_off = WriteOff.objects.create(
            practice_id=charge.practice_id,
            charge=charge,
            reason=reason,
            note=note,
            amount=amount,
            requested_by=by,
            requested_at=now,
        )
        audit.record("requested", write_off, now=now, by=by)
        if _unapproved(charge) + amount <= charge.practice.write_off_limit:
            _carry_out(write_off, by=by, today=today, now=now, why="within the practice's limit")
    return write_off


def approve_write_off(*, write_off: WriteOff, by: User, today: date, now: datetime) -> None:
    """Carry a requested write-off out. Raises SamePerson, IllegalMove, or MoreThanOwed if paid meanwhile."""
    if by.pk == write_off.requested_by_id:
        raise SamePerson
    with transaction.atomic():
        charge = Charge.objects.select_for_update(no_key=True).get(pk=write_off.charge_id)
        _require_owed(charge, WriteOffReason(write_off.reason), write_off.amount)
        _carry_out(write_off, by=by, today=today, now=now, why="approved")


def refuse_write_off(*, write_off: WriteOff, by: User, now: datetime, why: str) -> None:
    """Leave the balance as it is. Raises SamePerson and IllegalMove."""
    if by.pk == write_off.requested_by_id:
        raise SamePerson
    with transaction.atomic():
        move(write_off, WriteOffStatus.REFUSED, now=now, by=by, why=why)
        _decide(write_off, by=by, now=now)
        _tell("billing.write_off_refused", write_off, now=now)


def _unapproved(charge: Charge) -> Decimal:
    """What was forgiven of a charge by those who asked for it: many small parts are one large one."""
    alone = WriteOff.objects.filter(
        charge=charge, status=WriteOffStatus.APPROVED, decided_by=F("requested_by")
    )
    return alone.aggregate(total=Sum("amount"))["total"] or ZERO


def _carry_out(write_off: WriteOff, *, by: User, today: date, now: datetime, why: str) -> None:
    move(write_off, WriteOffStatus.APPROVED, now=now, by=by, why=why)
    _decide(write_off, by=by, now=now)
    reason = WriteOffReason(write_off.reason)
    left = write_off.amount
    legs = []
    for account, owed in _owed_in(write_off.charge, reason):
        part = min(left, owed)
        if part > ZERO:
            left -= part
            legs.append(ledger.Leg(ledger.written_off(reason), account, part, write_off.charge))
    ledger.post(
        practice=write_off.practice,
        key=f"write_off:{write_off.pk}",
        source="write_off",
        legs=legs,
        occurred_on=today,
        now=now,
        by=by,
        reason=write_off.note or reason.label,
    )
    _tell("billing.write_off_approved", write_off, now=now)


def _require_owed(charge: Charge, reason: WriteOffReason, amount: Decimal) -> None:
    owed = sum((owed for _, owed in _owed_in(charge, reason)), ZERO)
    if amount > owed:
        raise MoreThanOwed(owed)


def _owed_in(charge: Charge, reason: WriteOffReason) -> list[tuple[ledger.AccountRef, Decimal]]:
    """The accounts in which the charge is open, and how much stands there."""
    if reason != WriteOffReason.DENIAL:
        owed = patient_owes(charge=charge)
        return [(ledger.patient_ar(guarantor_id=charge.guarantor_id), owed)] if owed > ZERO else []
    visit = charge.service_line.encounter_id
    held = ledger.held_of_charges(practice=charge.practice, encounter_ids=[visit])
    return [(account, owed) for (account, of), owed in held.items() if of == charge.pk and owed > ZERO]


def _decide(write_off: WriteOff, *, by: User, now: datetime) -> None:
    write_off.decided_by = by
    write_off.decided_at = now
    write_off.save(update_fields=["decided_by", "decided_at"])


def _tell(topic: str, write_off: WriteOff, *, now: datetime) -> None:
    publish(
        topic,
        key=str(write_off.pk),
        practice_id=write_off.practice_id,
        now=now,
        write_off_id=write_off.pk,
    )
