"""From a coded visit to a claim."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from claims.actions.scrub import judge
from claims.models import Claim, ClaimLine, Frequency, PriorPayment
from claims.queries import authorization_for
from claims.rules.numbering import claim_number, line_number
from claims.states import REPLACED, UNSENT, ClaimStatus
from coding.models import Encounter, ServiceLine
from coding.states import EncounterStatus
from patients.models import Coverage
from patients.queries import primary_coverage
from practice.actions.numbers import Series, take_number
from rcm.money import ZERO


class NotCoded(Exception):
    """The visit has no codes yet, so there is nothing to bill."""


def build_claim(*, encounter: Encounter, now: datetime, patient_paid: Decimal = ZERO) -> Claim | None:
    """The claim to the primary payer of a coded visit, scrubbed: held with its findings, or ready.

    None for a patient without coverage on the day. `patient_paid` is the copay collected for the visit, sent
    (AMT*F5) where the payer wants it. A second call returns the same claim as it stands; one that is not sent
    yet takes a copay it did not know. Raises NotCoded.
    """
    if encounter.status != EncounterStatus.CODED:
        raise NotCoded
    coverage = primary_coverage(patient=encounter.patient, day=encounter.service_date)
    if coverage is None:
        return None
    with transaction.atomic():
        claim, opened = open_claim(encounter=encounter, coverage=coverage)
        if opened:
            _fill_from_visit(claim, patient_paid)
        if opened or _takes_copay(claim, patient_paid):
            judge(claim=claim, now=now, by=None)
    return claim


def open_claim(*, encounter: Encounter, coverage: Coverage) -> tuple[Claim, bool]:
    """The live claim about a visit to one payer, and whether it is new: then a draft without lines.

    In the caller's transaction, which other openers of a claim about the visit wait for.
    """
    Encounter.objects.select_for_update(of=("self",)).get(pk=encounter.pk)
    same = Claim.objects.filter(encounter=encounter, coverage=coverage)
    live = same.exclude(status__in=REPLACED).exclude(frequency=Frequency.VOID)
    if claim := live.select_related("encounter", "coverage__payer", "practice").first():
        return claim, False
    practice = encounter.practice
    number = take_number(practice=practice, series=Series.CLAIM)
    claim = Claim(
        practice=practice,
        encounter=encounter,
        coverage=coverage,
        status=ClaimStatus.DRAFT,
        control_number=claim_number(prefix=practice.claim_prefix, number=number),
        diagnosis_codes=list(encounter.diagnoses.values_list("code", flat=True)),
        total_charge=ZERO,
    )
    claim.authorization_number = authorization_for(claim)
    claim.save()
    return claim, True


def copy_lines(*, of: Claim, to: Claim) -> None:
    """Give a new claim the lines, diagnoses and total of another about the visit, under its own numbers."""
    to.diagnosis_codes = of.diagnosis_codes
    to.total_charge = of.total_charge
    to.save(update_fields=["diagnosis_codes", "total_charge"])
    ClaimLine.objects.bulk_create(_copied(line, to) for line in of.lines.order_by("position"))


def copy_prior_payments(*, of: Claim, to: Claim) -> None:
    """Give a claim what earlier payers decided on the same lines of another."""
    lines = {line.position: line for line in to.lines.all()}
    decided = PriorPayment.objects.filter(claim_line__claim=of).select_related("claim_line")
    PriorPayment.objects.bulk_create(
        PriorPayment(
            practice_id=payment.practice_id,
            claim_line=lines[payment.claim_line.position],
            coverage_id=payment.coverage_id,
            payer_control_number=payment.payer_control_number,
            paid=payment.paid,
            paid_units=payment.paid_units,
            adjudicated_on=payment.adjudicated_on,
            adjustments=payment.adjustments,
        )
        for payment in decided
    )


def _takes_copay(claim: Claim, patient_paid: Decimal) -> bool:
    """Note a copay that became known after the claim was built; whether that changed it."""
    wanted = claim.coverage.payer.send_patient_paid and claim.status in UNSENT
    if not wanted or patient_paid in (ZERO, claim.patient_paid):
        return False
    claim.patient_paid = patient_paid
    claim.save(update_fields=["patient_paid"])
    return True


def _fill_from_visit(claim: Claim, patient_paid: Decimal) -> None:
    coded = list(claim.encounter.service_lines.order_by("position"))
    ClaimLine.objects.bulk_create(_billed(line, claim) for line in coded)
    claim.total_charge = sum((line.charge for line in coded), ZERO)
    claim.patient_paid = patient_paid if claim.coverage.payer.send_patient_paid else ZERO
    claim.save(update_fields=["total_charge", "patient_paid"])


def _billed(line: ServiceLine, claim: Claim) -> ClaimLine:
    return ClaimLine(
        practice_id=claim.practice_id,
        claim=claim,
        coded_line=line,
        position=line.position,
        control_number=line_number(claim.control_number, line.position),
        procedure_code=line.procedure_code,
        modifiers=line.modifiers,
        units=line.units,
        charge=line.charge,
        pointers=line.pointers,
        service_date=line.service_date,
    )


def _copied(line: ClaimLine, claim: Claim) -> ClaimLine:
    return ClaimLine(
        practice_id=claim.practice_id,
        claim=claim,
        coded_line_id=line.coded_line_id,
        position=line.position,
        control_number=line_number(claim.control_number, line.position),
        procedure_code=line.procedure_code,
        modifiers=line.modifiers,
        units=line.units,
        charge=line.charge,
        pointers=line.pointers,
        service_date=line.service_date,
    )
