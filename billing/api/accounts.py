"""What guarantors owe, what stops contact about it, and what is forgiven."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from billing import ledger
from billing.actions.payment import apply_unapplied
from billing.actions.statement import lift_hold, place_hold
from billing.actions.write_off import AmountNotPositive, MoreThanOwed, request_write_off
from billing.models import AccountHold, Charge, HoldReason, WriteOff, WriteOffReason
from billing.queries import guarantor_owes
from billing.states import WriteOffStatus
from patients.models import Guarantor
from practice.models import Role
from rcm.api import (
    Asked,
    Balance,
    Choice,
    Money,
    Record,
    Ref,
    Refusal,
    Refusals,
    Resource,
    Shape,
    Text,
    record_of,
    writes,
)

READERS = (Role.FRONT_DESK, Role.BILLER, Role.MANAGER, Role.AUDITOR)

CASHIERS = (Role.FRONT_DESK, Role.BILLER, Role.MANAGER)

BILLERS = (Role.BILLER, Role.MANAGER)

FORGIVING: Refusals = {
    AmountNotPositive: Refusal(422, "A write-off is of at least one cent."),
    MoreThanOwed: Refusal(
        409,
        "The amount is not owed of this charge, by the party that the reason is about: see `owed`.",
        lambda error: {"owed": f"{error.owed:.2f}"},
    ),
}


class HoldTold(Shape):
    """Why the guarantor is not to be contacted about money."""

    reason = Choice(HoldReason.choices)


class WriteOffNew(Shape):
    """What is to be forgiven, and why."""

    charge = Ref(Charge.objects.all())
    amount = Money()
    reason = Choice(WriteOffReason.choices)
    note = Text(required=False, allow_blank=True, max_length=200)


class WriteOffQuery(serializers.Serializer[Any]):
    """Of which charge, in which state."""

    charge = serializers.UUIDField(required=False, source="charge__public_id")
    status = serializers.ChoiceField(WriteOffStatus.choices, required=False)


class WriteOffRecord(Record):
    """A request to forgive what is still owed of one charge, and what was decided."""

    Meta = record_of(WriteOff, "charge", "reason", "note", "amount", "status", "requested_at", "decided_at")


class HoldRecord(Record):
    """Why this guarantor is not contacted about money."""

    Meta = record_of(AccountHold, "reason", "since")


class AccountListed(Record):
    """A guarantor's account, with what stops contact. The id is the guarantor's."""

    holds = HoldRecord(many=True, read_only=True)

    Meta = record_of(Guarantor, "holds")


class AccountRecord(AccountListed):
    """A guarantor's account: what is owed, what waits to be applied, and what stops contact."""

    owed = serializers.SerializerMethodField()
    unapplied = serializers.SerializerMethodField()

    Meta = record_of(Guarantor, "owed", "unapplied", "holds")

    def get_owed(self, row: Guarantor) -> str:
        """The patient balance of all charges."""
        return Balance().to_representation(guarantor_owes(guarantor=row))

    def get_unapplied(self, row: Guarantor) -> str:
        """Money received and not yet applied."""
        ref = ledger.unapplied_patient(guarantor_id=row.pk)
        return Balance().to_representation(-ledger.balance(practice=row.practice, ref=ref))


class Accounts(Resource[Guarantor]):
    """What guarantors owe."""

    gives = AccountRecord
    gives_listed = AccountListed
    read_by = READERS

    def source(self) -> QuerySet[Guarantor]:
        """With the holds that stand."""
        standing = AccountHold.objects.filter(lifted_at=None).order_by("pk")
        rows = Guarantor.objects.select_related("practice")
        return rows.prefetch_related(Prefetch("holds", queryset=standing))

    @writes(roles=CASHIERS, gives=AccountRecord, path="application")
    def application(self, asked: Asked) -> Guarantor:
        """Apply waiting money to what is owed, oldest service first."""
        guarantor = self.get_object()
        apply_unapplied(guarantor=guarantor, today=asked.today, now=asked.now, by=asked.by)
        return guarantor

    @writes(roles=BILLERS, takes=HoldTold, gives=AccountRecord, path="hold")
    def hold(self, asked: Asked) -> Guarantor:
        """Stop all contact about money. A hold for the same reason that stands already is kept."""
        reason = HoldReason(asked.told["reason"])
        place_hold(guarantor=self.get_object(), reason=reason, by=asked.by, now=asked.now)
        return self.get_object()

    @writes(roles=BILLERS, takes=HoldTold, gives=AccountRecord, path="hold-lifting")
    def hold_lifting(self, asked: Asked) -> Guarantor:
        """Allow contact again, as far as this reason goes."""
        reason = HoldReason(asked.told["reason"])
        lift_hold(guarantor=self.get_object(), reason=reason, by=asked.by, now=asked.now)
        return self.get_object()


class WriteOffs(Resource[WriteOff]):
    """Balances forgiven, or asked to be."""

    gives = WriteOffRecord
    query = WriteOffQuery
    read_by = READERS

    def source(self) -> QuerySet[WriteOff]:
        """With the charge."""
        return WriteOff.objects.select_related("charge")

    @writes(
        roles=BILLERS,
        takes=WriteOffNew,
        gives=WriteOffRecord,
        status=201,
        refuses=FORGIVING,
        located="write_offs",
    )
    def create(self, asked: Asked) -> WriteOff:
        """Ask to forgive what is open of a charge.

        Within the practice's limit it is done at once; above it a person decides, on the pages.
        """
        told = {**asked.told, "reason": WriteOffReason(asked.told["reason"])}
        return request_write_off(by=asked.by, today=asked.today, now=asked.now, **told)
