"""What of coding is on the rail, and what the search finds."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.urls import reverse
from django.utils import timezone

from coding.models import CodeSystem, Encounter
from coding.queries import search_codes, valid_codes
from coding.queries.encounters import visits_without_note
from coding.states import EncounterStatus
from practice.models import Role
from rcm import clock
from rcm.ui.codebook import codebook
from rcm.ui.navigation import Hit, area, finder

READERS = (Role.CODER, Role.BILLER, Role.MANAGER, Role.AUDITOR)
_MOST = 6


def _to_code(practices: Sequence[int]) -> int:
    return Encounter.objects.of(practices).filter(status=EncounterStatus.OPEN).count()


def _unwritten(practices: Sequence[int]) -> int:
    return visits_without_note(practices=practices).count()


def _codes(_practices: Sequence[int], words: str) -> list[Hit]:
    """Codes of both sets by number or words, as of today."""
    day = clock.today(timezone.get_current_timezone_name())
    found = [
        row for system in CodeSystem for row in search_codes(system=system, words=words, day=day, limit=_MOST)
    ]
    return [
        Hit(
            row.shown,
            row.description,
            reverse("coding:code", args=[row.system, row.code]),
        )
        for row in found
    ]


def _procedures(codes: Collection[str], day: date) -> Mapping[str, str]:
    known = valid_codes(system=CodeSystem.PROCEDURE, codes=codes, day=day)
    return {code: row.description for code, row in known.items()}


area(
    "To code",
    "coding:queue",
    roles=READERS,
    group="Coding",
    icon="pen",
    count=_to_code,
    first_for=(Role.CODER,),
)
area("Without a note", "coding:unwritten", roles=READERS, group="Coding", icon="file", count=_unwritten)
area("Coded visits", "coding:done", roles=READERS, group="Coding", icon="check")
area(
    "Code lookup",
    "coding:codes",
    roles=(*READERS, Role.FRONT_DESK),
    group="Coding",
    icon="book",
    about="Diagnosis and procedure codes by their words, on any day of service.",
)
finder("Codes", roles=(*READERS, Role.FRONT_DESK), find=_codes)
codebook("procedure", _procedures)
