"""What payers paid, and the charges it was paid for."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from billing.actions.remittance import NotParked, dismiss_parked, post_parked
from billing.models import (
    Adjustment,
    Charge,
    ProviderAdjustment,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)
from billing.queries import owners_of
from billing.rules.posting import Treatment
from billing.states import RemittanceStatus
from practice.models import Role
from rcm.api import (
    Asked,
    Balance,
    Choice,
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

READERS = (Role.BILLER, Role.MANAGER, Role.AUDITOR)
BILLERS = (Role.BILLER, Role.MANAGER)
PARKED: Refusals = {NotParked: Refusal(409, "Only a parked remittance can be posted again or dismissed.")}


class PostingTold(Shape):
    """Where money beside the claims belongs, by PLB reason code (CS, J1, ...)."""

    treatments = serializers.DictField(
        child=Choice([(each.value, each.value.replace("_", " ")) for each in Treatment]), required=False
    )


class DismissalTold(Shape):
    """Why it is set aside, for the audit trail."""

    why = Text(max_length=200)


class RemittanceQuery(serializers.Serializer[Any]):
    """From whom, in which state, under which trace."""

    status = serializers.ChoiceField(RemittanceStatus.choices, required=False)
    payer = serializers.UUIDField(required=False, source="payer__public_id")
    trace_number = serializers.CharField(required=False, max_length=50)
    effective_from = serializers.DateField(required=False, source="effective_on__gte")
    effective_to = serializers.DateField(required=False, source="effective_on__lte")


class RemittanceClaimQuery(serializers.Serializer[Any]):
    """Of which remittance, about which claim."""

    remittance = serializers.UUIDField(required=False, source="remittance__public_id")
    claim = serializers.UUIDField(required=False, source="claim__public_id")


class ChargeQuery(serializers.Serializer[Any]):
    """Whose, and of which visit."""

    guarantor = serializers.UUIDField(required=False, source="guarantor__public_id")
    encounter = serializers.UUIDField(required=False, source="service_line__encounter__public_id")


class ProviderAdjustmentRecord(Record):
    """Money beside the claims (PLB). Positive takes from the payment."""

    Meta = record_of(ProviderAdjustment, "position", "reason_code", "reference", "amount")


class RemittanceRecord(Record):
    """One 835: posted whole, or parked whole with the reasons."""

    reasons = serializers.ListField(child=serializers.CharField(), read_only=True)

    Meta = record_of(
        Remittance,
        "payer",
        "payer_name",
        "originator_number",
        "trace_number",
        "method",
        "amount",
        "effective_on",
        "status",
        "reasons",
        "posted_at",
    )


class RemittanceInFull(RemittanceRecord):
    """One 835 with the money beside the claims. Its claims are listed under /remittance-claims."""

    provider_adjustments = ProviderAdjustmentRecord(many=True, read_only=True)

    Meta = record_of(Remittance, *RemittanceRecord.Meta.fields[1:], "provider_adjustments")


class AdjustmentRecord(Record):
    """An amount the payer did not pay, and why."""

    Meta = record_of(Adjustment, "group_code", "reason_code", "amount", "quantity")


class RemittanceLineRecord(Record):
    """What the payer decided about one service line."""

    adjustments = AdjustmentRecord(many=True, read_only=True)

    Meta = record_of(
        RemittanceLine,
        "position",
        "control_number",
        "procedure_code",
        "modifiers",
        "service_date",
        "charge",
        "paid",
        "units",
        "allowed",
        "remark_codes",
        "claim_line",
        "adjustments",
    )


class RemittanceClaimRecord(Record):
    """What the payer decided about one claim. Adjustments at claim level stand beside those of the lines."""

    lines = RemittanceLineRecord(many=True, read_only=True)
    adjustments = serializers.SerializerMethodField()

    Meta = record_of(
        RemittanceClaim,
        "remittance",
        "position",
        "claim",
        "control_number",
        "status_code",
        "charge",
        "paid",
        "patient_responsibility",
        "payer_control_number",
        "remark_codes",
        "crossover_payer",
        "adjustments",
        "lines",
    )

    def get_adjustments(self, row: RemittanceClaim) -> AdjustmentRecord(many=True):  # type: ignore[valid-type]
        """Those that belong to no line."""
        at_claim = [each for each in row.adjustments.all() if each.line_id is None]
        return AdjustmentRecord(at_claim, many=True).data


class Remittances(Resource[Remittance]):
    """Payments by payers, as their 835 says it."""

    gives = RemittanceInFull
    gives_listed = RemittanceRecord
    query = RemittanceQuery
    read_by = READERS
    is_about_patients = False

    def source(self) -> QuerySet[Remittance]:
        """With the payer."""
        return Remittance.objects.select_related("payer")

    @writes(roles=BILLERS, takes=PostingTold, gives=RemittanceInFull, refuses=PARKED, path="posting")
    def posting(self, asked: Asked) -> Remittance:
        """Try a parked remittance again after what stood in its way was mended.

        Still not possible, it stays parked: its status and reasons tell.
        """
        treatments = {code: Treatment(word) for code, word in asked.told.get("treatments", {}).items()}
        return post_parked(remittance=self.get_object(), now=asked.now, by=asked.by, treatments=treatments)

    @writes(roles=BILLERS, takes=DismissalTold, gives=RemittanceInFull, refuses=PARKED, path="dismissal")
    def dismissal(self, asked: Asked) -> Remittance:
        """Set a parked remittance aside for good; its trace is free again."""
        remittance = self.get_object()
        dismiss_parked(remittance=remittance, why=asked.told["why"], by=asked.by, now=asked.now)
        remittance.refresh_from_db()
        return remittance


class RemittanceClaims(Resource[RemittanceClaim]):
    """What payers decided, claim by claim."""

    gives = RemittanceClaimRecord
    query = RemittanceClaimQuery
    read_by = READERS

    def source(self) -> QuerySet[RemittanceClaim]:
        """With lines and reasons."""
        rows = RemittanceClaim.objects.select_related("remittance", "claim")
        return rows.prefetch_related("adjustments", "lines__adjustments", "lines__claim_line")


class ChargeRecord(Record):
    """A coded service line in the books."""

    encounter = Ref(source="service_line.encounter")
    procedure_code = serializers.CharField(source="service_line.procedure_code", read_only=True)

    Meta = record_of(
        Charge, "encounter", "procedure_code", "guarantor", "amount", "service_date", "booked_at"
    )


class ChargeInFull(ChargeRecord):
    """A charge, and what each party owns of it today; the parties add up to the amount."""

    owners = serializers.SerializerMethodField()

    Meta = record_of(Charge, *ChargeRecord.Meta.fields[1:], "owners")

    def get_owners(self, row: Charge) -> dict[str, str]:
        """Dollars by party: payer, patient, paid, adjusted, written off, to refund."""
        owned = owners_of([row]).get(row.pk, {})
        return {owner.replace(" ", "_"): Balance().to_representation(part) for owner, part in owned.items()}


class Charges(Resource[Charge]):
    """Coded service lines in the books."""

    gives = ChargeInFull
    gives_listed = ChargeRecord
    query = ChargeQuery
    read_by = READERS

    def source(self) -> QuerySet[Charge]:
        """With visit and guarantor."""
        return Charge.objects.select_related("guarantor", "service_line__encounter")
