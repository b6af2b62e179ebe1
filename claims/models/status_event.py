"""What clearinghouse and payer said about a claim."""

from django.db import models
from django.db.models import Q

from claims.models.claim import Claim
from claims.states import INQUIRY_MOVES, InquiryStatus
from practice.models import PracticeOwned, PracticeQuerySet
from rcm.fields import MoneyField


class StatusEvent(PracticeOwned):
    """One statement of a TA1, 999, 277CA, 277 or 835 about one claim. Kept even when it moves nothing."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="status_events")
    document = models.ForeignKey(
        "clearinghouse.Document", models.PROTECT, null=True, blank=True, related_name="+"
    )
    position = models.PositiveIntegerField(
        default=0, help_text="Its place in the document, so that twice is once"
    )
    kind = models.CharField(max_length=6)
    category_code = models.CharField(max_length=4, blank=True, help_text="STC01-1")
    status_code = models.CharField(max_length=4, blank=True, help_text="STC01-2")
    entity_code = models.CharField(max_length=3, blank=True, help_text="STC01-3")
    message = models.CharField(max_length=300)
    payer_control_number = models.CharField(max_length=50, blank=True)
    effective_on = models.DateField(null=True, blank=True)
    alarm = models.BooleanField(
        default=False, help_text="A person has to look: lost, in want of information, or contradictory"
    )
    happened_at = models.DateTimeField()

    objects: PracticeQuerySet["StatusEvent"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "claim", "position"], name="status_event_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.category_code}:{self.status_code}"


class StatusInquiry(PracticeOwned):
    """One 276 about one claim, and its 277."""

    MOVES = INQUIRY_MOVES

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="inquiries")
    trace_number = models.CharField(max_length=50)
    status = models.CharField(max_length=10, choices=InquiryStatus, default=InquiryStatus.PENDING)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    request = models.ForeignKey(
        "clearinghouse.Interchange", models.PROTECT, null=True, blank=True, related_name="+"
    )
    response = models.ForeignKey(
        "clearinghouse.Interchange", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: PracticeQuerySet["StatusInquiry"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "status inquiries"
        constraints = [
            models.UniqueConstraint(fields=["practice", "trace_number"], name="inquiry_trace_once"),
            models.CheckConstraint(condition=Q(status__in=InquiryStatus.values), name="inquiry_status_known"),
        ]

    def __str__(self) -> str:
        return f"Inquiry about {self.claim}"


class PriorPayment(PracticeOwned):
    """What an earlier payer did with one line of a claim to a later payer: loops 2320 and 2430."""

    claim_line = models.ForeignKey("claims.ClaimLine", models.PROTECT, related_name="prior_payments")
    coverage = models.ForeignKey("patients.Coverage", models.PROTECT, related_name="+")
    payer_control_number = models.CharField(max_length=50, blank=True)
    paid = MoneyField()
    paid_units = models.DecimalField(max_digits=8, decimal_places=2, default=1)
    adjudicated_on = models.DateField()
    adjustments = models.JSONField(default=list, help_text="[[group, reason, amount], ...] as received")

    objects: PracticeQuerySet["PriorPayment"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim_line", "coverage"], name="prior_payment_once"),
            models.CheckConstraint(condition=Q(paid__gte=0), name="prior_payment_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.coverage} on {self.claim_line}"
