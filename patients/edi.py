"""Our questions about coverage as 270s, and the payers' 271s as our rows."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from clearinghouse.models import Connection
from patients.models import Benefit, Coverage, EligibilityCheck, Relation, Sex
from practice.models import Practice, WireTransaction
from practice.queries import wire_number
from rcm.money import money
from x12 import eligibility_270_271 as x270
from x12.levels import Trace, organization, person
from x12.outbound import Address, OutboundGroup, write

FUNCTIONAL_ID = "HS"
OFFICE_VISIT = "98"
GIVEN_BACK = "2"  # TRN01 of a number that was ours
RELATIONSHIPS = {Relation.SPOUSE: "01", Relation.CHILD: "19"}
OTHER_RELATIONSHIP = "34"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A 271 about one check: what it says in short, every AAA in words, and its EB rows unsaved."""

    active: bool | None
    rejections: list[tuple[str, bool]]
    reasons: list[str]
    plan_name: str
    copay: Decimal | None
    coinsurance: Decimal | None
    deductible_left: Decimal | None
    out_of_pocket_left: Decimal | None
    authorization_needed: bool | None
    benefits: list[Benefit]


def inquiry(*, check: EligibilityCheck, connection: Connection, control_number: str, now: datetime) -> bytes:
    """The check as one 270 (005010X279A1) in an interchange with this control number."""
    request = x270.EligibilityRequest(
        reference=control_number,
        created_on=now.date(),
        created_time=f"{now:%H%M}",
        payers=(_payer(check, connection),),
    )
    group = OutboundGroup(
        functional_id=FUNCTIONAL_ID,
        version=x270.VERSION,
        control_number=int(control_number),
        transactions=[x270.render(request)],
    )
    text = write(
        sender=Address(id=connection.sender_number),
        receiver=Address(id=connection.receiver_number),
        control_number=int(control_number),
        written_at=now,
        usage=connection.usage,
        groups=[group],
    )
    return text.encode("ascii")


def answer_to(check: EligibilityCheck, response: x270.EligibilityResponse) -> Answer:
    """What a 271 says about the patient of this check.

    That is the one under its trace, or the only one when it gives no trace back. Of somebody else's answer
    nothing is taken.
    """
    about, said = said_about(check, response)
    service = service_of(check)
    rows = about.benefits if about else ()
    return Answer(
        active=said.active,
        rejections=[(at.rejection.reason, at.rejection.retryable) for at in said.rejections],
        reasons=[at.rejection.words for at in said.rejections],
        plan_name=said.plan_name[:80],
        copay=_dollars(said.copay(service)),
        coinsurance=_share(said.coinsurance(service)),
        deductible_left=_dollars(said.deductible_remaining),
        out_of_pocket_left=_dollars(said.out_of_pocket_remaining),
        authorization_needed=_authorization(said, rows, service),
        benefits=[_benefit(check, position, row) for position, row in enumerate(rows, start=1)],
    )


def said_about(
    check: EligibilityCheck, response: x270.EligibilityResponse
) -> tuple[x270.PatientAnswer | None, x270.Summary]:
    """The patient of this check in a 271, and what it says of that patient; `answer_to` tells who that is."""
    everyone = list(response.patients())
    about = _patient(check, everyone)
    if about is None and everyone:
        return None, x270.summary(x270.EligibilityResponse())
    if about is None or len(everyone) == 1:
        return about, x270.summary(response, service_types=check.service_types)
    return about, x270.summary_of(about, service_types=check.service_types)


def service_of(check: EligibilityCheck) -> str:
    """The service type that the visit is about: an office visit, unless another one was asked about."""
    return next((code for code in check.service_types if code != "30"), OFFICE_VISIT)


def traces(response: x270.EligibilityResponse) -> list[str]:
    """The trace numbers of our inquiries that a 271 gives back (TRN*2), in capitals."""
    return [
        trace.number.upper()
        for about in response.patients()
        for trace in about.traces
        if trace.kind == GIVEN_BACK
    ]


def _payer(check: EligibilityCheck, connection: Connection) -> x270.InquiredPayer:
    payer, practice = check.coverage.payer, check.practice
    number = wire_number(
        payer=payer, clearinghouse=connection.clearinghouse, transaction=WireTransaction.ELIGIBILITY
    )
    provider = x270.InquiringProvider(
        name=organization("1P", practice.name, id_qualifier="XX", number=practice.npi),
        subscribers=(_subscriber(check),),
    )
    return x270.InquiredPayer(
        name=organization("PR", payer.name, id_qualifier="PI", number=number), providers=(provider,)
    )


def _subscriber(check: EligibilityCheck) -> x270.InquiredSubscriber:
    """The member; the questions stand here unless the patient is a dependent."""
    coverage = check.coverage
    if coverage.relation != Relation.SELF:
        return x270.InquiredSubscriber(
            name=person(
                "IL",
                coverage.subscriber_last_name,
                coverage.subscriber_first_name,
                member_id=coverage.member_number,
            ),
            birth_date=coverage.subscriber_birth_date,
            sex=_sex(coverage.subscriber_sex) if coverage.subscriber_birth_date else "",
            dependents=(_dependent(check),),
        )
    patient = coverage.patient
    return x270.InquiredSubscriber(
        traces=(_trace(check),),
        name=person(
            "IL",
            patient.last_name,
            patient.first_name,
            middle=patient.middle_name,
            suffix=patient.suffix,
            member_id=coverage.member_number,
        ),
        birth_date=patient.birth_date,
        sex=_sex(patient.sex),
        plan_date=check.service_date,
        inquiries=(x270.BenefitInquiry(service_types=tuple(check.service_types)),),
    )


def _dependent(check: EligibilityCheck) -> x270.InquiredDependent:
    patient = check.coverage.patient
    return x270.InquiredDependent(
        traces=(_trace(check),),
        name=person(
            "03",
            patient.last_name,
            patient.first_name,
            middle=patient.middle_name,
            suffix=patient.suffix,
        ),
        birth_date=patient.birth_date,
        sex=_sex(patient.sex),
        relationship=_relationship(check.coverage),
        plan_date=check.service_date,
        inquiries=(x270.BenefitInquiry(service_types=tuple(check.service_types)),),
    )


def _trace(check: EligibilityCheck) -> Trace:
    return Trace(number=check.trace_number, originator=_originator(check.practice))


def _originator(practice: Practice) -> str:
    """TRN03: 1 and the tax id, as in BPR10 and TRN03 of an 835."""
    return f"1{practice.tax_number}"


def _relationship(coverage: Coverage) -> str:
    return RELATIONSHIPS.get(Relation(coverage.relation), OTHER_RELATIONSHIP)


def _sex(sex: str) -> str:
    """DMG03 takes F and M only; unknown is left out."""
    return sex if sex in {Sex.FEMALE, Sex.MALE} else ""


def _patient(check: EligibilityCheck, everyone: list[x270.PatientAnswer]) -> x270.PatientAnswer | None:
    for about in everyone:
        if any(trace.number.upper() == check.trace_number for trace in about.traces):
            return about
    alone = len(everyone) == 1 and all(trace.kind != GIVEN_BACK for trace in everyone[0].traces)
    return everyone[0] if alone else None


def _benefit(check: EligibilityCheck, position: int, row: x270.Benefit) -> Benefit:
    """An EB row within the widths of our columns; the document keeps what does not fit."""
    return Benefit(
        practice_id=check.practice_id,
        check_answered=check,
        position=position,
        information_code=row.code[:3],
        coverage_level_code=row.coverage_level[:3],
        service_types=[code[:3] for code in row.service_types],
        insurance_type_code=row.insurance_type[:3],
        plan_description=row.plan_name[:80],
        period_code=row.period[:2],
        amount=_within(row.amount, Decimal("9999999999.99"), places=2),
        share=_within(row.fraction, Decimal("999.9999"), places=4),
        quantity_code=row.quantity_qualifier[:2],
        quantity=_within(row.quantity, Decimal("9999999999.99"), places=2),
        authorization_code=row.authorization[:1],
        in_network_code=row.in_network[:1],
        messages=[message.text for message in row.messages],
    )


def _dollars(figure: x270.Figure | None) -> Decimal | None:
    return None if figure is None else _within(money(figure.value), Decimal("9999999999.99"), places=2)


def _share(figure: x270.Figure | None) -> Decimal | None:
    return None if figure is None else _within(figure.value, Decimal("9.9999"), places=4)


def _within(value: Decimal | None, most: Decimal, *, places: int) -> Decimal | None:
    """The value with so many places; None when it is absent or no column could hold it."""
    if value is None or not abs(value) <= most:
        return None
    return value.quantize(Decimal(1).scaleb(-places))


def _authorization(said: x270.Summary, rows: tuple[x270.Benefit, ...], service: str) -> bool | None:
    """Whether the payer demands an authorization for the service: yes, no (said so), or not said."""
    if said.authorization_needed(service) is not None:
        return True
    return False if any(row.authorization == "N" for row in rows) else None
