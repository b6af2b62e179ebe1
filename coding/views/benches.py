"""What stands on the workbench page, from the encounter, its draft, or what was just typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from coding.forms import QuestionForm, Sheet
from coding.models import Code, CodeSystem, Draft, Encounter
from coding.queries import (
    Checked,
    CheckedDiagnosis,
    CheckedLine,
    check,
    coverage_on,
    read_encounter,
    search_codes,
    usual_diagnoses,
    valid_codes,
)
from coding.rules.bench import CIRCUMSTANCES, LETTERS, Bench, bench_from, with_line
from coding.rules.lines import dotted
from coding.rules.lists import modifiers
from practice.access import StaffRequest
from practice.models import Role
from rcm import clock
from rcm.ui.presence import arrive

_USUAL_SECONDS = 600
MOST_HITS = 12


@dataclass(frozen=True, slots=True)
class DiagnosisRow:
    """A diagnosis as the page shows it."""

    letter: str
    form: Form
    checked: CheckedDiagnosis


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line as the page shows it; `letters` are the diagnoses with whether it points at each."""

    form: Form
    checked: CheckedLine
    modifiers: list[tuple[str, str]]
    letters: list[tuple[str, bool, str]]


def found(request: StaffRequest, public_id: object, **only: Any) -> Encounter:
    """The encounter, in a practice where this person may do what they ask; 404 otherwise."""
    shown = Encounter.objects.of([practice.pk for practice in request.practices]).filter(**only)
    shown = shown.select_related(
        "practice",
        "patient",
        "rendering_provider",
        "referring_provider",
        "location",
        "appointment",
        "authorization",
        "coded_by",
        "draft__saved_by",
    )
    return get_object_or_404(shown, public_id=public_id)


def today_in(encounter: Encounter) -> Any:
    """The practice's own day."""
    return clock.today(encounter.practice.time_zone)


def may_code(request: StaffRequest, encounter: Encounter) -> bool:
    """Whether this person is a coder where the visit was."""
    return encounter.practice in request.standing.with_role(Role.CODER)


def starting_bench(encounter: Encounter) -> Bench:
    """What the page shows first: the draft if there is one, else an empty line to begin with."""
    draft = draft_of(encounter)
    bench = bench_from(draft.content) if draft else Bench()
    told = {name: _typed(getattr(encounter, name)) for name in CIRCUMSTANCES}
    bench = Bench(diagnoses=bench.diagnoses, lines=bench.lines, circumstances={**told, **bench.circumstances})
    return bench if bench.lines else with_line(bench)


def draft_of(encounter: Encounter) -> Draft | None:
    """The draft as read with the encounter."""
    return getattr(encounter, "draft", None)


def usual(encounter: Encounter) -> Sequence[str]:
    """What this practice codes most; counted anew every ten minutes."""
    key = f"coding:usual:{encounter.practice_id}"
    counted: list[str] | None = cache.get(key)
    if counted is None:
        counted = usual_diagnoses(practices=[encounter.practice_id])
        cache.set(key, counted, _USUAL_SECONDS)
    return counted


def hits_for(encounter: Encounter, words: str) -> list[Code]:
    """Diagnoses for what was typed, valid on the day of service; headings stand among them, to be opened."""
    return search_codes(
        system=CodeSystem.ICD10CM,
        words=words[:80],
        day=encounter.service_date,
        limit=MOST_HITS,
        usual=usual(encounter),
    )


def bench_page(
    request: StaffRequest,
    encounter: Encounter,
    sheet: Sheet,
    *,
    template: str = "coding/workbench.html",
    status: int = 200,
    **more: object,
) -> HttpResponse:
    """The workbench with what is on it, checked."""
    context = checked_context(encounter, sheet)
    words = str(more.pop("words", request.POST.get("q", ""))).strip()
    draft = draft_of(encounter)
    context |= {
        "note": read_encounter(encounter, sheet.bench.diagnoses),
        "words": words,
        "hits": hits_for(encounter, words) if words else [],
        "draft": draft,
        "draft_version": draft.version if draft else 0,
        "reason": request.POST.get("reason", ""),
        "questions": encounter.questions.select_related("asked_by", "answered_by"),
        "question_form": QuestionForm(),
        "coverage": coverage_on(encounter),
        "others": arrive(encounter, by=request.user, now=clock.now()),
    }
    return render(request, template, context | more, status=status)


def checked_context(encounter: Encounter, sheet: Sheet) -> dict[str, object]:
    """The rows of the bench with what the checks say of each."""
    checked = check(encounter=encounter, bench=sheet.bench, today=today_in(encounter))
    return {
        "record": encounter,
        "sheet": sheet,
        "checked": checked,
        "diagnoses": [
            DiagnosisRow(LETTERS[each.place - 1] if each.place <= len(LETTERS) else "", form, each)
            for form, each in zip(sheet.diagnoses.forms, checked.diagnoses, strict=True)
        ],
        "lines": _lines(sheet, checked),
    }


def _lines(sheet: Sheet, checked: Checked) -> list[LineRow]:
    rows = []
    for form, each in zip(sheet.lines.forms, checked.lines, strict=True):
        letters = [
            (
                LETTERS[other.place - 1],
                other.place in each.coded.pointers,
                other.row.description if other.row else other.code,
            )
            for other in checked.diagnoses[: len(LETTERS)]
        ]
        known = [(code, modifiers().get(code, "")) for code in each.coded.modifiers]
        rows.append(LineRow(form, each, known, letters))
    return rows


def _typed(value: Any) -> str:
    if value is None:
        return ""
    public_id = getattr(value, "public_id", None)
    return str(public_id or value)


def code_words(encounter: Encounter) -> dict[str, str]:
    """Descriptions of the signed diagnoses, by code."""
    return _described([each.code for each in encounter.diagnoses.all()], encounter)


def named_diagnoses(codes: Sequence[str], encounter: Encounter) -> list[tuple[str, str]]:
    """Each code with its dot and its words on the day of service, none where it is not valid then."""
    words = _described(codes, encounter)
    return [(dotted(code), words.get(code, "")) for code in codes]


def _described(codes: Sequence[str], encounter: Encounter) -> dict[str, str]:
    rows = valid_codes(system=CodeSystem.ICD10CM, codes=codes, day=encounter.service_date)
    return {code: row.description for code, row in rows.items()}
