"""Refused lines."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from denials.rules.category import Category
from denials.states import DENIAL_MOVES, DenialStatus
from practice.models import PracticeOwned, PracticeQuerySet
from rcm.fields import MoneyField


class Denial(PracticeOwned):
    """One line a payer refused: why, how much is at stake, until when something can be done."""

    MOVES = DENIAL_MOVES

    remittance_line = models.OneToOneField("billing.RemittanceLine", models.PROTECT, related_name="denial")
    claim = models.ForeignKey("claims.Claim", models.PROTECT, related_name="denials")
    category = models.CharField(max_length=10, choices=[(kind.value, kind.label) for kind in Category])
    group_code = models.CharField(max_length=2)
    reason_code = models.CharField(max_length=5)
    remark_codes = ArrayField(models.CharField(max_length=10), default=list)
    next_step = models.CharField(
        max_length=20, help_text="What the rules propose: corrected claim, records, appeal, ..."
    )
    amount = MoneyField(help_text="Dollars refused on this line")
    opened_at = models.DateTimeField()
    deadline_on = models.DateField()
    deadline_basis = models.CharField(max_length=200, help_text="How the deadline was counted, in words")
    status = models.CharField(max_length=20, choices=DenialStatus, default=DenialStatus.NEW)
    assigned_to = models.ForeignKey("practice.User", models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: PracticeQuerySet["Denial"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="denial_positive"),
            models.CheckConstraint(condition=Q(status__in=DenialStatus.values), name="denial_status_known"),
            models.CheckConstraint(
                condition=Q(category__in=[kind.value for kind in Category]), name="denial_category_known"
            ),
        ]
        indexes = [models.Index(fields=["practice", "status", "deadline_on"], name="denial_queue")]

    def __str__(self) -> str:
        return f"{self.group_code}-{self.reason_code} {self.amount}"


class DenialWriteOff(PracticeOwned):
    """Ties a denial to the write-off it asked for."""

    denial = models.ForeignKey(Denial, models.PROTECT, related_name="write_offs")
    write_off = models.OneToOneField("billing.WriteOff", models.PROTECT, related_name="denial_link")

    objects: PracticeQuerySet["DenialWriteOff"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"{self.denial}"
