"""Taking over patients, coverages and visits from FHIR R4 bundles; the same bundle again changes nothing."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import DataError, IntegrityError, transaction

from coding.actions.encounter import VisitInFuture, correct_encounter, open_encounter
from coding.actions.fhir_file import FileRefused, read_json
from coding.models import Encounter
from coding.rules.fhir import (
    Chart,
    CoverageFacts,
    NotABundle,
    PatientFacts,
    PersonFacts,
    PlaceFacts,
    ProviderFacts,
    VisitFacts,
    VisitKind,
    read_chart,
)
from coding.states import EncounterStatus
from patients.actions.intake import (
    AlreadyBooked,
    BornInFuture,
    CoverageOverlaps,
    DeathBeforeBirth,
    Demographics,
    LooksLikeKnownPatient,
    MemberNumberNotValid,
    Subscriber,
    add_coverage,
    book_appointment,
    correct_coverage,
    correct_patient,
    move_appointment,
    register_guarantor,
    register_patient,
)
from patients.models import Appointment, Coverage, Guarantor, Patient, Rank, Relation
from patients.rules.age import is_minor
from patients.states import AppointmentStatus
from practice.actions.adoption import adopt_location, adopt_payer, adopt_provider
from practice.actions.organization import PostalAddress
from practice.models import Location, Practice, Provider, User

# Who answers for a minor whose parents the bundle does not name; without e-mail, so nobody is written to
# before the front desk has put a name here.
UNNAMED_PARENT = "Parent or guardian"
GUARANTOR_FIELDS = (
    "first_name", "last_name", "birth_date", "phone", "email",
    "street", "street_2", "city", "state", "postal_code",
)  # fmt: skip


class Result(StrEnum):
    """What became of a file."""

    IMPORTED = "imported"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(slots=True)
class Report:
    """One file: what became of it, how many rows of each kind were written, what was left out and why."""

    result: Result
    reason: str = ""
    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)


def import_file(*, practice: Practice, path: Path, by: User | None, now: datetime) -> Report:
    """Take over one bundle file, wholly or not at all. What cannot be taken is reported, never raised."""
    try:
        return import_bundle(practice=practice, document=read_json(path), by=by, now=now)
    except FileRefused as refused:
        return Report(Result.REFUSED, reason=str(refused))


def import_bundle(*, practice: Practice, document: object, by: User | None, now: datetime) -> Report:
    """Take over a parsed bundle in one transaction. Raises FileRefused, and has then changed nothing.

    Rows are found again by the other system's ids. Patients on file under another id, or none, are not
    touched: one who looks like them refuses the bundle, and a person decides. Visits that are coded stay as
    they are.
    """
    zone = ZoneInfo(practice.time_zone)
    try:
        chart = read_chart(document, zone)
        with transaction.atomic():
            return _Import(practice, by, now, now.astimezone(zone).date()).run(chart)
    except NotABundle as error:
        raise FileRefused(str(error)) from None
    except RecursionError:
        raise FileRefused("it is nested too deeply") from None
    except (DataError, IntegrityError):
        raise FileRefused("a value contradicts another, or does not fit") from None


class _Import:
    """One bundle on its way in."""

    def __init__(self, practice: Practice, by: User | None, now: datetime, today: date) -> None:
        self.practice = practice
        self.by = by
        self.now = now
        self.today = today
        self.added: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.patients: dict[str, Patient] = {}
        self.providers: dict[ProviderFacts, Provider] = {}
        self.places: dict[PlaceFacts | None, Location] = {}

    def run(self, chart: Chart) -> Report:
        """Everything of the chart, those first whom the others refer to."""
        self.left_out.update(chart.left_out)
        for provider in chart.providers:
            self._provider(provider)
        for place in chart.places:
            self._place(place)
        for patient in chart.patients:
            self.patients[patient.external_id] = self._patient(patient)
        self._coverages(chart.coverages)
        self._visits(chart.visits)
        return Report(
            self._result(chart),
            added=dict(+self.added),
            changed=dict(+self.changed),
            left_out=dict(sorted(self.left_out.items())),
        )

    def _result(self, chart: Chart) -> Result:
        if self.added["patients"] or (self.added.total() and not chart.patients):
            return Result.IMPORTED
        written = self.added.total() + self.changed.total()
        return Result.UPDATED if written else Result.UNCHANGED

    def _provider(self, facts: ProviderFacts) -> Provider:
        if facts not in self.providers:
            provider, written = adopt_provider(
                practice=self.practice, by=self.by, now=self.now, **asdict(facts)
            )
            self.providers[facts] = provider
            self.added["providers"] += written
        return self.providers[facts]

    def _place(self, facts: PlaceFacts | None) -> Location:
        """The location; for a visit that names none, the practice's first, or one at its own address."""
        if facts in self.places:
            return self.places[facts]
        location = None
        if facts is None:
            location = Location.objects.filter(practice=self.practice).order_by("pk").first()
        if location is None:
            source = facts or self.practice
            where = PostalAddress(
                street=source.street, city=source.city, state=source.state, postal_code=source.postal_code
            )
            location, written = adopt_location(
                practice=self.practice, name=source.name, address=where, by=self.by, now=self.now
            )
            self.added["locations"] += written
        self.places[facts] = location
        return location

    def _patient(self, facts: PatientFacts) -> Patient:
        details = _demographics(facts.person)
        known = Patient.objects.filter(practice=self.practice, external_id=facts.external_id).first()
        try:
            if known is not None:
                fields = correct_patient(
                    patient=known, details=details, by=self.by, now=self.now, today=self.today
                )
                self.changed["patients"] += bool(fields)
                return known
            patient = register_patient(
                practice=self.practice,
                details=details,
                guarantor=self._guarantor(facts),
                external_id=facts.external_id,
                by=self.by,
                now=self.now,
                today=self.today,
            )
        except BornInFuture:
            raise FileRefused("a patient's birth date lies in the future") from None
        except DeathBeforeBirth:
            raise FileRefused("a patient's day of death lies before the birth") from None
        except LooksLikeKnownPatient:
            raise FileRefused("a patient looks like one on file; register or merge by hand") from None
        self.added["patients"] += 1
        return patient

    def _guarantor(self, facts: PatientFacts) -> Guarantor | None:
        """A minor's parent or guardian; None for who answers alone."""
        person = facts.person
        if person.birth_date is None or not is_minor(person.birth_date, self.today):
            return None
        if facts.guarantor is not None:
            named = {name: getattr(facts.guarantor, name) for name in GUARANTOR_FIELDS}
        else:
            named = {name: getattr(person, name) for name in GUARANTOR_FIELDS}
            named |= {"first_name": UNNAMED_PARENT, "birth_date": None, "email": ""}
        self.added["guarantors"] += 1
        return register_guarantor(practice=self.practice, by=self.by, now=self.now, **named)

    def _coverages(self, stated: Sequence[CoverageFacts]) -> None:
        """First what is on file already, so that an end that came to light makes room for what follows."""
        fresh = []
        for facts in stated:
            patient = self.patients[facts.patient_id]
            on_file = Coverage.objects.filter(
                patient=patient, rank=facts.rank, effective_on=facts.effective_on
            )
            known = on_file.select_related("payer").first()
            if known is None:
                fresh.append(facts)
            else:
                self._attempt("coverages", partial(self._correct_coverage, known, facts))
        for facts in fresh:
            self._attempt("coverages", partial(self._add_coverage, facts))

    def _attempt(self, kind: str, write: Callable[[], None]) -> None:
        try:
            with transaction.atomic():
                write()
        except CoverageOverlaps:
            self.left_out[f"{kind} that overlap others on file"] += 1
        except MemberNumberNotValid:
            self.left_out[f"{kind} whose member id is not one of the payer's"] += 1

    def _correct_coverage(self, known: Coverage, facts: CoverageFacts) -> None:
        if known.payer.name.casefold() != facts.payer_name.casefold():
            self.left_out["coverages of another payer than on file"] += 1
            return
        said = {
            "member_number": facts.member_number,
            "group_number": facts.group_number,
            "plan_name": facts.plan_name,
        }
        changes: dict[str, str | date | None] = {name: value for name, value in said.items() if value}
        changes["ended_on"] = facts.ended_on
        self.changed["coverages"] += bool(
            correct_coverage(coverage=known, changes=changes, by=self.by, now=self.now)
        )

    def _add_coverage(self, facts: CoverageFacts) -> None:
        payer, written = adopt_payer(
            organization=self.practice.organization, name=facts.payer_name, by=self.by, now=self.now
        )
        add_coverage(
            patient=self.patients[facts.patient_id],
            payer=payer,
            rank=Rank(facts.rank),
            member_number=facts.member_number,
            member_number_pending=True,
            group_number=facts.group_number,
            plan_name=facts.plan_name,
            relation=Relation(facts.relation),
            subscriber=_subscriber(facts.subscriber),
            effective_on=facts.effective_on,
            ended_on=facts.ended_on,
            by=self.by,
            now=self.now,
        )
        self.added["payers"] += written
        self.added["coverages"] += 1

    def _visits(self, stated: Sequence[VisitFacts]) -> None:
        ids = [facts.external_id for facts in stated]
        encounters = {
            row.external_id: row
            for row in Encounter.objects.filter(practice=self.practice, external_id__in=ids)
        }
        appointments = {
            row.external_id: row
            for row in Appointment.objects.filter(practice=self.practice, external_id__in=ids)
        }
        for facts in stated:
            if facts.provider is None:
                self.left_out["visits that name no provider"] += 1
            elif facts.kind is VisitKind.OCCURRED:
                self._encounter(facts, facts.provider, encounters.get(facts.external_id))
            elif facts.external_id not in encounters:
                self._appointment(facts, facts.provider, appointments.get(facts.external_id))

    def _encounter(self, facts: VisitFacts, provider: ProviderFacts, known: Encounter | None) -> None:
        seen_by, seen_at = self._provider(provider), self._place(facts.place)
        said = {
            "rendering_provider": seen_by,
            "location": seen_at,
            "service_date": facts.starts_at.date(),
            "place_of_service_code": facts.place_of_service_code or seen_at.place_of_service_code,
            "note": facts.note,
        }
        if known is not None:
            if known.status == EncounterStatus.OPEN:
                fields = correct_encounter(encounter=known, changes=said, by=self.by, now=self.now)  # type: ignore[arg-type]
                self.changed["encounters"] += bool(fields)
            return
        try:
            open_encounter(
                patient=self.patients[facts.patient_id],
                external_id=facts.external_id,
                by=self.by,
                now=self.now,
                today=self.today,
                **said,  # type: ignore[arg-type]
            )
            self.added["encounters"] += 1
        except VisitInFuture:
            self.left_out["finished visits with a day in the future"] += 1

    def _appointment(self, facts: VisitFacts, provider: ProviderFacts, known: Appointment | None) -> None:
        if known is not None:
            if known.status == AppointmentStatus.BOOKED and known.starts_at != facts.starts_at:
                move_appointment(appointment=known, starts_at=facts.starts_at, by=self.by, now=self.now)
                self.changed["appointments"] += 1
            return
        try:
            book_appointment(
                patient=self.patients[facts.patient_id],
                provider=self._provider(provider),
                location=self._place(facts.place),
                starts_at=facts.starts_at,
                reason=facts.reason,
                external_id=facts.external_id,
                by=self.by,
                now=self.now,
            )
            self.added["appointments"] += 1
        except AlreadyBooked:
            self.left_out["visits on the schedule already"] += 1


def _demographics(person: PersonFacts) -> Demographics:
    if not person.last_name and not person.first_name:
        raise FileRefused("a patient has no name")
    if person.birth_date is None:
        raise FileRefused("a patient has no full birth date")
    return Demographics(**asdict(person))


def _subscriber(person: PersonFacts | None) -> Subscriber | None:
    if person is None:
        return None
    return Subscriber(
        first_name=person.first_name,
        last_name=person.last_name,
        birth_date=person.birth_date,
        sex=person.sex,
        street=person.street,
        street_2=person.street_2,
        city=person.city,
        state=person.state,
        postal_code=person.postal_code,
    )
