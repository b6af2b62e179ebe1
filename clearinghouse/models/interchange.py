"""Every document that left or arrived, byte for byte, and what became of it."""

from django.db import models
from django.db.models import Q

from clearinghouse.models.connection import Connection
from clearinghouse.states import DELIVERY_MOVES, DOCUMENT_MOVES, DeliveryStatus, DocumentStatus
from practice.models import PracticeOwned, PracticeQuerySet, User


class Direction(models.TextChoices):
    """Which way an interchange went."""

    OUT = "out", "Out"
    IN = "in", "In"


class Interchange(PracticeOwned):
    """A file or real-time message, verbatim. Written once; what became of it is in Delivery and Document."""

    append_only = True

    connection = models.ForeignKey(Connection, models.PROTECT, related_name="interchanges")
    direction = models.CharField(max_length=3, choices=Direction)
    kind = models.CharField(
        max_length=12, help_text="837P, 835, 999, ... of its first transaction, or unreadable"
    )
    control_number = models.CharField(max_length=9, blank=True, help_text="ISA13 of its first interchange")
    file_name = models.CharField(max_length=200, blank=True)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    stored_at = models.DateTimeField()
    answers = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="answered_by")

    objects: PracticeQuerySet["Interchange"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "control_number"],
                condition=Q(direction=Direction.OUT),
                name="interchange_out_control_number_once",
            ),
            models.UniqueConstraint(
                fields=["connection", "sha256"],
                condition=Q(direction=Direction.IN),
                name="interchange_in_bytes_once",
            ),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="interchange_direction_known"
            ),
        ]
        indexes = [models.Index(fields=["connection", "direction", "stored_at"], name="interchange_heard")]

    def __str__(self) -> str:
        return f"{self.kind} {self.direction} {self.control_number}"


class Repeat(PracticeOwned):
    """The same bytes once more: another copy out of a mailbox, or a person's replay. It changes nothing.

    `standing` is where the file's documents stood at that moment, in their order: the proof that nothing
    changed since.
    """

    append_only = True

    interchange = models.ForeignKey(Interchange, models.PROTECT, related_name="repeats")
    file_name = models.CharField(max_length=200, blank=True)
    came_at = models.DateTimeField()
    replayed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    standing = models.JSONField(default=list)

    objects: PracticeQuerySet["Repeat"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"{self.interchange} again"


class Delivery(PracticeOwned):
    """The way of one outbound file to the clearinghouse.

    `uploaded_at` is written after the last byte and before the remote rename that releases the file: so a
    repeat that finds it empty knows that nothing was released.
    """

    MOVES = DELIVERY_MOVES

    interchange = models.OneToOneField(Interchange, models.PROTECT, related_name="delivery")
    status = models.CharField(max_length=10, choices=DeliveryStatus, default=DeliveryStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    uploaded_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True)

    objects: PracticeQuerySet["Delivery"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=DeliveryStatus.values), name="delivery_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=DeliveryStatus.SENT) | Q(sent_at__isnull=False),
                name="delivery_sent_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.interchange}: {self.status}"


class Document(PracticeOwned):
    """One transaction (ST to SE, or a TA1) of an inbound interchange, and what its reader made of it."""

    MOVES = DOCUMENT_MOVES

    interchange = models.ForeignKey(Interchange, models.PROTECT, related_name="documents")
    position = models.PositiveIntegerField(help_text="Its place in the file, from 0")
    kind = models.CharField(max_length=12, help_text="835, 999, TA1, 277CA, 277, 271, ... or unreadable")
    version = models.CharField(max_length=12, blank=True)
    interchange_control_number = models.CharField(max_length=9, blank=True)
    group_control_number = models.CharField(max_length=9, blank=True)
    set_control_number = models.CharField(max_length=9, blank=True)
    sender_number = models.CharField(max_length=15, blank=True, help_text="ISA06: whose number the ISA13 is")
    fingerprint = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of its segments, whatever the delimiters and line ends"
    )
    trace_number = models.CharField(max_length=50, blank=True, help_text="835: TRN02, the check or transfer")
    originator_number = models.CharField(
        max_length=10, blank=True, help_text="835: TRN03, the payer's own id"
    )
    repeats = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", help_text="What it says once more"
    )
    status = models.CharField(max_length=10, choices=DocumentStatus, default=DocumentStatus.RECEIVED)
    reasons = models.JSONField(default=list, help_text="Why it is parked, refused or a duplicate, in words")

    objects: PracticeQuerySet["Document"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["interchange", "position"], name="document_once_per_place"),
            models.CheckConstraint(
                condition=Q(status__in=DocumentStatus.values), name="document_status_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "sender_number", "interchange_control_number"], name="document_envelope"
            ),
            models.Index(
                fields=["practice", "trace_number"], name="document_trace", condition=~Q(trace_number="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.set_control_number}: {self.status}"
