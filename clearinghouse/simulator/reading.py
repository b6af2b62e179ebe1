"""The 837P as the payer reads it: `x12.claim_837` to `claim.Claim`, for what `syntax` let pass."""

from decimal import Decimal

from clearinghouse.simulator.claim import Adjustment, Claim, Line, OtherPayer, Person, PriorPayment, Provider
from clearinghouse.simulator.pricing import cents
from x12.claim_837 import Claim as SentClaim
from x12.claim_837 import ClaimInContext, OtherCoverage, ServiceLine
from x12.records import Party

DIAGNOSES = ("ABK", "ABF")


def read_claim(found: ClaimInContext) -> Claim:
    """A claim with what the levels above it say. Raises ValueError for one without lines or service dates."""
    sent = found.claim
    if not sent.lines:
        raise ValueError("a claim without lines passed the syntax check")
    subscriber = person(found.subscriber.party)
    patient = person(found.patient.party) if found.patient else subscriber
    return Claim(
        number=sent.control_number,
        charge=cents(sent.charge),
        payer_id=found.subscriber.payer.name.id,
        rank=found.subscriber.sequence,
        subscriber=subscriber,
        patient=patient,
        provider=provider(found.provider.party),
        frequency=sent.frequency or "1",
        place_of_service=sent.place_of_service,
        lines=tuple(_line(item, sent) for item in sent.lines),
        replaces=sent.payer_claim_control_number,
        authorization=sent.prior_authorization,
        others=tuple(_other(item) for item in sent.other_coverages),
        rendering_npi=sent.rendering_provider.name.id if sent.rendering_provider else "",
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


def _line(item: ServiceLine, sent: SentClaim) -> Line:
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
        prior=tuple(
            PriorPayment(
                told.payer_id,
                cents(told.paid),
                tuple(Adjustment(item.group, item.reason, cents(item.amount)) for item in told.adjustments),
            )
            for told in item.adjudications
        ),
    )


def _other(coverage: OtherCoverage) -> OtherPayer:
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
