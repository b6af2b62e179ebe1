"""Bills to payers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from claims.states import CLAIM_MOVES, ClaimStatus
from practice.models import PracticeOwned, PracticeQuerySet
from rcm.fields import MoneyField
from rcm.versions import versioned


class Frequency(models.TextChoices):
    """CLM05-3."""

    ORIGINAL = "1", "Original"
    REPLACEMENT = "7", "Replacement"
    VOID = "8", "Void"


@versioned
class Claim(PracticeOwned):
    """One bill to one payer, frozen as it stood when billed. A correction is a new claim that replaces it."""

    MOVES = CLAIM_MOVES

    encounter = models.ForeignKey("coding.Encounter", models.PROTECT, related_name="claims")
    coverage = models.ForeignKey("patients.Coverage", models.PROTECT, related_name="claims")
    status = models.CharField(max_length=20, choices=ClaimStatus, default=ClaimStatus.DRAFT)
    control_number = models.CharField(max_length=20, help_text="CLM01: ours, never reused")
    frequency = models.CharField(max_length=1, choices=Frequency, default=Frequency.ORIGINAL)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    payer_control_number = models.CharField(
        max_length=50, blank=True, help_text="The payer's number for this claim"
    )
    original_reference_number = models.CharField(
        max_length=50, blank=True, help_text="REF*F8 of a replacement or void"
    )
    authorization_number = models.CharField(max_length=50, blank=True, help_text="REF*G1")
    diagnosis_codes = ArrayField(models.CharField(max_length=7), default=list, size=12)
    note = models.CharField(max_length=80, blank=True, help_text="NTE*ADD")
    total_charge = MoneyField()
    patient_paid = MoneyField(default="0.00", help_text="AMT*F5")
    first_sent_at = models.DateTimeField(null=True, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True, help_text="When its latest batch went out")
    adjudicated_at = models.DateTimeField(null=True, blank=True)

    objects: PracticeQuerySet["Claim"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "control_number"], name="claim_control_number_unique"
            ),
            models.UniqueConstraint(
                fields=["encounter", "coverage"],
                condition=~Q(status__in=[ClaimStatus.CORRECTED, ClaimStatus.VOIDED])
                & ~Q(frequency=Frequency.VOID),
                name="claim_one_live_bill",
            ),
            models.CheckConstraint(condition=Q(total_charge__gte=0), name="claim_charge_not_negative"),
            models.CheckConstraint(condition=Q(status__in=ClaimStatus.values), name="claim_status_known"),
            models.CheckConstraint(condition=Q(frequency__in=Frequency.values), name="claim_frequency_known"),
            models.CheckConstraint(
                condition=Q(frequency=Frequency.ORIGINAL) | ~Q(original_reference_number=""),
                name="claim_replacement_names_the_original",
            ),
        ]
        indexes = [models.Index(fields=["practice", "status"], name="claim_queue")]

    def __str__(self) -> str:
        return self.control_number


class ClaimLine(PracticeOwned):
    """One service line as billed. Its control number (REF*6R) is unique in the practice: an 835 finds it."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="lines")
    coded_line = models.ForeignKey("coding.ServiceLine", models.PROTECT, related_name="claim_lines")
    position = models.PositiveSmallIntegerField()
    control_number = models.CharField(max_length=30)
    procedure_code = models.CharField(max_length=5)
    modifiers = ArrayField(models.CharField(max_length=2), default=list, size=4)
    units = models.DecimalField(max_digits=8, decimal_places=2)
    charge = MoneyField()
    pointers = ArrayField(models.PositiveSmallIntegerField(), default=list, size=4)
    service_date = models.DateField()

    objects: PracticeQuerySet["ClaimLine"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "position"], name="claim_line_once_per_place"),
            models.UniqueConstraint(
                fields=["practice", "control_number"], name="claim_line_control_number_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.control_number


class Severity(models.TextChoices):
    """What an edit does to a claim."""

    STOP = "stop", "Stop"
    WARNING = "warning", "Warning"


class Finding(PracticeOwned):
    """Why a claim is held: an edit of the scrubber, or a rejection from outside, in words with the fix."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="findings")
    edit = models.CharField(
        max_length=10, help_text="The edit's id, for example P01, or who rejected it: TA1, 999, 277CA, 277"
    )
    edit_version = models.PositiveSmallIntegerField(default=1)
    severity = models.CharField(max_length=10, choices=Severity, default=Severity.STOP)
    field = models.CharField(max_length=60, blank=True)
    message = models.CharField(max_length=300)
    found_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)

    objects: PracticeQuerySet["Finding"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["claim"], condition=Q(cleared_at=None), name="finding_open")]

    def __str__(self) -> str:
        return f"{self.edit}: {self.message}"
