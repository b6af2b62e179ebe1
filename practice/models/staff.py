"""People and what they may do, per practice."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.functions import RandomUUID
from django.db import models

from practice.models.base import PracticeOwned, PracticeQuerySet


class Role(models.TextChoices):
    """What a person may do in a practice. Roles combine."""

    FRONT_DESK = "front_desk", "Front desk"
    CODER = "coder", "Coder"
    BILLER = "biller", "Biller"
    MANAGER = "manager", "Practice manager"
    ADMINISTRATOR = "administrator", "Administrator"
    AUDITOR = "auditor", "Auditor"


class User(AbstractUser):
    """A person who signs in. What they may see and do is in their memberships."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)


class Membership(PracticeOwned):
    """One role of one person in one practice."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)

    objects: PracticeQuerySet["Membership"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "user", "role"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.get_role_display()}"
