"""Who renders care, and with which payers they are credentialed."""

from django.db import models
from django.db.models import F, Q

from practice.models.base import PracticeOwned, PracticeQuerySet
from rcm.versions import versioned


def called(first_name: str, last_name: str, credential: str) -> str:
    """A clinician's name as pages give it: `Susan Reyes MD`."""
    return f"{first_name} {last_name} {credential}".strip()


@versioned
class Provider(PracticeOwned):
    """A clinician who renders, refers or supervises."""

    first_name = models.CharField(max_length=35)
    last_name = models.CharField(max_length=60)
    credential = models.CharField(max_length=10, blank=True, help_text="MD, DO, NP, PA")
    npi = models.CharField(max_length=10, blank=True, help_text="Empty only as imported: claims are held")
    taxonomy_code = models.CharField(max_length=10, blank=True)
    external_id = models.CharField(max_length=80, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    objects: PracticeQuerySet["Provider"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "npi"], condition=~Q(npi=""), name="provider_npi_once"
            ),
            models.UniqueConstraint(
                fields=["practice", "external_id"],
                condition=~Q(external_id=""),
                name="provider_external_id_once",
            ),
        ]

    def __str__(self) -> str:
        return called(self.first_name, self.last_name, self.credential)


@versioned
class Credential(PracticeOwned):
    """A payer's acceptance of one provider for a span of days."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="credentials")
    payer = models.ForeignKey("practice.Payer", models.PROTECT, related_name="credentials")
    effective_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    objects: PracticeQuerySet["Credential"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("effective_on")),
                name="credential_span_forward",
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} with {self.payer}"
