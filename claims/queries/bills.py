"""A claim's rows as the plain bill that the edits judge and the 837P carries."""

from collections.abc import Iterable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from claims.models import Claim, ClaimLine, Frequency, PriorPayment
from claims.queries.beside import Beside, beside_of
from claims.rules import bill as plain
from claims.rules.timely import correct_by, file_by
from clearinghouse.gateway import own_usage
from coding.models import Encounter
from patients.models import Coverage, Patient, Relation
from practice.models import Address, Contract, Practice, Provider
from rcm.money import ZERO, money

NOWHERE = plain.Place()


def bill_of(claim: Claim) -> plain.Bill:
    """The claim as it would go out now: frozen lines and diagnoses, today's data of patient and providers."""
    return bills_of([claim])[0]


def bills_of(claims: Sequence[Claim]) -> list[plain.Bill]:
    """`bill_of` for claims of one practice, in their order, in as many statements as for one.

    That holds when each comes with what it points to: practice, encounter, coverage and their own.
    """
    if not claims:
        return []
    beside = beside_of(claims)
    return [_bill(claim, beside) for claim in claims]


def _bill(claim: Claim, beside: Beside) -> plain.Bill:
    encounter, practice = claim.encounter, claim.practice
    prior = beside.prior[claim.pk]
    return plain.Bill(
        control_number=claim.control_number,
        frequency=claim.frequency,
        total_charge=claim.total_charge,
        service_date=encounter.service_date,
        place_of_service_code=encounter.place_of_service_code,
        patient=_patient(encounter.patient),
        policy=_policy(claim.coverage, claim, beside),
        biller=_biller(practice),
        rendering=_clinician(encounter.rendering_provider),
        diagnoses=tuple(claim.diagnosis_codes),
        lines=tuple(_line(line, claim, prior, beside) for line in beside.lines[claim.pk]),
        medical_record_number=encounter.patient.medical_record_number,
        original_reference_number=claim.original_reference_number,
        authorization_number=claim.authorization_number,
        note=claim.note,
        patient_paid=claim.patient_paid,
        related_cause=encounter.related_cause,
        accident_date=encounter.accident_date,
        accident_state=encounter.accident_state,
        admission_date=encounter.admission_date,
        referring=_clinician(encounter.referring_provider),
        facility=_facility(encounter, practice),
        others=tuple(_others(claim, prior, beside)),
        around=_surroundings(claim, prior, beside),
    )


def _policy(coverage: Coverage, claim: Claim, beside: Beside) -> plain.Policy:
    payer = coverage.payer
    return plain.Policy(
        rank=coverage.rank,
        payer_name=payer.name,
        payer_number=beside.payer_number(payer.pk, claim),
        filing_indicator_code=payer.filing_indicator_code,
        member_number=coverage.member_number,
        member_number_pattern=payer.member_number_pattern,
        group_number=coverage.group_number,
        plan_name=coverage.plan_name,
        relation=coverage.relation,
        subscriber=_subscriber(coverage),
        medicare_secondary_code=coverage.medicare_secondary_code,
    )


def _place(row: Address) -> plain.Place:
    return plain.Place(
        street=row.street,
        street_2=row.street_2,
        city=row.city,
        state=row.state,
        postal_code=row.postal_code,
    )


def _patient(patient: Patient) -> plain.Person:
    return plain.Person(
        last_name=patient.last_name,
        first_name=patient.first_name,
        middle_name=patient.middle_name,
        suffix=patient.suffix,
        birth_date=patient.birth_date,
        death_date=patient.death_date,
        sex=patient.sex,
        place=_place(patient),
    )


def _subscriber(coverage: Coverage) -> plain.Person | None:
    """Who holds the policy. Named by the coverage, or the patient; None where a dependent's names nobody."""
    is_self = coverage.relation == Relation.SELF
    if not coverage.subscriber_last_name:
        return _patient(coverage.patient) if is_self else None
    return plain.Person(
        last_name=coverage.subscriber_last_name,
        first_name=coverage.subscriber_first_name,
        birth_date=coverage.subscriber_birth_date or (coverage.patient.birth_date if is_self else None),
        sex=coverage.subscriber_sex,
        place=_place(coverage),
    )


def _biller(practice: Practice) -> plain.Biller:
    return plain.Biller(
        name=practice.name,
        npi=practice.npi,
        tax_number=practice.tax_number,
        taxonomy_code=practice.taxonomy_code,
        phone=practice.phone,
        place=_place(practice),
    )


def _clinician(provider: Provider | None) -> plain.Clinician | None:
    if provider is None:
        return None
    return plain.Clinician(
        last_name=provider.last_name,
        first_name=provider.first_name,
        npi=provider.npi,
        taxonomy_code=provider.taxonomy_code,
    )


def _facility(encounter: Encounter, practice: Practice) -> plain.Facility | None:
    """Where the visit was, unless that is where the bill comes from."""
    location = encounter.location
    if _spot(location) == _spot(practice):
        return None
    return plain.Facility(name=location.name, npi=location.npi, place=_place(location))


def _spot(row: Address) -> tuple[str, str, str]:
    return row.street.strip().upper(), row.city.strip().upper(), row.postal_code[:5]


def _line(line: ClaimLine, claim: Claim, prior: Iterable[PriorPayment], beside: Beside) -> plain.Line:
    return plain.Line(
        control_number=line.control_number,
        procedure_code=line.procedure_code,
        charge=line.charge,
        units=line.units,
        service_date=line.service_date,
        modifiers=tuple(line.modifiers),
        pointers=tuple(line.pointers),
        description=line.coded_line.description,
        decisions=tuple(_decision(it, claim, beside) for it in prior if it.claim_line_id == line.pk),
    )


def _decision(payment: PriorPayment, claim: Claim, beside: Beside) -> plain.Decision:
    return plain.Decision(
        payer_number=beside.payer_number(payment.coverage.payer_id, claim),
        paid=payment.paid,
        units=payment.paid_units,
        decided_on=payment.adjudicated_on,
        adjustments=tuple(
            plain.Adjustment(group=group, reason=reason, amount=money(amount) if amount else None)
            for group, reason, amount in payment.adjustments
        ),
    )


def _others(claim: Claim, prior: Sequence[PriorPayment], beside: Beside) -> Iterable[plain.OtherPolicy]:
    """Every other coverage of the day, in the order of their turns, with what those that answered paid."""
    for coverage in beside.other_coverages(claim):
        own = [payment for payment in prior if payment.coverage_id == coverage.pk]
        yield plain.OtherPolicy(
            policy=_policy(coverage, claim, beside),
            paid=sum((payment.paid for payment in own), ZERO) if own else None,
            payer_control_number=own[0].payer_control_number if own else "",
        )


def _surroundings(claim: Claim, prior: Sequence[PriorPayment], beside: Beside) -> plain.Surroundings:
    contract = beside.contract(claim)
    connection = beside.connection(claim)
    return plain.Surroundings(
        enrolled=claim.coverage.payer_id in beside.enrolled,
        unknown_diagnoses=beside.unknown_diagnoses(claim),
        consent_needed=frozenset(contract.authorization_required if contract else ()),
        consent=_consent(claim, beside),
        file_by=_file_by(claim, prior, contract),
        usage=connection.usage if connection else "",
        own_usage=own_usage(),
    )


def _consent(claim: Claim, beside: Beside) -> plain.Consent | None:
    """The authorization on file under the claim's number, with the units that other visits left."""
    on_file = beside.authorization(claim)
    if on_file is None:
        return None
    return plain.Consent(
        procedure_codes=frozenset(on_file.procedure_codes),
        effective_on=on_file.effective_on,
        ended_on=on_file.ended_on,
        units_left=None if on_file.units is None else on_file.units - beside.used_elsewhere(claim, on_file),
    )


def _file_by(claim: Claim, prior: Sequence[PriorPayment], contract: Contract | None) -> date | None:
    """The contract's clock for this kind of claim; a void has none."""
    if contract is None or claim.frequency == Frequency.VOID:
        return None
    if claim.frequency == Frequency.REPLACEMENT and claim.replaces and claim.replaces.adjudicated_at:
        zone = ZoneInfo(claim.practice.time_zone)
        return correct_by(
            decided_on=claim.replaces.adjudicated_at.astimezone(zone).date(),
            corrected_claim_days=contract.corrected_claim_days,
        )
    return file_by(
        service_date=claim.encounter.service_date,
        timely_filing_days=contract.timely_filing_days,
        decided_by_earlier_payer_on=max((payment.adjudicated_on for payment in prior), default=None),
    )
