"""Coverages, prior authorizations, and questions to payers about coverage."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from clearinghouse.queries import NoConnection
from patients.actions.coverage import (
    AuthorizationKnown,
    CoverageOverlaps,
    MemberNumberNotValid,
    OfAnotherPractice,
    SpanBackward,
    Subscriber,
    SubscriberMissing,
    SubscriberNotWanted,
    add_authorization,
    add_coverage,
    correct_coverage,
    end_coverage,
)
from patients.actions.eligibility import NotEnrolled, request_eligibility
from patients.api.people import READERS, WRITERS
from patients.models import Authorization, Benefit, Coverage, EligibilityCheck, Patient, Rank, Relation, Sex
from patients.states import EligibilityStatus
from practice.models import Payer
from rcm.api import (
    Asked,
    Choice,
    Code,
    Day,
    Flag,
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

SPAN: Refusals = {SpanBackward: Refusal(422, "The last day lies before the first.")}
COVERING: Refusals = {
    **SPAN,
    MemberNumberNotValid: Refusal(422, "The member number does not look like one of this payer's."),
    CoverageOverlaps: Refusal(409, "The patient has a coverage of this rank on some of these days."),
}
ADDING: Refusals = {
    **COVERING,
    SubscriberMissing: Refusal(
        422, "The patient is a dependent: the subscriber's name and birth date are needed."
    ),
    SubscriberNotWanted: Refusal(422, "The patient is the subscriber: leave the subscriber out."),
    OfAnotherPractice: Refusal(422, "The payer belongs to another organization."),
}
ASKING: Refusals = {
    NoConnection: Refusal(409, "The practice has no clearinghouse connection in use."),
    NotEnrolled: Refusal(409, "The payer has not approved the practice for eligibility inquiries."),
}


class SubscriberTold(Shape):
    """The person through whom a dependent is insured; the address only where it is not the patient's."""

    first_name = Text(max_length=35)
    last_name = Text(max_length=60)
    birth_date = Day()
    sex = Choice(Sex.choices, required=False)
    street = Text(required=False, allow_blank=True, max_length=55)
    street_2 = Text(required=False, allow_blank=True, max_length=55)
    city = Text(required=False, allow_blank=True, max_length=30)
    state = Code(r"^[A-Z]{2}$", required=False, allow_blank=True)
    postal_code = Code(r"^[0-9]{5}([0-9]{4})?$", required=False, allow_blank=True)


class CoverageNew(Shape):
    """A policy of a patient."""

    patient = Ref(Patient.objects.all())
    payer = Ref(Payer.objects.all(), within="organization")
    member_number = Text(max_length=40, allow_blank=True, required=False, default="")
    member_number_pending = Flag(required=False, help_text="It is not known yet, and left empty")
    effective_on = Day()
    ended_on = Day(required=False, allow_null=True, help_text="The last day covered")
    rank = Choice(Rank.choices, required=False)
    group_number = Text(required=False, allow_blank=True, max_length=40)
    plan_name = Text(required=False, allow_blank=True, max_length=60)
    relation = Choice(Relation.choices, required=False)
    subscriber = SubscriberTold(required=False)
    medicare_secondary_code = Code(r"^[0-9]{2}$", required=False, allow_blank=True)


class CoverageChange(Shape):
    """What is known better now; what is left out stays."""

    member_number = Text(required=False, max_length=40)
    group_number = Text(required=False, allow_blank=True, max_length=40)
    plan_name = Text(required=False, allow_blank=True, max_length=60)
    medicare_secondary_code = Code(r"^[0-9]{2}$", required=False, allow_blank=True)
    effective_on = Day(required=False)
    ended_on = Day(required=False, allow_null=True)


class CoverageEnd(Shape):
    """The last day covered."""

    ended_on = Day()


class CoverageQuery(serializers.Serializer[Any]):
    """Whose, and by whom."""

    patient = serializers.UUIDField(required=False, source="patient__public_id")
    payer = serializers.UUIDField(required=False, source="payer__public_id")


class CoverageRecord(Record):
    """One policy of one patient. The subscriber's own data stands only where the patient is a dependent."""

    Meta = record_of(
        Coverage,
        "patient",
        "payer",
        "rank",
        "member_number",
        "group_number",
        "plan_name",
        "relation",
        "subscriber_first_name",
        "subscriber_last_name",
        "subscriber_birth_date",
        "subscriber_sex",
        "medicare_secondary_code",
        "effective_on",
        "ended_on",
    )


class Coverages(Resource[Coverage]):
    """Who pays for a patient, in which order, from when to when."""

    gives = CoverageRecord
    query = CoverageQuery
    read_by = READERS

    def source(self) -> QuerySet[Coverage]:
        """With patient and payer."""
        return Coverage.objects.select_related("patient", "payer")

    @writes(
        roles=WRITERS,
        takes=CoverageNew,
        gives=CoverageRecord,
        status=201,
        refuses=ADDING,
        located="coverages",
    )
    def create(self, asked: Asked) -> Coverage:
        """Add a policy."""
        told = dict(asked.told)
        subscriber = told.pop("subscriber", None)
        return add_coverage(
            subscriber=Subscriber(**subscriber) if subscriber else None, by=asked.by, now=asked.now, **told
        )

    @writes(roles=WRITERS, takes=CoverageChange, gives=CoverageRecord, refuses=COVERING)
    def partial_update(self, asked: Asked) -> Coverage:
        """Correct a policy's numbers, plan or days."""
        coverage = self.get_object()
        correct_coverage(coverage=coverage, changes=dict(asked.told), by=asked.by, now=asked.now)
        return coverage

    @writes(roles=WRITERS, takes=CoverageEnd, gives=CoverageRecord, refuses=COVERING, path="ending")
    def ending(self, asked: Asked) -> Coverage:
        """Let a policy end with a day."""
        coverage = self.get_object()
        end_coverage(coverage=coverage, ended_on=asked.told["ended_on"], by=asked.by, now=asked.now)
        return coverage


class AuthorizationNew(Shape):
    """A payer's prior consent."""

    coverage = Ref(Coverage.objects.all())
    number = Text(max_length=50)
    effective_on = Day()
    ended_on = Day()
    procedure_codes = serializers.ListField(
        child=Code(r"^[0-9A-Z][0-9]{3}[0-9A-Z]$"),
        required=False,
        max_length=50,
        help_text="None: any procedure",
    )
    units = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=9999)


class AuthorizationRecord(Record):
    """A payer's prior consent: REF*G1 of the claims it covers."""

    Meta = record_of(
        Authorization, "coverage", "number", "procedure_codes", "effective_on", "ended_on", "units"
    )


class AuthorizationQuery(serializers.Serializer[Any]):
    """Of which coverage."""

    coverage = serializers.UUIDField(required=False, source="coverage__public_id")


class Authorizations(Resource[Authorization]):
    """Prior authorizations."""

    gives = AuthorizationRecord
    query = AuthorizationQuery
    read_by = READERS

    def source(self) -> QuerySet[Authorization]:
        """With the coverage."""
        return Authorization.objects.select_related("coverage")

    @writes(
        roles=WRITERS,
        takes=AuthorizationNew,
        gives=AuthorizationRecord,
        status=201,
        refuses={
            **SPAN,
            AuthorizationKnown: Refusal(409, "The coverage has an authorization with this number."),
        },
        located="authorizations",
    )
    def create(self, asked: Asked) -> Authorization:
        """Write down a payer's prior consent."""
        return add_authorization(by=asked.by, now=asked.now, **asked.told)


class EligibilityNew(Shape):
    """A question to a payer."""

    coverage = Ref(Coverage.objects.all())
    service_date = Day()
    service_types = serializers.ListField(
        child=Code(r"^[0-9A-Z]{1,2}$"),
        required=False,
        min_length=1,
        max_length=20,
        help_text="Service type codes (EQ01); 30, the plan as a whole, unless given",
    )


class BenefitRecord(Record):
    """One EB segment as the payer sent it."""

    Meta = record_of(
        Benefit,
        "position",
        "information_code",
        "coverage_level_code",
        "service_types",
        "insurance_type_code",
        "plan_description",
        "period_code",
        "amount",
        "share",
        "quantity_code",
        "quantity",
        "authorization_code",
        "in_network_code",
    )


class EligibilityRecord(Record):
    """One question about one coverage for one day, and what the payer answered so far."""

    Meta = record_of(
        EligibilityCheck,
        "coverage",
        "service_date",
        "service_types",
        "status",
        "requested_at",
        "answered_at",
        "plan_name",
        "copay",
        "coinsurance",
        "deductible_left",
        "out_of_pocket_left",
        "authorization_needed",
    )


class EligibilityAnswer(EligibilityRecord):
    """The question with everything that is known of its answer."""

    reasons = serializers.ListField(child=serializers.CharField(), read_only=True)
    benefits = BenefitRecord(many=True, read_only=True)

    Meta = record_of(EligibilityCheck, *EligibilityRecord.Meta.fields[1:], "reasons", "benefits")


class EligibilityQuery(serializers.Serializer[Any]):
    """About which coverage, in which state."""

    coverage = serializers.UUIDField(required=False, source="coverage__public_id")
    patient = serializers.UUIDField(required=False, source="coverage__patient__public_id")
    service_date = serializers.DateField(required=False)
    status = serializers.ChoiceField(EligibilityStatus.choices, required=False)


class EligibilityChecks(Resource[EligibilityCheck]):
    """Questions to payers about coverage, and their answers."""

    gives = EligibilityAnswer
    gives_listed = EligibilityRecord
    query = EligibilityQuery
    read_by = READERS

    def source(self) -> QuerySet[EligibilityCheck]:
        """With the coverage."""
        return EligibilityCheck.objects.select_related("coverage")

    @writes(
        roles=WRITERS,
        takes=EligibilityNew,
        gives=EligibilityRecord,
        status=202,
        refuses=ASKING,
        located="eligibility_checks",
    )
    def create(self, asked: Asked) -> EligibilityCheck:
        """Ask a payer about a coverage.

        The answer comes later: read the check at Location until its status is not pending any more. The same
        question while one is pending is that one.
        """
        return request_eligibility(by=asked.by, now=asked.now, **asked.told)
