"""Clinicians, and which payers accepted them."""

from datetime import date, datetime

from django.db import transaction

from practice.actions.organization import require_npi
from practice.models import Credential, Payer, Practice, Provider, User
from rcm import audit


class ProviderKnown(Exception):
    """The practice has a provider with this NPI already."""


def register_provider(
    *,
    practice: Practice,
    first_name: str,
    last_name: str,
    npi: str,
    taxonomy_code: str,
    by: User | None,
    now: datetime,
    credential: str = "",
) -> Provider:
    """A clinician who renders, refers or supervises in the practice.

    Raises IdentifierNotValid for an NPI that fails its check digit and ProviderKnown for one on file.
    """
    require_npi(npi)
    with transaction.atomic():
        provider, made = Provider.objects.get_or_create(
            practice=practice,
            npi=npi,
            defaults={
                "first_name": first_name,
                "last_name": last_name,
                "credential": credential,
                "taxonomy_code": taxonomy_code,
            },
        )
        if not made:
            raise ProviderKnown
        audit.record("registered", provider, now=now, by=by)
    return provider


def change_provider(
    *,
    provider: Provider,
    first_name: str,
    last_name: str,
    npi: str,
    taxonomy_code: str,
    credential: str,
    ended_on: date | None,
    by: User,
    now: datetime,
) -> Provider:
    """A clinician's record as it should read; `ended_on` is their last day here.

    Raises IdentifierNotValid and ProviderKnown.
    """
    require_npi(npi)
    fields = {
        "first_name": first_name,
        "last_name": last_name,
        "npi": npi,
        "taxonomy_code": taxonomy_code,
        "credential": credential,
        "ended_on": ended_on,
    }
    changed = [name for name, value in fields.items() if getattr(provider, name) != value]
    with transaction.atomic():
        same = Provider.objects.filter(practice_id=provider.practice_id, npi=npi).exclude(pk=provider.pk)
        if same.exists():
            raise ProviderKnown
        for name in changed:
            setattr(provider, name, fields[name])
        provider.save(update_fields=changed)
        if changed:
            audit.record("changed", provider, now=now, by=by, data={"fields": changed})
    return provider


def credential_provider(
    *,
    provider: Provider,
    payer: Payer,
    effective_on: date,
    by: User | None,
    now: datetime,
    ended_on: date | None = None,
) -> Credential:
    """Write down a payer's acceptance of a provider; the same first day again corrects its end."""
    with transaction.atomic():
        credential, made = Credential.objects.update_or_create(
            practice_id=provider.practice_id,
            provider=provider,
            payer=payer,
            effective_on=effective_on,
            defaults={"ended_on": ended_on},
        )
        audit.record("credentialed" if made else "corrected", credential, now=now, by=by)
    return credential
