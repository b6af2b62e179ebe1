"""Who pays for a patient, in which order, from when to when."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from patients.models.patient import Patient, Sex
from practice.models import Address, PracticeOwned, PracticeQuerySet
from rcm.versions import versioned


class Rank(models.TextChoices):
    """SBR01: whose turn it is to pay."""

    PRIMARY = "P", "Primary"
    SECONDARY = "S", "Secondary"
    TERTIARY = "T", "Tertiary"


class Relation(models.TextChoices):
    """The patient's relation to the subscriber: SBR02 18, or PAT01."""

    SELF = "18", "Self"
    SPOUSE = "01", "Spouse"
    CHILD = "19", "Child"
    EMPLOYEE = "20", "Employee"
    UNKNOWN = "21", "Unknown"
    LIFE_PARTNER = "53", "Life partner"
    OTHER = "G8", "Other"


COVERED_DAYS = Func(
    F("effective_on"), F("ended_on"), Value("[]"), function="daterange", output_field=models.Field()
)


@versioned
class Coverage(Address, PracticeOwned):
    """One policy of one patient. The subscriber's own data is filled only when the patient is a dependent."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="coverages")
    payer = models.ForeignKey("practice.Payer", models.PROTECT, related_name="coverages")
    rank = models.CharField(max_length=1, choices=Rank, default=Rank.PRIMARY)
    member_number = models.CharField(max_length=40)
    group_number = models.CharField(max_length=40, blank=True)
    plan_name = models.CharField(max_length=60, blank=True)
    relation = models.CharField(max_length=2, choices=Relation, default=Relation.SELF)
    subscriber_first_name = models.CharField(max_length=35, blank=True)
    subscriber_last_name = models.CharField(max_length=60, blank=True)
    subscriber_birth_date = models.DateField(null=True, blank=True)
    subscriber_sex = models.CharField(max_length=1, choices=Sex, blank=True)
    medicare_secondary_code = models.CharField(
        max_length=2, blank=True, help_text="SBR05, when Medicare is not primary"
    )
    effective_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    objects: PracticeQuerySet["Coverage"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="coverage_one_per_rank_and_day",
                expressions=[
                    ("patient", RangeOperators.EQUAL),
                    ("rank", RangeOperators.EQUAL),
                    (COVERED_DAYS, RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(rank__in=Rank.values), name="coverage_rank_known"),
            models.CheckConstraint(condition=Q(relation__in=Relation.values), name="coverage_relation_known"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("effective_on")), name="coverage_span_forward"
            ),
            models.CheckConstraint(
                condition=Q(relation=Relation.SELF) | ~Q(subscriber_last_name=""),
                name="coverage_dependent_has_subscriber",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payer} ({self.get_rank_display()})"

    def is_in_force(self, day: date) -> bool:
        """Whether the policy covers that day; both ends count."""
        return self.effective_on <= day and (self.ended_on is None or day <= self.ended_on)


@versioned
class Authorization(PracticeOwned):
    """A payer's prior consent: REF*G1 of the claims it covers."""

    coverage = models.ForeignKey(Coverage, models.PROTECT, related_name="authorizations")
    number = models.CharField(max_length=50)
    procedure_codes = ArrayField(models.CharField(max_length=5), default=list)
    effective_on = models.DateField()
    ended_on = models.DateField()
    units = models.PositiveSmallIntegerField(null=True, blank=True)

    objects: PracticeQuerySet["Authorization"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["coverage", "number"], name="authorization_number_once"),
            models.CheckConstraint(
                condition=Q(ended_on__gte=F("effective_on")), name="authorization_span_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"Authorization from {self.effective_on}"
