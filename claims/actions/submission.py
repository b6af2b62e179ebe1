"""Handing claims to the clearinghouse: written with their change of state, delivered by a worker."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models.functions import Coalesce

from claims.actions.scrub import clear_findings, hold
from claims.edi import Letterhead, claim_interchange, verdicts_on_bill
from claims.models import Batch, Claim, Submission
from claims.queries import bills_of
from claims.queries.sending import chunks
from claims.rules.bill import Bill
from claims.rules.scrub import Verdict
from claims.states import ClaimStatus
from clearinghouse.actions.outbound import queue_file, take_control_number
from clearinghouse.models import Connection, Interchange
from clearinghouse.queries import routes_of
from practice.actions.numbers import Series, take_number
from practice.models import Practice, User, WireTransaction
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


class SeveralFiles(Exception):
    """The claims go to several trading partners, or are too many for one file; nothing was sent."""


class AllHeld(Exception):
    """Every claim was ready once, but none passes the edits today: all are held again, with findings."""


@dataclass(frozen=True, slots=True)
class _Judged:
    claim: Claim
    bill: Bill
    verdicts: list[Verdict]


def send_batches(
    *, practice: Practice, claims: Sequence[Claim], by: User | None, now: datetime
) -> list[Batch]:
    """Queue ready claims as 837P interchanges, one to each trading partner; workers upload them after this.

    Each claim is scrubbed once more: what no longer passes is held and stays behind, the others go out, at
    most `claims_per_batch` to one ST and `claims_per_file` to one file. Raises NothingToSend, ClaimNotReady
    and clearinghouse.queries.NoConnection (nothing is sent), and AllHeld when nothing is left to send.
    """
    return _committed(practice, claims, one_file=False, by=by, now=now)


def send_batch(*, practice: Practice, claims: Sequence[Claim], by: User | None, now: datetime) -> Batch:
    """`send_batches` for what travels together, as one claim always does. Raises SeveralFiles otherwise."""
    return _committed(practice, claims, one_file=True, by=by, now=now)[0]


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
        Claim.objects.filter(pk__in=keys).update(
            first_sent_at=Coalesce("first_sent_at", now), last_sent_at=now
        )
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


def _committed(
    practice: Practice, claims: Sequence[Claim], *, one_file: bool, by: User | None, now: datetime
) -> list[Batch]:
    if not claims:
        raise NothingToSend
    with transaction.atomic():
        batches = _send(practice, claims, by=by, now=now)
        if one_file and len(batches) > 1:
            raise SeveralFiles
        faults.point("submission.batch_written")
    faults.point("submission.batch_committed")
    if not batches:
        raise AllHeld
    return batches


def _send(practice: Practice, claims: Sequence[Claim], *, by: User | None, now: datetime) -> list[Batch]:
    """The batches of what passes, in the caller's transaction; what does not is held."""
    locked = _lock_ready(practice, claims)
    faults.point("submission.claims_locked")
    routes = routes_of(practice)
    by_partner: dict[Connection, list[_Judged]] = defaultdict(list)
    partners = [routes.way(WireTransaction.CLAIM, it.coverage.payer_id).connection for it in locked]
    for it, partner in zip(_judge(practice, locked, now=now), partners, strict=True):
        if it.verdicts:
            clear_findings(it.claim, now=now)
            hold(claim=it.claim, verdicts=it.verdicts, now=now, by=by)
        else:
            by_partner[partner].append(it)
    return [
        _queue(practice, partner, file, by=by, now=now)
        for partner, passed in by_partner.items()
        for file in chunks(passed, partner.claims_per_file)
    ]


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
        _Judged(claim, bill, verdicts_on_bill(bill, today=today))
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
    in_sets = chunks(passed, connection.claims_per_batch)
    sets = [(f"{n:04d}", chunk) for n, chunk in enumerate(in_sets, FIRST_SET)]
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
