"""What was done, and its price."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from coding.models.encounter import Encounter
from practice.models import PracticeOwned, PracticeQuerySet
from rcm.fields import MoneyField


class ServiceLine(PracticeOwned):
    """One procedure of an encounter, priced from the fee schedule of its day. `charge` is for all units."""

    encounter = models.ForeignKey(Encounter, models.PROTECT, related_name="service_lines")
    position = models.PositiveSmallIntegerField()
    procedure_code = models.CharField(max_length=5)
    modifiers = ArrayField(models.CharField(max_length=2), default=list, size=4)
    units = models.DecimalField(max_digits=8, decimal_places=2, default=1)
    charge = MoneyField()
    pointers = ArrayField(
        models.PositiveSmallIntegerField(), default=list, size=4, help_text="Diagnosis positions"
    )
    service_date = models.DateField()
    description = models.CharField(
        max_length=80, blank=True, help_text="Plain words for the patient, our own"
    )

    objects: PracticeQuerySet["ServiceLine"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["encounter", "position"], name="coded_line_once_per_place"),
            models.CheckConstraint(condition=Q(units__gt=0), name="coded_line_units_positive"),
            models.CheckConstraint(condition=Q(charge__gte=0), name="coded_line_charge_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_code} x {self.units}"
