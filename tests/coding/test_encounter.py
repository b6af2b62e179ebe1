"""From the note to priced lines; every refusal by its name."""

import datetime as dt
from decimal import Decimal

import pytest

from coding.actions.encounter import (
    AlreadyBilled,
    CodedLine,
    CodingNotAccepted,
    NotOpen,
    OfAnotherPatient,
    VisitInFuture,
    code_encounter,
    correct_encounter,
    open_encounter,
    reopen_encounter,
    void_encounter,
)
from coding.models import CodeSystem, Diagnosis, Encounter, ServiceLine
from coding.queries import encounters_to_code
from coding.rules.lines import ProblemKind
from coding.states import EncounterStatus
from patients.models import Authorization
from patients.states import AppointmentStatus
from rcm import outbox
from rcm.models import AuditEvent, OutboxMessage
from rcm.state import IllegalMove
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    CodeFactory,
    CoverageFactory,
    EncounterFactory,
    FeeFactory,
    FeeScheduleFactory,
    LocationFactory,
    PatientFactory,
    ProviderFactory,
    UserFactory,
)

DAY = dt.date(2026, 3, 10)
TODAY = dt.date(2026, 3, 11)


@pytest.fixture
def prices(practice):
    schedule = FeeScheduleFactory(practice=practice)
    FeeFactory(fee_schedule=schedule, procedure_code="99214", amount=Decimal("210.00"))
    FeeFactory(fee_schedule=schedule, procedure_code="J1885", amount=Decimal("3.33"))
    FeeFactory(fee_schedule=schedule, procedure_code="71046", amount=Decimal("80.00"))
    FeeFactory(fee_schedule=schedule, procedure_code="71046", modifier="26", amount=Decimal("25.00"))
    CodeFactory(code="I10")
    CodeFactory(code="E119", description="Type 2 diabetes mellitus without complications")
    CodeFactory(code="E11", description="Type 2 diabetes mellitus", billable=False)
    CodeFactory(system=CodeSystem.PROCEDURE, code="99214", description="Follow-up visit: long")


@pytest.fixture
def encounter(practice, prices) -> Encounter:
    return EncounterFactory(practice=practice)


def code(encounter, *, diagnoses=("I10",), lines=None) -> Encounter:
    lines = [CodedLine(procedure_code="99214", pointers=[1])] if lines is None else lines
    return code_encounter(encounter=encounter, diagnoses=diagnoses, lines=lines, by=UserFactory(), now=NOW)


def test_code_encounter_prices_the_lines(encounter):
    lines = [
        CodedLine(procedure_code="99214", pointers=[1, 2], modifiers=["25"]),
        CodedLine(procedure_code="j1885", pointers=[2], units=Decimal("2.5")),
        CodedLine(procedure_code="71046", pointers=[2], modifiers=["26"]),
    ]
    code(encounter, diagnoses=["e11.9", "I10"], lines=lines)

    assert list(encounter.diagnoses.values_list("position", "code")) == [(1, "E119"), (2, "I10")]
    found = encounter.service_lines.values_list("position", "procedure_code", "charge", "description")
    assert list(found) == [
        (1, "99214", Decimal("210.00"), "Follow-up visit: long"),
        (2, "J1885", Decimal("8.33"), ""),
        (3, "71046", Decimal("25.00"), ""),
    ]
    encounter.refresh_from_db()
    assert (encounter.status, encounter.coded_at) == (EncounterStatus.CODED, NOW)


def test_code_encounter_tells_the_world_once(encounter, monkeypatch):
    heard = []
    monkeypatch.setattr(outbox, "_subscribers", {"coding.encounter_coded": {"test": heard.append}})
    code(encounter)
    assert OutboxMessage.objects.get().payload == {"encounter_id": encounter.pk}


def test_code_encounter_twice_is_refused(encounter):
    code(encounter)
    with pytest.raises(IllegalMove):
        code(encounter)
    assert ServiceLine.objects.count() == 1


@pytest.mark.parametrize(
    ("diagnoses", "lines", "kinds"),
    [
        (["I109"], None, [ProblemKind.DIAGNOSIS_NOT_VALID]),
        (["E11"], None, [ProblemKind.DIAGNOSIS_INCOMPLETE]),
        (["?"], None, [ProblemKind.DIAGNOSIS_MALFORMED]),
        (["I10"], [CodedLine(procedure_code="99999", pointers=[1])], [ProblemKind.NO_FEE]),
        (["I10"], [CodedLine(procedure_code="99214", pointers=[2])], [ProblemKind.POINTER_ABSENT]),
        ([], [], [ProblemKind.NO_DIAGNOSIS, ProblemKind.NO_LINE]),
        (
            ["I10", "I10"],
            [CodedLine(procedure_code="99214", pointers=[1], units=Decimal("NaN"))],
            [ProblemKind.DIAGNOSIS_REPEATED, ProblemKind.UNITS_NOT_POSITIVE],
        ),
    ],
)
def test_code_encounter_refuses_with_every_problem(encounter, diagnoses, lines, kinds):
    with pytest.raises(CodingNotAccepted) as refused:
        code(encounter, diagnoses=diagnoses, lines=lines)
    assert refused.value.kinds == kinds
    encounter.refresh_from_db()
    assert encounter.status == EncounterStatus.OPEN
    assert not Diagnosis.objects.exists()


def test_code_encounter_goes_by_the_day_of_service(practice, prices):
    early = EncounterFactory(practice=practice, service_date=dt.date(2025, 9, 30))
    with pytest.raises(CodingNotAccepted) as refused:
        code(early)
    assert refused.value.kinds == [ProblemKind.DIAGNOSIS_NOT_VALID]


def test_code_encounter_with_a_stale_object_loses_the_race(encounter):
    from rcm.state import LostRace  # noqa: PLC0415

    stale = Encounter.objects.get(pk=encounter.pk)
    code(encounter)
    with pytest.raises(LostRace):
        code(stale)


def test_reopen_encounter_takes_the_codes_back(encounter):
    code(encounter)
    reopen_encounter(encounter=encounter, by=UserFactory(), now=NOW, why="wrong patient's note")
    encounter.refresh_from_db()
    assert (encounter.status, encounter.coded_at, encounter.coded_by) == (EncounterStatus.OPEN, None, None)
    assert not ServiceLine.objects.exists()
    code(encounter, diagnoses=["E119"])
    assert list(encounter.diagnoses.values_list("code", flat=True)) == ["E119"]
    with pytest.raises(IllegalMove):
        reopen_encounter(
            encounter=EncounterFactory(practice=encounter.practice), by=UserFactory(), now=NOW, why=""
        )


@pytest.mark.slow
def test_reopen_encounter_refuses_once_billed(encounter, drain):
    CoverageFactory(practice=encounter.practice, patient=encounter.patient)
    code(encounter)
    drain()
    with pytest.raises(AlreadyBilled):
        reopen_encounter(encounter=encounter, by=UserFactory(), now=NOW, why="a second thought")
    assert encounter.status == EncounterStatus.CODED
    encounter.refresh_from_db()
    assert encounter.status == EncounterStatus.CODED
    assert ServiceLine.objects.count() == 1


def test_void_encounter_is_the_end(encounter):
    void_encounter(encounter=encounter, by=UserFactory(), now=NOW, why="entered twice")
    with pytest.raises(IllegalMove):
        code(encounter)


def opened(practice, **changes) -> Encounter:
    wanted = {
        "patient": changes.pop("patient", None) or PatientFactory(practice=practice),
        "rendering_provider": ProviderFactory(practice=practice),
        "location": LocationFactory(practice=practice, place_of_service_code="22"),
        "service_date": DAY,
        "by": None,
        "now": NOW,
        "today": TODAY,
    }
    return open_encounter(**wanted | changes)


def test_open_encounter_waits_for_its_codes(practice):
    encounter = opened(practice, note="Blood pressure is high.")
    assert (encounter.status, encounter.place_of_service_code) == (EncounterStatus.OPEN, "22")
    assert list(encounters_to_code(practices=[practice.pk])) == [encounter]
    assert AuditEvent.objects.get(verb="encounter.opened").subject_id == encounter.pk


def test_open_encounter_completes_its_appointment_once(practice):
    appointment = AppointmentFactory(practice=practice, status=AppointmentStatus.ARRIVED)
    first = opened(practice, patient=appointment.patient, appointment=appointment)
    appointment.refresh_from_db()
    assert appointment.status == AppointmentStatus.COMPLETED
    assert opened(practice, patient=appointment.patient, appointment=appointment) == first


def test_open_encounter_needs_an_arrival(practice):
    appointment = AppointmentFactory(practice=practice)
    with pytest.raises(IllegalMove):
        opened(practice, patient=appointment.patient, appointment=appointment)


def test_open_encounter_refuses_what_is_not_the_patients(practice):
    coverage = CoverageFactory(practice=practice)
    authorization = Authorization.objects.create(
        practice=practice, coverage=coverage, number="A1", effective_on=DAY, ended_on=DAY
    )
    with pytest.raises(OfAnotherPatient):
        opened(practice, authorization=authorization)
    with pytest.raises(OfAnotherPatient):
        opened(practice, appointment=AppointmentFactory(practice=practice))
    with pytest.raises(OfAnotherPatient):
        opened(practice, location=LocationFactory.build(practice_id=0))


def test_open_encounter_refuses_tomorrow(practice):
    with pytest.raises(VisitInFuture):
        opened(practice, service_date=TODAY + dt.timedelta(days=1))


def test_correct_encounter_only_while_open(encounter):
    changes = {"note": "New words.", "place_of_service_code": "11"}
    arguments = {"encounter": encounter, "changes": changes, "by": None, "now": NOW}
    assert correct_encounter(**arguments) == ["note"]
    assert correct_encounter(**arguments) == []
    code(encounter)
    with pytest.raises(NotOpen):
        correct_encounter(**arguments | {"changes": {"note": "Too late."}})
