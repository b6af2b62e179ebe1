"""What is told and answered about claims."""

from typing import Any

from rest_framework import serializers

from claims.models import Batch, Claim, ClaimLine, Finding, StatusEvent, StatusInquiry
from claims.states import ClaimStatus
from rcm.api import Code, Record, Ref, Shape, Text, record_of

MOST_IN_A_BATCH = 5000
MOST_DIAGNOSES = 12


class LineCorrection(Shape):
    """New modifiers or pointers of one line; what is left out stays."""

    position = serializers.IntegerField(min_value=1, max_value=50)
    modifiers = serializers.ListField(child=Code(r"^[0-9A-Z]{2}$"), required=False, max_length=4)
    pointers = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MOST_DIAGNOSES), required=False, max_length=4
    )


class Correction(Shape):
    """What to correct; what is left out stays. `note` goes to the payer (NTE*ADD)."""

    authorization_number = Text(required=False, allow_blank=True, max_length=50)
    diagnosis_codes = serializers.ListField(
        child=Code(r"^[A-Z][0-9][0-9A-Z]{1,5}$"), required=False, min_length=1, max_length=MOST_DIAGNOSES
    )
    note = Text(required=False, allow_blank=True, max_length=80)
    lines = serializers.ListField(child=LineCorrection(), required=False, max_length=50)


class BatchNew(Shape):
    """Ready claims to be sent as one file."""

    claims = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_IN_A_BATCH)


class ClaimQuery(serializers.Serializer[Any]):
    """About whom, to whom, in which state."""

    status = serializers.ChoiceField(ClaimStatus.choices, required=False)
    patient = serializers.UUIDField(required=False, source="encounter__patient__public_id")
    encounter = serializers.UUIDField(required=False, source="encounter__public_id")
    payer = serializers.UUIDField(required=False, source="coverage__payer__public_id")
    control_number = serializers.CharField(required=False, max_length=20)
    service_date_from = serializers.DateField(required=False, source="encounter__service_date__gte")
    service_date_to = serializers.DateField(required=False, source="encounter__service_date__lte")


class ClaimLineRecord(Record):
    """One service line as billed."""

    Meta = record_of(
        ClaimLine,
        "position",
        "control_number",
        "procedure_code",
        "modifiers",
        "units",
        "charge",
        "pointers",
        "service_date",
    )


class FindingRecord(Record):
    """Why a claim is held, in words with the fix."""

    Meta = record_of(Finding, "edit", "severity", "field", "message", "found_at", "cleared_at")


class EventRecord(Record):
    """What clearinghouse or payer said about a claim."""

    Meta = record_of(
        StatusEvent,
        "kind",
        "category_code",
        "status_code",
        "entity_code",
        "message",
        "payer_control_number",
        "effective_on",
        "happened_at",
    )


class ClaimRecord(Record):
    """One bill to one payer."""

    Meta = record_of(
        Claim,
        "encounter",
        "coverage",
        "status",
        "control_number",
        "frequency",
        "replaces",
        "payer_control_number",
        "original_reference_number",
        "authorization_number",
        "diagnosis_codes",
        "note",
        "total_charge",
        "patient_paid",
        "first_sent_at",
        "adjudicated_at",
    )


class ClaimInFull(ClaimRecord):
    """One bill with its lines, the findings that were ever made, and what was said about it."""

    lines = ClaimLineRecord(many=True, read_only=True)
    findings = FindingRecord(many=True, read_only=True)
    status_events = EventRecord(many=True, read_only=True)

    Meta = record_of(Claim, *ClaimRecord.Meta.fields[1:], "lines", "findings", "status_events")


class BatchRecord(Record):
    """Claims that went out together in one file."""

    Meta = record_of(
        Batch, "reference", "claim_count", "total_charge", "queued_at", "sent_at", "acknowledged_at"
    )


class InquiryRecord(Record):
    """One question to a payer about a claim. The answer is among the claim's status events."""

    claim = Ref()

    Meta = record_of(StatusInquiry, "claim", "status", "asked_at", "answered_at")
