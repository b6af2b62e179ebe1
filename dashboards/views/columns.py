"""Columns and filters that several lists of rows share."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse

from claims.models import Claim
from dashboards.queries.counting import payers_named, providers_named
from practice.models import Payer, Provider, Role
from rcm.ui.cells import Column, Kind
from rcm.ui.filters import Choices, Filter

READERS = (Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR)
NOBODY = "none"

Read = Callable[[Any], Any]


def day_filters(words: str) -> tuple[Filter, ...]:
    """From a day to a day, both counted."""
    return (
        Filter("since", f"{words} from", lambda day: Q(day__gte=day), kind="day"),
        Filter("until", "to", lambda day: Q(day__lte=day), kind="day"),
    )


def payer_filter(lookup: str) -> Filter:
    """One payer, or the rows that no payer was billed for."""

    def keeps(value: str) -> Q:
        if value == NOBODY:
            return Q(**{lookup: None})
        return Q(**{f"{lookup}__in": Payer.objects.filter(public_id=value).values("pk")})

    return Filter("payer", "Payer", keeps, _payers)


def provider_filter(lookup: str) -> Filter:
    """One provider."""

    def keeps(value: str) -> Q:
        return Q(**{f"{lookup}__in": Provider.objects.filter(public_id=value).values("pk")})

    return Filter("provider", "Provider", keeps, _providers)


def claim_column(number: Read) -> Column[Any]:
    """A claim by its number."""
    return Column("claim", "Claim", number, sort=())


def patient_column(patient: Read, path: str) -> Column[Any]:
    """Whose visit it was."""
    return Column(
        "patient",
        "Patient",
        lambda row: str(patient(row)),
        sort=(f"{path}__last_name", f"{path}__first_name"),
    )


def payer_column(payer: Read, path: str) -> Column[Any]:
    """Which payer it is about."""
    return Column("payer", "Payer", payer, sort=(f"{path}__name",), wide=True)


def provider_column(provider: Read, path: str) -> Column[Any]:
    """Whose work it was."""
    return Column(
        "provider", "Provider", lambda row: str(provider(row)), sort=(f"{path}__last_name",), wide=True
    )


def lag_column(label: str) -> Column[Any]:
    """How many days it took."""
    return Column("lag", label, lambda row: row.lag, Kind.NUMBER, ("lag",))


def claim_url(row: Claim) -> str:
    """The page of a claim."""
    return reverse("claims:claim", args=[row.public_id])


def first_page(*candidates: tuple[str, object]) -> str:
    """The page of the first of these records that is there; the overview when none is."""
    there = ((name, public_id) for name, public_id in candidates if public_id)
    found = next(there, None)
    return reverse(found[0], args=[found[1]]) if found else reverse("dashboards:overview")


def _payers(practices: Sequence[int]) -> Choices:
    named = [(str(payer.public_id), payer.name) for payer in payers_named(_tuple(practices))]
    return [*named, (NOBODY, "No insurance")]


def _providers(practices: Sequence[int]) -> Choices:
    return [(str(each.public_id), str(each)) for each in providers_named(_tuple(practices))]


def _tuple(practices: Collection[int]) -> tuple[int, ...]:
    return tuple(practices)
