"""What a clearinghouse sends back about files of ours, as bytes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import count

from claims.models import Batch, Claim
from x12 import ack_999, claim_ack_277ca, status_276_277
from x12.claim_status import StatusCode, StatusReport
from x12.envelope import read
from x12.levels import organization, person
from x12.outbound import Address, OutboundGroup, write
from x12.segments import Segment

WRITTEN = dt.datetime(2026, 3, 12, 8, 0)
ON = dt.date(2026, 3, 12)
_numbers = count(5001)


def posted(body: Sequence[Segment], functional_id: str, version: str) -> bytes:
    """One transaction of theirs in an interchange of its own."""
    number = next(_numbers)
    group = OutboundGroup(
        functional_id=functional_id, version=version, control_number=number, transactions=[body]
    )
    return _written(number, groups=[group])


def ta1(batch: Batch, acceptance: str, note: str = "000", *, number: str = "") -> bytes:
    answer = ack_999.Ta1(
        control_number=number or batch.interchange.control_number,
        date="260311",
        time="0915",
        acceptance=acceptance,
        note=note,
    )
    return _written(next(_numbers), acknowledgments=[ack_999.render_ta1(answer)])


def accepted_999(batch: Batch) -> bytes:
    """A 999 that accepts everything in the file."""
    (interchange,) = read(bytes(batch.interchange.content)).interchanges
    answer = ack_999.acknowledge(interchange.groups[0], control_number="0001")
    return posted(ack_999.render(answer), "FA", ack_999.VERSION)


def answering_999(
    batch: Batch, verdicts: Mapping[str, str], *, group: str = "", acceptance: str = "P", blames: str = ""
) -> bytes:
    """A 999 that gives each ST a verdict; a rejected one blames a claim when told to."""
    error = ack_999.SegmentError(
        segment_id="CLM",
        position=22,
        code="8",
        contexts=(ack_999.Context(of=ack_999.ContextName(name="CLM01", value=blames)),) if blames else (),
        element_errors=(ack_999.ElementError(element=2, code="1"),),
    )
    responses = tuple(
        ack_999.TransactionResponse(
            code="837",
            control_number=number,
            acceptance=verdict,
            segment_errors=(error,) if verdict == "R" else (),
        )
        for number, verdict in verdicts.items()
    )
    answer = ack_999.Ack999(
        control_number="0001",
        functional_id="HC",
        group_control_number=group or str(int(batch.interchange.control_number)),
        transactions=responses,
        acceptance=acceptance,
        included=len(verdicts),
        received=len(verdicts),
        accepted_count=sum(verdict in "AE" for verdict in verdicts.values()),
    )
    return posted(ack_999.render(answer), "FA", ack_999.VERSION)


def report(category: str, status: str = "20", entity: str = "PR") -> StatusReport:
    code = StatusCode(category=category, status=status, entity=entity)
    action = "U" if code.rejected else "WQ"
    return StatusReport(code=code, effective_on=ON, action=action, charge=Decimal("270"))


def ack_277ca(
    batch_reference: str,
    claims: Mapping[str, str],
    *,
    icn: str = "",
    source: str = "PR",
    whole: str = "",
    wrong_totals: bool = False,
) -> bytes:
    """A 277CA: a category per CLM01; `whole` is said of the batch itself."""
    patients = tuple(
        claim_ack_277ca.AcknowledgedPatient(
            name=person("QC", "ELLISON", "MARGARET"),
            claims=(
                claim_ack_277ca.AcknowledgedClaim(
                    control_number=number,
                    statuses=(report(category, "21" if category == "A7" else "20"),),
                    payer_control_number=icn,
                ),
            ),
        )
        for number, category in claims.items()
    )
    provider = claim_ack_277ca.AcknowledgedProvider(
        name=organization("85", "LAKESIDE", id_qualifier="XX", number="1234567893"), patients=patients
    )
    receiver = claim_ack_277ca.AcknowledgedReceiver(
        name=organization("41", "LAKESIDE", id_qualifier="46", number="LAKESIDE01"),
        batch_number=batch_reference,
        statuses=(report(whole),) if whole else (),
        accepted_count=99 if wrong_totals else None,
        providers=(provider,),
    )
    answer = claim_ack_277ca.ClaimAcknowledgment(
        control_number="0001",
        reference="ACK1",
        created_on=ON,
        created_time="0800",
        sources=(
            claim_ack_277ca.AcknowledgmentSource(
                name=organization(source, "PAYER", id_qualifier="PI", number="04412"), receivers=(receiver,)
            ),
        ),
    )
    return posted(claim_ack_277ca.render(answer), "HN", claim_ack_277ca.VERSION)


def status_277(
    trace: str, *reports: StatusReport, icn: str = "", account: str = "", failure: str = ""
) -> bytes:
    """A 277 about one claim, by the trace of our question; `failure` is said of the whole 276."""
    claims = (
        (
            status_276_277.ClaimStatus(
                trace=trace, statuses=reports, payer_control_number=icn, patient_account=account
            ),
        )
        if trace or account
        else ()
    )
    subscriber = status_276_277.AnsweredSubscriber(name=person("IL", "ELLISON", "MARGARET"), claims=claims)
    provider = status_276_277.AnsweredProvider(
        name=organization("1P", "LAKESIDE", id_qualifier="XX", number="1234567893"),
        subscribers=(subscriber,) if claims else (),
    )
    receiver = status_276_277.AnsweredReceiver(
        name=organization("41", "LAKESIDE", id_qualifier="46", number="LAKESIDE01"),
        trace="X" if failure else "",
        statuses=(report(failure, "0"),) if failure else (),
        providers=(provider,),
    )
    answer = status_276_277.StatusResponse(
        reference="ANSWER1",
        created_on=ON,
        created_time="0800",
        payers=(
            status_276_277.AnsweringPayer(
                name=organization("PR", "PAYER", id_qualifier="PI", number="04412"), receivers=(receiver,)
            ),
        ),
    )
    return posted(status_276_277.render(answer), "HN", status_276_277.VERSION)


def of(claims: Sequence[Claim], category: str) -> dict[str, str]:
    """The same category for each."""
    return {claim.control_number: category for claim in claims}


def _written(
    number: int, *, groups: Sequence[OutboundGroup] = (), acknowledgments: Sequence[Segment] = ()
) -> bytes:
    return write(
        sender=Address(id="CLEARHSE"),
        receiver=Address(id="LAKESIDE01"),
        control_number=number,
        written_at=WRITTEN,
        usage="T",
        groups=groups,
        acknowledgments=acknowledgments,
    ).encode()
