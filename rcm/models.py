"""What every app shares: the base of its rows, the audit trail, the outbox, and what a queue keeps."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class BaseModel(models.Model):
    """A row of ours: known inside by its id, outside (URLs, APIs, letters) by its public_id."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True


class AuditEvent(models.Model):
    """Who did or read what, and when. Written once through rcm.audit; the database refuses a change.

    practice_id is a plain number because the kernel stands below the practice app; row security reads it all
    the same. It is empty for what happened to no practice in particular (a sign-in, a code set load).
    """

    append_only: ClassVar[bool] = True

    id = models.BigAutoField(primary_key=True)
    practice_id = models.BigIntegerField(null=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=80)
    subject_label = models.CharField(max_length=80)
    subject_id = models.BigIntegerField()
    happened_at = models.DateTimeField()
    why = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_label", "subject_id", "happened_at"], name="audit_of_subject"),
            models.Index(fields=["practice_id", "happened_at"], name="audit_of_practice"),
            models.Index(fields=["actor", "happened_at"], name="audit_of_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_label} {self.subject_id}"


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    """The queue, as rows. A message is waiting, leased (due again when the lease ends), delivered or dead."""

    def due(self, *, now: datetime) -> Self:
        """Messages that may be run now."""
        return self.filter(delivered_at=None, due_at__lte=now, attempts__lt=OutboxMessage.MAX_ATTEMPTS)

    def dead(self, *, now: datetime) -> Self:
        """Messages that used up their tries: a person has to look. The last lease is over."""
        return self.filter(delivered_at=None, due_at__lte=now, attempts__gte=OutboxMessage.MAX_ATTEMPTS)

    def undelivered(self) -> Self:
        """Everything still owed to a subscriber: waiting, leased or dead."""
        return self.filter(delivered_at=None)

    def lease(self, message_id: int, *, now: datetime, until: datetime) -> bool:
        """Take the message until then. One winner among workers, and no lock held while a handler runs."""
        message = self.due(now=now).filter(pk=message_id)
        return message.update(due_at=until, attempts=F("attempts") + 1) == 1


class OutboxMessage(models.Model):
    """One piece of news for one subscriber, committed with the change that caused it.

    Infrastructure, not a practice's record: the relay reads it across practices, so its practice is called
    scope_practice_id and the table has no row security. It may hold row ids and nothing else about anybody.
    """

    MAX_ATTEMPTS: ClassVar[int] = 10

    id = models.BigAutoField(primary_key=True)
    topic = models.CharField(max_length=80)
    subscriber = models.CharField(max_length=120)
    key = models.CharField(max_length=160)
    scope_practice_id = models.BigIntegerField(null=True)
    payload = models.JSONField()
    published_at = models.DateTimeField()
    due_at = models.DateTimeField()
    offered_until = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "key"], name="outbox_once_per_subscriber")
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(delivered_at=None), name="outbox_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.topic} for {self.subscriber}"


class Assignment(BaseModel):
    """Who has taken a row of a queue, and since when. A row has one owner at most."""

    practice_id = models.BigIntegerField()
    subject_label = models.CharField(max_length=80)
    subject_id = models.BigIntegerField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_label", "subject_id"], name="assignment_once")
        ]

    def __str__(self) -> str:
        return f"{self.subject_label} {self.subject_id}"


class SavedFilter(BaseModel):
    """A person's own view of a queue: its filters and order, under a name. Holds codes and ids, no names."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    queue = models.CharField(max_length=80)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "queue", "name"], name="saved_filter_once")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class BulkWork(BaseModel):
    """One bulk act on many rows of a queue: what is asked for, how far it is, and what became of each row.

    `subject_ids` are done in order; `outcomes` has one `[id, done, words]` for each that was tried. Kept by
    the person who asked, over the practices that were in play.
    """

    queue = models.CharField(max_length=80)
    act = models.CharField(max_length=40)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    practice_ids = ArrayField(models.BigIntegerField())
    subject_ids = ArrayField(models.BigIntegerField())
    outcomes = models.JSONField(default=list)
    back_to = models.CharField(max_length=600)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.queue} {self.act}: {len(self.outcomes)} of {len(self.subject_ids)}"
