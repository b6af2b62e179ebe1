"""Other payers of a claim on the wire: loops 2320, 2330 and 2430."""

from collections.abc import Iterator
from decimal import Decimal

from claims.rules.bill import Bill, Decision, Line, OtherPolicy, Person, Place
from rcm.money import ZERO
from x12 import claim_837
from x12.records import ORGANIZATION, PERSON, Adjustment, Name, Party, Procedure

PATIENT_RESPONSIBILITY = "PR"


def other_coverages(bill: Bill) -> Iterator[claim_837.OtherCoverage]:
    """Loop 2320 of every other payer, in the order of their turns; amounts only of those that decided."""
    for other in bill.others:
        policy, decided = other.policy, other.paid is not None
        yield claim_837.OtherCoverage(
            sequence=policy.rank,
            relationship=policy.relation,
            group_number=policy.group_number,
            medicare_secondary_reason=policy.medicare_secondary_code,
            filing_indicator=policy.filing_indicator_code,
            paid=other.paid,
            remaining_patient_liability=_left_to_patient(bill, policy.payer_number) if decided else None,
            benefits_assigned=bill.benefits_assigned,
            release_of_information=bill.release_of_information,
            subscriber=_holder(other, policy.subscriber or bill.patient),
            payer=claim_837.OtherPayer(
                name=Name(
                    kind=ORGANIZATION, last=policy.payer_name, id_qualifier="PI", id=policy.payer_number
                ),
                claim_control_number=other.payer_control_number,
            ),
        )


def line_adjudications(line: Line) -> Iterator[claim_837.LineAdjudication]:
    """Loop 2430 of every earlier payer: paid, adjustments as received, and the day it decided."""
    for decision in line.decisions:
        yield claim_837.LineAdjudication(
            payer_id=decision.payer_number,
            paid=decision.paid,
            procedure=Procedure(code=line.procedure_code, modifiers=line.modifiers),
            quantity=decision.units,
            adjustments=tuple(_adjustments(decision)),
            adjudicated_on=decision.decided_on,
        )


def _adjustments(decision: Decision) -> Iterator[Adjustment]:
    for adjustment in decision.adjustments:
        yield Adjustment(adjustment.group, adjustment.reason, adjustment.amount or ZERO)


def _left_to_patient(bill: Bill, payer_number: str) -> Decimal:
    """AMT*EAF: what that payer left to the patient, and so to the next payer."""
    decisions = [d for line in bill.lines for d in line.decisions if d.payer_number == payer_number]
    found = (a for d in decisions for a in d.adjustments if a.group == PATIENT_RESPONSIBILITY)
    return sum((a.amount or ZERO for a in found), ZERO)


def _holder(other: OtherPolicy, person: Person) -> Party:
    """Loop 2330A, with the address but neither birth date nor sex."""
    name = Name(
        kind=PERSON,
        last=person.last_name,
        first=person.first_name,
        middle=person.middle_name,
        suffix=person.suffix,
        id_qualifier="MI",
        id=other.policy.member_number,
    )
    return party_at(person.place, name)


def party_at(place: Place, name: Name) -> Party:
    """A party with its address: NM1, N3, N4."""
    return Party(
        name=name,
        street=place.street,
        street2=place.street_2,
        city=place.city,
        state=place.state,
        postal_code=place.postal_code,
    )
