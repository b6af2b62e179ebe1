"""What payers paid, as their 835 says it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from billing.states import REMITTANCE_MOVES, RemittanceStatus
from practice.models import PracticeOwned, PracticeQuerySet
from rcm.fields import MoneyField


class Deposit(PracticeOwned):
    """Money from a payer, known by its trace: announced by the 835, or seen at the bank first."""

    payer = models.ForeignKey("practice.Payer", models.PROTECT, null=True, related_name="+")
    originator_number = models.CharField(max_length=10, help_text="TRN03")
    trace_number = models.CharField(max_length=50, help_text="TRN02: check or EFT number")
    method = models.CharField(max_length=3, help_text="BPR04: ACH, CHK, NON, ...")
    amount = MoneyField()
    effective_on = models.DateField(null=True)

    objects: PracticeQuerySet["Deposit"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "originator_number", "trace_number"], name="deposit_trace_once"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="deposit_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.trace_number}"


class Remittance(PracticeOwned):
    """One 835 transaction. Posted whole, or parked whole with the reasons."""

    MOVES = REMITTANCE_MOVES

    document = models.OneToOneField("clearinghouse.Document", models.PROTECT, related_name="remittance")
    payer = models.ForeignKey("practice.Payer", models.PROTECT, null=True, related_name="remittances")
    payer_name = models.CharField(max_length=60, blank=True)
    originator_number = models.CharField(max_length=10, blank=True, help_text="TRN03")
    trace_number = models.CharField(max_length=50, help_text="TRN02")
    method = models.CharField(max_length=3, help_text="BPR04")
    amount = MoneyField(help_text="BPR02")
    effective_on = models.DateField(null=True, help_text="BPR16")
    deposit = models.OneToOneField(Deposit, models.PROTECT, null=True, related_name="remittance")
    status = models.CharField(max_length=10, choices=RemittanceStatus, default=RemittanceStatus.RECEIVED)
    reasons = models.JSONField(default=list, help_text="Why it is parked, in words with the amounts")
    posted_at = models.DateTimeField(null=True)

    objects: PracticeQuerySet["Remittance"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "originator_number", "trace_number"],
                condition=~Q(status=RemittanceStatus.DISMISSED),
                name="remittance_trace_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=RemittanceStatus.values), name="remittance_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=RemittanceStatus.POSTED) | Q(posted_at__isnull=False),
                name="remittance_posted_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payer_name} {self.trace_number}"


class RemittanceClaim(PracticeOwned):
    """One CLP: what the payer decided about one claim."""

    remittance = models.ForeignKey(Remittance, models.CASCADE, related_name="claims")
    position = models.PositiveIntegerField()
    control_number = models.CharField(max_length=38, help_text="CLP01: our CLM01")
    status_code = models.CharField(max_length=2, help_text="CLP02")
    charge = MoneyField(help_text="CLP03")
    paid = MoneyField(help_text="CLP04")
    patient_responsibility = MoneyField(help_text="CLP05")
    payer_control_number = models.CharField(max_length=50, blank=True, help_text="CLP07")
    remark_codes = ArrayField(models.CharField(max_length=10), default=list)
    crossover_payer = models.CharField(max_length=60, blank=True, help_text="NM1*TT")
    claim = models.ForeignKey("claims.Claim", models.PROTECT, null=True, related_name="remittance_claims")
    coverage = models.ForeignKey(
        "patients.Coverage", models.PROTECT, null=True, related_name="+", help_text="Whose turn this answers"
    )
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    objects: PracticeQuerySet["RemittanceClaim"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["remittance", "position"], name="remittance_claim_once")
        ]

    def __str__(self) -> str:
        return f"{self.control_number}: {self.paid}"


class RemittanceLine(PracticeOwned):
    """One SVC: what the payer decided about one service line."""

    remittance_claim = models.ForeignKey(RemittanceClaim, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    control_number = models.CharField(max_length=50, blank=True, help_text="REF*6R")
    procedure_code = models.CharField(max_length=48, blank=True)
    modifiers = ArrayField(models.CharField(max_length=2), default=list)
    service_date = models.DateField(null=True)
    charge = MoneyField(help_text="SVC02")
    paid = MoneyField(help_text="SVC03")
    units = models.DecimalField(max_digits=15, decimal_places=3, null=True)
    allowed = MoneyField(null=True, help_text="AMT*B6")
    remark_codes = ArrayField(models.CharField(max_length=10), default=list, help_text="LQ*HE")
    claim_line = models.ForeignKey(
        "claims.ClaimLine", models.PROTECT, null=True, related_name="remittance_lines"
    )
    derived = models.BooleanField(
        default=False, help_text="Shared out from the claim level; the payer sent no lines"
    )

    objects: PracticeQuerySet["RemittanceLine"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["remittance_claim", "position"], name="remittance_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.procedure_code}: {self.paid}"


class Adjustment(PracticeOwned):
    """One reason of a CAS: an amount the payer did not pay, and why. Without a line it is at claim level."""

    remittance_claim = models.ForeignKey(RemittanceClaim, models.CASCADE, related_name="adjustments")
    line = models.ForeignKey(RemittanceLine, models.CASCADE, null=True, related_name="adjustments")
    group_code = models.CharField(max_length=2)
    reason_code = models.CharField(max_length=5)
    amount = MoneyField()
    quantity = models.DecimalField(max_digits=15, decimal_places=2, null=True)

    objects: PracticeQuerySet["Adjustment"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"{self.group_code}-{self.reason_code}: {self.amount}"


class ProviderAdjustment(PracticeOwned):
    """One reason of a PLB: money beside the claims. Positive takes from the payment."""

    remittance = models.ForeignKey(Remittance, models.CASCADE, related_name="provider_adjustments")
    position = models.PositiveIntegerField()
    reason_code = models.CharField(max_length=2)
    reference = models.CharField(max_length=50, blank=True)
    amount = MoneyField()

    objects: PracticeQuerySet["ProviderAdjustment"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["remittance", "position"], name="provider_adjustment_once")
        ]

    def __str__(self) -> str:
        return f"{self.reason_code}: {self.amount}"
