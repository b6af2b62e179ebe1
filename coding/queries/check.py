"""The bench weighed against code sets, prices and the patient: everything the coder sees while typing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from coding.models import Code, CodeSystem, Encounter
from coding.queries.codes import valid_codes
from coding.queries.encounters import seen_before
from coding.rules.advice import Consent, Finding, KnownCode, Part, PricedLine, Severity, Visit, findings_on
from coding.rules.bench import Bench, BenchLine, as_coded
from coding.rules.lines import MOST_UNITS, CodedLine, dotted
from patients.models import Authorization, Coverage
from practice.models import Contract, Fee
from practice.queries import fees_for
from rcm.money import ZERO, money


@dataclass(frozen=True, slots=True)
class CheckedDiagnosis:
    """One diagnosis of the bench with words and findings. `place` counts from 1; `row` None: not valid."""

    place: int
    code: str
    row: Code | None
    findings: list[Finding]

    @property
    def shown(self) -> str:
        """The code with its dot."""
        return dotted(self.code)


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """One line of the bench as it would be billed. `charge` is for all units, None without a fee."""

    place: int
    line: BenchLine
    coded: CodedLine
    words: str
    charge: Decimal | None
    fee: Fee | None
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Checked:
    """The whole bench as checked."""

    diagnoses: list[CheckedDiagnosis]
    lines: list[CheckedLine]
    findings: list[Finding]

    @property
    def of_visit(self) -> list[Finding]:
        """Findings that stand beside no diagnosis or line."""
        return [each for each in self.findings if each.part == Part.VISIT]

    @property
    def errors(self) -> list[Finding]:
        """What stops signing."""
        return [each for each in self.findings if each.severity == Severity.ERROR]

    @property
    def warnings(self) -> list[Finding]:
        """What asks for a reason."""
        return [each for each in self.findings if each.severity == Severity.WARNING]

    @property
    def total(self) -> Decimal:
        """What the lines as far as priced come to."""
        return sum((line.charge for line in self.lines if line.charge), ZERO)


def check(*, encounter: Encounter, bench: Bench, today: date) -> Checked:
    """What would become of the bench if it were signed now, in a fixed number of queries. Empty lines are
    passed over, keeping their place."""
    day = encounter.service_date
    coded = [(place, line, as_coded(line)) for place, line in enumerate(bench.lines, start=1)]
    filled = [(place, line, each) for place, line, each in coded if not line.is_empty]
    codes = valid_codes(system=CodeSystem.ICD10CM, codes=bench.diagnoses, day=day)
    wanted = [(each.procedure_code, tuple(each.modifiers)) for _, _, each in filled]
    listed = valid_codes(system=CodeSystem.PROCEDURE, codes=[code for code, _ in wanted], day=day)
    fees = fees_for(practice=encounter.practice, wanted=wanted, day=day)
    priced = [_priced(each, listed, fees) for _, _, each in filled]
    found = findings_on(_visit(encounter, bench, codes, priced, today))
    places = [place for place, _, _ in filled]
    lines = [
        CheckedLine(
            place=place,
            line=line,
            coded=each,
            words=price.words,
            charge=price.charge,
            fee=fees.get((each.procedure_code, tuple(each.modifiers))),
            findings=[one for one in found if one.part == Part.LINE and places[one.place - 1] == place],
        )
        for (place, line, each), price in zip(filled, priced, strict=True)
    ]
    empty = [
        CheckedLine(place, line, each, "", None, None, []) for place, line, each in coded if line.is_empty
    ]
    return Checked(
        diagnoses=[
            CheckedDiagnosis(
                place,
                code,
                codes.get(code),
                [one for one in found if one.part == Part.DIAGNOSIS and one.place == place],
            )
            for place, code in enumerate(bench.diagnoses, start=1)
        ],
        lines=sorted([*lines, *empty], key=lambda line: line.place),
        findings=found,
    )


def coverage_on(encounter: Encounter) -> Coverage | None:
    """The patient's first policy in force on the day of service; None without one."""
    day = encounter.service_date
    in_force = Coverage.objects.filter(Q(ended_on=None) | Q(ended_on__gte=day), effective_on__lte=day)
    # P, S, T happen to be in order.
    return in_force.filter(patient=encounter.patient).select_related("payer").order_by("rank").first()


def authorizations_for(encounter: Encounter) -> list[Authorization]:
    """The payer's consents on file for the patient, those of the day of service first."""
    on_file = Authorization.objects.filter(coverage__patient=encounter.patient)
    shown = list(on_file.select_related("coverage__payer").order_by("-effective_on", "number"))
    day = encounter.service_date
    return sorted(shown, key=lambda each: not each.effective_on <= day <= each.ended_on)


def _priced(
    line: CodedLine, listed: Mapping[str, Code], fees: Mapping[tuple[str, tuple[str, ...]], Fee]
) -> PricedLine:
    fee = fees.get((line.procedure_code, tuple(line.modifiers)))
    known = listed.get(line.procedure_code)
    priced = fee is not None and 0 < line.units <= MOST_UNITS
    return PricedLine(
        coded=line,
        charge=money(round(fee.amount * line.units, 2)) if priced and fee else None,
        words=line.description or (known.description if known else ""),
        listed=known is not None,
    )


def _visit(
    encounter: Encounter, bench: Bench, codes: Mapping[str, Code], lines: list[PricedLine], today: date
) -> Visit:
    told = bench.circumstances
    patient = encounter.patient
    return Visit(
        service_date=encounter.service_date,
        today=today,
        birth_date=patient.birth_date,
        sex=patient.sex,
        diagnoses=bench.diagnoses,
        known={
            code: KnownCode(description=row.description, billable=row.billable) for code, row in codes.items()
        },
        lines=tuple(lines),
        place_of_service_code=told.get("place_of_service_code", ""),
        related_cause=told.get("related_cause", ""),
        accident_date=_day(told.get("accident_date", "")),
        accident_state=told.get("accident_state", ""),
        admission_date=_day(told.get("admission_date", "")),
        seen_before=seen_before(patient=patient, day=encounter.service_date),
        consent=_consent(encounter, told.get("authorization", "")),
        consent_needed=_consent_needed(encounter),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _consent(encounter: Encounter, chosen: str) -> Consent | None:
    found = next((each for each in authorizations_for(encounter) if str(each.public_id) == chosen), None)
    if found is None:
        return None
    return Consent(
        procedure_codes=frozenset(found.procedure_codes),
        effective_on=found.effective_on,
        ended_on=found.ended_on,
    )


def _consent_needed(encounter: Encounter) -> frozenset[str]:
    """By the contract with the first payer, as far as its list is of plain codes."""
    coverage = coverage_on(encounter)
    if coverage is None:
        return frozenset()
    day = encounter.service_date
    contracts = Contract.objects.filter(practice=encounter.practice_id, payer=coverage.payer)
    contract = next((each for each in contracts.order_by("-effective_on") if each.is_in_force(day)), None)
    return frozenset(contract.authorization_required if contract else ())
