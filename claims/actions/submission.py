"""Handing claims to the clearinghouse: written with their change of state, delivered by a worker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from claims.actions.scrub import clear_findings, hold
from claims.edi import Letterhead, claim_interchange
from claims.models import Batch, Claim, Submission
from claims.queries import bills_of
from claims.rules.bill import Bill
from claims.rules.scrub import Verdict, scrub
from claims.states import ClaimStatus
from clearinghouse.actions.outbound import queue_file, take_control_number
from clearinghouse.models import Connection, Interchange
from clearinghouse.queries import connection_of
from practice.actions.numbers import Series, take_number
from practice.models import Practice, User
from rcm import faults
from rcm.money import ZERO
from rcm.state import move_all

FIRST_SET = 1
NOT_YET_KNOWN = frozenset({ClaimStatus.QUEUED, ClaimStatus.UNKNOWN})


class NothingToSend(Exception):
    """No claim was given."""


class ClaimNotReady(Exception):
    """Claims that are not ready, or not this practice's, were to be sent; nothing was. `control_numbers`."""

    def __init__(self, control_numbers: Sequence[str]) -> None:
        super().__init__(f"{len(control_numbers)} claims are not ready")
        self.control_numbers = list(control_numbers)


class AllHeld(Exception):
    """Every claim was ready once, but none passes the edits today: all are held again, with findings."""


@dataclass(frozen=True, slots=True)
class _Judged:
    claim: Claim
    bill: Bill
    verdicts: list[Verdict]


def send_batch(*, practice: Practice, claims: Sequence[Claim], by: User | None, now: datetime) -> Batch:
    """Queue ready claims as one 837P interchange; a worker uploads it once this commits.

    Each claim is scrubbed once more: what no longer passes is held and stays behind, the others go out, at
    most `claims_per_batch` to one ST. Raises NothingToSend, ClaimNotReady (nothing is sent),
    clearinghouse.queries.NoConnection, and AllHeld when nothing is left to send.
    """
    if not claims:
        raise NothingToSend
    with transaction.atomic():
        locked = _lock_ready(practice, claims)
        faults.point("submission.claims_locked")
        connection = connection_of(practice)
        judged = _judge(practice, locked, now=now)
        for it in judged:
            if it.verdicts:
                clear_findings(it.claim, now=now)
                hold(claim=it.claim, verdicts=it.verdicts, now=now, by=by)
        passed = [it for it in judged if not it.verdicts]
        batch = _queue(practice, connection, passed, by=by, now=now) if passed else None
        faults.point("submission.batch_written")
    faults.point("submission.batch_committed")
    if batch is None:
        raise AllHeld
    return batch


def record_sent(*, interchange: Interchange, now: datetime) -> None:
    """The clearinghouse has the file: its claims are sent, unless an answer to them came first.

    A file without claims, or one told of before, changes nothing.
    """
    with transaction.atomic():
        batch = Batch.objects.select_for_update().filter(interchange=interchange, sent_at=None).first()
        if batch is None:
            return
        batch.sent_at = now
        batch.save(update_fields=["sent_at"])
        claims = _claims_of(batch)
        keys = [claim.pk for claim in claims]
        Claim.objects.filter(pk__in=keys, first_sent_at=None).update(first_sent_at=now)
        waiting = [claim for claim in claims if claim.status in NOT_YET_KNOWN]
        move_all(waiting, ClaimStatus.SENT, now=now, by=None, source=f"batch {batch.reference}")
        faults.point("submission.sent_written")
    faults.point("submission.sent_committed")


def record_unknown(*, interchange: Interchange, now: datetime) -> None:
    """Whether the clearinghouse has the file is not known: its claims wait, and are not sent again."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update().filter(interchange=interchange, sent_at=None).first()
        if batch is None:
            return
        queued = [claim for claim in _claims_of(batch) if claim.status == ClaimStatus.QUEUED]
        move_all(queued, ClaimStatus.UNKNOWN, now=now, by=None, source=f"batch {batch.reference}")
        faults.point("submission.unknown_written")


def _lock_ready(practice: Practice, claims: Sequence[Claim]) -> list[Claim]:
    asked = {claim.pk for claim in claims}
    own = Claim.objects.filter(pk__in=asked, practice=practice).select_related(
        "practice",
        "coverage__payer",
        "coverage__patient",
        "encounter__patient",
        "encounter__rendering_provider",
        "encounter__referring_provider",
        "encounter__location",
        "replaces",
    )
    locked = list(own.select_for_update(of=("self",), no_key=True).order_by("pk"))
    ready = {claim.pk for claim in locked if claim.status == ClaimStatus.READY}
    if unready := [claim.control_number for claim in claims if claim.pk not in ready]:
        raise ClaimNotReady(unready)
    return locked


def _judge(practice: Practice, claims: Sequence[Claim], *, now: datetime) -> list[_Judged]:
    today = now.astimezone(ZoneInfo(practice.time_zone)).date()
    return [
        _Judged(claim, bill, scrub(bill, today=today))
        for claim, bill in zip(claims, bills_of(claims), strict=True)
    ]


def _queue(
    practice: Practice,
    connection: Connection,
    passed: Sequence[_Judged],
    *,
    by: User | None,
    now: datetime,
) -> Batch:
    size = connection.claims_per_batch
    chunks = [passed[start : start + size] for start in range(0, len(passed), size)]
    sets = [(f"{n:04d}", chunk) for n, chunk in enumerate(chunks, FIRST_SET)]
    reference = f"{practice.claim_prefix}B{take_number(practice=practice, series=Series.BATCH):07d}"
    head = letterhead(practice=practice, connection=connection, reference=reference, now=now)
    content = claim_interchange([(number, [it.bill for it in chunk]) for number, chunk in sets], head)
    interchange = queue_file(
        connection=connection, kind="837P", content=content, control_number=head.control_number, now=now
    )
    batch = Batch.objects.create(
        practice=practice,
        interchange=interchange,
        reference=reference,
        claim_count=len(passed),
        total_charge=sum((it.claim.total_charge for it in passed), ZERO),
        queued_at=now,
    )
    Submission.objects.bulk_create(
        Submission(practice=practice, claim=it.claim, batch=batch, set_control_number=number, queued_at=now)
        for number, chunk in sets
        for it in chunk
    )
    queued = [it.claim for it in passed]
    move_all(queued, ClaimStatus.QUEUED, now=now, by=by, source=f"batch {reference}")
    return batch


def letterhead(*, practice: Practice, connection: Connection, reference: str, now: datetime) -> Letterhead:
    """Sender, receiver and a fresh control number for one interchange, in the caller's transaction."""
    return Letterhead(
        sender_number=connection.sender_number,
        receiver_number=connection.receiver_number,
        receiver_name=connection.clearinghouse,
        usage=connection.usage,
        control_number=take_control_number(connection=connection),
        reference=reference,
        written_at=now.astimezone(ZoneInfo(practice.time_zone)),
    )


def _claims_of(batch: Batch) -> list[Claim]:
    """The batch's claims that were not sent in a later one, locked."""
    claims = Claim.objects.filter(submissions__batch=batch)
    later = Submission.objects.filter(claim__submissions__batch=batch, batch__pk__gt=batch.pk)
    again = later.values("claim_id")
    return list(claims.exclude(pk__in=again).select_for_update(of=("self",), no_key=True).order_by("pk"))
