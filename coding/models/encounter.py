"""Visits and what was found."""

from django.db import models
from django.db.models import Q

from coding.states import ENCOUNTER_MOVES, EncounterStatus
from practice.models import PracticeOwned, PracticeQuerySet
from rcm.fields import MoneyField
from rcm.versions import versioned


class RelatedCause(models.TextChoices):
    """CLM11: what the condition is related to."""

    NONE = "", "None"
    AUTO = "AA", "Auto accident"
    EMPLOYMENT = "EM", "Employment"
    OTHER = "OA", "Other accident"


@versioned
class Encounter(PracticeOwned):
    """One visit: who saw whom, where and when, and the note that supports its codes."""

    MOVES = ENCOUNTER_MOVES

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="encounters")
    appointment = models.OneToOneField(
        "patients.Appointment", models.PROTECT, null=True, blank=True, related_name="encounter"
    )
    rendering_provider = models.ForeignKey("practice.Provider", models.PROTECT, related_name="+")
    referring_provider = models.ForeignKey(
        "practice.Provider", models.PROTECT, null=True, blank=True, related_name="+"
    )
    location = models.ForeignKey("practice.Location", models.PROTECT, related_name="+")
    authorization = models.ForeignKey(
        "patients.Authorization", models.PROTECT, null=True, blank=True, related_name="encounters"
    )
    external_id = models.CharField(
        max_length=80, blank=True, help_text="The id in the system it was imported from"
    )
    service_date = models.DateField()
    place_of_service_code = models.CharField(max_length=2, default="11")
    related_cause = models.CharField(
        max_length=2, choices=RelatedCause, default=RelatedCause.NONE, blank=True
    )
    accident_date = models.DateField(null=True, blank=True)
    accident_state = models.CharField(max_length=2, blank=True)
    admission_date = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    expected_charge = MoneyField(
        null=True, blank=True, help_text="What visits for the same reason came to before this one, on average"
    )
    status = models.CharField(max_length=10, choices=EncounterStatus, default=EncounterStatus.OPEN)
    coded_at = models.DateTimeField(null=True, blank=True)
    coded_by = models.ForeignKey("practice.User", models.PROTECT, null=True, blank=True, related_name="+")

    objects: PracticeQuerySet["Encounter"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "external_id"],
                condition=~Q(external_id=""),
                name="encounter_external_id_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=EncounterStatus.values), name="encounter_status_known"
            ),
        ]
        indexes = [models.Index(fields=["practice", "status", "service_date"], name="encounter_queue")]

    def __str__(self) -> str:
        return f"Encounter of {self.service_date}"


class Diagnosis(PracticeOwned):
    """One ICD-10-CM code of an encounter, in order of weight. Position 1 is the principal."""

    encounter = models.ForeignKey(Encounter, models.CASCADE, related_name="diagnoses")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=7, help_text="Without the dot")

    objects: PracticeQuerySet["Diagnosis"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "diagnoses"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["encounter", "position"], name="diagnosis_once_per_place"),
            models.UniqueConstraint(fields=["encounter", "code"], name="diagnosis_once_per_code"),
            models.CheckConstraint(condition=Q(position__range=(1, 12)), name="diagnosis_at_most_twelve"),
        ]

    def __str__(self) -> str:
        return self.code
