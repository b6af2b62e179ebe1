"""Invoices to guarantors, and the reminders that follow."""

from django.db import models
from django.db.models import F, Q

from billing.models.charge import Charge
from billing.states import STATEMENT_MOVES, StatementStatus
from practice.models import PracticeOwned, PracticeQuerySet
from rcm.fields import MoneyField


class Statement(PracticeOwned):
    """One invoice to one guarantor, as it was sent: the exact PDF and its hash."""

    MOVES = STATEMENT_MOVES

    guarantor = models.ForeignKey("patients.Guarantor", models.PROTECT, related_name="statements")
    number = models.CharField(max_length=20)
    issued_on = models.DateField()
    due_on = models.DateField()
    amount = MoneyField()
    status = models.CharField(max_length=10, choices=StatementStatus, default=StatementStatus.OPEN)
    disputed_at = models.DateTimeField(null=True, blank=True)
    dispute_reason = models.CharField(max_length=200, blank=True)
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    objects: PracticeQuerySet["Statement"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="statement_number_once"),
            models.UniqueConstraint(
                fields=["guarantor"],
                condition=Q(status=StatementStatus.OPEN),
                name="statement_one_open_per_guarantor",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="statement_positive"),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on")), name="statement_due_after_issue"),
            models.CheckConstraint(
                condition=Q(status__in=StatementStatus.values), name="statement_status_known"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class StatementLine(PracticeOwned):
    """One charge on a statement: what was charged, who paid what, what is owed and why, as of its date."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="lines")
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="statement_lines")
    charged = MoneyField()
    plan_paid = MoneyField()
    adjusted = MoneyField()
    patient_paid = MoneyField()
    owed = MoneyField()
    why = models.CharField(
        max_length=200, help_text="Deductible, coinsurance, copay, ... in the patient's words"
    )

    objects: PracticeQuerySet["StatementLine"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "charge"], name="statement_line_once"),
            models.CheckConstraint(
                condition=Q(owed=F("charged") - F("plan_paid") - F("adjusted") - F("patient_paid")),
                name="statement_line_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owed}"


class DunningNotice(PracticeOwned):
    """The decision to send a statement or a reminder of it, once per step. A message sends it."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="notices")
    step = models.PositiveSmallIntegerField(help_text="0 is the statement itself")
    decided_at = models.DateTimeField()
    mail_number = models.CharField(
        max_length=120, help_text="Our Message-ID, so that a repeat can be recognized"
    )
    sending_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    stopped_reason = models.CharField(max_length=100, blank=True)

    objects: PracticeQuerySet["DunningNotice"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "step"], name="dunning_once_per_step"),
            models.UniqueConstraint(fields=["practice", "mail_number"], name="dunning_mail_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.statement} step {self.step}"


class HoldReason(models.TextChoices):
    """Why a guarantor is not to be contacted about money (domain.md section 8)."""

    DISPUTE = "dispute", "Dispute"
    APPEAL = "appeal", "Appeal that can change what is owed"
    BANKRUPTCY = "bankruptcy", "Bankruptcy"
    DECEASED = "deceased", "Deceased"
    BAD_ADDRESS = "bad_address", "Bad address"
    HARDSHIP = "hardship", "Hardship application"
    MANUAL = "manual", "Held by hand"


class AccountHold(PracticeOwned):
    """Stops statements and reminders to one guarantor until it is lifted."""

    guarantor = models.ForeignKey("patients.Guarantor", models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=20, choices=HoldReason)
    since = models.DateTimeField()
    placed_by = models.ForeignKey("practice.User", models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects: PracticeQuerySet["AccountHold"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["guarantor", "reason"], condition=Q(lifted_at=None), name="hold_once_per_reason"
            )
        ]

    def __str__(self) -> str:
        return self.get_reason_display()
