"""What a coder has begun and not signed, and what the coder asks the provider."""

from django.db import models
from django.db.models import Q

from coding.models.encounter import Encounter
from practice.models import PracticeOwned, PracticeQuerySet
from rcm.fields import MoneyField


class Draft(PracticeOwned):
    """Codes put aside unsigned, exactly as typed (`coding.rules.bench.Bench.as_data`). One per encounter.

    No claim is made of it. `version` counts the saves, so that nobody overwrites what they have not seen.
    """

    encounter = models.OneToOneField(Encounter, models.CASCADE, related_name="draft")
    content = models.JSONField()
    charge = MoneyField(default=0, help_text="What the lines as far as priced come to")
    version = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey("practice.User", models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    objects: PracticeQuerySet["Draft"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"Draft {self.pk}"


class ProviderQuestion(PracticeOwned):
    """What a coder asks the provider about a visit's note, and what the provider said."""

    encounter = models.ForeignKey(Encounter, models.CASCADE, related_name="questions")
    question = models.TextField()
    asked_by = models.ForeignKey("practice.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey("practice.User", models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects: PracticeQuerySet["ProviderQuestion"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
                name="provider_question_answered_whole",
            )
        ]

    def __str__(self) -> str:
        return f"Question {self.pk}"
