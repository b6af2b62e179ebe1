"""Patients, and those who answer for their bills."""

from dataclasses import fields
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from patients.actions.coverage import OfAnotherPractice
from patients.actions.intake import (
    BornInFuture,
    DeathBeforeBirth,
    Demographics,
    ExternalIdTaken,
    LooksLikeKnownPatient,
    MinorNeedsGuarantor,
    correct_guarantor,
    correct_patient,
    register_guarantor,
    register_patient,
)
from patients.actions.record import open_record
from patients.models import Guarantor, Patient, Sex
from practice.models import Role
from rcm import clock
from rcm.api import (
    Asked,
    Choice,
    Code,
    Day,
    Flag,
    Moment,
    Record,
    Ref,
    Refusal,
    Refusals,
    Resource,
    Shape,
    Text,
    asks,
    record_of,
    writes,
)

READERS = (Role.FRONT_DESK, Role.CODER, Role.BILLER, Role.MANAGER, Role.AUDITOR)
WRITERS = (Role.FRONT_DESK, Role.BILLER, Role.MANAGER)
FOUND_AT_MOST = 50
ADDRESS = ("phone", "email", "street", "street_2", "city", "state", "postal_code")

LIVING: Refusals = {
    BornInFuture: Refusal(422, "The birth date lies after today."),
    DeathBeforeBirth: Refusal(422, "The day of death lies before the birth."),
}
REGISTERING: Refusals = {
    **LIVING,
    LooksLikeKnownPatient: Refusal(
        409,
        "The practice may know this person already: look at the records in `matches`. If it is another "
        "person, say so with is_new_person, under a new idempotency key.",
        lambda error: {"matches": [str(patient.public_id) for patient in error.matches]},
    ),
    ExternalIdTaken: Refusal(409, "The practice knows another patient by this id of your system."),
    MinorNeedsGuarantor: Refusal(422, "A minor cannot answer for the bills: name a parent or guardian."),
    OfAnotherPractice: Refusal(422, "The guarantor belongs to another practice."),
}


class Reached(Shape):
    """How somebody is reached."""

    phone = Code(r"^[0-9]{10}$", required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    street = Text(required=False, allow_blank=True, max_length=55)
    street_2 = Text(required=False, allow_blank=True, max_length=55)
    city = Text(required=False, allow_blank=True, max_length=30)
    state = Code(r"^[A-Z]{2}$", required=False, allow_blank=True)
    postal_code = Code(r"^[0-9]{5}([0-9]{4})?$", required=False, allow_blank=True)


class Person(Reached):
    """Who a patient is."""

    first_name = Text(max_length=35)
    last_name = Text(max_length=60)
    birth_date = Day()
    middle_name = Text(required=False, allow_blank=True, max_length=25)
    suffix = Text(required=False, allow_blank=True, max_length=10)
    sex = Choice(Sex.choices, required=False)
    death_date = Day(required=False, allow_null=True)


class PatientNew(Person):
    """A person to register."""

    guarantor = Ref(Guarantor.objects.all(), required=False, help_text="Who answers; the patient if left out")
    is_new_person = Flag(required=False, help_text="Somebody looked at the look-alikes: it is none of them")
    external_id = Text(required=False, max_length=80, help_text="The id in your own system, once")
    email_consented_at = Moment(required=False, help_text="When the patient agreed to e-mail")


class PatientChange(Person):
    """What is known better now; what is left out stays."""

    first_name = Text(max_length=35, required=False)
    last_name = Text(max_length=60, required=False)
    birth_date = Day(required=False)


class PatientQuery(serializers.Serializer[Any]):
    """Never a name or a birth date: these go into the body of a search."""

    external_id = serializers.CharField(required=False, max_length=80)
    medical_record_number = serializers.CharField(required=False, max_length=20)
    guarantor = serializers.UUIDField(required=False, source="guarantor__public_id")


class PatientSearch(Shape):
    """What is known of the person looked for: names by their beginning, the rest exactly."""

    last_name = Text(required=False, max_length=60, source="last_name__istartswith")
    first_name = Text(required=False, max_length=35, source="first_name__istartswith")
    birth_date = Day(required=False)
    phone = Code(r"^[0-9]{10}$", required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Something must be known."""
        if not attrs:
            raise serializers.ValidationError("Say at least one thing about the person.", "empty")
        return attrs


class PatientRecord(Record):
    """A person the practice sees."""

    Meta = record_of(
        Patient,
        "medical_record_number",
        "external_id",
        "first_name",
        "middle_name",
        "last_name",
        "suffix",
        "birth_date",
        "death_date",
        "sex",
        *ADDRESS,
        "guarantor",
    )


class PatientsFound(serializers.Serializer[Any]):
    """Who may be meant."""

    results = PatientRecord(many=True)
    more = serializers.BooleanField(help_text="There are others: say more about the person")


class Patients(Resource[Patient]):
    """The people a practice sees."""

    gives = PatientRecord
    query = PatientQuery
    read_by = READERS

    def source(self) -> QuerySet[Patient]:
        """With the guarantor."""
        return Patient.objects.select_related("guarantor")

    def open(self) -> Patient:
        """The patient's record, opened as a page opens it."""
        try:
            return open_record(public_id=self.kwargs["id"], by=self.user, now=clock.now())
        except Patient.DoesNotExist:
            raise Http404 from None

    @writes(
        roles=WRITERS,
        takes=PatientNew,
        gives=PatientRecord,
        status=201,
        refuses=REGISTERING,
        located="patients",
    )
    def create(self, asked: Asked) -> Patient:
        """Register a patient."""
        told = dict(asked.told)
        beside = {name: told.pop(name) for name in SAID_BESIDE if name in told}
        details = Demographics(**told)
        return register_patient(
            practice=asked.practice, details=details, by=asked.by, now=asked.now, today=asked.today, **beside
        )

    @writes(roles=WRITERS, takes=PatientChange, gives=PatientRecord, refuses=LIVING)
    def partial_update(self, asked: Asked) -> Patient:
        """Correct a patient's record."""
        patient = self.get_object()
        known = {each.name: getattr(patient, each.name) for each in fields(Demographics)}
        details = Demographics(**{**known, **asked.told})
        correct_patient(patient=patient, details=details, by=asked.by, now=asked.now, today=asked.today)
        return patient

    @asks(takes=PatientSearch, gives=PatientsFound)
    def search(self, request: Request) -> Response:
        """Look for a patient by name, birth date or phone. The body keeps them out of addresses and logs."""
        shape = PatientSearch(data=request.data)
        shape.is_valid(raise_exception=True)
        with transaction.atomic():
            rows = (
                self.get_queryset().filter(**shape.validated_data).order_by("last_name", "first_name", "pk")
            )
            found = list(rows[: FOUND_AT_MOST + 1])
            self.note_read(found[:FOUND_AT_MOST])
        answer = {"results": found[:FOUND_AT_MOST], "more": len(found) > FOUND_AT_MOST}
        return Response(PatientsFound(answer).data)


SAID_BESIDE = ("guarantor", "is_new_person", "external_id", "email_consented_at")


class GuarantorNew(Reached):
    """Somebody to register as answering for bills."""

    first_name = Text(max_length=35)
    last_name = Text(max_length=60)
    birth_date = Day(required=False, allow_null=True)
    email_consented_at = Moment(required=False, allow_null=True)


class GuarantorChange(GuarantorNew):
    """What is known better now; what is left out stays."""

    first_name = Text(max_length=35, required=False)
    last_name = Text(max_length=60, required=False)


class GuarantorRecord(Record):
    """Who answers for the patient's share."""

    Meta = record_of(Guarantor, "first_name", "last_name", "birth_date", "email_consented_at", *ADDRESS)


class Guarantors(Resource[Guarantor]):
    """Those who answer for patients' bills."""

    gives = GuarantorRecord
    read_by: ClassVar[tuple[str, ...]] = READERS

    def source(self) -> QuerySet[Guarantor]:
        """All of them."""
        return Guarantor.objects.all()

    @writes(roles=WRITERS, takes=GuarantorNew, gives=GuarantorRecord, status=201, located="guarantors")
    def create(self, asked: Asked) -> Guarantor:
        """Register somebody who answers for bills, such as a minor's parent."""
        return register_guarantor(practice=asked.practice, by=asked.by, now=asked.now, **asked.told)

    @writes(roles=WRITERS, takes=GuarantorChange, gives=GuarantorRecord)
    def partial_update(self, asked: Asked) -> Guarantor:
        """Correct what is known of a guarantor."""
        guarantor = self.get_object()
        correct_guarantor(guarantor=guarantor, changes=dict(asked.told), by=asked.by, now=asked.now)
        return guarantor
