"""Asking payers: once, again where that can help, and never where it cannot."""

import datetime as dt
import json
import subprocess
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from clearinghouse.actions.inbound import receive_file
from clearinghouse.gateway import NoAnswer, Refused
from clearinghouse.models import Document, Interchange
from clearinghouse.queries import NoConnection, transaction_of
from clearinghouse.states import DocumentStatus
from patients import handlers
from patients.actions.eligibility import NotEnrolled, request_eligibility, sweep_visits
from patients.edi import answer_to, inquiry, traces
from patients.models import Benefit, EligibilityCheck
from patients.rules.eligibility import verdict
from patients.states import AppointmentStatus, EligibilityStatus
from patients.tasks import sweep_eligibility
from practice.models import EnrollmentStatus, WireTransaction
from rcm import faults
from rcm.db import practice_scope
from rcm.models import OutboxMessage
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    ConnectionFactory,
    CoverageFactory,
    EnrollmentFactory,
    PatientFactory,
    PracticeFactory,
    UserFactory,
)
from tests.patients.payer import rejecting
from x12 import eligibility_270_271 as x270
from x12.envelope import Transaction, read
from x12.errors import NotX12
from x12.outbound import Address, write
from x12.segments import Segment

ROOT = Path(__file__).parent.parent.parent
SAMPLES = ROOT.parent / "shared" / "x12-samples"
DAY = dt.date(2026, 3, 12)
SHIFT = dt.timedelta(hours=5)


class PowerCut(BaseException):
    """The process is gone: nothing after this runs."""


@pytest.fixture
def coverage(practice):
    return CoverageFactory(practice=practice, member_number="BPK900112233")


def request(coverage, **changes) -> EligibilityCheck:
    wanted = {"service_date": DAY, "by": None, "now": NOW, "service_types": ("30", "98")}
    return request_eligibility(coverage=coverage, **wanted | changes)


def after(check) -> EligibilityCheck:
    check.refresh_from_db()
    return check


def test_request_eligibility_is_answered_in_the_background(coverage, payer_line, drain):
    check = request(coverage)
    assert check.status == EligibilityStatus.PENDING

    drain()

    check = after(check)
    assert check.status == EligibilityStatus.ACTIVE
    assert check.plan_name == "PEAK PPO 1500"
    assert check.copay == Decimal("30.00")
    assert check.deductible_left == Decimal("1500.00")
    assert check.answered_at == NOW
    assert check.request.kind == "270"
    assert check.response.answers == check.request
    assert check.benefits.count() > 3
    assert check.response.documents.get().status == DocumentStatus.RECORDED


def test_request_eligibility_asked_twice_is_one_question(coverage, payer_line, drain):
    assert request(coverage) == request(coverage)
    drain()
    assert len(payer_line.asked) == 1


def test_request_eligibility_after_an_answer_is_a_new_question(coverage, payer_line, drain):
    first = request(coverage)
    drain()
    assert request(coverage, now=NOW + dt.timedelta(minutes=5)) != first


def test_request_eligibility_without_a_connection_is_refused(practice):
    with pytest.raises(NoConnection):
        request(CoverageFactory(practice=practice))


def test_request_eligibility_before_enrollment_is_approved_is_refused(coverage, connection):
    EnrollmentFactory(
        practice=coverage.practice,
        payer=coverage.payer,
        transaction=WireTransaction.ELIGIBILITY,
        status=EnrollmentStatus.PENDING,
        approved_on=None,
    )
    with pytest.raises(NotEnrolled):
        request(coverage)
    assert not EligibilityCheck.objects.exists()


@pytest.mark.parametrize(
    ("member_number", "status"),
    [
        ("BPK900112230", EligibilityStatus.INACTIVE),
        ("BPK900112200", EligibilityStatus.NOT_FOUND),
        ("XXX", EligibilityStatus.NOT_FOUND),
    ],
)
def test_ask_payer_tells_inactive_from_not_found(practice, payer_line, drain, member_number, status):
    check = request(CoverageFactory(practice=practice, member_number=member_number))
    drain()
    assert after(check).status == status
    drain(now=NOW + SHIFT)
    assert len(payer_line.asked) == 1


@pytest.mark.parametrize("reason", ["72", "73", "74", "75"])
def test_ask_payer_never_repeats_a_question_about_a_wrong_member(coverage, payer_line, drain, reason):
    payer_line.replies = [rejecting(reason, "C")]
    check = request(coverage)
    for hours in range(6):
        drain(now=NOW + dt.timedelta(hours=hours))
    check = after(check)
    assert check.status == EligibilityStatus.NOT_FOUND
    assert len(payer_line.asked) == 1
    assert len(check.reasons) == 1


def test_ask_payer_asks_again_under_a_new_number_when_told_to(coverage, payer_line, drain):
    payer_line.replies = [rejecting("42", "R")]
    check = request(coverage)

    drain()
    assert after(check).status == EligibilityStatus.PENDING
    drain(now=NOW + dt.timedelta(seconds=89))
    assert len(payer_line.asked) == 1
    drain(now=NOW + dt.timedelta(seconds=91))

    assert after(check).status == EligibilityStatus.ACTIVE
    first, second = payer_line.asked
    assert first.payload_id != second.payload_id
    assert Interchange.objects.filter(kind="270").count() == 2
    assert [it.traces[0].number for it in map(_inquiry, payer_line.asked)] == [check.trace_number] * 2


def _inquiry(question) -> x270.PatientInquiry:
    return next(x270.read_request(read(question.payload).transactions[0]).patients())


def test_ask_payer_repeats_after_silence_under_the_same_number(coverage, payer_line, drain):
    payer_line.replies = [NoAnswer("ReadTimeout"), NoAnswer("HTTP 503")]
    check = request(coverage)
    drain()
    drain(now=NOW + dt.timedelta(seconds=91))
    drain(now=NOW + dt.timedelta(seconds=300))
    assert after(check).status == EligibilityStatus.ACTIVE
    assert len({question.payload_id for question in payer_line.asked}) == 1
    assert Interchange.objects.filter(kind="270").count() == 1
    assert not OutboxMessage.objects.exclude(last_error="").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("replies", "words"),
    [
        ([NoAnswer("ReadTimeout")] * 40, ["The payer did not answer."]),
        (
            [rejecting("80", "P")] * 40,
            ["No response from the payer's system. Send the same inquiry again."],
        ),
    ],
)
def test_ask_payer_gives_up_after_four_hours(coverage, payer_line, drain, replies, words):
    payer_line.replies = replies
    check = request(coverage)
    for minutes in range(0, 300, 2):
        drain(now=NOW + dt.timedelta(minutes=minutes))
    check = after(check)
    assert check.status == EligibilityStatus.UNANSWERED
    assert check.reasons == words
    assert len(payer_line.asked) <= 12


def test_ask_payer_takes_a_refusal_for_an_answer(coverage, payer_line, drain):
    payer_line.replies = [Refused("UnAuthorized")]
    check = request(coverage)
    drain()
    check = after(check)
    assert check.status == EligibilityStatus.REFUSED
    assert check.reasons == ["The clearinghouse refused: UnAuthorized"]


def test_ask_payer_is_refused_by_an_acknowledgment(coverage, payer_line, drain):
    ta1 = Segment(("TA1", "000000001", "260311", "1500", "R", "020"))
    payer_line.replies = [
        lambda _: write(
            sender=Address(id="CLEARHSE"),
            receiver=Address(id="LAKESIDE01"),
            control_number=9,
            written_at=NOW,
            usage="T",
            acknowledgments=[ta1],
        ).encode()
    ]
    check = request(coverage)
    drain()
    check = after(check)
    assert check.status == EligibilityStatus.REFUSED
    assert check.reasons == ["The clearinghouse could not read the question (TA1)."]


def test_ask_payer_asks_again_when_the_answer_is_unreadable(coverage, payer_line, drain):
    payer_line.replies = [lambda _: b"<html>busy</html>"]
    check = request(coverage)
    drain()
    drain(now=NOW + dt.timedelta(minutes=2))
    assert after(check).status == EligibilityStatus.ACTIVE


def test_ask_payer_twice_is_once(coverage, payer_line, drain):
    check = request(coverage)
    drain()
    rows = Benefit.objects.count()
    handlers.ask_payer(check_id=check.pk, now=NOW)
    handlers.read_answer(document_id=Document.objects.get(kind="271").pk, now=NOW)
    assert len(payer_line.asked) == 1
    assert Benefit.objects.count() == rows


@pytest.mark.parametrize(
    "place",
    [
        "eligibility.before_request",
        "eligibility.requested",
        "conversation.before_asking",
        "conversation.answered",
        "eligibility.answered",
        "eligibility.recorded",
    ],
)
def test_ask_payer_survives_a_crash(coverage, payer_line, monkeypatch, place):
    check = request(coverage)

    def cut(name: str) -> None:
        if name == place:
            raise PowerCut

    with monkeypatch.context() as crash:
        crash.setattr(faults, "point", cut)
        with pytest.raises(PowerCut):
            handlers.ask_payer(check_id=check.pk, now=NOW)

    handlers.ask_payer(check_id=check.pk, now=NOW)

    assert after(check).status == EligibilityStatus.ACTIVE
    assert Interchange.objects.filter(kind="270").count() == 1
    assert Interchange.objects.filter(kind="271").count() == 1
    assert len({question.payload_id for question in payer_line.asked}) == 1


def test_read_answer_settles_a_check_whose_answer_comes_as_a_file(coverage, payer_line, drain, connection):
    payer_line.replies = [NoAnswer("ReadTimeout")]
    check = request(coverage)
    drain()
    question = payer_line.asked[0]
    content = payer_line.ask(connection, question)
    receive_file(connection=connection, name="late.x12", content=content, now=NOW)
    drain()
    assert after(check).status == EligibilityStatus.ACTIVE
    drain(now=NOW + SHIFT)
    assert len(payer_line.asked) == 2


def test_read_answer_settles_a_check_that_was_given_up(coverage, payer_line, drain, connection):
    payer_line.replies = [rejecting("42", "Y")]
    check = request(coverage)
    drain()
    assert after(check).status == EligibilityStatus.UNANSWERED
    content = payer_line.ask(connection, payer_line.asked[0])
    for name in ("late.x12", "again.x12"):
        receive_file(connection=connection, name=name, content=content, now=NOW)
        drain()
    check = after(check)
    assert (check.status, check.reasons) == (EligibilityStatus.ACTIVE, [])
    assert check.response.file_name == "late.x12"


def test_inquiry_about_a_dependent_asks_at_the_dependent(practice, payer_line, drain):
    coverage = CoverageFactory(
        practice=practice,
        relation="19",
        subscriber_first_name="Daniel",
        subscriber_last_name="Ortega",
        subscriber_birth_date=dt.date(1985, 2, 3),
        patient=PatientFactory(practice=practice, first_name="Sofia", last_name="Ortega", sex="U"),
    )
    check = request(coverage)
    drain()
    asked = _inquiry(payer_line.asked[0])
    assert asked.subscriber.name.first == "DANIEL"
    assert asked.dependent.name.first == "SOFIA"
    assert asked.dependent.relationship == "19"
    assert asked.traces[0].number == check.trace_number
    assert after(check).status == EligibilityStatus.ACTIVE


def _visit(practice, day: dt.date, **changes):
    patient = PatientFactory(practice=practice)
    CoverageFactory(practice=practice, patient=patient)
    return AppointmentFactory(practice=practice, patient=patient, service_date=day, **changes)


@pytest.mark.slow
def test_sweep_visits_asks_about_the_next_five_days_once(practice, payer_line, drain):
    today = NOW.date()
    for days in (-1, 0, 5, 6):
        _visit(practice, today + dt.timedelta(days=days))
    _visit(practice, today, status=AppointmentStatus.CANCELED)
    AppointmentFactory(practice=practice, service_date=today)  # no coverage

    assert sweep_visits(practice=practice, now=NOW) == 2
    assert sweep_visits(practice=practice, now=NOW) == 0
    drain()
    assert sweep_visits(practice=practice, now=NOW + dt.timedelta(hours=1)) == 0
    assert len(payer_line.asked) == 2


def test_sweep_visits_asks_again_on_the_day(practice, payer_line, drain):
    visit = _visit(practice, NOW.date() + dt.timedelta(days=2))
    sweep_visits(practice=practice, now=NOW)
    drain()
    assert sweep_visits(practice=practice, now=NOW + dt.timedelta(days=1)) == 0
    assert sweep_visits(practice=practice, now=NOW + dt.timedelta(days=2)) == 1
    days = {check.service_date for check in EligibilityCheck.objects.all()}
    assert days == {visit.service_date}


def test_sweep_visits_without_a_connection_asks_nothing(practice):
    _visit(practice, NOW.date())
    assert sweep_visits(practice=practice, now=NOW) == 0


def test_sweep_visits_passes_over_payers_that_have_not_approved(practice, connection):
    visit = _visit(practice, NOW.date())
    EnrollmentFactory(
        practice=practice,
        payer=visit.patient.coverages.get().payer,
        transaction=WireTransaction.ELIGIBILITY,
        status=EnrollmentStatus.PENDING,
        approved_on=None,
    )
    assert sweep_visits(practice=practice, now=NOW) == 0


def test_sweep_eligibility_goes_through_every_practice(practice, payer_line):
    _visit(practice, NOW.date())
    other = PracticeFactory()
    with practice_scope([other.pk]):
        ConnectionFactory(practice=other)
        _visit(other, NOW.date())
    with practice_scope([]):
        sweep_eligibility(a_later_argument=True)
    for one in (practice, other):
        with practice_scope([one.pk]):
            assert EligibilityCheck.objects.get().practice == one


@pytest.mark.slow
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not at ../shared/x12-samples")
def test_answer_to_reads_every_sample(coverage, connection):
    check = request(coverage)
    told = Counter()
    for file in sorted(SAMPLES.rglob("*")):
        for transaction in _transactions(file):
            response = x270.read_response(transaction)
            check.trace_number = next(iter(traces(response)), check.trace_number)
            answer = answer_to(check, response)
            told[verdict(active=answer.active, rejections=answer.rejections)] += 1
            Benefit.objects.bulk_create(answer.benefits)
            Benefit.objects.all().delete()
    assert told["active"] > told["not_found"] > told["unanswered"] > 0


def test_answer_to_takes_nothing_from_the_answer_to_somebody_else(coverage, payer_line, drain):
    check = request(coverage)
    drain()
    response = x270.read_response(transaction_of(Document.objects.get(kind="271")))
    check.trace_number = "ANOTHER"
    answer = answer_to(check, response)
    assert (answer.active, answer.benefits, answer.copay) == (None, [], None)


def _transactions(file: Path) -> list[Transaction]:
    if not file.is_file() or file.stat().st_size > 2_000_000:
        return []
    try:
        return [one for one in read(file.read_bytes()).transactions if one.kind == "271" and one.complete]
    except NotX12:
        return []


@pytest.mark.slow
@pytest.mark.referee
@pytest.mark.parametrize("relation", ["18", "01", "19", "G8"])
def test_inquiry_passes_the_referee(practice, connection, tmp_path, relation):
    python = ROOT / ".local" / "referee" / "lfh" / "bin" / "python"
    judge = ROOT.parent / "shared" / "tools" / "referee_lfh.py"
    if not (python.exists() and judge.exists()):
        pytest.skip("no referee: run ./manage.py referees, and see that ../shared/tools is there")
    dependent = relation != "18"
    check = request(
        CoverageFactory(
            practice=practice,
            relation=relation,
            subscriber_first_name="Daniel" if dependent else "",
            subscriber_last_name="Ortega" if dependent else "",
            subscriber_birth_date=dt.date(1985, 2, 3) if dependent else None,
            subscriber_sex="M" if dependent else "",
            patient=PatientFactory(practice=practice, last_name="O'Neill-Größe", middle_name=""),
        ),
        by=UserFactory(),
        service_types=("30",) if relation == "G8" else ("30", "98", "UC"),
    )
    file = tmp_path / "270.x12"
    file.write_bytes(inquiry(check=check, connection=connection, control_number="000000042", now=NOW))
    said = subprocess.run([python, judge, file], check=True, capture_output=True, text=True).stdout
    judged = json.loads(said)
    assert (judged["ok"], judged["errors"]) == (True, [])
