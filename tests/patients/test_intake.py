"""Registration, coverage and visits: the row, each refusal by its name, a second call."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from patients.actions.intake import (
    AlreadyBooked,
    AuthorizationKnown,
    BornInFuture,
    CoverageOverlaps,
    DeathBeforeBirth,
    Demographics,
    ExternalIdTaken,
    LooksLikeKnownPatient,
    MemberNumberNotValid,
    MinorNeedsGuarantor,
    OfAnotherPractice,
    SpanBackward,
    Subscriber,
    SubscriberMissing,
    SubscriberNotWanted,
    VisitNotBooked,
    add_authorization,
    add_coverage,
    book_appointment,
    cancel_appointment,
    check_in,
    complete_visit,
    correct_coverage,
    correct_guarantor,
    correct_patient,
    end_coverage,
    move_appointment,
    record_no_show,
    register_guarantor,
    register_patient,
)
from patients.actions.record import open_record
from patients.models import Coverage, Guarantor, Patient, Rank, Relation
from patients.queries import appointments_on, coverages_on, covers, latest_check, primary_coverage
from patients.states import AppointmentStatus
from rcm.db import practice_scope
from rcm.models import AuditEvent
from rcm.state import IllegalMove
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    CoverageFactory,
    GuarantorFactory,
    LocationFactory,
    PatientFactory,
    PayerFactory,
    PracticeFactory,
    ProviderFactory,
    UserFactory,
)

TODAY = dt.date(2026, 3, 11)
ADA = Demographics(
    first_name="Ada", last_name="Okafor", birth_date=dt.date(1980, 2, 19), sex="F", phone="5125550142"
)
CHILD = Demographics(first_name="Obi", last_name="Okafor", birth_date=dt.date(2016, 5, 1))


def register(practice, details=ADA, **changes) -> Patient:
    return register_patient(
        practice=practice, details=details, **{"by": None, "now": NOW, "today": TODAY} | changes
    )


def verbs(row) -> list[str]:
    events = AuditEvent.objects.filter(subject_label=row._meta.label, subject_id=row.pk)
    return [event.verb.partition(".")[2] for event in events.order_by("pk")]


def test_register_patient_answers_alone(practice):
    by = UserFactory()
    patient = register(practice, by=by)
    assert patient.medical_record_number == "0000001"
    assert patient.guarantor.last_name == "Okafor"
    assert patient.guarantor.phone == "5125550142"
    assert verbs(patient) == ["registered"]
    assert AuditEvent.objects.get(subject_label="patients.Patient").actor == by


def test_register_patient_twice_is_refused_with_the_look_alikes(practice):
    patient = register(practice)
    with pytest.raises(LooksLikeKnownPatient) as refused:
        register(practice)
    assert refused.value.matches == [patient]
    assert "Okafor" not in str(refused.value)
    assert (Patient.objects.count(), Guarantor.objects.count()) == (1, 1)


def test_register_patient_told_new_is_a_second_record(practice):
    register(practice)
    assert register(practice, is_new_person=True).medical_record_number == "0000002"


@pytest.mark.parametrize(
    "change",
    [
        {"birth_date": dt.date(1980, 2, 18)},
        {"last_name": "Okofor"},
        {"last_name": "Okafor-Mensah", "phone": ""},
        {"birth_date": dt.date(1981, 2, 19), "phone": ""},
    ],
)
def test_register_patient_finds_near_matches(practice, change):
    register(practice)
    details = {field: getattr(ADA, field) for field in ("first_name", "last_name", "birth_date", "phone")}
    with pytest.raises(LooksLikeKnownPatient):
        register(practice, Demographics(**details | change))


def test_register_patient_does_not_look_into_other_practices(practice):
    register(practice)
    other = PracticeFactory()
    with practice_scope([practice.pk, other.pk]):
        assert register(other).practice == other


def test_register_patient_minor_needs_somebody_else(practice):
    with pytest.raises(MinorNeedsGuarantor):
        register(practice, CHILD)
    himself = GuarantorFactory(
        practice=practice, first_name="OBI", last_name="Okafor", birth_date=CHILD.birth_date
    )
    with pytest.raises(MinorNeedsGuarantor):
        register(practice, CHILD, guarantor=himself)
    mother = GuarantorFactory(practice=practice, first_name="Ada", last_name="Okafor")
    assert register(practice, CHILD, guarantor=mother).guarantor == mother


def test_register_patient_refuses_a_future_birth(practice):
    born = Demographics(first_name="A", last_name="B", birth_date=TODAY + dt.timedelta(days=1))
    with pytest.raises(BornInFuture):
        register(practice, born)


def test_nobody_is_registered_or_corrected_to_have_died_before_birth(practice):
    backward = Demographics(
        first_name="A", last_name="B", birth_date=TODAY, death_date=TODAY - dt.timedelta(days=1)
    )
    with pytest.raises(DeathBeforeBirth):
        register(practice, backward)
    patient = PatientFactory(practice=practice)
    with pytest.raises(DeathBeforeBirth):
        correct_patient(patient=patient, details=backward, by=None, now=NOW, today=TODAY)


def test_register_patient_refuses_an_id_of_another_system_that_somebody_has(practice):
    PatientFactory(practice=practice, external_id="E1")
    with pytest.raises(ExternalIdTaken):
        register(practice, external_id="E1")


def test_register_patient_refuses_a_guarantor_of_another_practice(practice):
    elsewhere = Guarantor(practice=PracticeFactory())
    with pytest.raises(OfAnotherPractice):
        register(practice, guarantor=elsewhere)


def test_correct_patient_writes_what_changed_once(practice):
    patient = register(practice)
    details = Demographics(
        first_name="Ada", last_name="Okafor", birth_date=ADA.birth_date, sex="F", city="Waco"
    )
    arguments = {"patient": patient, "details": details, "by": None, "now": NOW, "today": TODAY}
    assert correct_patient(**arguments) == ["city", "phone"]
    assert correct_patient(**arguments) == []
    assert verbs(patient) == ["registered", "corrected"]
    event = AuditEvent.objects.get(verb="patient.corrected")
    assert event.data == {"fields": ["city", "phone"]}
    with pytest.raises(BornInFuture):
        born = Demographics(first_name="A", last_name="B", birth_date=TODAY + dt.timedelta(days=1))
        correct_patient(**arguments | {"details": born})


def test_correct_guarantor_sets_named_fields(practice):
    guarantor = register_guarantor(practice=practice, first_name="Ada", last_name="Okafor", by=None, now=NOW)
    changed = correct_guarantor(
        guarantor=guarantor, changes={"email": "ada@example.org", "email_consented_at": NOW}, by=None, now=NOW
    )
    assert changed == ["email", "email_consented_at"]


def cover(patient, **changes) -> Coverage:
    wanted = {
        "payer": changes.pop("payer", None) or PayerFactory(organization=patient.practice.organization),
        "member_number": "BPK900112233",
        "effective_on": dt.date(2026, 1, 1),
        "by": None,
        "now": NOW,
    }
    return add_coverage(patient=patient, **wanted | changes)


def test_add_coverage_of_a_subscriber(practice):
    coverage = cover(PatientFactory(practice=practice))
    assert (coverage.relation, coverage.subscriber_last_name, coverage.rank) == ("18", "", "P")
    assert verbs(coverage) == ["added"]


def test_add_coverage_of_a_dependent(practice):
    daniel = Subscriber(first_name="Daniel", last_name="Ortega", birth_date=dt.date(1985, 2, 3), sex="M")
    coverage = cover(PatientFactory(practice=practice), relation=Relation.CHILD, subscriber=daniel)
    assert (coverage.subscriber_first_name, coverage.subscriber_sex) == ("Daniel", "M")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"member_number": ""}, MemberNumberNotValid),
        ({"member_number": "XYZ"}, MemberNumberNotValid),
        ({"relation": Relation.CHILD}, SubscriberMissing),
        (
            {"relation": Relation.CHILD, "subscriber": Subscriber(first_name="D", last_name="Ortega")},
            SubscriberMissing,
        ),
        ({"subscriber": Subscriber(first_name="D", last_name="Ortega")}, SubscriberNotWanted),
        ({"ended_on": dt.date(2025, 12, 31)}, SpanBackward),
    ],
)
def test_add_coverage_refuses_by_name(practice, changes, refusal):
    payer = PayerFactory(organization=practice.organization, member_number_pattern="BPK[0-9]{9}")
    with pytest.raises(refusal):
        cover(PatientFactory(practice=practice), payer=payer, **changes)
    assert not Coverage.objects.exists()


def test_add_coverage_refuses_a_payer_of_another_organization(practice):
    with pytest.raises(OfAnotherPractice):
        cover(PatientFactory(practice=practice), payer=PayerFactory(payer_number="ELSEWHERE"))


@pytest.mark.parametrize(
    ("effective_on", "ended_on", "overlaps"),
    [
        ("2026-01-01", None, True),
        ("2025-01-01", "2026-01-01", True),
        ("2026-06-30", None, True),
        ("2025-01-01", "2025-12-31", False),
        ("2026-07-01", None, False),
    ],
)
def test_add_coverage_one_per_rank_and_day(practice, effective_on, ended_on, overlaps):
    patient = PatientFactory(practice=practice)
    cover(patient, ended_on=dt.date(2026, 6, 30))
    span = {
        "effective_on": dt.date.fromisoformat(effective_on),
        "ended_on": dt.date.fromisoformat(ended_on) if ended_on else None,
    }
    if overlaps:
        with pytest.raises(CoverageOverlaps):
            cover(patient, **span)
    else:
        cover(patient, **span)
    cover(patient, rank=Rank.SECONDARY, **span)
    assert Coverage.objects.count() == (2 if overlaps else 3)


def test_end_coverage_makes_room_for_the_next(practice):
    patient = PatientFactory(practice=practice)
    first = cover(patient)
    end_coverage(coverage=first, ended_on=dt.date(2026, 2, 28), by=None, now=NOW)
    end_coverage(coverage=first, ended_on=dt.date(2026, 2, 28), by=None, now=NOW)
    second = cover(patient, effective_on=dt.date(2026, 3, 1))
    assert verbs(first) == ["added", "corrected"]
    assert primary_coverage(patient=patient, day=dt.date(2026, 2, 28)) == first
    assert primary_coverage(patient=patient, day=dt.date(2026, 3, 1)) == second
    with pytest.raises(SpanBackward):
        end_coverage(coverage=second, ended_on=dt.date(2026, 2, 1), by=None, now=NOW)
    with pytest.raises(CoverageOverlaps):
        end_coverage(coverage=first, ended_on=dt.date(2026, 3, 1), by=None, now=NOW)


def test_correct_coverage_holds_to_the_payers_pattern(practice):
    payer = PayerFactory(organization=practice.organization, member_number_pattern="BPK[0-9]{9}")
    coverage = cover(PatientFactory(practice=practice), payer=payer)
    changes = {"member_number": "BPK900112244"}
    assert correct_coverage(coverage=coverage, changes=changes, by=None, now=NOW) == ["member_number"]
    with pytest.raises(MemberNumberNotValid):
        correct_coverage(coverage=coverage, changes={"member_number": "B"}, by=None, now=NOW)


def test_coverages_on_are_in_order_of_turn(practice):
    patient = PatientFactory(practice=practice)
    tertiary, primary, secondary = (
        CoverageFactory(practice=practice, patient=patient, rank=rank) for rank in "TPS"
    )
    CoverageFactory(
        practice=practice, patient=patient, rank="P", effective_on="2020-01-01", ended_on="2020-02-01"
    )
    assert coverages_on(patient=patient, day=TODAY) == [primary, secondary, tertiary]
    assert latest_check(coverage=primary, service_date=TODAY) is None


def test_add_authorization_covers_its_procedures_and_days(practice):
    coverage = CoverageFactory(practice=practice)
    wanted = {"coverage": coverage, "by": None, "now": NOW, "effective_on": TODAY, "ended_on": TODAY}
    authorization = add_authorization(number="A1", procedure_codes=["64483"], units=2, **wanted)
    assert covers(coverage=coverage, procedure_code="64483", day=TODAY) == authorization
    assert covers(coverage=coverage, procedure_code="20610", day=TODAY) is None
    assert covers(coverage=coverage, procedure_code="64483", day=TODAY + dt.timedelta(days=1)) is None
    with pytest.raises(AuthorizationKnown):
        add_authorization(number="A1", **wanted)
    with pytest.raises(SpanBackward):
        add_authorization(number="A2", **wanted | {"ended_on": TODAY - dt.timedelta(days=1)})
    anything = add_authorization(number="A3", **wanted)
    assert covers(coverage=coverage, procedure_code="20610", day=TODAY) == anything


def book(practice, **changes):
    wanted = {
        "patient": changes.pop("patient", None) or PatientFactory(practice=practice),
        "provider": ProviderFactory(practice=practice),
        "location": LocationFactory(practice=practice),
        "starts_at": dt.datetime(2026, 4, 2, 3, 30, tzinfo=dt.UTC),
        "by": None,
        "now": NOW,
    }
    return book_appointment(**wanted | changes)


def test_book_appointment_is_on_the_practices_day(practice):
    appointment = book(practice)
    assert appointment.service_date == dt.date(2026, 4, 1)
    assert list(appointments_on(practices=[practice.pk], day=dt.date(2026, 4, 1))) == [appointment]
    with pytest.raises(AlreadyBooked):
        book(practice, patient=appointment.patient)
    cancel_appointment(appointment=appointment, by=None, now=NOW, why="asked for another day")
    assert book(practice, patient=appointment.patient).status == AppointmentStatus.BOOKED


def test_book_appointment_refuses_a_location_of_another_practice(practice):
    with pytest.raises(OfAnotherPractice):
        book(practice, location=LocationFactory.build(practice=PracticeFactory()))


def test_move_appointment_keeps_the_day_in_line(practice):
    appointment = book(practice)
    move_appointment(
        appointment=appointment, starts_at=dt.datetime(2026, 4, 9, 15, tzinfo=dt.UTC), by=None, now=NOW
    )
    appointment.refresh_from_db()
    assert appointment.service_date == dt.date(2026, 4, 9)
    record_no_show(appointment=appointment, by=None, now=NOW)
    with pytest.raises(VisitNotBooked):
        move_appointment(appointment=appointment, starts_at=NOW, by=None, now=NOW)


def test_check_in_twice_is_once(practice):
    appointment = AppointmentFactory(practice=practice)
    check_in(appointment=appointment, by=None, now=NOW)
    check_in(appointment=appointment, by=None, now=NOW + dt.timedelta(minutes=5))
    appointment.refresh_from_db()
    assert (appointment.status, appointment.arrived_at) == (AppointmentStatus.ARRIVED, NOW)
    complete_visit(appointment=appointment, by=None, now=NOW)
    complete_visit(appointment=appointment, by=None, now=NOW)
    assert verbs(appointment) == ["status", "status"]
    with pytest.raises(IllegalMove):
        check_in(appointment=appointment, by=None, now=NOW)


@pytest.mark.parametrize("action", [complete_visit, record_no_show])
def test_visit_that_is_canceled_stays_so(practice, action):
    appointment = AppointmentFactory(practice=practice, status=AppointmentStatus.CANCELED)
    with pytest.raises(IllegalMove):
        action(appointment=appointment, by=None, now=NOW)


def test_open_record_leaves_a_trace(practice):
    patient = PatientFactory(practice=practice)
    by = UserFactory(member_of=practice)
    assert open_record(public_id=patient.public_id, by=by, now=NOW) == patient
    event = AuditEvent.objects.get(verb="patient.read")
    assert (event.actor, event.subject_id) == (by, patient.pk)


def test_open_record_shows_nothing_to_strangers(practice):
    patient = PatientFactory(practice=practice)
    with pytest.raises(Patient.DoesNotExist):
        open_record(public_id=patient.public_id, by=UserFactory(), now=NOW)
    assert not AuditEvent.objects.filter(verb="patient.read").exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_register_patient_at_two_desks_at_once_is_one_record(practice):
    together = threading.Barrier(2)

    def at_a_desk(_number: int) -> str:
        try:
            with practice_scope([practice.pk]):
                together.wait()
                register(practice)
        except LooksLikeKnownPatient:
            return "refused"
        finally:
            connection.close()
        return "registered"

    with ThreadPoolExecutor(2) as desks:
        assert sorted(desks.map(at_a_desk, range(2))) == ["refused", "registered"]
    assert Patient.objects.count() == 1
