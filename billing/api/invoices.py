"""Invoices to guarantors: statements, by the name their readers know."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from billing.actions.statement import dispute_statement, issue_statement, resolve_dispute
from billing.api.accounts import BILLERS, CASHIERS, READERS
from billing.models import Statement, StatementLine
from billing.states import StatementStatus
from patients.models import Guarantor
from rcm.api import (
    Asked,
    Record,
    Ref,
    Refusal,
    Resource,
    Shape,
    Text,
    Why,
    pdf,
    record_of,
    writes,
)


class NothingDue(Exception):
    """No invoice is due to this guarantor today."""


class InvoiceNew(Shape):
    """To whom."""

    guarantor = Ref(Guarantor.objects.all())


class Objection(Shape):
    """What the guarantor objects to."""

    reason = Text(max_length=200)


class InvoiceQuery(serializers.Serializer[Any]):
    """To whom, in which state."""

    guarantor = serializers.UUIDField(required=False, source="guarantor__public_id")
    status = serializers.ChoiceField(StatementStatus.choices, required=False)
    number = serializers.CharField(required=False, max_length=20)


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
        issued = issue_statement(
            guarantor=asked.told["guarantor"], today=asked.today, now=asked.now, by=asked.by
        )
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
