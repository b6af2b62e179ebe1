"""The master data that requests refer to."""

from typing import Any, ClassVar

from django.db.models import QuerySet

from practice.models import Location, Payer, Provider
from rcm.api import Record, Resource, record_of, router


class PayerRecord(Record):
    """Someone who pays claims."""

    Meta = record_of(Payer, "name", "payer_number", "filing_indicator_code", "takes_replacements")


class ProviderRecord(Record):
    """A clinician who renders or refers."""

    Meta = record_of(Provider, "first_name", "last_name", "credential", "npi", "taxonomy_code", "ended_on")


class LocationRecord(Record):
    """Where patients are seen."""

    Meta = record_of(
        Location, "name", "place_of_service_code", "npi", "street", "street_2", "city", "state", "postal_code"
    )


class MasterData(Resource[Any]):
    """What requests refer to; nothing about patients, so every role may read it."""

    read_by: ClassVar[tuple[str, ...]] = ()
    is_about_patients = False


class Payers(MasterData):
    """The payers of the practice's organization."""

    gives = PayerRecord

    def get_queryset(self) -> QuerySet[Payer]:
        """Payers belong to the organization, which all its practices share."""
        return Payer.objects.filter(organization=self.caller.practice.organization_id)


class Providers(MasterData):
    """The clinicians of the practice."""

    gives = ProviderRecord

    def source(self) -> QuerySet[Provider]:
        """All of them."""
        return Provider.objects.all()


class Locations(MasterData):
    """Where the practice sees patients."""

    gives = LocationRecord

    def source(self) -> QuerySet[Location]:
        """All of them."""
        return Location.objects.all()


urlpatterns = router(payers=Payers, providers=Providers, locations=Locations).urls
