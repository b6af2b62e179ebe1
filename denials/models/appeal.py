"""Letters to payers."""

from django.db import models
from django.db.models import Q

from denials.models.denial import Denial
from denials.states import APPEAL_MOVES, AppealStatus
from practice.models import PracticeOwned, PracticeQuerySet


class Appeal(PracticeOwned):
    """One level of appeal against one denial. A filed letter is kept as the exact PDF and its hash."""

    MOVES = APPEAL_MOVES

    denial = models.ForeignKey(Denial, models.PROTECT, related_name="appeals")
    level = models.PositiveSmallIntegerField(default=1)
    request = models.CharField(max_length=200, help_text="What is asked of the payer")
    facts = models.TextField()
    rule = models.TextField(blank=True, help_text="The clause, policy or guideline relied on")
    evidence = models.JSONField(default=list, help_text="Names of the enclosures")
    status = models.CharField(max_length=10, choices=AppealStatus, default=AppealStatus.DRAFT)
    drafted_by = models.ForeignKey("practice.User", models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    pdf = models.BinaryField(default=bytes)
    sha256 = models.CharField(max_length=64, blank=True)

    objects: PracticeQuerySet["Appeal"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["denial", "level"], name="appeal_once_per_level"),
            models.CheckConstraint(condition=Q(status__in=AppealStatus.values), name="appeal_status_known"),
            models.CheckConstraint(
                condition=Q(status=AppealStatus.DRAFT) | (Q(filed_at__isnull=False) & ~Q(sha256="")),
                name="appeal_filed_keeps_its_letter",
            ),
        ]

    def __str__(self) -> str:
        return f"Level {self.level} appeal"
