"""Money from patients."""

import hashlib
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from billing.actions.payment import (
    AmountNotPositive,
    PaymentVoided,
    ReceivedInFuture,
    RequestKeyReused,
    collect_copay,
    take_payment,
    void_payment,
)
from billing.api.accounts import CASHIERS, READERS
from billing.models import PatientPayment, PaymentMethod
from patients.models import Appointment, Guarantor
from rcm.api import (
    Asked,
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
    record_of,
    writes,
)

PAYING: Refusals = {
    AmountNotPositive: Refusal(422, "A payment is of at least one cent."),
    ReceivedInFuture: Refusal(422, "The day lies in the future."),
    RequestKeyReused: Refusal(409, "The idempotency key stands for another payment."),
}


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


class PaymentQuery(serializers.Serializer[Any]):
    """From whom, when."""

    guarantor = serializers.UUIDField(required=False, source="guarantor__public_id")
    received_from = serializers.DateField(required=False, source="received_on__gte")
    received_to = serializers.DateField(required=False, source="received_on__lte")


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


def _request_key(asked: Asked) -> str:
    """The payment's own key in the books: the caller's, who is one of many in the practice."""
    return "api-" + hashlib.sha256(f"{asked.by.pk}:{asked.key}".encode()).hexdigest()[:60]
