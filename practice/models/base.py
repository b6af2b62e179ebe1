"""What every row of a practice has in common."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

from rcm.models import BaseModel

if TYPE_CHECKING:
    from practice.models.staff import User

M = TypeVar("M", bound=models.Model, covariant=True)


class PracticeQuerySet(models.QuerySet[M]):
    """Rows of practices. The first wall of isolation; row-level security in the database is the second."""

    def of(self, practice_ids: Iterable[int]) -> Self:
        """Only rows of these practices."""
        return self.filter(practice_id__in=list(practice_ids))

    def visible_to(self, user: "User") -> Self:
        """Only rows of the practices this person is granted, whatever the role there."""
        return self.filter(practice_id__in=user.memberships.values("practice_id"))


class PracticeOwned(BaseModel):
    """A row that belongs to one practice and says so itself, child rows too."""

    practice = models.ForeignKey("practice.Practice", models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Address(models.Model):
    """A US postal address. `postal_code` is five or nine digits without a hyphen."""

    street = models.CharField(max_length=55, blank=True)
    street_2 = models.CharField(max_length=55, blank=True)
    city = models.CharField(max_length=30, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField(max_length=9, blank=True)

    class Meta:
        abstract = True
