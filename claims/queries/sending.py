"""What would be sent: ready claims as the files they would go out in, judged as the sending judges them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from claims.models import Batch, Claim, StatusEvent, Submission
from claims.queries.bills import bills_of
from claims.rules.scrub import Verdict, scrub
from clearinghouse.models import Connection, Document
from clearinghouse.queries import NoConnection, connection_of
from practice.models import Payer, Practice
from rcm.money import ZERO

ACKNOWLEDGMENTS = ("TA1", "999", "277CA")


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a file is for one payer."""

    payer: Payer
    claims: int
    dollars: Decimal


@dataclass(frozen=True, slots=True)
class Parcel:
    """One file to be: a practice's claims that pass the edits today, and those that would stay behind.

    `connection` is None where the practice has none in use; then nothing of it can be sent. `sets` is how
    many transactions (ST) the file would have.
    """

    practice: Practice
    connection: Connection | None
    claims: Sequence[Claim]
    left_behind: Sequence[tuple[Claim, Sequence[Verdict]]]
    shares: Sequence[Share] = field(default=())

    @property
    def dollars(self) -> Decimal:
        """What its claims are about."""
        return sum((claim.total_charge for claim in self.claims), ZERO)

    @property
    def sets(self) -> int:
        """How many transactions the file would have."""
        return -(-len(self.claims) // self.connection.claims_per_batch) if self.connection else 0


def parcels_of(claims: QuerySet[Claim], *, now: datetime) -> list[Parcel]:
    """These ready claims as the files in which they would go out now: one per practice."""
    known = claims.select_related(
        "practice",
        "coverage__payer",
        "coverage__patient",
        "encounter__patient",
        "encounter__rendering_provider",
        "encounter__referring_provider",
        "encounter__location",
        "replaces",
    ).order_by("practice_id", "pk")
    return [_parcel(list(those), now=now) for _, those in groupby(known, key=lambda claim: claim.practice_id)]


def batches(practices: Iterable[int]) -> QuerySet[Batch]:
    """The files of claims of these practices, the latest first."""
    found = Batch.objects.of(practices).select_related("practice", "interchange__delivery")
    return found.order_by("-queued_at", "-pk")


def answers_to(batch: Batch) -> list[Document]:
    """The acknowledgments of a batch, in the order in which they came.

    They are those that said something of its claims before the claims went out again.
    """
    sent_again = Submission.objects.filter(
        claim=OuterRef("claim"), batch__gt=batch.pk, queued_at__lte=OuterRef("happened_at")
    )
    about = StatusEvent.objects.filter(
        claim__submissions__batch=batch, kind__in=ACKNOWLEDGMENTS, happened_at__gte=batch.queued_at
    ).exclude(Exists(sent_again))
    told = Document.objects.filter(pk__in=about.values("document"))
    return list(told.select_related("interchange").order_by("interchange__stored_at", "pk"))


def _parcel(claims: Sequence[Claim], *, now: datetime) -> Parcel:
    practice = claims[0].practice
    today = now.astimezone(ZoneInfo(practice.time_zone)).date()
    judged = [(claim, scrub(bill, today=today)) for claim, bill in zip(claims, bills_of(claims), strict=True)]
    passed = [claim for claim, verdicts in judged if not verdicts]
    return Parcel(
        practice=practice,
        connection=_connection(practice),
        claims=passed,
        left_behind=[(claim, verdicts) for claim, verdicts in judged if verdicts],
        shares=_shares(passed),
    )


def _connection(practice: Practice) -> Connection | None:
    try:
        return connection_of(practice)
    except NoConnection:
        return None


def _shares(claims: Sequence[Claim]) -> list[Share]:
    """The payers in the file, the one with the most money first."""
    payers = {claim.coverage.payer_id: claim.coverage.payer for claim in claims}
    shares = []
    for payer_id, payer in payers.items():
        those = [claim for claim in claims if claim.coverage.payer_id == payer_id]
        shares.append(Share(payer, len(those), sum((claim.total_charge for claim in those), ZERO)))
    return sorted(shares, key=lambda share: (-share.dollars, share.payer.name))
