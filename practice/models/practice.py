"""Organizations, their practices and the places where they see patients."""

from django.db import models

from practice.models.base import Address, PracticeOwned, PracticeQuerySet
from rcm.fields import MoneyField
from rcm.models import BaseModel
from rcm.versions import versioned


class Organization(BaseModel):
    """A practice's owner, or a billing company that serves many practices."""

    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


@versioned
class Practice(Address, BaseModel):
    """One billing provider: the NPI and tax id on its claims. Its address is a street, never a PO box."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="practices")
    name = models.CharField(max_length=60)
    npi = models.CharField(max_length=10)
    tax_number = models.CharField(max_length=9)
    taxonomy_code = models.CharField(max_length=10)
    phone = models.CharField(max_length=10)
    email = models.EmailField()
    time_zone = models.CharField(max_length=40, default="America/Chicago")
    claim_prefix = models.CharField(
        max_length=4, help_text="Starts every claim control number of this practice"
    )
    statement_minimum = MoneyField(default="5.00")
    write_off_limit = MoneyField(default="25.00", help_text="A biller writes off up to this without approval")
    opened_on = models.DateField(null=True, blank=True)
    second_factor_required = models.BooleanField(
        default=False, help_text="Whoever holds a role here signs in with a second factor"
    )
    idle_minutes = models.PositiveSmallIntegerField(
        default=15, help_text="Signs a person off after so many minutes without activity"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "claim_prefix"], name="practice_claim_prefix_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(idle_minutes__range=(5, 60)), name="practice_idle_minutes_sane"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@versioned
class Location(Address, PracticeOwned):
    """Where patients are seen: an office, or a facility with an NPI of its own."""

    name = models.CharField(max_length=60)
    place_of_service_code = models.CharField(max_length=2, default="11")
    npi = models.CharField(max_length=10, blank=True)

    objects: PracticeQuerySet["Location"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.name


class Counter(PracticeOwned):
    """The last number given out of one of a practice's number series. There may be gaps; none comes twice."""

    series = models.CharField(max_length=20)
    last_number = models.PositiveBigIntegerField(default=0)

    objects: PracticeQuerySet["Counter"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "series"], name="counter_once")]

    def __str__(self) -> str:
        return f"{self.series}: {self.last_number}"
