"""What would be sent: ready claims as the files they would go out in, judged as the sending judges them.

Nothing is changed: a person looks at it before they let it happen.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from claims.edi import verdicts_on_bill
from claims.models import Claim
from claims.queries import bills_of
from claims.queries.sending import chunks
from claims.rules.scrub import Verdict
from clearinghouse.models import Connection
from clearinghouse.queries import routes_of
from practice.models import Payer, Practice, WireTransaction
from rcm.money import ZERO


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a file is for one payer."""

    payer: Payer
    claims: int
    dollars: Decimal


@dataclass(frozen=True, slots=True)
class Parcel:
    """What would go one way: a practice's claims for one trading partner that pass the edits today, and those
    that would stay behind.

    `connection` is None where there is none in use for them; then nothing of it can be sent.
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
        """How many transactions (ST) there would be."""
        if self.connection is None:
            return 0
        return sum(
            len(chunks(file, self.connection.claims_per_batch))
            for file in chunks(self.claims, self.connection.claims_per_file)
        )

    @property
    def files(self) -> int:
        """How many files there would be."""
        return len(chunks(self.claims, self.connection.claims_per_file)) if self.connection else 0


def parcels_of(claims: QuerySet[Claim], *, now: datetime) -> list[Parcel]:
    """These ready claims as they would go out now: by practice, and by trading partner."""
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
    return [
        parcel
        for _, those in groupby(known, key=lambda claim: claim.practice_id)
        for parcel in _parcels(list(those), now=now)
    ]


def _parcels(claims: Sequence[Claim], *, now: datetime) -> list[Parcel]:
    practice = claims[0].practice
    today = now.astimezone(ZoneInfo(practice.time_zone)).date()
    judged = [
        (claim, verdicts_on_bill(bill, today=today))
        for claim, bill in zip(claims, bills_of(claims), strict=True)
    ]
    routes = routes_of(practice)
    by_partner: dict[Connection | None, list[tuple[Claim, Sequence[Verdict]]]] = defaultdict(list)
    for claim, verdicts in judged:
        by_partner[routes.connection(WireTransaction.CLAIM, claim.coverage.payer_id)].append(
            (claim, verdicts)
        )
    return [_parcel(practice, partner, those) for partner, those in by_partner.items()]


def _parcel(
    practice: Practice, partner: Connection | None, judged: Sequence[tuple[Claim, Sequence[Verdict]]]
) -> Parcel:
    passed = [claim for claim, verdicts in judged if not verdicts]
    return Parcel(
        practice=practice,
        connection=partner,
        claims=passed,
        left_behind=[(claim, verdicts) for claim, verdicts in judged if verdicts],
        shares=_shares(passed),
    )


def _shares(claims: Sequence[Claim]) -> list[Share]:
    """The payers in the file, the one with the most money first."""
    payers = {claim.coverage.payer_id: claim.coverage.payer for claim in claims}
    shares = []
    for payer_id, payer in payers.items():
        those = [claim for claim in claims if claim.coverage.payer_id == payer_id]
        shares.append(Share(payer, len(those), sum((claim.total_charge for claim in those), ZERO)))
    return sorted(shares, key=lambda share: (-share.dollars, share.payer.name))
