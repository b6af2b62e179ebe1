"""Payers, the ids they go by on the wire, and the agreements with them."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from practice.models.base import Address, PracticeOwned, PracticeQuerySet
from practice.models.practice import Organization
from rcm.models import BaseModel
from rcm.versions import versioned


class WireTransaction(models.TextChoices):
    """The transactions for which a payer may be known by an id of its own."""

    CLAIM = "837P", "Claims (837P)"
    ELIGIBILITY = "270", "Eligibility (270)"
    STATUS = "276", "Claim status (276)"
    REMITTANCE = "835", "Remittances (835)"


@versioned
class Payer(Address, BaseModel):
    """Someone who pays claims. Known to all practices of an organization; holds nothing about patients."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="payers")
    name = models.CharField(max_length=60)
    payer_number = models.CharField(
        max_length=20, help_text="The id in NM1*PR of a claim, unless an identifier says otherwise"
    )
    filing_indicator_code = models.CharField(
        max_length=2, help_text="SBR09: MB Medicare Part B, MC Medicaid, CI commercial, ..."
    )
    member_number_pattern = models.CharField(
        max_length=200, blank=True, help_text="Regular expression a member id must match"
    )
    takes_replacements = models.BooleanField(
        default=True, help_text="Accepts frequency 7 and 8 (Medicare Part B does not)"
    )
    send_patient_paid = models.BooleanField(default=True, help_text="Send AMT*F5")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "payer_number"], name="payer_number_once")
        ]

    def __str__(self) -> str:
        return self.name


class PayerIdentifier(BaseModel):
    """The id a clearinghouse knows a payer by, per kind of transaction; for 835 its originator id (TRN03)."""

    payer = models.ForeignKey(Payer, models.PROTECT, related_name="identifiers")
    clearinghouse = models.CharField(max_length=40)
    transaction = models.CharField(max_length=4, choices=WireTransaction)
    number = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payer", "clearinghouse", "transaction"], name="payer_identifier_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.payer}: {self.number} for {self.transaction}"


class EnrollmentStatus(models.TextChoices):
    """How far EDI enrollment with a payer has come."""

    NOT_SENT = "not_sent", "Not sent"
    PENDING = "pending", "Pending"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"


class Enrollment(PracticeOwned):
    """A practice's permission to exchange one kind of transaction with one payer."""

    MOVES = {
        EnrollmentStatus.NOT_SENT: frozenset({EnrollmentStatus.PENDING}),
        EnrollmentStatus.PENDING: frozenset({EnrollmentStatus.APPROVED, EnrollmentStatus.REJECTED}),
        EnrollmentStatus.APPROVED: frozenset({EnrollmentStatus.REJECTED}),
        EnrollmentStatus.REJECTED: frozenset({EnrollmentStatus.PENDING}),
    }

    payer = models.ForeignKey(Payer, models.PROTECT, related_name="enrollments")
    transaction = models.CharField(max_length=4, choices=WireTransaction)
    status = models.CharField(max_length=10, choices=EnrollmentStatus, default=EnrollmentStatus.NOT_SENT)
    approved_on = models.DateField(null=True, blank=True)

    objects: PracticeQuerySet["Enrollment"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "payer", "transaction"], name="enrollment_once"),
            models.CheckConstraint(
                condition=Q(status__in=EnrollmentStatus.values), name="enrollment_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payer} {self.transaction}: {self.status}"


@versioned
class Contract(PracticeOwned):
    """What a practice and a payer agreed on for a span of days: the clocks, and whether it is in network."""

    payer = models.ForeignKey(Payer, models.PROTECT, related_name="contracts")
    effective_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    in_network = models.BooleanField(default=True)
    timely_filing_days = models.PositiveSmallIntegerField(default=90)
    corrected_claim_days = models.PositiveSmallIntegerField(default=90)
    appeal_days = models.PositiveSmallIntegerField(default=180)
    days_to_pay = models.PositiveSmallIntegerField(
        default=30, help_text="Silence beyond this asks the payer (276)"
    )
    authorization_required = models.JSONField(
        default=list, help_text="Procedure codes that need prior authorization"
    )

    objects: PracticeQuerySet["Contract"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("effective_on")), name="contract_span_forward"
            )
        ]

    def __str__(self) -> str:
        return f"{self.payer} from {self.effective_on}"

    def is_in_force(self, day: date) -> bool:
        """Whether it was agreed for that day; both ends count."""
        return self.effective_on <= day and (self.ended_on is None or day <= self.ended_on)
