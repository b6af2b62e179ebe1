"""Programs that ask through the API, and the answers they were given."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from practice.models.base import PracticeOwned, PracticeQuerySet
from practice.models.staff import Role, User


class ApiToken(PracticeOwned):
    """What a program shows to be let in: one practice, one role, until it expires or is revoked.

    It acts as a user of its own, who holds the role and cannot sign in: so whatever a program does stands in
    the audit trail under its name, and the door asks the same memberships as for people. The secret itself is
    shown once and kept nowhere; `prefix` is its beginning, to tell tokens apart.
    """

    user = models.OneToOneField(User, models.PROTECT, related_name="api_token")
    role = models.CharField(max_length=20, choices=Role, help_text="What it was issued for")
    name = models.CharField(max_length=60, help_text="The program that uses it, in words")
    prefix = models.CharField(max_length=12, unique=True)
    secret_sha256 = models.CharField(max_length=64)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the minute")

    objects: PracticeQuerySet["ApiToken"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(role__in=Role.values), name="api_token_role_known")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"

    def is_live(self, *, now: datetime) -> bool:
        """Whether it opens the door: neither expired nor revoked."""
        return self.revoked_at is None and now < self.expires_at


class KeptAnswer(PracticeOwned):
    """The answer to one write through the API, under the idempotency key that the caller gave it.

    Committed together with the write, so the same key again is the same answer and no second write.
    """

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="answers")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, path and body")
    status_code = models.PositiveSmallIntegerField()
    answer = models.TextField(help_text="JSON, as it was sent")
    answered_at = models.DateTimeField()

    objects: PracticeQuerySet["KeptAnswer"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="kept_answer_once")]
        indexes = [models.Index(fields=["token", "answered_at"], name="kept_answer_by_age")]

    def __str__(self) -> str:
        return f"{self.status_code} for {self.token}"
