"""What stands beside a claim on its page and in a preview: findings explained, lines in words, next step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from claims.models import Claim, Finding, StatusEvent
from claims.queries import OUTSIDE
from claims.rules.next_step import Phase, Standing, Step, next_step
from claims.rules.remedies import Place, Remedy, remedy_for
from claims.states import REPLACED, WITH_PAYER, ClaimStatus
from claims.views.columns import findings_of, status_of, words_of
from coding.models import Code, CodeSystem
from coding.queries import valid_codes
from rcm.ui.cells import Coded

PHASES: dict[str, Phase] = {
    ClaimStatus.READY: Phase.READY,
    ClaimStatus.QUEUED: Phase.QUEUED,
    ClaimStatus.UNKNOWN: Phase.UNKNOWN,
    **dict.fromkeys(WITH_PAYER, Phase.WITH_PAYER),
    ClaimStatus.CROSSED_OVER: Phase.CROSSED_OVER,
    ClaimStatus.PAID: Phase.PAID,
    ClaimStatus.PARTIALLY_PAID: Phase.PARTLY_PAID,
    ClaimStatus.DENIED: Phase.DENIED,
    ClaimStatus.CLOSED: Phase.CLOSED,
    **dict.fromkeys(REPLACED, Phase.REPLACED),
}
"""Where a claim of each status stands; the others are in our hands."""


_FOUND_ON_FILE = ("A01", "A02")
"""Edits that an authorization in the coverage satisfies as well as a number on the claim."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A finding with what stands behind it. `code`: the edit's id, or the code of whoever turned it down."""

    finding: Finding
    code: str
    remedy: Remedy


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A service line with its codes in words; `pointers` are letters as on the paper form, with the code."""

    number: str
    procedure: Coded
    modifiers: Sequence[str]
    pointers: Sequence[str]
    units: Decimal
    charge: Decimal
    service_date: date


@dataclass(frozen=True, slots=True)
class ShownDiagnosis:
    """A diagnosis of the claim under its letter."""

    letter: str
    coded: Coded


def explained(findings: Sequence[Finding], said: Sequence[StatusEvent]) -> list[Explained]:
    """The findings, those from outside with the code of the latest document of their kind."""
    latest = {event.kind: words_of(event).code for event in said}
    return [
        Explained(
            found,
            f"{found.edit} {latest.get(found.edit, '')}".strip() if found.edit in OUTSIDE else found.edit,
            remedy_for(found.edit, found.field),
        )
        for found in findings
    ]


def reasons_of(claim: Claim) -> list[Explained]:
    """What holds the claim now, explained."""
    findings = list(claim.findings.filter(cleared_at=None).order_by("pk"))
    return explained(findings, list(claim.status_events.order_by("happened_at", "pk"))) if findings else []


def lines_and_diagnoses(claim: Claim) -> tuple[list[ShownLine], list[ShownDiagnosis]]:
    """The claim's lines and diagnoses with the words of the day of service, in three queries."""
    lines = list(claim.lines.select_related("coded_line").order_by("position"))
    day = claim.encounter.service_date
    diagnoses = valid_codes(system=CodeSystem.ICD10CM, codes=claim.diagnosis_codes, day=day)
    codes = [line.procedure_code for line in lines]
    procedures = valid_codes(system=CodeSystem.PROCEDURE, codes=codes, day=day)
    shown = [
        ShownLine(
            number=line.control_number,
            procedure=Coded(
                line.procedure_code, _words(procedures, line.procedure_code) or line.coded_line.description
            ),
            modifiers=line.modifiers,
            pointers=[_pointed(claim, pointer) for pointer in line.pointers],
            units=line.units.normalize() if line.units % 1 else line.units.quantize(Decimal(1)),
            charge=line.charge,
            service_date=line.service_date,
        )
        for line in lines
    ]
    named = [
        ShownDiagnosis(_letter(place), Coded(dotted(code), _words(diagnoses, code)))
        for place, code in enumerate(claim.diagnosis_codes, 1)
    ]
    return shown, named


def dotted(code: str) -> str:
    """An ICD-10-CM code as people write it: `R00.2`."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


def step_for(claim: Claim, *, findings: Sequence[Finding], said: Sequence[StatusEvent], silent: bool) -> Step:
    """What to do with the claim next."""
    return next_step(
        Standing(
            phase=PHASES.get(claim.status, Phase.OURS),
            is_silent=silent,
            alarm=any(event.alarm for event in said),
            was_turned_down=any(found.edit in OUTSIDE for found in findings),
            is_mended_here=bool(findings) and all(_is_mended_here(found) for found in findings),
            is_void=claim.frequency == "8",
            takes_replacements=claim.coverage.payer.takes_replacements,
            has_payer_number=bool(claim.payer_control_number),
        )
    )


def beside(claim: Claim) -> dict[str, object]:
    """What the preview of a queue shows of its row; needs `with_reasons`."""
    said: list[StatusEvent] = getattr(claim, "said", [])
    lines, diagnoses = lines_and_diagnoses(claim)
    return {
        "status": status_of(claim),
        "reasons": explained(findings_of(claim), said),
        "lines": lines,
        "diagnoses": diagnoses,
        "latest": said[-1] if said else None,
        "latest_code": words_of(said[-1]) if said else None,
    }


def _is_mended_here(found: Finding) -> bool:
    remedy = remedy_for(found.edit, found.field)
    return remedy.is_ours and remedy.place == Place.CLAIM and found.edit not in _FOUND_ON_FILE


def _words(codes: dict[str, Code], code: str) -> str:
    return codes[code].description if code in codes else ""


def _letter(place: int) -> str:
    return chr(ord("A") + place - 1)


def _pointed(claim: Claim, pointer: int) -> str:
    known = 1 <= pointer <= len(claim.diagnosis_codes)
    return f"{_letter(pointer)} {dotted(claim.diagnosis_codes[pointer - 1])}" if known else _letter(pointer)
