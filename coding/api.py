"""Visits and their codes, for programs."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from coding.actions.encounter import (
    AlreadyBilled,
    CodedLine,
    CodingNotAccepted,
    NotOpen,
    OfAnotherPatient,
    VisitInFuture,
    code_encounter,
    correct_encounter,
    open_encounter,
    reopen_encounter,
    void_encounter,
)
from coding.models import Diagnosis, Encounter, RelatedCause, ServiceLine
from coding.rules.lines import MOST_DIAGNOSES, MOST_LINES, MOST_MODIFIERS, MOST_POINTERS
from coding.states import EncounterStatus
from patients.models import Appointment, Authorization, Patient
from practice.models import Location, Provider, Role
from rcm.api import (
    Asked,
    Choice,
    Code,
    Day,
    Record,
    Ref,
    Refusal,
    Refusals,
    Resource,
    Shape,
    Text,
    Why,
    record_of,
    router,
    writes,
)

READERS = (Role.FRONT_DESK, Role.CODER, Role.BILLER, Role.MANAGER, Role.AUDITOR)
OPENERS = (Role.FRONT_DESK, Role.CODER, Role.MANAGER)
CODERS = (Role.CODER,)
LONGEST_NOTE = 50_000

OPENING: Refusals = {
    VisitInFuture: Refusal(422, "The day of service has not come yet."),
    OfAnotherPatient: Refusal(
        422, "Appointment, authorization, provider or location do not belong to this patient or practice."
    ),
}
CODING: Refusals = {
    CodingNotAccepted: Refusal(
        422,
        "The codes cannot stand: see `errors`.",
        lambda error: {
            "errors": [
                {"field": str(each.place), "code": str(each.kind), "detail": each.words}
                for each in error.problems
            ]
        },
    )
}


class Circumstances(Shape):
    """What a claim tells of a visit beside its codes."""

    referring_provider = Ref(Provider.objects.all(), required=False, allow_null=True)
    place_of_service_code = Code(r"^[0-9]{2}$", required=False)
    note = Text(required=False, allow_blank=True, max_length=LONGEST_NOTE, trim_whitespace=False)
    related_cause = Choice(RelatedCause.choices, required=False, allow_blank=True)
    accident_date = Day(required=False, allow_null=True)
    accident_state = Code(r"^[A-Z]{2}$", required=False, allow_blank=True)
    admission_date = Day(required=False, allow_null=True)


class EncounterNew(Circumstances):
    """A visit that took place."""

    patient = Ref(Patient.objects.all())
    rendering_provider = Ref(Provider.objects.all())
    location = Ref(Location.objects.all())
    service_date = Day()
    appointment = Ref(
        Appointment.objects.all(), required=False, allow_null=True, help_text="It is completed by this"
    )
    authorization = Ref(Authorization.objects.all(), required=False, allow_null=True)
    external_id = Text(required=False, max_length=80, help_text="The id in your own system, once")


class EncounterChange(Circumstances):
    """What is known better now; what is left out stays."""

    rendering_provider = Ref(Provider.objects.all(), required=False)
    location = Ref(Location.objects.all(), required=False)


class LineNew(Shape):
    """One procedure. Its charge follows from the practice's fee schedule."""

    procedure_code = Text(max_length=5)
    pointers = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MOST_DIAGNOSES),
        max_length=MOST_POINTERS,
        help_text="Places of the diagnoses it is for, from 1, the weightiest first",
    )
    modifiers = serializers.ListField(child=Text(max_length=2), required=False, max_length=MOST_MODIFIERS)
    units = serializers.DecimalField(required=False, max_digits=6, decimal_places=2)


class Codes(Shape):
    """The codes of a visit, signed by this request."""

    diagnoses = serializers.ListField(
        child=Text(max_length=8), max_length=MOST_DIAGNOSES, help_text="ICD-10-CM, the principal one first"
    )
    lines = serializers.ListField(child=LineNew(), max_length=MOST_LINES)


class EncounterQuery(serializers.Serializer[Any]):
    """Whose, when, in which state."""

    patient = serializers.UUIDField(required=False, source="patient__public_id")
    external_id = serializers.CharField(required=False, max_length=80)
    service_date_from = serializers.DateField(required=False, source="service_date__gte")
    service_date_to = serializers.DateField(required=False, source="service_date__lte")
    status = serializers.ChoiceField(EncounterStatus.choices, required=False)


class ServiceLineRecord(Record):
    """What was done, and its price for all units."""

    Meta = record_of(
        ServiceLine,
        "position",
        "procedure_code",
        "modifiers",
        "units",
        "charge",
        "pointers",
        "service_date",
        "description",
    )


class EncounterRecord(Record):
    """One visit: who saw whom, where and when."""

    Meta = record_of(
        Encounter,
        "patient",
        "appointment",
        "rendering_provider",
        "referring_provider",
        "location",
        "authorization",
        "external_id",
        "service_date",
        "place_of_service_code",
        "related_cause",
        "accident_date",
        "accident_state",
        "admission_date",
        "status",
        "coded_at",
    )


class EncounterInFull(EncounterRecord):
    """One visit with its note and codes."""

    diagnoses: serializers.SlugRelatedField[Diagnosis] = serializers.SlugRelatedField(
        "code", many=True, read_only=True
    )
    lines = ServiceLineRecord(source="service_lines", many=True, read_only=True)

    Meta = record_of(Encounter, *EncounterRecord.Meta.fields[1:], "note", "diagnoses", "lines")


class Encounters(Resource[Encounter]):
    """Visits as coded."""

    gives = EncounterInFull
    gives_listed = EncounterRecord
    query = EncounterQuery
    read_by = READERS

    def source(self) -> QuerySet[Encounter]:
        """With everybody who took part."""
        return Encounter.objects.select_related(
            "patient",
            "appointment",
            "rendering_provider",
            "referring_provider",
            "location",
            "authorization",
        )

    @writes(
        roles=OPENERS,
        takes=EncounterNew,
        gives=EncounterInFull,
        status=201,
        refuses=OPENING,
        located="encounters",
    )
    def create(self, asked: Asked) -> Encounter:
        """Open a visit that took place; the appointment it came from is completed.

        Asked again for the same appointment, the visit it has is answered.
        """
        return open_encounter(by=asked.by, now=asked.now, today=asked.today, **asked.told)

    @writes(
        roles=OPENERS,
        takes=EncounterChange,
        gives=EncounterInFull,
        refuses={NotOpen: Refusal(409, "The visit is coded or voided: its facts stand.")},
    )
    def partial_update(self, asked: Asked) -> Encounter:
        """Correct an open visit."""
        encounter = self.get_object()
        correct_encounter(encounter=encounter, changes=dict(asked.told), by=asked.by, now=asked.now)
        return encounter

    @writes(roles=CODERS, takes=Codes, gives=EncounterInFull, refuses=CODING, path="coding")
    def coding(self, asked: Asked) -> Encounter:
        """Give an open visit its codes and sign it: charges and claim follow in the background."""
        return code_encounter(
            encounter=self.get_object(),
            diagnoses=asked.told["diagnoses"],
            lines=[CodedLine(**line) for line in asked.told["lines"]],
            by=asked.by,
            now=asked.now,
        )

    @writes(
        roles=CODERS,
        takes=Why,
        gives=EncounterInFull,
        refuses={AlreadyBilled: Refusal(409, "Charges are booked or a claim is made: correct the claim.")},
        path="reopening",
    )
    def reopening(self, asked: Asked) -> Encounter:
        """Take the codes back, as long as nobody has billed them."""
        encounter = self.get_object()
        reopen_encounter(encounter=encounter, by=asked.by, now=asked.now, why=asked.told["why"])
        return encounter

    @writes(roles=CODERS, takes=Why, gives=EncounterInFull, path="voiding")
    def voiding(self, asked: Asked) -> Encounter:
        """Void an open visit that should not be there."""
        encounter = self.get_object()
        void_encounter(encounter=encounter, by=asked.by, now=asked.now, why=asked.told["why"])
        return encounter


urlpatterns = router(encounters=Encounters).urls
