"""What guarantors do by themselves: the link in a letter, their questions, their payments online."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from billing.models.payment import PatientPayment
from billing.models.statement import DunningNotice, Statement
from billing.states import ONLINE_PAYMENT_MOVES, OnlinePaymentStatus
from practice.models import PracticeOwned, PracticeQuerySet
from rcm.fields import MoneyField


class StatementLink(PracticeOwned):
    """The secret address by which a guarantor reaches one statement. The database knows only its hash."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="links")
    notice = models.ForeignKey(
        DunningNotice, models.PROTECT, null=True, related_name="links", help_text="Empty: on the paper"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, help_text="When a birth date was first given rightly")
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    locked_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects: PracticeQuerySet["StatementLink"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="link_expires_after_made")
        ]

    def __str__(self) -> str:
        return f"Link {self.pk}"

    def is_live(self, *, now: datetime) -> bool:
        """Whether the link opens anything: neither expired nor revoked nor locked."""
        return self.revoked_at is None and self.locked_at is None and now < self.expires_at


class PatientQuestion(PracticeOwned):
    """What a guarantor asks about a statement, and the practice's answer."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="questions")
    request_key = models.CharField(max_length=64, help_text="Sent by the form: twice is once")
    text = models.TextField(max_length=2000)
    asked_at = models.DateTimeField()
    answer = models.TextField(max_length=4000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("practice.User", models.PROTECT, null=True, related_name="+")

    objects: PracticeQuerySet["PatientQuestion"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "request_key"], name="question_request_once"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="question_answered_with_words",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "asked_at"], condition=Q(answered_at=None), name="question_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"Question {self.pk}"


class OnlinePayment(PracticeOwned):
    """One attempt to pay a statement through the gateway; its public_id is our key there.

    The money is in the books once `payment` names it.
    """

    MOVES = ONLINE_PAYMENT_MOVES

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="online_payments")
    request_key = models.CharField(max_length=64, help_text="Sent by the form: twice is once")
    gateway = models.CharField(max_length=20)
    amount = MoneyField()
    status = models.CharField(max_length=10, choices=OnlinePaymentStatus, default=OnlinePaymentStatus.CREATED)
    reference = models.CharField(max_length=120, blank=True, help_text="The gateway's id of its checkout")
    checkout_url = models.URLField(max_length=2000, blank=True)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, help_text="When the gateway was last asked")
    settled_at = models.DateTimeField(null=True)
    received = MoneyField(null=True, help_text="What the gateway says it took")
    last_four = models.CharField(max_length=4, blank=True)
    trouble = models.CharField(max_length=200, blank=True, help_text="Why it is held or did not succeed")
    receipt_email = models.EmailField(blank=True)
    receipt_sent_at = models.DateTimeField(null=True)
    payment = models.OneToOneField(PatientPayment, models.PROTECT, null=True, related_name="online")

    objects: PracticeQuerySet["OnlinePayment"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "request_key"], name="online_payment_request_once"),
            models.UniqueConstraint(
                fields=["gateway", "reference"],
                condition=~Q(reference=""),
                name="online_payment_reference_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="online_payment_positive"),
            models.CheckConstraint(
                condition=Q(status__in=OnlinePaymentStatus.values), name="online_payment_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=OnlinePaymentStatus.SUCCEEDED) | Q(payment__isnull=False),
                name="online_payment_posted_when_succeeded",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "started_at"],
                condition=Q(
                    status__in=[
                        OnlinePaymentStatus.CREATED,
                        OnlinePaymentStatus.PENDING,
                        OnlinePaymentStatus.PROCESSING,
                    ]
                ),
                name="online_payment_open",
            )
        ]

    def __str__(self) -> str:
        return f"Online payment {self.pk}"


class PaymentEvent(PracticeOwned):
    """One signed notice of the gateway that something about a payment changed. Its id counts once."""

    append_only = True

    online_payment = models.ForeignKey(OnlinePayment, models.PROTECT, related_name="events")
    gateway = models.CharField(max_length=20)
    event_number = models.CharField(max_length=120, help_text="The gateway's id of the event")
    kind = models.CharField(max_length=80)
    received_at = models.DateTimeField()

    objects: PracticeQuerySet["PaymentEvent"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "event_number"], name="payment_event_once")]

    def __str__(self) -> str:
        return f"{self.gateway} {self.event_number}"
