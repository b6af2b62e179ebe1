"""Payments online, and what a person decides about those that wait for one."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from billing.actions.online_payment import (
    AmountUnknown,
    NotHeld,
    accept_held_payment,
    dismiss_held_payment,
)
from billing.api.accounts import BILLERS, READERS
from billing.models import OnlinePayment
from billing.states import OnlinePaymentStatus
from rcm.api import Asked, Record, Refusal, Resource, Why, record_of, writes

_NOT_HELD = Refusal(409, "The payment waits for nobody's decision.")


class OnlinePaymentQuery(serializers.Serializer[Any]):
    """Toward which invoice, in which state."""

    invoice = serializers.UUIDField(required=False, source="statement__public_id")
    status = serializers.ChoiceField(OnlinePaymentStatus.choices, required=False)


class OnlinePaymentRecord(Record):
    """One attempt to pay an invoice online. `payment` is the money in the books, once it is there."""

    Meta = record_of(
        OnlinePayment,
        "statement",
        "gateway",
        "reference",
        "amount",
        "received",
        "status",
        "trouble",
        "started_at",
        "settled_at",
        "payment",
    )


class OnlinePayments(Resource[OnlinePayment]):
    """What guarantors pay, or try to, on the page behind their invoice's link."""

    gives = OnlinePaymentRecord
    query = OnlinePaymentQuery
    read_by = READERS

    def source(self) -> QuerySet[OnlinePayment]:
        """With the invoice and the payment."""
        return OnlinePayment.objects.select_related("statement", "payment").defer("statement__pdf")

    @writes(
        roles=BILLERS,
        gives=OnlinePaymentRecord,
        refuses={
            NotHeld: _NOT_HELD,
            AmountUnknown: Refusal(
                409, "What the gateway took is not in dollars: it can only be given back."
            ),
        },
        path="acceptance",
    )
    def acceptance(self, asked: Asked) -> OnlinePayment:
        """Book what the gateway took although another amount was asked for, and apply it."""
        payment = self.get_object()
        accept_held_payment(online_payment=payment, by=asked.by, today=asked.today, now=asked.now)
        return payment

    @writes(
        roles=BILLERS,
        takes=Why,
        gives=OnlinePaymentRecord,
        refuses={NotHeld: _NOT_HELD},
        path="dismissal",
    )
    def dismissal(self, asked: Asked) -> OnlinePayment:
        """Note that it was given back at the gateway: nothing is booked."""
        payment = self.get_object()
        dismiss_held_payment(online_payment=payment, by=asked.by, now=asked.now, why=asked.told["why"])
        return payment
