"""Figures counted by day and kept (docs/adr/0021)."""

from typing import Any

from django.db import models

from practice.models import PracticeOwned, PracticeQuerySet


def _part() -> Any:
    return models.DecimalField(max_digits=14, decimal_places=2, default=0)


class Tally(PracticeOwned):
    """What the figures of one day are made of, for one payer and one provider.

    For each figure of dashboards.queries.sources what its numerator (`over`) and denominator (`under`) come
    to. Counted from the rows behind the figures by `keep_tallies`, and by nothing else.
    """

    day = models.DateField()
    payer = models.ForeignKey("practice.Payer", models.CASCADE, null=True, related_name="+", db_index=False)
    provider = models.ForeignKey(
        "practice.Provider", models.CASCADE, null=True, related_name="+", db_index=False
    )
    clean_claims_over = _part()
    clean_claims_under = _part()
    denial_rate_over = _part()
    denial_rate_under = _part()
    net_collection_over = _part()
    net_collection_under = _part()
    cash_over = _part()
    charge_lag_over = _part()
    charge_lag_under = _part()
    claim_lag_over = _part()
    claim_lag_under = _part()
    days_to_pay_over = _part()
    days_to_pay_under = _part()
    charged_over = _part()

    objects: PracticeQuerySet["Tally"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "day", "payer", "provider"], nulls_distinct=False, name="tally_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}"


class TalliedDay(PracticeOwned):
    """A day whose tallies stand, until something of it is touched.

    `time_zone` says whose midnight the day begins at, `tallied_on` the day it was counted on: some charges
    count from a certain age on.
    """

    day = models.DateField()
    time_zone = models.CharField(max_length=40)
    tallied_on = models.DateField()

    objects: PracticeQuerySet["TalliedDay"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "day"], name="tallied_day_once")]

    def __str__(self) -> str:
        return f"{self.day}"


class TouchedDay(PracticeOwned):
    """A note that something changed which counts on this day: its tallies do not stand any more.

    Written by triggers on the tables the figures are counted from, in the transaction that changes them;
    taken away by the transaction that counts the day again. There may be many of the same day: two writers
    never wait for each other here.
    """

    day = models.DateField()

    objects: PracticeQuerySet["TouchedDay"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["practice", "day"], name="touched_day")]

    def __str__(self) -> str:
        return f"{self.day}"
