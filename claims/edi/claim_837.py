"""Bills as an 837P interchange (005010X222A1; domain.md 2.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from claims.edi.coordination import line_adjudications, other_coverages, party_at
from claims.rules.bill import SELF, Bill, Biller, Clinician, Facility, Line, Person, Policy
from claims.rules.edits.line import is_unlisted
from rcm.money import ZERO
from x12 import claim_837
from x12.outbound import Address, OutboundGroup, write
from x12.records import ORGANIZATION, PERSON, Contact, FreeText, HealthCode, Name, Party, Procedure, Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Who writes to whom, and under which numbers: ISA, GS and the submitter and receiver of every ST.

    `written_at` is the practice's local time, `usage` T or P, `control_number` nine digits (ISA13, GS06),
    `reference` our number of the batch (BHT03).
    """

    sender_number: str
    receiver_number: str
    receiver_name: str
    usage: str
    control_number: str
    reference: str
    written_at: datetime


def claim_interchange(parts: Sequence[tuple[str, Sequence[Bill]]], head: Letterhead) -> bytes:
    """One interchange with one ST per part: its ST02 and its bills, all of one billing provider."""
    group = OutboundGroup(
        functional_id="HC",
        version=claim_837.VERSION,
        control_number=int(head.control_number),
        transactions=[claim_837.render(_batch(number, bills, head)) for number, bills in parts],
    )
    text = write(
        sender=Address(id=head.sender_number),
        receiver=Address(id=head.receiver_number),
        control_number=int(head.control_number),
        written_at=head.written_at,
        usage=head.usage,
        groups=[group],
    )
    return text.encode("ascii")


def _batch(number: str, bills: Sequence[Bill], head: Letterhead) -> claim_837.ClaimBatch:
    biller = bills[0].biller
    contact = Contact(function="IC", name="BILLING OFFICE", numbers=("TE", biller.phone))
    return claim_837.ClaimBatch(
        control_number=number,
        batch_id=head.reference,
        created_on=head.written_at.date(),
        created_time=f"{head.written_at:%H%M}",
        submitter=Party(name=_organization(biller.name, "46", head.sender_number), contacts=(contact,)),
        receiver=Party(name=_organization(head.receiver_name, "46", head.receiver_number)),
        providers=(_provider(biller, bills),),
    )


def _provider(biller: Biller, bills: Sequence[Bill]) -> claim_837.BillingProvider:
    party = party_at(biller.place, _organization(biller.name, "XX", biller.npi))
    party = replace(party, references=(Reference(qualifier="EI", value=biller.tax_number),))
    subscribers = tuple(_subscriber(bill) for bill in bills)
    return claim_837.BillingProvider(taxonomy=biller.taxonomy_code, party=party, subscribers=subscribers)


def _subscriber(bill: Bill) -> claim_837.Subscriber:
    """The subscriber with the claim, or with the patient who has it."""
    policy, own = bill.policy, bill.policy.relation == SELF
    return claim_837.Subscriber(
        sequence=policy.rank,
        relationship=SELF if own else "",
        group_number=policy.group_number,
        medicare_secondary_reason=policy.medicare_secondary_code,
        filing_indicator=policy.filing_indicator_code,
        death_date=bill.patient.death_date if own else None,
        party=_person(policy.subscriber or bill.patient, member_number=policy.member_number, whole=own),
        payer=Party(name=_organization(policy.payer_name, "PI", policy.payer_number)),
        claims=(_claim(bill),) if own else (),
        patients=() if own else (_patient(bill, policy),),
    )


def _patient(bill: Bill, policy: Policy) -> claim_837.Patient:
    return claim_837.Patient(
        relationship=policy.relation,
        death_date=bill.patient.death_date,
        party=_person(bill.patient, whole=True),
        claims=(_claim(bill),),
    )


def _claim(bill: Bill) -> claim_837.Claim:
    rendering = bill.rendering if bill.rendering and bill.rendering.npi != bill.biller.npi else None
    return claim_837.Claim(
        control_number=bill.control_number,
        charge=bill.total_charge,
        place_of_service=bill.place_of_service_code,
        frequency=bill.frequency,
        provider_signature=bill.provider_signature,
        assignment=bill.assignment,
        benefits_assigned=bill.benefits_assigned,
        release_of_information=bill.release_of_information,
        related_cause=bill.related_cause,
        accident_state=bill.accident_state,
        accident_date=bill.accident_date,
        admission_date=bill.admission_date,
        patient_paid=bill.patient_paid if bill.patient_paid > ZERO else None,
        prior_authorization=bill.authorization_number,
        payer_claim_control_number=bill.original_reference_number,
        medical_record_number=bill.medical_record_number,
        notes=(FreeText(code="ADD", text=bill.note),) if bill.note else (),
        diagnoses=tuple(
            HealthCode(qualifier="ABF" if n else "ABK", code=code) for n, code in enumerate(bill.diagnoses)
        ),
        referring_provider=_clinician(bill.referring, specialty=False),
        rendering_provider=_clinician(rendering, specialty=True),
        service_facility=_facility(bill.facility),
        other_coverages=tuple(other_coverages(bill)),
        lines=tuple(_line(number, line) for number, line in enumerate(bill.lines, 1)),
    )


def _line(number: int, line: Line) -> claim_837.ServiceLine:
    procedure = Procedure(
        code=line.procedure_code,
        modifiers=line.modifiers,
        description=line.description if is_unlisted(line.procedure_code) else "",
    )
    return claim_837.ServiceLine(
        number=number,
        procedure=procedure,
        charge=line.charge,
        quantity=line.units,
        pointers=line.pointers,
        service_date=line.service_date,
        control_number=line.control_number,
        drug=_drug(line),
        adjudications=tuple(line_adjudications(line)),
    )


def _drug(line: Line) -> claim_837.Drug | None:
    if not line.drug_code:
        return None
    return claim_837.Drug(ndc=line.drug_code, quantity=line.drug_quantity, unit=line.drug_unit)


def _person(person: Person, *, member_number: str = "", whole: bool) -> Party:
    """NM1 of a person; with address, birth date and sex when it is the patient's own loop (`whole`)."""
    name = Name(
        kind=PERSON,
        last=person.last_name,
        first=person.first_name,
        middle=person.middle_name,
        suffix=person.suffix,
        id_qualifier="MI" if member_number else "",
        id=member_number,
    )
    if not whole:
        return Party(name=name)
    return replace(party_at(person.place, name), birth_date=person.birth_date, gender=person.sex)


def _clinician(clinician: Clinician | None, *, specialty: bool) -> Party | None:
    if clinician is None:
        return None
    name = Name(
        kind=PERSON,
        last=clinician.last_name,
        first=clinician.first_name,
        id_qualifier="XX",
        id=clinician.npi,
    )
    return Party(name=name, specialty=clinician.taxonomy_code if specialty else "")


def _facility(facility: Facility | None) -> Party | None:
    if facility is None:
        return None
    return party_at(facility.place, _organization(facility.name, "XX" if facility.npi else "", facility.npi))


def _organization(name: str, id_qualifier: str, number: str) -> Name:
    return Name(kind=ORGANIZATION, last=name, id_qualifier=id_qualifier, id=number)
