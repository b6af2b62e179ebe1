"""The 277CA: what became of every claim of a batch, one document per payer, with totals that add up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clearinghouse.simulator.claim import Claim, Provider
from clearinghouse.simulator.plans import Plans
from clearinghouse.simulator.reading import Batch
from clearinghouse.simulator.screening import Reason
from x12.claim_ack_277ca import (
    AcknowledgedClaim,
    AcknowledgedPatient,
    AcknowledgedProvider,
    AcknowledgedReceiver,
    AcknowledgmentSource,
    ClaimAcknowledgment,
    render,
    with_totals,
)
from x12.claim_status import StatusCode, StatusReport
from x12.levels import EntityName, organization, person
from x12.segments import Segment


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with the verdict on it; `icn` is empty for a rejected one."""

    claim: Claim
    reason: Reason
    icn: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The facts of one 277CA: our number for it, when it is made, when the claims came."""

    number: str
    made_at: datetime
    received_at: datetime


def write_277ca(
    batch: Batch, payer_id: str, judged: Sequence[Judged], receipt: Receipt, plans: Plans
) -> list[Segment]:
    """The segments from ST to SE, for the claims of one payer; we (AY) answer for a payer we do not know."""
    plan = plans.find(payer_id)
    name = (
        organization("PR", plan.name, id_qualifier="PI", number=payer_id)
        if plan
        else organization("AY", "EXAMPLE CLEARINGHOUSE", id_qualifier="46", number="CLEARHSE")
    )
    providers = {item.claim.provider.npi: item.claim.provider for item in judged}
    receiver = AcknowledgedReceiver(
        name=_submitter(batch),
        batch_number=batch.batch_id,
        providers=tuple(_provider(provider, judged, receipt) for provider in providers.values()),
    )
    return render(
        ClaimAcknowledgment(
            control_number="0001",
            reference=receipt.number,
            created_on=receipt.made_at.date(),
            created_time=f"{receipt.made_at:%H%M}",
            sources=(
                AcknowledgmentSource(
                    name=name,
                    receipt_number=receipt.number,
                    received_on=receipt.received_at.date(),
                    processed_on=receipt.made_at.date(),
                    receivers=(with_totals(receiver, on=receipt.made_at.date()),),
                ),
            ),
        )
    )


def _submitter(batch: Batch) -> EntityName:
    name = batch.submitter.name
    return EntityName(
        entity="41", kind=name.kind, last=name.last, first=name.first, id_qualifier="46", id=name.id
    )


def _provider(provider: Provider, judged: Sequence[Judged], receipt: Receipt) -> AcknowledgedProvider:
    name = (
        EntityName(
            entity="85",
            kind="1",
            last=provider.name,
            first=provider.first_name,
            id_qualifier="XX",
            id=provider.npi,
        )
        if provider.first_name
        else organization("85", provider.name, id_qualifier="XX", number=provider.npi)
    )
    theirs = [item for item in judged if item.claim.provider.npi == provider.npi]
    return AcknowledgedProvider(name=name, patients=tuple(_patient(item, receipt) for item in theirs))


def _patient(item: Judged, receipt: Receipt) -> AcknowledgedPatient:
    claim, who = item.claim, item.claim.patient
    category, status, entity = item.reason
    report = StatusReport(
        code=StatusCode(category=category, status=status, entity=entity),
        effective_on=receipt.made_at.date(),
        action="WQ" if item.icn else "U",
        charge=claim.charge,
    )
    return AcknowledgedPatient(
        name=person(
            "QC", who.last_name, who.first_name, middle=who.middle_name, member_id=claim.subscriber.member_id
        ),
        claims=(
            AcknowledgedClaim(
                control_number=claim.number,
                statuses=(report,),
                payer_control_number=item.icn,
                bill_type=f"{claim.place_of_service}{claim.frequency}" if claim.stay else "",
                service_date=claim.service_date,
            ),
        ),
    )
