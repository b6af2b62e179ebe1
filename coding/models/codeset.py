"""Code sets with the days on which each code is valid. Shared by all practices; nothing of a patient here."""

from datetime import date

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q

from coding.rules.lines import dotted
from rcm.models import BaseModel


class CodeSystem(models.TextChoices):
    """Who publishes the code."""

    ICD10CM = "icd10cm", "ICD-10-CM"
    PROCEDURE = "procedure", "Procedure (practice's own list of CPT and HCPCS numbers)"


def code_words() -> SearchVector:
    """Every word of a code's description and other names, as they stand: the index's expression."""
    return SearchVector("description", "also_called", config="simple")


class Code(BaseModel):
    """One code for one span of days. A code whose meaning changed has a row per span."""

    system = models.CharField(max_length=10, choices=CodeSystem)
    code = models.CharField(max_length=7, help_text="Without the dot")
    description = models.CharField(max_length=300)
    also_called = models.TextField(
        blank=True, help_text="The publication's own other names (inclusion terms), divided by semicolons"
    )
    billable = models.BooleanField(default=True, help_text="Complete: has no more specific codes under it")
    effective_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    release = models.CharField(max_length=30, help_text="The publication it was read from")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "code", "effective_on"], name="code_once_per_span"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("effective_on")), name="code_span_forward"
            ),
        ]
        indexes = [
            models.Index(OpClass("code", name="varchar_pattern_ops"), "system", name="code_by_prefix"),
            # Without fastupdate: what a load puts on the pending list would slow every search until a vacuum.
            GinIndex(code_words(), name="code_by_words", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def shown(self) -> str:
        """The code as people write it: S61.211A."""
        return dotted(self.code) if self.system == CodeSystem.ICD10CM else self.code

    def is_valid_on(self, day: date) -> bool:
        """Whether this row's span holds that day; both ends count."""
        return self.effective_on <= day and (self.ended_on is None or day <= self.ended_on)
