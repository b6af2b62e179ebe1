"""Where documents go and come from."""

from django.db import models
from django.db.models import Q

from practice.models import PracticeOwned, PracticeQuerySet
from rcm.fields import EncryptedTextField


class Usage(models.TextChoices):
    """ISA15. Test and production traffic never mix (edit T14)."""

    TEST = "T", "Test"
    PRODUCTION = "P", "Production"


class Connection(PracticeOwned):
    """A practice's mailbox and real-time address at one clearinghouse, with the ids used on its envelopes."""

    clearinghouse = models.CharField(max_length=40, help_text="Name; payers' ids are kept per clearinghouse")
    usage = models.CharField(max_length=1, choices=Usage, default=Usage.TEST)
    sender_number = models.CharField(max_length=15, help_text="ISA06 and GS02: us")
    receiver_number = models.CharField(max_length=15, help_text="ISA08 and GS03: them")
    next_control_number = models.PositiveIntegerField(default=1)
    sftp_host = models.CharField(max_length=120)
    sftp_port = models.PositiveIntegerField(default=22)
    sftp_username = models.CharField(max_length=60)
    sftp_private_key = EncryptedTextField(blank=True)
    sftp_password = EncryptedTextField(blank=True)
    sftp_host_key = models.TextField(help_text="The server's public key line; any other key is refused")
    upload_directory = models.CharField(max_length=120, default="inbound")
    download_directory = models.CharField(max_length=120, default="outbound")
    delete_after_fetch = models.BooleanField(default=True)
    realtime_url = models.CharField(max_length=200, blank=True)
    realtime_username = models.CharField(max_length=60, blank=True)
    realtime_password = EncryptedTextField(blank=True)
    claims_per_batch = models.PositiveIntegerField(default=5000)
    paused_at = models.DateTimeField(null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(next_control_number__gte=1, next_control_number__lte=999_999_999),
                name="connection_control_number_in_nine_digits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clearinghouse} as {self.sender_number}"
