"""A question about a claim as a 276 interchange (005010X212; domain.md 4.2)."""

from claims.edi.claim_837 import Letterhead
from claims.rules.bill import SELF, Bill, Person
from x12 import status_276_277 as status
from x12.levels import organization, person
from x12.outbound import Address, OutboundGroup, write


def status_interchange(
    bill: Bill, head: Letterhead, *, payer_number: str, payer_control_number: str, trace: str
) -> bytes:
    """One interchange that asks what became of one claim.

    `payer_number` is the payer's id for status inquiries, `payer_control_number` its number of the claim or
    empty, `trace` our number of the question, which the 277 gives back.
    """
    request = status.StatusRequest(
        control_number="0001",
        reference=trace,
        created_on=head.written_at.date(),
        created_time=f"{head.written_at:%H%M}",
        payers=(_payer(bill, head, payer_number, _inquiry(bill, payer_control_number, trace)),),
    )
    group = OutboundGroup(
        functional_id="HR",
        version=status.VERSION,
        control_number=int(head.control_number),
        transactions=[status.render(request)],
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


def _inquiry(bill: Bill, payer_control_number: str, trace: str) -> status.ClaimInquiry:
    return status.ClaimInquiry(
        trace=trace,
        payer_control_number=payer_control_number,
        patient_account=bill.control_number,
        charge=bill.total_charge,
        service_date=bill.service_date,
    )


def _payer(
    bill: Bill, head: Letterhead, payer_number: str, inquiry: status.ClaimInquiry
) -> status.InquiredPayer:
    provider = status.InquiringProvider(
        name=organization("1P", bill.biller.name, id_qualifier="XX", number=bill.biller.npi),
        subscribers=(_subscriber(bill, inquiry),),
    )
    receiver = status.InquiryReceiver(
        name=organization("41", bill.biller.name, id_qualifier="46", number=head.sender_number),
        providers=(provider,),
    )
    return status.InquiredPayer(
        name=organization("PR", bill.policy.payer_name, id_qualifier="PI", number=payer_number),
        receivers=(receiver,),
    )


def _subscriber(bill: Bill, inquiry: status.ClaimInquiry) -> status.InquiredSubscriber:
    """The subscriber with the question, or with the dependent whom it is about."""
    holder = bill.policy.subscriber or bill.patient
    name = person(
        "IL",
        holder.last_name,
        holder.first_name,
        middle=holder.middle_name,
        suffix=holder.suffix,
        member_id=bill.policy.member_number,
    )
    if bill.policy.relation != SELF:
        return status.InquiredSubscriber(name=name, dependents=(_dependent(bill.patient, inquiry),))
    return status.InquiredSubscriber(
        name=name, birth_date=holder.birth_date, sex=holder.sex, inquiries=(inquiry,)
    )


def _dependent(patient: Person, inquiry: status.ClaimInquiry) -> status.InquiredDependent:
    return status.InquiredDependent(
        name=person(
            "QC", patient.last_name, patient.first_name, middle=patient.middle_name, suffix=patient.suffix
        ),
        birth_date=patient.birth_date,
        sex=patient.sex,
        inquiries=(inquiry,),
    )
