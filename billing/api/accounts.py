"""What patients owe and pay: accounts, invoices, payments, balances forgiven."""

import hashlib
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from billing import ledger
from billing.actions.payment import (
    AmountNotPositive,
    PaymentVoided,
    RequestKeyReused,
    apply_unapplied,
    collect_copay,
    take_payment,
    void_payment,
)
from billing.actions.statement import (
    dispute_statement,
    issue_statement,
    lift_hold,
    place_hold,
    resolve_dispute,
)
from billing.actions.write_off import AmountNotPositive as NothingToForgive
from billing.actions.write_off import MoreThanOwed, request_write_off
from billing.models import (
    AccountHold,
    Charge,
    HoldReason,
    PatientPayment,
    PaymentMethod,
    Statement,
    StatementLine,
    WriteOff,
    WriteOffReason,
)
from billing.queries import guarantor_owes
from billing.states import StatementStatus, WriteOffStatus
from patients.models import Appointment, Guarantor
from practice.models import Role
from rcm.api import (
    Asked,
    Balance,
    Choice,
    Day,
    Money,
    Record,
    Ref,
    Refusal,
    Refusals,
    Resource,
    Shape,
    Text,
    Why,
    pdf,
    record_of,
    writes,
)

READERS = (Role.FRONT_DESK, Role.BILLER, Role.MANAGER, Role.AUDITOR)
CASHIERS = (Role.FRONT_DESK, Role.BILLER, Role.MANAGER)
BILLERS = (Role.BILLER, Role.MANAGER)


class NothingDue(Exception):
    """No invoice is due to this guarantor today."""


PAYING: Refusals = {
    AmountNotPositive: Refusal(422, "A payment is of at least one cent."),
    RequestKeyReused: Refusal(409, "The idempotency key stands for another payment."),
}
FORGIVING: Refusals = {
    NothingToForgive: Refusal(422, "A write-off is of at least one cent."),
    MoreThanOwed: Refusal(
        409,
        "The amount is not owed of this charge, by the party that the reason is about: see `owed`.",
        lambda error: {"owed": f"{error.owed:.2f}"},
    ),
}


class InvoiceNew(Shape):
    """To whom."""

    guarantor = Ref(Guarantor.objects.all())


class Objection(Shape):
    """What the guarantor objects to."""

    reason = Text(max_length=200)


class HoldTold(Shape):
    """Why the guarantor is not to be contacted about money."""

    reason = Choice(HoldReason.choices)


class PaymentNew(Shape):
    """What a guarantor hands over."""

    guarantor = Ref(Guarantor.objects.all())
    amount = Money()
    method = Choice(PaymentMethod.choices)
    received_on = Day(required=False, help_text="Today unless given")
    reference = Text(
        required=False,
        allow_blank=True,
        max_length=60,
        help_text="Check number, or a card's last four digits",
    )


class CopayNew(Shape):
    """What a patient hands over at check-in."""

    appointment = Ref(Appointment.objects.all())
    amount = Money()
    method = Choice(PaymentMethod.choices)
    reference = Text(required=False, allow_blank=True, max_length=60)


class WriteOffNew(Shape):
    """What is to be forgiven, and why."""

    charge = Ref(Charge.objects.all())
    amount = Money()
    reason = Choice(WriteOffReason.choices)
    note = Text(required=False, allow_blank=True, max_length=200)


class InvoiceQuery(serializers.Serializer[Any]):
    """To whom, in which state."""

    guarantor = serializers.UUIDField(required=False, source="guarantor__public_id")
    status = serializers.ChoiceField(StatementStatus.choices, required=False)
    number = serializers.CharField(required=False, max_length=20)


class PaymentQuery(serializers.Serializer[Any]):
    """From whom, when."""

    guarantor = serializers.UUIDField(required=False, source="guarantor__public_id")
    received_from = serializers.DateField(required=False, source="received_on__gte")
    received_to = serializers.DateField(required=False, source="received_on__lte")


class WriteOffQuery(serializers.Serializer[Any]):
    """Of which charge, in which state."""

    charge = serializers.UUIDField(required=False, source="charge__public_id")
    status = serializers.ChoiceField(WriteOffStatus.choices, required=False)


class InvoiceLineRecord(Record):
    """One charge on an invoice, as of its date."""

    Meta = record_of(
        StatementLine, "charge", "charged", "plan_paid", "adjusted", "patient_paid", "owed", "why"
    )


class InvoiceRecord(Record):
    """One invoice to one guarantor, as it was sent."""

    Meta = record_of(
        Statement,
        "guarantor",
        "number",
        "issued_on",
        "due_on",
        "amount",
        "status",
        "disputed_at",
        "dispute_reason",
        "sha256",
    )


class InvoiceInFull(InvoiceRecord):
    """One invoice with its lines."""

    lines = InvoiceLineRecord(many=True, read_only=True)

    Meta = record_of(Statement, *InvoiceRecord.Meta.fields[1:], "lines")


class PaymentRecord(Record):
    """Money a guarantor gave. A liability until it is applied to charges."""

    Meta = record_of(
        PatientPayment,
        "guarantor",
        "appointment",
        "method",
        "reference",
        "amount",
        "received_on",
        "received_at",
        "voided_at",
    )


class WriteOffRecord(Record):
    """A request to forgive what is still owed of one charge, and what was decided."""

    Meta = record_of(WriteOff, "charge", "reason", "note", "amount", "status", "requested_at", "decided_at")


class HoldRecord(Record):
    """Why this guarantor is not contacted about money."""

    Meta = record_of(AccountHold, "reason", "since")


class AccountRecord(Record):
    """A guarantor's account: what is owed, what waits to be applied, and what stops contact. The id is the
    guarantor's."""

    owed = serializers.SerializerMethodField()
    unapplied = serializers.SerializerMethodField()
    holds = HoldRecord(many=True, read_only=True)

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
        apply_unapplied(guarantor=guarantor, today=asked.today, now=asked.now)
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


class Invoices(Resource[Statement]):
    """Statements to guarantors."""

    gives = InvoiceInFull
    gives_listed = InvoiceRecord
    query = InvoiceQuery
    read_by = READERS

    def source(self) -> QuerySet[Statement]:
        """With guarantor and lines; the documents themselves are read one by one."""
        rows = Statement.objects.select_related("guarantor").defer("pdf")
        return rows.prefetch_related("lines__charge")

    @writes(
        roles=BILLERS,
        takes=InvoiceNew,
        gives=InvoiceInFull,
        status=201,
        refuses={NothingDue: Refusal(409, "No invoice is due to this guarantor today.")},
        located="invoices",
    )
    def create(self, asked: Asked) -> Statement:
        """Issue an invoice over everything that payers have finished with."""
        issued = issue_statement(guarantor=asked.told["guarantor"], today=asked.today, now=asked.now)
        if issued is None:
            raise NothingDue
        return issued

    @writes(roles=CASHIERS, takes=Objection, gives=InvoiceInFull, path="dispute")
    def dispute(self, asked: Asked) -> Statement:
        """The guarantor objects: reminders stop until it is resolved."""
        invoice = self.get_object()
        dispute_statement(statement=invoice, reason=asked.told["reason"], by=asked.by, now=asked.now)
        return invoice

    @writes(roles=BILLERS, takes=Why, gives=InvoiceInFull, path="resolution")
    def resolution(self, asked: Asked) -> Statement:
        """The objection is answered: the invoice stands, and reminders go on."""
        invoice = self.get_object()
        resolve_dispute(statement=invoice, by=asked.by, now=asked.now, why=asked.told["why"])
        return invoice

    @pdf
    def document(self, _request: Request, **_place: Any) -> HttpResponse:
        """The exact invoice that was sent."""
        return self.letter_of(self.get_object())


class Payments(Resource[PatientPayment]):
    """Money from patients."""

    gives = PaymentRecord
    query = PaymentQuery
    read_by = READERS

    def source(self) -> QuerySet[PatientPayment]:
        """With guarantor and visit."""
        return PatientPayment.objects.select_related("guarantor", "appointment")

    @writes(
        roles=CASHIERS, takes=PaymentNew, gives=PaymentRecord, status=201, refuses=PAYING, located="payments"
    )
    def create(self, asked: Asked) -> PatientPayment:
        """Take money from a guarantor and apply it to the oldest balances; what is left over waits."""
        told = {"received_on": asked.today, **asked.told}
        return take_payment(request_key=_request_key(asked), by=asked.by, now=asked.now, **told)

    @writes(
        roles=CASHIERS,
        takes=Why,
        gives=PaymentRecord,
        refuses={PaymentVoided: Refusal(409, "The payment was taken back already.")},
        path="voiding",
    )
    def voiding(self, asked: Asked) -> PatientPayment:
        """Take a payment back (a check that bounced): what it had paid is owed again."""
        payment = self.get_object()
        void_payment(payment=payment, by=asked.by, today=asked.today, now=asked.now, why=asked.told["why"])
        return payment


class Copays(Resource[PatientPayment]):
    """Money taken at check-in."""

    gives = PaymentRecord
    query = PaymentQuery
    read_by = READERS

    def source(self) -> QuerySet[PatientPayment]:
        """Payments that belong to a visit on the schedule."""
        rows = PatientPayment.objects.filter(appointment__isnull=False)
        return rows.select_related("guarantor", "appointment")

    @writes(
        roles=CASHIERS, takes=CopayNew, gives=PaymentRecord, status=201, refuses=PAYING, located="payments"
    )
    def create(self, asked: Asked) -> PatientPayment:
        """Check a patient in with a copay: a liability until the payer says what the patient owes."""
        return collect_copay(request_key=_request_key(asked), by=asked.by, now=asked.now, **asked.told)


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


def _request_key(asked: Asked) -> str:
    """The payment's own key in the books: the caller's, who is one of many in the practice."""
    return "api-" + hashlib.sha256(f"{asked.by.pk}:{asked.key}".encode()).hexdigest()[:60]
