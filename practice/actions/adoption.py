"""Master data that another system names: found again by its id there or its name, else added as it stands."""

import re
from datetime import datetime

from django.db import transaction

from practice.actions.organization import PostalAddress
from practice.models import Location, Organization, Payer, Practice, Provider, User
from rcm import audit

_NOT_ALPHANUMERIC = re.compile(r"[^A-Z0-9]")
# SBR09 by a word of the payer's name; commercial insurance otherwise.
FILING_INDICATORS = (
    ("medicare", "MB"),
    ("medicaid", "MC"),
    ("tricare", "CH"),
    ("champus", "CH"),
    ("veteran", "VA"),
    ("blue cross", "BL"),
    ("blue shield", "BL"),
    ("workers", "WC"),
)
COMMERCIAL = "CI"
NAMES = ("first_name", "last_name", "credential", "taxonomy_code")


def adopt_provider(
    *,
    practice: Practice,
    external_id: str,
    first_name: str,
    last_name: str,
    npi: str,
    by: User | None,
    now: datetime,
    credential: str = "",
    taxonomy_code: str = "",
) -> tuple[Provider, bool]:
    """The provider under this id, else NPI, else name, brought in line with what is said; True when written.

    The NPI is taken as it is told, proven or not: a claim under a wrong one is held (edit N01). A provider
    found by NPI or name is left as it is.
    """
    said = dict(zip(NAMES, (first_name, last_name, credential, taxonomy_code), strict=True))
    with transaction.atomic():
        known = _known_provider(practice, external_id, npi, first_name, last_name)
        if known is None:
            provider = Provider.objects.create(practice=practice, external_id=external_id, npi=npi, **said)
            audit.record("adopted", provider, now=now, by=by)
            return provider, True
        changed = [name for name, value in said.items() if value and getattr(known, name) != value]
        if not changed or not external_id or known.external_id != external_id:
            return known, False
        for name in changed:
            setattr(known, name, said[name])
        known.save(update_fields=changed)
        audit.record("corrected", known, now=now, by=by, data={"fields": changed})
    return known, True


def adopt_location(
    *, practice: Practice, name: str, address: PostalAddress, by: User | None, now: datetime
) -> tuple[Location, bool]:
    """The practice's location of this name; True when it was added."""
    with transaction.atomic():
        known = Location.objects.filter(practice=practice, name__iexact=name).order_by("pk").first()
        if known is not None:
            return known, False
        location = Location.objects.create(
            practice=practice,
            name=name,
            street=address.street,
            street_2=address.street_2,
            city=address.city,
            state=address.state,
            postal_code=address.postal_code,
        )
        audit.record("adopted", location, now=now, by=by)
    return location, True


def adopt_payer(
    *, organization: Organization, name: str, by: User | None, now: datetime
) -> tuple[Payer, bool]:
    """The organization's payer of this name; True when it was added, under a number made of its name.

    Nobody can be billed under such a number until a clearinghouse knows it: see identify_payer.
    """
    with transaction.atomic():
        known = Payer.objects.filter(organization=organization, name__iexact=name).order_by("pk").first()
        if known is not None:
            return known, False
        payer = Payer.objects.create(
            organization=organization,
            name=name,
            payer_number=_free_number(organization, name),
            filing_indicator_code=_filing_indicator(name),
        )
        audit.record("adopted", payer, now=now, by=by)
    return payer, True


def _known_provider(
    practice: Practice, external_id: str, npi: str, first_name: str, last_name: str
) -> Provider | None:
    ours = Provider.objects.filter(practice=practice).order_by("pk")
    known = ours.filter(external_id=external_id).first() if external_id else None
    if known is None and npi:
        known = ours.filter(npi=npi).first()
    if known is None and not (external_id or npi):
        known = ours.filter(first_name__iexact=first_name, last_name__iexact=last_name).first()
    return known


def _free_number(organization: Organization, name: str) -> str:
    stem = _NOT_ALPHANUMERIC.sub("", name.upper()) or "PAYER"
    taken = set(Payer.objects.filter(organization=organization).values_list("payer_number", flat=True))
    if stem[:20] not in taken:
        return stem[:20]
    return next(
        number for count in range(2, len(taken) + 3) if (number := f"{stem[:15]}{count}") not in taken
    )


def _filing_indicator(name: str) -> str:
    plain = name.casefold()
    return next((code for word, code in FILING_INDICATORS if word in plain), COMMERCIAL)
