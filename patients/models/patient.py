"""Patients and the people who answer for their bills."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from practice.models import Address, PracticeOwned, PracticeQuerySet
from rcm.versions import versioned


class Sex(models.TextChoices):
    """DMG03."""

    FEMALE = "F", "Female"
    MALE = "M", "Male"
    UNKNOWN = "U", "Unknown"


@versioned
class Guarantor(Address, PracticeOwned):
    """Who answers for the patient's share: the patient, or a parent of a minor."""

    first_name = models.CharField(max_length=35)
    last_name = models.CharField(max_length=60)
    birth_date = models.DateField(null=True, blank=True)
    phone = models.CharField(max_length=10, blank=True)
    email = models.EmailField(blank=True)
    email_consented_at = models.DateTimeField(null=True, blank=True)

    objects: PracticeQuerySet["Guarantor"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"Guarantor {self.pk}"

    @property
    def full_name(self) -> str:
        """`Margaret Ellison`, for pages and letters; `str()` names nobody, since it ends up in logs."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def listed_name(self) -> str:
        """`Ellison, Margaret`, for lists."""
        return f"{self.last_name}, {self.first_name}" if self.first_name else self.last_name


def listed(last_name: str, suffix: str, first_name: str, middle_name: str) -> str:
    """A patient's name as lists give it: `Ellison Jr, Margaret R`."""
    family = " ".join(part for part in (last_name, suffix) if part)
    given = " ".join(part for part in (first_name, middle_name) if part)
    return f"{family}, {given}" if given else family


@versioned
class Patient(Address, PracticeOwned):
    """A person the practice sees."""

    guarantor = models.ForeignKey(Guarantor, models.PROTECT, related_name="patients")
    medical_record_number = models.CharField(max_length=20)
    external_id = models.CharField(
        max_length=80, blank=True, help_text="The id in the system it was imported from"
    )
    first_name = models.CharField(max_length=35)
    middle_name = models.CharField(max_length=25, blank=True)
    last_name = models.CharField(max_length=60)
    suffix = models.CharField(max_length=10, blank=True)
    birth_date = models.DateField()
    death_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, choices=Sex, default=Sex.UNKNOWN)
    phone = models.CharField(max_length=10, blank=True)
    email = models.EmailField(blank=True)

    objects: PracticeQuerySet["Patient"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "medical_record_number"], name="patient_record_number_once"
            ),
            models.UniqueConstraint(
                fields=["practice", "external_id"],
                condition=~Q(external_id=""),
                name="patient_external_id_once",
            ),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="patient_sex_known"),
            models.CheckConstraint(
                condition=Q(death_date=None) | Q(death_date__gte=F("birth_date")),
                name="patient_death_after_birth",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "last_name", "birth_date"], name="patient_by_name"),
            models.Index(fields=["practice", "birth_date"], name="patient_by_birth_date"),
            models.Index(fields=["practice", "phone"], condition=~Q(phone=""), name="patient_by_phone"),
            GinIndex(
                OpClass(Upper("last_name"), name="gin_trgm_ops"),
                OpClass(Upper("first_name"), name="gin_trgm_ops"),
                name="patient_by_likeness",
            ),
        ]

    def __str__(self) -> str:
        return f"Patient {self.pk}"

    @property
    def full_name(self) -> str:
        """`Margaret R Ellison Jr`, for pages and letters; `str()` names nobody, since it ends up in logs."""
        parts = (self.first_name, self.middle_name, self.last_name, self.suffix)
        return " ".join(part for part in parts if part)

    @property
    def listed_name(self) -> str:
        """`Ellison, Margaret R`, for lists."""
        return listed(self.last_name, self.suffix, self.first_name, self.middle_name)
