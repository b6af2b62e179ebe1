"""What is owed, how old it is, and how both came to be over the last thirteen weeks: all from the books."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    F,
    Func,
    IntegerField,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Greatest, Least

from billing.queries.receivable import owed_by_patients, owed_by_payers, receivable_moves
from dashboards.queries.counting import Lens
from dashboards.queries.sources import Days
from dashboards.rules import BUCKETS, WEEKS, Ratio, Span, last_weeks, summed
from dashboards.rules.aging import CREDIT, OLD, OLD_CREDIT
from rcm.money import ZERO

PATIENTS = None
"""The key of what patients owe, where payers go by their ids."""

CHARGE_DAYS = 90
_WEEK = 7
_FIRST_OLD_WEEK = OLD // _WEEK
OLDEST_WEEK = _FIRST_OLD_WEEK + WEEKS - 1
"""Services this many weeks ago were over 90 days ago at every point of the trend."""

_OLD_STEPS = (*(bucket.name for bucket in BUCKETS if bucket.youngest >= OLD), OLD_CREDIT)
_PROVIDER = "charge__service_line__encounter__rendering_provider"
_NOBODY = Value(PATIENTS, output_field=IntegerField(null=True))


@dataclass
class Owed:
    """What one payer, or all patients, owe: dollars by step of age, credits apart.

    `weeks` has the dollars by full weeks since the service, from OLDEST_WEEK on in one; services not yet over
    90 days ago are together under the week before.
    """

    dollars: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    weeks: dict[int, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))

    @property
    def balance(self) -> Decimal:
        """Everything owed, credits taken off: what the books say."""
        return sum(self.dollars.values(), ZERO)

    @property
    def credit(self) -> Decimal:
        """What is owed to them; zero or below."""
        return self.dollars.get(CREDIT, ZERO) + self.dollars.get(OLD_CREDIT, ZERO)

    @property
    def old(self) -> Decimal:
        """What is owed for services more than ninety days ago, credits taken off."""
        return sum((self.dollars.get(name, ZERO) for name in _OLD_STEPS), ZERO)

    def add(self, bucket: str, week: int, dollars: Decimal) -> None:
        """Take in what was counted for one step and week."""
        self.dollars[bucket] += dollars
        self.weeks[week] += dollars


def payers_rows(practices: Collection[int], today: date) -> QuerySet[Any]:
    """What payers owe, one row per visit and policy, with `owed`, `day` of service and `bucket`."""
    rows = owed_by_payers(practices).annotate(owed=F("balance"), day=F("encounter__service_date"))
    return rows.annotate(bucket=_bucket(today))


def patients_rows(practices: Collection[int], today: date) -> QuerySet[Any]:
    """What patients owe, one row per charge, with `owed`, `day` of service and `bucket`."""
    rows = owed_by_patients(practices).annotate(owed=F("amount"), day=F("charge__service_date"))
    return rows.annotate(bucket=_bucket(today))


def aging(lens: Lens) -> dict[int | None, Owed]:
    """What each payer owes by age, by payer id, and what patients owe under PATIENTS.

    Without a payer or provider to look at, all of it adds up to the receivable accounts of the books.
    """
    payers = payers_rows(lens.practices, lens.today)
    if lens.payer is not None:
        payers = payers.filter(coverage__payer=lens.payer.pk)
    if lens.provider is not None:
        payers = payers.filter(encounter__rendering_provider=lens.provider.pk)
    found: dict[int | None, Owed] = defaultdict(Owed)
    _count_in(found, payers, "coverage__payer", lens.today)
    if lens.payer is None:
        _count_in(found, _patients_seen(lens).annotate(nobody=_NOBODY), "nobody", lens.today)
    return found


def aging_by_provider(lens: Lens) -> dict[int | None, Owed]:
    """What is owed for the work of each provider, by provider id."""
    found: dict[int | None, Owed] = defaultdict(Owed)
    _count_in(found, payers_rows(lens.practices, lens.today), "encounter__rendering_provider", lens.today)
    _count_in(found, _patients_seen(lens), _PROVIDER, lens.today)
    return found


def together(owed: Iterable[Owed]) -> Owed:
    """All of it in one."""
    whole = Owed()
    for each in owed:
        for name, dollars in each.dollars.items():
            whole.dollars[name] += dollars
        for week, dollars in each.weeks.items():
            whole.weeks[week] += dollars
    return whole


@dataclass(frozen=True, slots=True)
class OwedTrend:
    """The two figures of what is owed week by week, the oldest first; the last is today."""

    days_in_ar: list[Ratio]
    over_90: list[Ratio]


def owed_trend(lens: Lens, now: Owed, *, charged: Mapping[date, Ratio]) -> OwedTrend:
    """How both figures stood at the ends of the last thirteen weeks; `now` is how things stand today.

    `charged` is what was charged by day, from ninety days before the first of these weeks.

    The books say on which business day money moved and for which day of service: what stood then is what
    stands now without what moved since.
    """
    moved = _moved(lens)
    trend = OwedTrend([], [])
    for ago, week in zip(reversed(range(WEEKS)), last_weeks(lens.today), strict=True):
        since = [(age, dollars) for (back, age), dollars in moved.items() if back < ago]
        balance = now.balance - sum((dollars for _, dollars in since), ZERO)
        limit = _FIRST_OLD_WEEK + ago
        old = sum((dollars for age, dollars in now.weeks.items() if age >= limit), ZERO)
        old -= sum((dollars for age, dollars in since if age >= limit), ZERO)
        quarter = Span(week.last - timedelta(days=CHARGE_DAYS - 1), week.last)
        trend.days_in_ar.append(Ratio(balance, summed(charged, quarter).over / CHARGE_DAYS))
        trend.over_90.append(Ratio(old, balance))
    return trend


def _moved(lens: Lens) -> dict[tuple[int, int], Decimal]:
    """What changed the receivables lately, by (full weeks since it moved, full weeks since the service)."""
    since = lens.today - timedelta(days=WEEKS * _WEEK)
    moves = receivable_moves(lens.practices, since=since)
    if lens.payer is not None:
        moves = moves.filter(coverage__payer=lens.payer.pk)
    if lens.provider is not None:
        moves = moves.filter(**{_PROVIDER: lens.provider.pk})
    back = _weeks_since("occurred_on", lens.today, 0, WEEKS)
    age = _age_weeks("service_date", lens.today)
    grouped = moves.annotate(back=back, age=age).order_by().values_list("back", "age")
    return {(back, age): dollars for back, age, dollars in grouped.annotate(Sum("amount"))}


def _count_in(found: dict[int | None, Owed], rows: QuerySet[Any], by: str, today: date) -> None:
    aged = rows.annotate(week=_age_weeks("day", today)).order_by().values_list(by, "bucket", "week")
    for key, bucket, week, dollars in aged.annotate(Sum("owed")):
        if dollars:
            found[key].add(bucket, week, dollars)


def _patients_seen(lens: Lens) -> QuerySet[Any]:
    rows = patients_rows(lens.practices, lens.today)
    return rows if lens.provider is None else rows.filter(**{_PROVIDER: lens.provider.pk})


def _age_weeks(day: str, today: date) -> Func:
    """Full weeks since a day; what is not old yet in one, what was old a quarter ago in another."""
    return _weeks_since(day, today, _FIRST_OLD_WEEK - 1, OLDEST_WEEK)


def _weeks_since(day: str, today: date, least: int, most: int) -> Func:
    ago = Days(Value(today, output_field=DateField()), F(day))
    return Least(Greatest(ago / _WEEK, least), most, output_field=IntegerField())


def _bucket(today: date) -> Case:
    steps = [
        When(day__gte=first, then=Value(bucket.name))
        for bucket in BUCKETS
        if (first := bucket.days(today)[0]) is not None
    ]
    return Case(
        When(owed__gte=0, then=Case(*steps, default=Value(BUCKETS[-1].name))),
        When(day__gt=today - timedelta(days=OLD), then=Value(CREDIT)),
        default=Value(OLD_CREDIT),
        output_field=CharField(),
    )
