"""Questions to payers about coverage, and their answers as evidence."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from patients.models.coverage import Coverage
from patients.states import ELIGIBILITY_MOVES, EligibilityStatus
from practice.models import PracticeOwned, PracticeQuerySet
from rcm.fields import MoneyField


class EligibilityCheck(PracticeOwned):
    """One 270 about one coverage for one day, and what its 271 said."""

    MOVES = ELIGIBILITY_MOVES

    coverage = models.ForeignKey(Coverage, models.PROTECT, related_name="eligibility_checks")
    service_date = models.DateField()
    trace_number = models.CharField(max_length=50, help_text="TRN02 of our 270, and the PayloadID")
    service_types = ArrayField(models.CharField(max_length=2), default=list)
    status = models.CharField(max_length=12, choices=EligibilityStatus, default=EligibilityStatus.PENDING)
    requested_at = models.DateTimeField()
    asked = models.PositiveSmallIntegerField(
        default=0, help_text="How often a 270 was written: once more after each answer that said try again"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    request = models.ForeignKey(
        "clearinghouse.Interchange", models.PROTECT, null=True, blank=True, related_name="+"
    )
    response = models.ForeignKey(
        "clearinghouse.Interchange", models.PROTECT, null=True, blank=True, related_name="+"
    )
    plan_name = models.CharField(max_length=80, blank=True)
    copay = MoneyField(null=True, blank=True)
    coinsurance = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    deductible_left = MoneyField(null=True, blank=True)
    out_of_pocket_left = MoneyField(null=True, blank=True)
    authorization_needed = models.BooleanField(null=True, blank=True)
    reasons = models.JSONField(default=list, help_text="AAA reasons in words")

    objects: PracticeQuerySet["EligibilityCheck"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "trace_number"], name="eligibility_trace_once"),
            models.CheckConstraint(
                condition=Q(status__in=EligibilityStatus.values), name="eligibility_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status=EligibilityStatus.PENDING) | Q(answered_at__isnull=False),
                name="eligibility_answer_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["coverage", "service_date"], name="eligibility_by_visit")]

    def __str__(self) -> str:
        return f"Eligibility for {self.service_date}: {self.status}"


class Benefit(PracticeOwned):
    """One EB segment as the payer sent it: the evidence behind the summary."""

    check_answered = models.ForeignKey(EligibilityCheck, models.CASCADE, related_name="benefits")
    position = models.PositiveSmallIntegerField()
    information_code = models.CharField(max_length=3, help_text="EB01")
    coverage_level_code = models.CharField(max_length=3, blank=True, help_text="EB02")
    service_types = ArrayField(models.CharField(max_length=3), default=list, help_text="EB03")
    insurance_type_code = models.CharField(max_length=3, blank=True, help_text="EB04")
    plan_description = models.CharField(max_length=80, blank=True, help_text="EB05")
    period_code = models.CharField(max_length=2, blank=True, help_text="EB06: 29 is remaining")
    amount = MoneyField(null=True, blank=True, help_text="EB07")
    share = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True, help_text="EB08")
    quantity_code = models.CharField(max_length=2, blank=True, help_text="EB09")
    quantity = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True, help_text="EB10")
    authorization_code = models.CharField(max_length=1, blank=True, help_text="EB11")
    in_network_code = models.CharField(max_length=1, blank=True, help_text="EB12")
    messages = models.JSONField(default=list, help_text="MSG texts")

    objects: PracticeQuerySet["Benefit"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["check_answered", "position"], name="benefit_once_per_place")
        ]

    def __str__(self) -> str:
        return f"EB {self.information_code}"
