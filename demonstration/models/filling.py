"""How far the demonstration has come."""

from django.db import models
from django.db.models import F, Q

from rcm.models import BaseModel


class Filling(BaseModel):
    """The days that the demonstration's practices live through after the first start, up to the present.

    One row, written day by day, so that a run that was cut short goes on where it stopped. Progress is shown
    to whoever signs in: the row counts, and says nothing of anybody.
    """

    first_day = models.DateField(help_text="The first day lived through")
    days = models.PositiveSmallIntegerField(help_text="How many days there are, today included")
    patients = models.PositiveSmallIntegerField(help_text="How many people there are to become patients")
    days_done = models.PositiveSmallIntegerField(default=0)
    clock_at = models.DateTimeField(help_text="Where the demonstration's clock was set last")
    visits = models.PositiveIntegerField(default=0)
    claims_sent = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True, help_text="Why it stands still, in words")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(days__gt=0), name="filling_has_days"),
            models.CheckConstraint(condition=Q(days_done__lte=F("days")), name="filling_days_in_range"),
        ]

    def __str__(self) -> str:
        return f"Filling, day {self.days_done} of {self.days}"
