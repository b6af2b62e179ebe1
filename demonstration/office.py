"""The front desk and the coder at their work, through the product's own actions."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction

from billing.actions.payment import collect_copay
from billing.models import PaymentMethod
from coding.actions.encounter import code_encounter, open_encounter
from coding.models import Encounter
from coding.rules.lines import CodedLine
from coding.states import EncounterStatus
from demonstration.cast import Person
from demonstration.notes import write_note
from demonstration.setting import Setting
from demonstration.visits import PlannedVisit
from patients.actions.intake import (
    Demographics,
    Subscriber,
    add_authorization,
    add_coverage,
    book_appointment,
    cancel_appointment,
    check_in,
    record_no_show,
    register_guarantor,
    register_patient,
)
from patients.models import Appointment, EligibilityCheck, Guarantor, Patient, Rank, Relation
from patients.queries import coverages_on
from patients.states import AppointmentStatus
from practice.models import Role, User

RANKS = (Rank.PRIMARY, Rank.SECONDARY, Rank.TERTIARY)
USUAL_COPAY = Decimal("25.00")
OURS = "demo"
EXTERNAL_CAUSES = frozenset("VWXY")
NOT_COMING = (AppointmentStatus.NO_SHOW, AppointmentStatus.CANCELED)


def numbered(external_id: str) -> int | None:
    """Which planned person or visit a row is; None for one that somebody else put there."""
    prefix, _, number = external_id.rpartition("-")
    return int(number) if prefix == OURS and number.isdecimal() else None


@dataclass
class Office:
    """A practice at work, and which of the invented people are its patients by now.

    Every step may be asked for again: what is done already is left as it is, so a day that was cut short can
    be lived through a second time. `careless` is the share of patients who are registered without a street.
    """

    setting: Setting
    people: list[Person]
    careless: float = 0.0
    patients: dict[int, Patient] = field(default_factory=dict)
    appointments: dict[int, Appointment] = field(default_factory=dict)

    def recall(self) -> None:
        """Find the patients and visits of an earlier run again, by the numbers they were given."""
        practice = self.setting.practice
        known = Patient.objects.filter(practice=practice, external_id__startswith=OURS)
        booked = Appointment.objects.filter(practice=practice, external_id__startswith=OURS)
        self.patients = {number: row for row in known if (number := numbered(row.external_id)) is not None}
        self.appointments = {
            number: row
            for row in booked.select_related("patient")
            if (number := numbered(row.external_id)) is not None
        }

    def moment(self, visit: PlannedVisit) -> datetime:
        """When a visit starts."""
        return self.at(visit.day, visit.minute)

    def at(self, day: date, minute: int) -> datetime:
        """So many minutes after midnight of a day in the practice's own time zone."""
        return datetime.combine(day, time(), ZoneInfo(self.setting.practice.time_zone)) + timedelta(
            minutes=minute
        )

    def book(self, visit: PlannedVisit, *, now: datetime) -> None:
        """Put a visit on the schedule; who comes for the first time is registered with it."""
        if visit.number in self.appointments:
            return
        patient = self.patients.get(visit.person) or self._register(visit.person, now=now)
        self.appointments[visit.number] = book_appointment(
            patient=patient,
            provider=self.setting.providers[visit.provider],
            location=self.setting.location,
            starts_at=self.moment(visit),
            reason=visit.kind.name,
            external_id=f"{OURS}-{visit.number}",
            by=self._desk(visit.number),
            now=now,
        )

    def receive(self, visit: PlannedVisit) -> bool:
        """The front desk at the visit's time; whether the patient came. Who comes may pay a copay."""
        appointment, now, desk = self.appointments[visit.number], self.moment(visit), self._desk(visit.number)
        if appointment.status != AppointmentStatus.BOOKED:
            return appointment.status not in NOT_COMING
        if visit.is_missed:
            record_no_show(appointment=appointment, by=desk, now=now)
            return False
        copay = self._copay(visit)
        if copay and visit.pays_copay:
            collect_copay(
                appointment=appointment,
                amount=copay,
                method=PaymentMethod.CARD,
                request_key=f"copay-{appointment.pk}",
                by=desk,
                now=now,
            )
        else:
            check_in(appointment=appointment, by=desk, now=now)
        return True

    def call_off(self, visit: PlannedVisit, *, now: datetime) -> None:
        """The patient rings up and does not come, if that is planned."""
        appointment = self.appointments[visit.number]
        if visit.is_canceled and appointment.status == AppointmentStatus.BOOKED:
            why = "the patient called: cannot come"
            cancel_appointment(appointment=appointment, by=self._desk(visit.number), now=now, why=why)

    def see(self, visit: PlannedVisit) -> Encounter:
        """The clinician's note; nothing is coded yet. The payer's consent is asked for where it is needed."""
        patient, now = self.patients[visit.person], self.moment(visit) + timedelta(minutes=15)
        if visit.has_authorization:
            self.authorize(visit, now=now)
        return open_encounter(
            patient=patient,
            rendering_provider=self.setting.providers[visit.provider],
            location=self.setting.location,
            service_date=visit.day,
            appointment=self.appointments[visit.number],
            note=write_note(visit, self.people[visit.person]),
            by=self._desk(visit.number),
            now=now,
            today=visit.day,
        )

    def code(self, visit: PlannedVisit, encounter: Encounter, *, now: datetime) -> None:
        """The coder's work on a note; a slip puts how an injury happened before the injury."""
        if encounter.status != EncounterStatus.OPEN:
            return
        order = list(range(1, len(visit.kind.diagnoses) + 1))
        if visit.is_miscoded and visit.kind.diagnoses[-1][0] in EXTERNAL_CAUSES:
            order.reverse()
        lines = [
            CodedLine(
                procedure_code=line.procedure,
                modifiers=line.modifiers,
                units=line.units,
                pointers=[order.index(pointer) + 1 for pointer in line.pointers],
            )
            for line in visit.kind.lines
        ]
        code_encounter(
            encounter=encounter,
            diagnoses=[visit.kind.diagnoses[place - 1] for place in order],
            lines=lines,
            by=self.setting.on_duty(Role.CODER, visit.number),
            now=now,
        )

    def authorize(self, visit: PlannedVisit, *, now: datetime) -> None:
        """Note the payer's consent to what the visit needs one for."""
        for coverage in coverages_on(patient=self.patients[visit.person], day=visit.day)[:1]:
            needed = self.setting.needs_authorization.get(coverage.payer.payer_number, ())
            wanted = [line.procedure for line in visit.kind.lines if line.procedure in needed]
            number = f"AUTH{visit.number + 100000}"
            if wanted and not coverage.authorizations.filter(number=number).exists():
                add_authorization(
                    coverage=coverage,
                    number=number,
                    procedure_codes=wanted,
                    effective_on=visit.day - timedelta(days=7),
                    ended_on=visit.day + timedelta(days=60),
                    by=self._desk(visit.number),
                    now=now,
                )

    def _copay(self, visit: PlannedVisit) -> Decimal | None:
        """What the desk asks for: the payer's answer, or the usual without one; nothing of who pays alone."""
        covers = coverages_on(patient=self.patients[visit.person], day=visit.day)
        if len(covers) != 1:
            return None  # self-pay is billed, and a second payer takes over the first one's copay
        answered = (
            EligibilityCheck.objects.filter(coverage=covers[0], copay__isnull=False).order_by("pk").last()
        )
        return answered.copay if answered else USUAL_COPAY

    def _desk(self, turn: int) -> User:
        """Who sits at the front desk then."""
        return self.setting.on_duty(Role.FRONT_DESK, turn)

    def _register(self, index: int, *, now: datetime) -> Patient:
        """The person's record with coverage, all of it or nothing."""
        with transaction.atomic():
            patient = self._write_down(index, now=now)
            self._insure(patient, self.people[index], by=self._desk(index), now=now)
        self.patients[index] = patient
        return patient

    def _write_down(self, index: int, *, now: datetime) -> Patient:
        person, desk = self.people[index], self._desk(index)
        is_careless = random.Random(f"{index} {person.last_name}").random() < self.careless
        return register_patient(
            practice=self.setting.practice,
            details=Demographics(
                first_name=person.first_name,
                last_name=person.last_name,
                birth_date=person.birth_date,
                sex=person.sex,
                phone=person.phone,
                email=person.email,
                street="" if is_careless else person.street,
                city=person.city,
                state="TX",
                postal_code=person.postal_code,
            ),
            guarantor=self._parent_of(person, by=desk, now=now),
            is_new_person=True,
            external_id=f"{OURS}-{index}",
            email_consented_at=now,
            by=desk,
            now=now,
            today=now.date(),
        )

    def _parent_of(self, person: Person, *, by: User, now: datetime) -> Guarantor | None:
        if (parent := person.parent) is None:
            return None
        return register_guarantor(
            practice=self.setting.practice,
            first_name=parent.first_name,
            last_name=parent.last_name,
            birth_date=parent.birth_date,
            phone=parent.phone,
            email=parent.email,
            email_consented_at=now,
            street=parent.street,
            city=parent.city,
            state="TX",
            postal_code=parent.postal_code,
            by=by,
            now=now,
        )

    def _insure(self, patient: Patient, person: Person, *, by: User, now: datetime) -> None:
        parent = person.parent
        subscriber = None
        if parent is not None:
            subscriber = Subscriber(
                first_name=parent.first_name,
                last_name=parent.last_name,
                birth_date=parent.birth_date,
                sex=parent.sex,
            )
        pairs = zip(person.insurance.payers, person.member_numbers, RANKS, strict=False)
        for payer_number, member_number, rank in pairs:
            add_coverage(
                patient=patient,
                payer=self.setting.payers[payer_number],
                member_number=member_number,
                rank=rank,
                relation=Relation.CHILD if subscriber else Relation.SELF,
                subscriber=subscriber,
                effective_on=now.date() - timedelta(days=300),
                by=by,
                now=now,
            )
