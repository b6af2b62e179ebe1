"""An advice as an 835 (005010X221A1): balanced on every level, because the decisions are."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from clearinghouse.simulator.claim import Claim, Line, Person
from clearinghouse.simulator.decision import ZERO, DecidedLine
from clearinghouse.simulator.manners import put
from clearinghouse.simulator.payments import Advice, AdvisedClaim
from clearinghouse.simulator.plans import Plans
from x12 import remittance_835 as x835
from x12.records import Adjustment, Contact, MoneyAmount, Name, Procedure, Reference
from x12.segments import Segment

REVERSAL: Final = "22"
PERSON, ORGANIZATION = "1", "2"


def write_835(advice: Advice, plans: Plans) -> list[Segment]:
    """The segments from ST to SE."""
    return x835.render(remittance_of(advice, plans))


def remittance_of(advice: Advice, plans: Plans) -> x835.Remittance:
    """The advice in the terms of an 835."""
    day = advice.run_at.date()
    pay = advice.plan.payment
    remittance = x835.Remittance(
        control_number="0001",
        paid=advice.amount,
        handling="H",
        method="NON",
        effective_on=day,
        trace_number=advice.trace,
        originator=pay.originator,
        produced_on=day,
        payer=x835.Payer(
            name=advice.plan.name,
            street=pay.street,
            city=pay.city,
            state=pay.state,
            postal_code=pay.zip_code,
            references=(Reference(qualifier="2U", value=advice.plan.payer_id),),
            contacts=(
                Contact(function="CX", name="PROVIDER SERVICES", numbers=("TE", pay.telephone)),
                Contact(function="BL", name="EDI HELP", numbers=("TE", pay.telephone)),
            ),
        ),
        payee=_payee(advice),
        groups=(
            x835.ClaimGroup(
                number=1,
                claims=tuple(
                    written
                    for item in (*advice.claims, *advice.strangers)
                    for written in put(_claim(item, advice, plans), item.decision.manner)
                ),
            ),
        ),
        provider_adjustments=tuple(
            x835.ProviderAdjustment(
                advice.payee.npi, date(day.year, 12, 31), item.code, item.reference, item.amount
            )
            for item in advice.adjustments
        ),
    )
    return _by_transfer(remittance, advice) if advice.amount else remittance


def _by_transfer(notification: x835.Remittance, advice: Advice) -> x835.Remittance:
    """The remittance with the way its money goes: ACH from the payer's bank to the payee's."""
    pay = advice.plan.payment
    return replace(
        notification,
        handling="I",
        method="ACH",
        format="CCP",
        sender_routing_qualifier="01",
        sender_routing=pay.routing,
        sender_account_qualifier="DA",
        sender_account=pay.account,
        company_id=pay.originator,
        receiver_routing_qualifier="01",
        receiver_routing="114000093",
        receiver_account_qualifier="DA",
        receiver_account="987654321",
    )


def _payee(advice: Advice) -> x835.Payee:
    payee = advice.payee
    name = f"{payee.first_name} {payee.name}".strip()
    tin = (Reference(qualifier="TJ", value=payee.tin),) if payee.tin else ()
    return x835.Payee(name=name, id_qualifier="XX", id=payee.npi, references=tin)


def _claim(item: AdvisedClaim, advice: Advice, plans: Plans) -> x835.ClaimPayment:
    claim, decision, sign = item.row.claim, item.decision, item.sign
    share = decision.patient_responsibility * sign
    crossover = plans.find(decision.forwarded_to) if decision.forwarded_to and not item.is_reversal else None
    lines = {line.number: line for line in claim.lines}
    return x835.ClaimPayment(
        control_number=claim.number,
        status=REVERSAL if item.is_reversal else decision.status,
        charge=decision.charge * sign,
        paid=decision.paid * sign,
        patient_responsibility=share if share else None,
        filing_indicator=advice.plan.filing,
        payer_claim_control_number=item.row.icn,
        facility_code=claim.place_of_service,
        frequency=item.frequency,
        patient_status=claim.stay.patient_status if claim.stay and not claim.stay.drg else "",
        drg=claim.stay.drg if claim.stay else "",
        inpatient=_inpatient(claim),
        patient=_person(claim.patient),
        subscriber=_person(claim.subscriber) if claim.is_dependent else None,
        crossover_payer=_organization(crossover.name, crossover.payer_id) if crossover else None,
        outpatient=x835.OutpatientAdjudication(remarks=("MA01", "MA18")) if crossover else None,
        references=_authorization(claim),
        amounts=_interest(item, advice),
        lines=tuple(_line(lines[decided.number], decided, claim, sign) for decided in decision.lines),
    )


def _line(line: Line, decided: DecidedLine, claim: Claim, sign: int) -> x835.ServicePayment:
    paid_units = Decimal(0) if decided.is_denied else line.units
    billed = _procedure(line)
    return x835.ServicePayment(
        procedure=replace(billed, code=decided.decided_as) if decided.decided_as else billed,
        charge=decided.charge * sign,
        paid=decided.paid * sign,
        revenue_code=line.revenue_code if line.procedure else "",
        units=paid_units,
        submitted_procedure=billed if decided.decided_as else None,
        submitted_units=line.units if paid_units != line.units else None,
        service_date=line.service_date,
        adjustments=tuple(Adjustment(a.group, a.code, a.amount * sign) for a in decided.adjustments),
        control_number=line.control_number,
        amounts=_allowed(decided, claim, sign),
        remarks=tuple(x835.RemarkCode(code=code) for code in decided.remarks),
    )


def _procedure(line: Line) -> Procedure:
    """SVC01 as it was billed: under the revenue code (NU) where that says all."""
    if line.procedure:
        return Procedure(code=line.procedure, modifiers=line.modifiers)
    return Procedure(qualifier="NU", code=line.revenue_code)


def _inpatient(claim: Claim) -> x835.InpatientAdjudication | None:
    """MIA: the days that are covered, of an inpatient."""
    days = claim.stay.days if claim.stay else 0
    return x835.InpatientAdjudication(covered_days=Decimal(days)) if days else None


def _interest(item: AdvisedClaim, advice: Advice) -> tuple[MoneyAmount, ...]:
    """AMT*I: the interest that the PLB pays for this claim, told and not counted."""
    found = (a.amount for a in advice.adjustments if (a.code, a.reference) == ("L6", item.row.icn))
    total = -sum(found, ZERO)
    return (MoneyAmount(qualifier="I", amount=total),) if total and not item.is_reversal else ()


def _allowed(decided: DecidedLine, claim: Claim, sign: int) -> tuple[MoneyAmount, ...]:
    """AMT*B6: only the first payer's own allowed amount tells the provider anything."""
    if decided.is_denied or claim.rank != "P" or sign < 0:
        return ()
    return (MoneyAmount(qualifier="B6", amount=decided.allowed),)


def _authorization(claim: Claim) -> tuple[Reference, ...]:
    return (Reference(qualifier="G1", value=claim.authorization),) if claim.authorization else ()


def _person(who: Person) -> Name:
    return Name(
        kind=PERSON,
        last=who.last_name,
        first=who.first_name,
        middle=who.middle_name,
        id_qualifier="MI" if who.member_id else "",
        id=who.member_id,
    )


def _organization(name: str, payer_id: str) -> Name:
    return Name(kind=ORGANIZATION, last=name, id_qualifier="PI", id=payer_id)
