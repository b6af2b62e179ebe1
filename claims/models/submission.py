"""Attempts to hand claims to the clearinghouse."""

from django.db import models
from django.db.models import F, Q

from claims.models.claim import Claim
from practice.models import PracticeOwned, PracticeQuerySet
from rcm.fields import MoneyField


class Batch(PracticeOwned):
    """Claims that went out together in one interchange; its counts reconcile against the acknowledgments."""

    interchange = models.OneToOneField("clearinghouse.Interchange", models.PROTECT, related_name="batch")
    reference = models.CharField(max_length=30, help_text="BHT03, echoed by the 277CA")
    claim_count = models.PositiveIntegerField()
    total_charge = MoneyField()
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    objects: PracticeQuerySet["Batch"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "batches"
        constraints = [
            models.UniqueConstraint(fields=["practice", "reference"], name="batch_reference_unique")
        ]

    def __str__(self) -> str:
        return self.reference


class Submission(PracticeOwned):
    """One claim's place in one batch."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="submissions")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="submissions")
    set_control_number = models.CharField(max_length=9, help_text="ST02, by which a 999 names it")
    queued_at = models.DateTimeField()
    rejected_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects: PracticeQuerySet["Submission"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "claim"], name="submission_once_per_batch"),
            models.CheckConstraint(
                condition=Q(rejected_at=None) | Q(rejected_at__gte=F("queued_at")),
                name="submission_rejected_after_queued",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim} in {self.batch}"
