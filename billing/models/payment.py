"""Money from patients, and balances forgiven."""

from django.db import models
from django.db.models import F, Q

from billing.models.charge import Charge
from billing.states import WRITE_OFF_MOVES, WriteOffStatus
from practice.models import PracticeOwned, PracticeQuerySet
from rcm.fields import MoneyField


class PaymentMethod(models.TextChoices):
    """How the patient paid."""

    CASH = "cash", "Cash"
    CHECK = "check", "Check"
    CARD = "card", "Card"
    ONLINE = "online", "Online"


class PatientPayment(PracticeOwned):
    """Money a guarantor gave. A liability until it is applied to charges."""

    guarantor = models.ForeignKey("patients.Guarantor", models.PROTECT, related_name="payments")
    appointment = models.ForeignKey(
        "patients.Appointment",
        models.PROTECT,
        null=True,
        related_name="payments",
        help_text="A copay at check-in",
    )
    request_key = models.CharField(max_length=64, help_text="Sent by the form or the API: twice is once")
    method = models.CharField(max_length=10, choices=PaymentMethod)
    reference = models.CharField(
        max_length=60, blank=True, help_text="Check number, or the card's last four digits"
    )
    amount = MoneyField()
    received_on = models.DateField()
    received_at = models.DateTimeField()
    received_by = models.ForeignKey("practice.User", models.PROTECT, null=True, related_name="+")
    voided_at = models.DateTimeField(null=True)

    objects: PracticeQuerySet["PatientPayment"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "request_key"], name="payment_request_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive"),
            models.CheckConstraint(condition=Q(method__in=PaymentMethod.values), name="payment_method_known"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.amount}"

    @property
    def receipt_number(self) -> str:
        """The number on the receipt, unique among all practices."""
        return f"R{self.pk:07d}"


class WriteOffReason(models.TextChoices):
    """Why a balance is forgiven, and thereby the account it goes to."""

    DENIAL = "denial", "Denied and not collectible"
    SMALL_BALANCE = "small_balance", "Small balance"
    CHARITY = "charity", "Financial hardship"
    BAD_DEBT = "bad_debt", "Bad debt"


class WriteOff(PracticeOwned):
    """A request to forgive what is still owed of one charge, and the decision of another person."""

    MOVES = WRITE_OFF_MOVES

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="write_offs")
    reason = models.CharField(max_length=20, choices=WriteOffReason)
    note = models.CharField(max_length=200, blank=True)
    amount = MoneyField()
    status = models.CharField(max_length=10, choices=WriteOffStatus, default=WriteOffStatus.REQUESTED)
    requested_by = models.ForeignKey("practice.User", models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey("practice.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects: PracticeQuerySet["WriteOff"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="write_off_positive"),
            models.CheckConstraint(
                condition=Q(status__in=WriteOffStatus.values), name="write_off_status_known"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None) | Q(decided_at__gte=F("requested_at")),
                name="write_off_decided_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.amount}"
