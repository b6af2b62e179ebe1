"""Visits from the note to the codes, and the prices that follow from them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import ProtectedError

from coding.models import Code, CodeSystem, Diagnosis, Draft, Encounter, RelatedCause, ServiceLine
from coding.queries import expected_charge, valid_codes
from coding.rules.bench import bench_of
from coding.rules.lines import CodedLine, Problem, ProblemKind, bare, problems
from coding.states import EncounterStatus
from patients.actions.visit import complete_visit
from patients.models import Appointment, Authorization, Patient
from practice.models import Location, Provider, User
from practice.queries import charge_for
from rcm import audit
from rcm.money import money
from rcm.outbox import publish
from rcm.state import move

__all__ = [
    "AlreadyBilled",
    "CodedLine",
    "CodingNotAccepted",
    "NotOpen",
    "OfAnotherPatient",
    "VisitInFuture",
    "code_encounter",
    "correct_encounter",
    "open_encounter",
    "reopen_encounter",
    "void_encounter",
]

MOST_WORDS = 80


class CodingNotAccepted(Exception):
    """The codes cannot stand. `problems` say why, worded for the coder; `kinds` names them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(problem.kind for problem in problems))
        self.problems = list(problems)

    @property
    def kinds(self) -> list[ProblemKind]:
        """What kind each problem is, in the same order."""
        return [problem.kind for problem in self.problems]


class AlreadyBilled(Exception):
    """Charges are booked or a claim made from these lines: correct the claim instead."""


class OfAnotherPatient(Exception):
    """The appointment, authorization, provider or location does not belong to this patient or practice."""


class NotOpen(Exception):
    """The visit is coded or voided: its facts stand."""


class VisitInFuture(Exception):
    """The day of service has not come yet (edit L04)."""


def open_encounter(
    *,
    patient: Patient,
    rendering_provider: Provider,
    location: Location,
    service_date: date,
    by: User | None,
    now: datetime,
    today: date,
    appointment: Appointment | None = None,
    referring_provider: Provider | None = None,
    authorization: Authorization | None = None,
    place_of_service_code: str = "",
    note: str = "",
    related_cause: RelatedCause = RelatedCause.NONE,
    accident_date: date | None = None,
    accident_state: str = "",
    admission_date: date | None = None,
    external_id: str = "",
) -> Encounter:
    """A visit that took place and waits for its codes; place of service is the location's unless given.

    The appointment it came from is completed; asked for again, the encounter it has is returned. `today` is
    the practice's day. Raises VisitInFuture, OfAnotherPatient, and rcm.state.IllegalMove for an appointment
    that nobody arrived for.
    """
    if service_date > today:
        raise VisitInFuture
    _require_belonging(patient, rendering_provider, location, appointment, authorization)
    with transaction.atomic():
        if appointment is not None:
            Appointment.objects.select_for_update().get(pk=appointment.pk)
            if (known := Encounter.objects.filter(appointment=appointment).first()) is not None:
                return known
            complete_visit(appointment=appointment, by=by, now=now)
        encounter = Encounter.objects.create(
            practice_id=patient.practice_id,
            patient=patient,
            appointment=appointment,
            rendering_provider=rendering_provider,
            referring_provider=referring_provider,
            location=location,
            authorization=authorization,
            external_id=external_id,
            service_date=service_date,
            place_of_service_code=place_of_service_code or location.place_of_service_code,
            related_cause=related_cause,
            accident_date=accident_date,
            accident_state=accident_state,
            admission_date=admission_date,
            note=note,
            expected_charge=expected_charge(
                practice_id=patient.practice_id, reason=appointment.reason if appointment else ""
            ),
        )
        audit.record("opened", encounter, now=now, by=by)
    return encounter


def code_encounter(
    *,
    encounter: Encounter,
    diagnoses: Sequence[str],
    lines: Sequence[CodedLine],
    by: User | None,
    now: datetime,
    why: str = "",
) -> Encounter:
    """Give a visit its diagnoses (the principal first) and its lines, priced for the day of service.

    Charges come from the practice's own fee schedule; the line's charge is the price times its units. The
    news goes out as coding.encounter_coded; a draft has done its duty and goes. `why` is a person's reason
    for signing in spite of a warning. Raises CodingNotAccepted with every problem found, and
    rcm.state.IllegalMove unless the visit is open.
    """
    codes = [bare(code) for code in diagnoses]
    entered = [_tidy(line) for line in lines]
    found = problems(diagnoses=codes, lines=entered)
    malformed = {problem.place for problem in found if problem.kind == ProblemKind.DIAGNOSIS_MALFORMED}
    found += [
        problem for problem in _code_problems(codes, encounter.service_date) if problem.place not in malformed
    ]
    charges = [_charge(encounter, line) for line in entered]
    found += [
        Problem(ProblemKind.NO_FEE, place, f"{line.procedure_code} has no fee on that day.")
        for place, (line, charge) in enumerate(zip(entered, charges, strict=True), start=1)
        if charge is None
    ]
    if found:
        raise CodingNotAccepted(found)
    with transaction.atomic():
        move(encounter, EncounterStatus.CODED, now=now, by=by, why=why)
        Draft.objects.filter(encounter=encounter).delete()
        encounter.coded_at, encounter.coded_by = now, by
        encounter.save(update_fields=["coded_at", "coded_by"])
        _write(encounter, codes, entered, [charge for charge in charges if charge is not None])
        publish(
            "coding.encounter_coded",
            key=f"{encounter.pk}:{now.isoformat()}",
            practice_id=encounter.practice_id,
            now=now,
            encounter_id=encounter.pk,
        )
    return encounter


def correct_encounter(
    *,
    encounter: Encounter,
    changes: Mapping[str, str | date | Provider | Location | Appointment | Authorization | None],
    by: User | None,
    now: datetime,
) -> list[str]:
    """Set the named fields of an open visit; returns the names of those that changed.

    Nothing changed writes nothing. Raises NotOpen for a visit that is coded or voided.
    """
    changed = sorted(name for name, value in changes.items() if getattr(encounter, name) != value)
    if changed:
        with transaction.atomic():
            current = Encounter.objects.select_for_update().get(pk=encounter.pk)
            if current.status != EncounterStatus.OPEN:
                raise NotOpen
            for name in changed:
                setattr(encounter, name, changes[name])
            encounter.save(update_fields=changed)
            audit.record("corrected", encounter, now=now, by=by, data={"fields": changed})
    return changed


def reopen_encounter(*, encounter: Encounter, by: User, now: datetime, why: str) -> None:
    """Take the codes back, as long as nobody has billed them; they stay on the bench as a draft.

    Raises AlreadyBilled once charges are booked or a claim is made, and rcm.state.IllegalMove unless coded.
    """
    with transaction.atomic():
        bench = bench_of(
            tuple(encounter.diagnoses.values_list("code", flat=True)),
            tuple(_as_entered(line) for line in encounter.service_lines.all()),
        )
        try:
            ServiceLine.objects.filter(encounter=encounter).delete()
        except ProtectedError:
            raise AlreadyBilled from None
        Diagnosis.objects.filter(encounter=encounter).delete()
        move(encounter, EncounterStatus.OPEN, now=now, by=by, why=why)
        encounter.coded_at = encounter.coded_by = None
        encounter.save(update_fields=["coded_at", "coded_by"])
        Draft.objects.create(
            practice_id=encounter.practice_id,
            encounter=encounter,
            content={name: value for name, value in bench.as_data().items() if name != "circumstances"},
            saved_by=by,
            saved_at=now,
        )


def void_encounter(*, encounter: Encounter, by: User, now: datetime, why: str) -> None:
    """A visit that should not be there. Raises rcm.state.IllegalMove unless it is open."""
    with transaction.atomic():
        move(encounter, EncounterStatus.VOIDED, now=now, by=by, why=why)


def _as_entered(line: ServiceLine) -> CodedLine:
    return CodedLine(
        procedure_code=line.procedure_code,
        pointers=line.pointers,
        modifiers=line.modifiers,
        units=line.units,
        description=line.description,
    )


def _require_belonging(
    patient: Patient,
    provider: Provider,
    location: Location,
    appointment: Appointment | None,
    authorization: Authorization | None,
) -> None:
    if {provider.practice_id, location.practice_id} != {patient.practice_id}:
        raise OfAnotherPatient
    if appointment is not None and appointment.patient_id != patient.pk:
        raise OfAnotherPatient
    if authorization is not None and authorization.coverage.patient_id != patient.pk:
        raise OfAnotherPatient


def _tidy(line: CodedLine) -> CodedLine:
    """The line as it is stored: capitals, units as a decimal."""
    return CodedLine(
        procedure_code=bare(line.procedure_code),
        pointers=tuple(line.pointers),
        modifiers=tuple(modifier.strip().upper() for modifier in line.modifiers),
        units=Decimal(line.units),
        description=line.description.strip()[:MOST_WORDS],
    )


def _code_problems(codes: list[str], day: date) -> list[Problem]:
    """Diagnoses that are not valid on the day, or not complete (edit D02)."""
    valid = valid_codes(system=CodeSystem.ICD10CM, codes=codes, day=day)
    found: list[Problem] = []
    for place, code in enumerate(codes, start=1):
        row = valid.get(code)
        if row is None:
            words = f"{code} is not a valid diagnosis on {day:%m/%d/%Y}."
            found.append(Problem(ProblemKind.DIAGNOSIS_NOT_VALID, place, words))
        elif not row.billable:
            words = f"{code} is a heading; a more specific code is needed."
            found.append(Problem(ProblemKind.DIAGNOSIS_INCOMPLETE, place, words))
    return found


def _charge(encounter: Encounter, line: CodedLine) -> Decimal | None:
    if not line.units.is_finite():
        return money("0")
    price = charge_for(
        practice=encounter.practice,
        procedure_code=line.procedure_code,
        modifiers=list(line.modifiers),
        day=encounter.service_date,
    )
    return None if price is None else money(price * line.units)


def _write(encounter: Encounter, codes: list[str], lines: list[CodedLine], charges: list[Decimal]) -> None:
    words = valid_codes(
        system=CodeSystem.PROCEDURE,
        codes=[line.procedure_code for line in lines],
        day=encounter.service_date,
    )
    Diagnosis.objects.bulk_create(
        Diagnosis(practice_id=encounter.practice_id, encounter=encounter, position=position, code=code)
        for position, code in enumerate(codes, start=1)
    )
    ServiceLine.objects.bulk_create(
        ServiceLine(
            practice_id=encounter.practice_id,
            encounter=encounter,
            position=position,
            procedure_code=line.procedure_code,
            modifiers=list(line.modifiers),
            units=line.units,
            charge=charge,
            pointers=list(line.pointers),
            service_date=encounter.service_date,
            description=line.description or _plain_words(words.get(line.procedure_code)),
        )
        for position, (line, charge) in enumerate(zip(lines, charges, strict=True), start=1)
    )


def _plain_words(code: Code | None) -> str:
    return code.description[:MOST_WORDS] if code else ""
