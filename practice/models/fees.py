"""Prices: what the practice charges, and what each contract allows."""

from django.db import models
from django.db.models import F, Q

from practice.models.base import PracticeOwned, PracticeQuerySet
from practice.models.payer import Contract
from rcm.fields import MoneyField
from rcm.versions import versioned


@versioned
class FeeSchedule(PracticeOwned):
    """A price list with effective dates. Without a contract it is the practice's own charges."""

    name = models.CharField(max_length=60)
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="fee_schedules"
    )
    effective_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    objects: PracticeQuerySet["FeeSchedule"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("effective_on")),
                name="fee_schedule_span_forward",
            )
        ]

    def __str__(self) -> str:
        return self.name


@versioned
class Fee(PracticeOwned):
    """The price of one unit of one procedure, with or without a pricing modifier."""

    fee_schedule = models.ForeignKey(FeeSchedule, models.PROTECT, related_name="fees")
    procedure_code = models.CharField(max_length=5)
    modifier = models.CharField(max_length=2, blank=True)
    amount = MoneyField()

    objects: PracticeQuerySet["Fee"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fee_schedule", "procedure_code", "modifier"], name="fee_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="fee_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_code} {self.modifier}: {self.amount}"
