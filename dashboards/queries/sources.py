"""The rows behind every figure. A figure is an aggregate of its rows, so that the two cannot disagree.

Each source gives the rows of some practices with what is needed to count them, list them and cut them by
day (`day`), payer and provider.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Aggregate,
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import TruncDate

from billing.models import Charge, RemittanceClaim
from billing.queries import OWNERS
from billing.queries.receivable import cash_received, open_receivable, standing_in, stands_in
from billing.states import RemittanceStatus
from claims.models import Claim, Finding, Frequency, Severity
from claims.states import ClaimStatus
from coding.models import Encounter
from coding.states import EncounterStatus
from denials.models import Denial
from patients.models import Rank
from rcm.fields import MoneyField

REVERSAL = "22"  # CLP02: a decision taken back
MATURE = timedelta(days=180)

Rows = Callable[[Collection[int], date], QuerySet[Any]]
Cut = Callable[[Any], Q]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure's numerator (`over`) and denominator (`under`) come from.

    `counted(practices, today)` are the rows to aggregate, `listed` the same rows as they are listed where
    that needs more. `payer` and `provider` are lookups of their ids; where rows name no payer, `visit` is the
    way to their visit, and its first bill names it. `day` is when a row counts, and `moment` what that day is
    taken from, where it is a point in time: it keeps the rows of other years out before their days are worked
    out.
    """

    counted: Rows
    over: Aggregate | Any
    under: Aggregate | Any | None = None
    day: str = "day"
    moment: str = ""
    payer: str = "payer"
    provider: str = ""
    visit: str = ""
    listed: Rows | None = None

    def rows(self, practices: Collection[int], today: date) -> QuerySet[Any]:
        """The rows as they are listed, with who is to pay them."""
        return self.with_payer((self.listed or self.counted)(practices, today))

    def with_payer(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with the payer's id under `payer`: for most it is a join that only this needs."""
        return rows.annotate(payer=first_payer(self.visit)) if self.visit else rows


class Days(Func):
    """Days from one date to another, as a whole number."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()


def _whether(condition: Q) -> Any:
    """A condition as a column. One that looks rows up in a set asks the database for the set only once."""
    return ExpressionWrapper(condition, output_field=BooleanField())


def _local(moment: str) -> TruncDate:
    """The day of a moment in the practice's time zone."""
    return TruncDate(moment)


def first_payer(encounter: str) -> Subquery:
    """Who was billed first for a visit; empty for one that nobody is insured for."""
    bills = Claim.objects.filter(encounter=OuterRef(encounter)).order_by("pk")
    return Subquery(bills.values("coverage__payer")[:1])


def charges(practices: Collection[int], _today: date) -> QuerySet[Charge]:
    """What was charged."""
    return Charge.objects.of(practices)


def finished(practices: Collection[int], today: date) -> QuerySet[Charge]:
    """Charges that came to their end: nobody owes anything of them, or six months have passed."""
    ended = Q(service_date__lte=today - MATURE) | ~open_receivable()
    return charges(practices, today).filter(ended)


def finished_with_money(practices: Collection[int], today: date) -> QuerySet[Charge]:
    """The same with `paid`, `contractual` and what is left of the charge to collect (`net`)."""
    rows = finished(practices, today)
    rows = rows.annotate(paid=stands_in(OWNERS["paid"]), contractual=stands_in(OWNERS["adjusted"]))
    return rows.annotate(net=_less(F("amount"), F("contractual")))


def scrubbed(practices: Collection[int], _today: date) -> QuerySet[Claim]:
    """First bills that went through the scrubber, and whether nothing ever stopped them (`is_clean`)."""
    stops = Finding.objects.of(practices).filter(severity=Severity.STOP).values("claim")
    bills = Claim.objects.of(practices).filter(
        frequency=Frequency.ORIGINAL, replaces=None, encounter__coded_at__isnull=False
    )
    own = bills.exclude(status__in=[ClaimStatus.DRAFT, ClaimStatus.CROSSED_OVER])
    return own.annotate(day=_local("encounter__coded_at"), is_clean=_whether(~Q(pk__in=stops)))


def sent(practices: Collection[int], _today: date) -> QuerySet[Claim]:
    """First bills to primary payers that left the house, and how long that took (`lag`, in days)."""
    bills = Claim.objects.of(practices).filter(
        frequency=Frequency.ORIGINAL,
        replaces=None,
        coverage__rank=Rank.PRIMARY,
        first_sent_at__isnull=False,
        encounter__coded_at__isnull=False,
    )
    return bills.annotate(
        day=_local("first_sent_at"),
        lag=Days(_local("first_sent_at"), _local("encounter__coded_at")),
    )


def signed(practices: Collection[int], _today: date) -> QuerySet[Encounter]:
    """Visits whose codes are signed, and how long that took (`lag`, in days)."""
    visits = Encounter.objects.of(practices).filter(status=EncounterStatus.CODED, coded_at__isnull=False)
    return visits.annotate(
        day=_local("coded_at"),
        lag=Days(_local("coded_at"), F("service_date")),
    )


def decided(practices: Collection[int], _today: date) -> QuerySet[RemittanceClaim]:
    """What payers first decided about first bills, and whether they refused anything of it (`denied`).

    `lag` is how long they took, in days; empty where the claim did not come from us.
    """
    earlier = RemittanceClaim.objects.filter(claim=OuterRef("claim"), pk__lt=OuterRef("pk")).exclude(
        status_code=REVERSAL
    )
    refused = Denial.objects.of(practices).values("remittance_line__remittance_claim")
    decisions = RemittanceClaim.objects.of(practices).filter(
        remittance__status=RemittanceStatus.POSTED, claim__replaces=None, claim__isnull=False
    )
    first = decisions.exclude(status_code=REVERSAL).filter(~Exists(earlier))
    return first.annotate(
        day=_local("remittance__posted_at"),
        denied=_whether(Q(pk__in=refused)),
        lag=Days(_local("remittance__posted_at"), _local("claim__first_sent_at")),
    )


def answered(practices: Collection[int], today: date) -> QuerySet[RemittanceClaim]:
    """Those of them about claims that we sent."""
    return decided(practices, today).filter(claim__first_sent_at__isnull=False)


def denied_lines(practices: Collection[int], _today: date) -> QuerySet[Denial]:
    """Refused lines by the day they were opened."""
    return Denial.objects.of(practices).annotate(day=_local("opened_at"))


def cash(practices: Collection[int], _today: date) -> QuerySet[Model]:
    """Money that came in."""
    return cash_received(practices).annotate(day=F("entry__occurred_on"))


def _less(left: Any, right: Any) -> Func:
    return Func(left, right, template="(%(expressions)s)", arg_joiner=" - ", output_field=MoneyField())


PAID = standing_in(OWNERS["paid"])
CONTRACTUAL = standing_in(OWNERS["adjusted"])
_CHARGED = standing_in(["revenue"])

_COUNT = Count("pk")
_LAG = Sum("lag")

SOURCES = {
    "clean_claims": Source(
        scrubbed,
        Count("pk", filter=Q(is_clean=True)),
        _COUNT,
        moment="encounter__coded_at",
        payer="coverage__payer",
        provider="encounter__rendering_provider",
    ),
    "denial_rate": Source(
        decided,
        Count("pk", filter=Q(denied=True)),
        _COUNT,
        moment="remittance__posted_at",
        payer="claim__coverage__payer",
        provider="claim__encounter__rendering_provider",
    ),
    "net_collection": Source(
        finished,
        PAID,
        _less(-_CHARGED, CONTRACTUAL),
        day="service_date",
        provider="service_line__encounter__rendering_provider",
        visit="service_line__encounter",
        listed=finished_with_money,
    ),
    "cash": Source(cash, Sum("received"), payer="paid_by"),
    "charge_lag": Source(signed, _LAG, _COUNT, moment="coded_at", provider="rendering_provider", visit="pk"),
    "claim_lag": Source(
        sent,
        _LAG,
        _COUNT,
        moment="first_sent_at",
        payer="coverage__payer",
        provider="encounter__rendering_provider",
    ),
    "days_to_pay": Source(
        decided,
        _LAG,
        Count("lag"),
        moment="remittance__posted_at",
        payer="claim__coverage__payer",
        provider="claim__encounter__rendering_provider",
        listed=answered,
    ),
    "denied_lines": Source(
        denied_lines,
        Sum("amount"),
        _COUNT,
        moment="opened_at",
        payer="claim__coverage__payer",
        provider="claim__encounter__rendering_provider",
    ),
    "charged": Source(
        charges,
        Sum("amount"),
        day="service_date",
        provider="service_line__encounter__rendering_provider",
        visit="service_line__encounter",
    ),
}
"""By the figure's name. `denied_lines` and `charged` stand behind more than one."""
