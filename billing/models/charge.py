"""Charges booked from coded lines."""

from django.db import models
from django.db.models import Q

from practice.models import PracticeOwned, PracticeQuerySet
from rcm.fields import MoneyField


class Charge(PracticeOwned):
    """A coded service line in the books. Every cent of it is owned by exactly one party at every moment.

    Position tells by whom.
    """

    service_line = models.OneToOneField("coding.ServiceLine", models.PROTECT, related_name="booked_charge")
    guarantor = models.ForeignKey("patients.Guarantor", models.PROTECT, related_name="charges")
    amount = MoneyField()
    service_date = models.DateField()
    booked_at = models.DateTimeField()

    objects: PracticeQuerySet["Charge"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="charge_positive")]

    def __str__(self) -> str:
        return f"Charge of {self.amount}"
