"""Opening practices and the places where they see patients."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import models, transaction

from practice.models import Location, Organization, Practice, User
from practice.rules.identifiers import is_npi, is_tax_number
from rcm import audit
from rcm.db import current_scope, practice_scope

M = TypeVar("M", bound=models.Model)


class IdentifierNotValid(Exception):
    """A number fails its own proof (NPI: Luhn; tax id: nine digits). `field` names it, never its value."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class TimeZoneUnknown(Exception):
    """The name is none of the IANA time zones."""


class ClaimPrefixTaken(Exception):
    """Another practice starts its claim control numbers with these letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddress:
    """A US postal address; `postal_code` is five or nine digits without a hyphen."""

    street: str = ""
    street_2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


def create_organization(*, name: str, by: User | None, now: datetime) -> Organization:
    """A new owner of practices. `by` is None for the system (seed, import)."""
    with transaction.atomic():
        organization = Organization.objects.create(name=name)
        audit.record("created", organization, now=now, by=by)
    return organization


def open_practice(
    *,
    organization: Organization,
    name: str,
    npi: str,
    tax_number: str,
    taxonomy_code: str,
    phone: str,
    email: str,
    address: PostalAddress,
    claim_prefix: str,
    by: User | None,
    now: datetime,
    time_zone: str = "America/Chicago",
    opened_on: date | None = None,
) -> Practice:
    """A new billing provider. Its scope is not stated for the caller: do that before working in it.

    Raises IdentifierNotValid (npi, tax_number), TimeZoneUnknown and ClaimPrefixTaken.
    """
    require_npi(npi)
    if not is_tax_number(tax_number):
        raise IdentifierNotValid("tax_number")
    _require_time_zone(time_zone)
    with transaction.atomic():
        practice, made = Practice.objects.get_or_create(
            organization=organization,
            claim_prefix=claim_prefix,
            defaults={
                "name": name,
                "npi": npi,
                "tax_number": tax_number,
                "taxonomy_code": taxonomy_code,
                "phone": phone,
                "email": email,
                "time_zone": time_zone,
                "opened_on": opened_on,
                **asdict(address),
            },
        )
        if not made:
            raise ClaimPrefixTaken
        with practice_scope([*current_scope(), practice.pk]):
            audit.record("opened", practice, now=now, by=by)
    return practice


def add_location(
    *,
    practice: Practice,
    name: str,
    address: PostalAddress,
    by: User | None,
    now: datetime,
    place_of_service_code: str = "11",
    npi: str = "",
) -> Location:
    """A place where the practice sees patients; npi only for a facility that has its own.

    Raises IdentifierNotValid for an npi that fails its check digit.
    """
    if npi:
        require_npi(npi)
    with transaction.atomic():
        location = Location.objects.create(
            practice=practice,
            name=name,
            place_of_service_code=place_of_service_code,
            npi=npi,
            **asdict(address),
        )
        audit.record("added", location, now=now, by=by)
    return location


def change_practice(
    *,
    practice: Practice,
    by: User,
    now: datetime,
    name: str,
    npi: str,
    tax_number: str,
    taxonomy_code: str,
    phone: str,
    email: str,
    address: PostalAddress,
    time_zone: str,
    statement_minimum: Decimal,
    write_off_limit: Decimal,
) -> Practice:
    """The practice's record as it should read. Claims already built keep what they were built with.

    Raises IdentifierNotValid (npi, tax_number) and TimeZoneUnknown.
    """
    require_npi(npi)
    if not is_tax_number(tax_number):
        raise IdentifierNotValid("tax_number")
    _require_time_zone(time_zone)
    return _change(
        practice,
        {
            "name": name,
            "npi": npi,
            "tax_number": tax_number,
            "taxonomy_code": taxonomy_code,
            "phone": phone,
            "email": email,
            "time_zone": time_zone,
            "statement_minimum": statement_minimum,
            "write_off_limit": write_off_limit,
            **asdict(address),
        },
        by=by,
        now=now,
    )


def change_location(
    *,
    location: Location,
    by: User,
    now: datetime,
    name: str,
    address: PostalAddress,
    place_of_service_code: str,
    npi: str,
) -> Location:
    """A location's record as it should read. Raises IdentifierNotValid."""
    if npi:
        require_npi(npi)
    fields = {"name": name, "place_of_service_code": place_of_service_code, "npi": npi, **asdict(address)}
    return _change(location, fields, by=by, now=now)


def require_npi(number: str) -> None:
    """Raise IdentifierNotValid unless the number is an NPI."""
    if not is_npi(number):
        raise IdentifierNotValid("npi")


def _change(record: M, fields: Mapping[str, object], *, by: User, now: datetime) -> M:
    """Write what is new of these fields, and that it was changed."""
    with transaction.atomic():
        changed = [name for name, value in fields.items() if getattr(record, name) != value]
        for name in changed:
            setattr(record, name, fields[name])
        record.save(update_fields=changed)
        if changed:
            audit.record("changed", record, now=now, by=by, data={"fields": changed})
    return record


def _require_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise TimeZoneUnknown from None
