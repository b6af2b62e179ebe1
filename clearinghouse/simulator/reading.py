"""837P and 837I as the payer reads them: `x12`'s documents to `claim.Claim`, for what `syntax` let pass."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from clearinghouse.simulator.claim import (
    Adjustment,
    Claim,
    Line,
    OtherPayer,
    Person,
    PriorPayment,
    Provider,
    Stay,
)
from clearinghouse.simulator.pricing import cents
from x12 import claim_837, claim_837i
from x12.records import Party

DIAGNOSES: Final = ("ABK", "ABF")
INPATIENT: Final = ("11", "12", "18", "21")  # first two digits of the type of bill

Batch = claim_837.ClaimBatch | claim_837i.ClaimBatch
SentClaim = claim_837.Claim | claim_837i.Claim


def read_claims(batch: Batch) -> list[Claim]:
    """The claims of a batch in its order. Raises ValueError for one without lines or service dates."""
    if isinstance(batch, claim_837i.ClaimBatch):
        return [_institutional(found) for found in batch.claims()]
    return [_professional(found) for found in batch.claims()]


def _professional(found: claim_837.ClaimInContext) -> Claim:
    sent = found.claim
    lines = tuple(_professional_line(item, sent) for item in sent.lines)
    return _claim(found, sent, sent.place_of_service, lines)


def _institutional(found: claim_837i.ClaimInContext) -> Claim:
    sent = found.claim
    codes = [code.code for code in (*sent.principal_diagnoses, *sent.other_diagnoses)]
    lines = tuple(_institutional_line(item, sent, codes) for item in sent.lines)
    days = 0
    if sent.facility_type in INPATIENT and sent.statement_from and sent.statement_through:
        days = max(1, (sent.statement_through - sent.statement_from).days)
    return _claim(found, sent, sent.facility_type, lines, Stay(sent.patient_status, sent.related_group, days))


def _claim(
    found: claim_837.ClaimInContext | claim_837i.ClaimInContext,
    sent: SentClaim,
    place: str,
    lines: tuple[Line, ...],
    stay: Stay | None = None,
) -> Claim:
    if not lines:
        raise ValueError("a claim without lines passed the syntax check")
    subscriber = person(found.subscriber.party)
    return Claim(
        number=sent.control_number,
        charge=cents(sent.charge),
        payer_id=found.subscriber.payer.name.id,
        rank=found.subscriber.sequence,
        subscriber=subscriber,
        patient=person(found.patient.party) if found.patient else subscriber,
        provider=provider(found.provider.party),
        frequency=sent.frequency or "1",
        place_of_service=place,
        lines=lines,
        replaces=sent.payer_claim_control_number,
        authorization=sent.prior_authorization,
        others=tuple(_other(item) for item in sent.other_coverages),
        rendering_npi=sent.rendering_provider.name.id if sent.rendering_provider else "",
        stay=stay,
    )


def person(party: Party) -> Person:
    """A subscriber or patient (NM1*IL, NM1*QC)."""
    name = party.name
    return Person(name.last, name.first, name.middle, name.id, party.birth_date, party.gender)


def provider(party: Party) -> Provider:
    """The billing provider (NM1*85)."""
    return Provider(
        name=party.name.last,
        first_name=party.name.first,
        npi=party.name.id,
        tin=party.reference("EI") or party.reference("SY"),
        street=party.street,
        city=party.city,
        state=party.state,
        zip_code=party.postal_code,
    )


def _professional_line(item: claim_837.ServiceLine, sent: claim_837.Claim) -> Line:
    if item.service_date is None:
        raise ValueError("a line without a service date passed the syntax check")
    codes = [code.code for code in sent.diagnoses if code.qualifier in DIAGNOSES]
    authorizations = [r.value for r in item.references if r.qualifier == "G1"]
    return Line(
        number=item.number,
        control_number=item.control_number,
        procedure=item.procedure.code,
        modifiers=tuple(modifier for modifier in item.procedure.modifiers if modifier),
        charge=cents(item.charge),
        units=item.quantity or Decimal(1),
        service_date=item.service_date,
        diagnoses=tuple(codes[pointer - 1] for pointer in item.pointers if 0 < pointer <= len(codes)),
        authorization=authorizations[0] if authorizations else "",
        prior=_prior(item.adjudications),
    )


def _institutional_line(
    item: claim_837i.ServiceLine, sent: claim_837i.Claim, diagnoses: Sequence[str]
) -> Line:
    day = item.service_date or sent.statement_from
    if day is None:
        raise ValueError("a claim without statement dates passed the syntax check")
    modifiers = item.procedure.modifiers if item.procedure else ()
    return Line(
        number=item.number,
        control_number=item.control_number,
        procedure=item.procedure.code if item.procedure else "",
        modifiers=tuple(modifier for modifier in modifiers if modifier),
        charge=cents(item.charge),
        units=item.quantity or Decimal(1),
        service_date=day,
        diagnoses=tuple(diagnoses),
        prior=_prior(item.adjudications),
        revenue_code=item.revenue_code,
    )


def _prior(adjudications: Sequence[claim_837.LineAdjudication]) -> tuple[PriorPayment, ...]:
    return tuple(
        PriorPayment(
            told.payer_id,
            cents(told.paid),
            tuple(Adjustment(item.group, item.reason, cents(item.amount)) for item in told.adjustments),
        )
        for told in adjudications
    )


def _other(coverage: claim_837.OtherCoverage | claim_837i.OtherCoverage) -> OtherPayer:
    insured = coverage.subscriber.name if coverage.subscriber else None
    payer = coverage.payer.name if coverage.payer else None
    return OtherPayer(
        rank=coverage.sequence,
        payer_id=payer.id if payer else "",
        name=payer.last if payer else "",
        member_id=insured.id if insured else "",
        paid=coverage.paid,
        last_name=insured.last if insured else "",
        first_name=insured.first if insured else "",
    )
