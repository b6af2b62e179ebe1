"""Trading partners: where documents go and come from, and which of them goes where."""

from django.db import models
from django.db.models import Q

from practice.models import Payer, PracticeOwned, PracticeQuerySet, WireTransaction
from rcm.fields import EncryptedTextField


class Usage(models.TextChoices):
    """ISA15. Test and production traffic never mix (edit T14)."""

    TEST = "T", "Test"
    PRODUCTION = "P", "Production"


class Adapter(models.TextChoices):
    """How files are exchanged with a trading partner."""

    SFTP = "sftp", "SFTP"
    CORE = "core", "CORE connectivity, batch"
    DROP = "drop", "Folder on this server"
    NONE = "none", "No files, questions only"


class CoreForm(models.TextChoices):
    """The two forms of a CORE vC2.2.0 envelope."""

    MIME = "mime", "MIME multipart"
    SOAP = "soap", "SOAP 1.2"


class Connection(PracticeOwned):
    """A practice's trading partner: its mailbox and addresses at one clearinghouse, and the ids on envelopes.

    Which documents go by it is said by its routes; a practice with one partner needs none.
    """

    clearinghouse = models.CharField(max_length=40, help_text="Name; payers' ids are kept per clearinghouse")
    usage = models.CharField(
        max_length=1, choices=Usage, default=Usage.TEST, help_text="What their addresses are for"
    )
    adapter = models.CharField(max_length=4, choices=Adapter, default=Adapter.SFTP)
    sender_number = models.CharField(max_length=15, help_text="ISA06 and GS02: us")
    receiver_number = models.CharField(max_length=15, help_text="ISA08 and GS03: them")
    next_control_number = models.PositiveIntegerField(default=1)
    sftp_host = models.CharField(max_length=120, blank=True)
    sftp_port = models.PositiveIntegerField(default=22)
    sftp_username = models.CharField(max_length=60, blank=True)
    sftp_private_key = EncryptedTextField(blank=True)
    sftp_password = EncryptedTextField(blank=True)
    sftp_host_key = models.TextField(
        blank=True, help_text="The server's public key line; any other key is refused"
    )
    sftp_offered_key = models.TextField(
        blank=True, help_text="The other key that the server shows now; empty while it shows the pinned one"
    )
    upload_directory = models.CharField(max_length=120, default="inbound")
    download_directory = models.CharField(max_length=120, default="outbound")
    delete_after_fetch = models.BooleanField(default=True)
    core_form = models.CharField(max_length=4, choices=CoreForm, default=CoreForm.MIME)
    realtime_url = models.CharField(max_length=200, blank=True)
    batch_url = models.CharField(max_length=200, blank=True)
    realtime_username = models.CharField(max_length=60, blank=True, help_text="CORE user, of both addresses")
    realtime_password = EncryptedTextField(blank=True)
    claims_per_batch = models.PositiveIntegerField(default=5000, help_text="Claims in one ST, at most")
    claims_per_file = models.PositiveIntegerField(default=50000, help_text="Claims in one file, at most")
    poll_minutes = models.PositiveSmallIntegerField(
        default=0, help_text="Between two looks into the mailbox; 0: at every turn of the worker"
    )
    partial_minutes = models.PositiveSmallIntegerField(
        default=60, help_text="So long may a file stay incomplete before it is an alarm"
    )
    silent_days = models.PositiveSmallIntegerField(
        default=3, help_text="Business days without a file from them before it is an alarm; 0: never"
    )
    paused_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True, help_text="The mailbox was last tried then")
    fetched_at = models.DateTimeField(null=True, blank=True, help_text="The mailbox was last emptied then")
    fetch_trouble = models.CharField(
        max_length=200, blank=True, help_text="Why it cannot be emptied now, in words; empty when it can"
    )

    objects: PracticeQuerySet["Connection"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "clearinghouse"], name="connection_once_per_clearinghouse"
            ),
            models.CheckConstraint(condition=Q(usage__in=Usage.values), name="connection_usage_known"),
            models.CheckConstraint(condition=Q(adapter__in=Adapter.values), name="connection_adapter_known"),
            models.CheckConstraint(
                condition=Q(core_form__in=CoreForm.values), name="connection_core_form_known"
            ),
            models.CheckConstraint(
                condition=Q(next_control_number__gte=1, next_control_number__lte=999_999_999),
                name="connection_control_number_in_nine_digits",
            ),
            models.CheckConstraint(
                condition=Q(claims_per_batch__gte=1, claims_per_file__gte=1),
                name="connection_limits_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clearinghouse} as {self.sender_number}"

    @property
    def has_mailbox(self) -> bool:
        """Whether files come and go by it."""
        return self.adapter != Adapter.NONE


class Mode(models.TextChoices):
    """How a document travels."""

    BATCH = "batch", "As a file"
    REAL_TIME = "realtime", "In real time"


ROUTED = (WireTransaction.CLAIM, WireTransaction.ELIGIBILITY, WireTransaction.STATUS)
"""The transactions that we send; each may go its own way."""


class Route(PracticeOwned):
    """One kind of document, to one payer or to all: by which trading partner, and how.

    The payer's own route goes before the one for all payers; without either, the practice's first partner in
    use is taken (clearinghouse.queries.Routes).
    """

    transaction = models.CharField(
        max_length=4, choices=[(each.value, each.label) for each in ROUTED], help_text="What goes this way"
    )
    payer = models.ForeignKey(
        Payer, models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: all payers"
    )
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="routes")
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.BATCH)

    objects: PracticeQuerySet["Route"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "transaction", "payer"], name="route_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(transaction__in=[each.value for each in ROUTED]), name="route_transaction_known"
            ),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="route_mode_known"),
            models.CheckConstraint(
                condition=~Q(transaction=WireTransaction.CLAIM) | Q(mode=Mode.BATCH),
                name="route_claims_go_as_files",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transaction} to {self.payer or 'all payers'} by {self.connection.clearinghouse}"


class WaitingFile(PracticeOwned):
    """A file that lies in a mailbox and was left there: not whole yet, or taken in and not to be removed."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="waiting_files")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    first_seen_at = models.DateTimeField()
    trouble = models.CharField(max_length=200, blank=True, help_text="Why it was left, in words")
    taken_at = models.DateTimeField(null=True, blank=True, help_text="These bytes were taken in then")
    wanted_at = models.DateTimeField(null=True, blank=True, help_text="A person said to take it in as it is")

    objects: PracticeQuerySet["WaitingFile"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "name"], name="waiting_file_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} at {self.connection.clearinghouse}"
