"""Reads of code sets and of visits to code."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from coding.models import Code, CodeSystem, Encounter
from coding.rules.lines import bare
from coding.states import EncounterStatus


def codes_on(*, system: CodeSystem, day: date) -> QuerySet[Code, Code]:
    """The codes of a set that are valid on a day, headings included."""
    return Code.objects.filter(Q(ended_on=None) | Q(ended_on__gte=day), system=system, effective_on__lte=day)


def code_on(*, system: CodeSystem, code: str, day: date) -> Code | None:
    """The code as valid on a day, with or without its dot, `billable` if complete; None when invalid."""
    return codes_on(system=system, day=day).filter(code=bare(code)).first()


def valid_codes(*, system: CodeSystem, codes: Iterable[str], day: date) -> dict[str, Code]:
    """Those of the bare codes that are valid on a day, by code, in one query."""
    return {row.code: row for row in codes_on(system=system, day=day).filter(code__in=list(codes))}


def search_codes(
    *, system: CodeSystem, words: str, day: date, billable_only: bool = True, limit: int = 20
) -> list[Code]:
    """Codes valid on a day that begin with what was typed, then those whose description holds every word.

    Within each the shortest code first. Nothing typed finds nothing.
    """
    typed = words.strip()
    if not typed:
        return []
    valid = codes_on(system=system, day=day)
    if billable_only:
        valid = valid.filter(billable=True)
    found = list(valid.filter(code__startswith=bare(typed)).order_by("code")[:limit])
    if len(found) < limit:
        described = valid.exclude(pk__in=[row.pk for row in found])
        for word in typed.split():
            described = described.filter(description__icontains=word)
        found += sorted(described.order_by("code")[: limit * 5], key=lambda row: (len(row.code), row.code))
    return found[:limit]


def encounters_to_code(*, practices: Iterable[int]) -> QuerySet[Encounter, Encounter]:
    """The coder's queue: open encounters of these practices, oldest first."""
    waiting = Encounter.objects.of(practices).filter(status=EncounterStatus.OPEN)
    return waiting.select_related("patient", "rendering_provider").order_by("service_date", "pk")
