"""Denials from real 835 text to their end."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from billing.actions.statement import issue_statements
from billing.actions.write_off import approve_write_off, refuse_write_off
from billing.queries.statements import open_holds
from claims.actions.correction import Changes, correct_claim, void_claim
from claims.states import ClaimStatus
from coding.rules.lines import dotted
from denials import handlers
from denials.actions.appeal import (
    AppealUnderWay,
    DeadlinePassed,
    DenialEnded,
    IncompleteLetter,
    NoAppealRight,
    draft_appeal,
    file_appeal,
)
from denials.actions.denial import (
    NothingOpen,
    ask_correction,
    ask_write_off,
    charge_of,
    put_back,
    take_up,
)
from denials.models import Denial
from denials.queries import work_queue
from denials.states import AppealStatus, DenialStatus
from patients.models import Authorization
from rcm.state import IllegalMove
from tests.billing.scenario import billed_visit, taken_in, text_835
from tests.conftest import NOW
from tests.factories import UserFactory
from x12.codes import meaning

TODAY = NOW.date()
pytestmark = pytest.mark.slow


@pytest.fixture
def visit(practice):
    """64483-RT for 900.00, sent without its authorization (domain.md section 11, case 3)."""
    return billed_visit(practice, number="26050031A", lines=[("64483:RT", "900")])


def refusal(practice, *, trace="NP1", cas="CO*197*900", remark="M62", status="4"):
    return taken_in(
        practice,
        text_835(
            f"CLP*26050031A*{status}*900*0**12*NSH2612700456*11*1~NM1*QC*1*ELLISON*MARGARET~"
            f"SVC*HC:64483:RT*900*0**0~DTM*472*20260310~CAS*{cas}~REF*6R*26050031A1~LQ*HE*{remark}~",
            paid="0",
            trace=trace,
            method="NON",
        ),
    )


def payment(practice):
    """The appeal won: the refusal reversed, 248.00 paid."""
    return taken_in(
        practice,
        text_835(
            "CLP*26050031A*22*-900*0**12*NSH2612700456*11*1~NM1*QC*1*ELLISON*MARGARET~"
            "SVC*HC:64483:RT*-900*0**0~DTM*472*20260310~CAS*CO*197*-900~REF*6R*26050031A1~"
            "CLP*26050031A*1*900*248*62*12*NSH2619400999*11*1~NM1*QC*1*ELLISON*MARGARET~"
            "SVC*HC:64483:RT*900*248**1~DTM*472*20260310~CAS*CO*45*590~CAS*PR*2*62~REF*6R*26050031A1~",
            paid="248",
            trace="EFT2",
        ),
    )


@pytest.fixture
def denial(practice, visit, drain):
    refusal(practice)
    drain()
    return Denial.objects.get()


@pytest.fixture
def worker():
    return UserFactory(first_name="Dana", last_name="Reyes")


def draft(denial, by, **words):
    told = {"request": "Please pay $310.00.", "facts": "The service was authorized beforehand.", **words}
    return draft_appeal(denial=denial, by=by, now=NOW, **told)


def test_a_refused_line_opens_one_denial_with_its_dollars_and_deadline(practice, visit, drain):
    remittance = refusal(practice)

    drain()
    handlers.open_denials(remittance_id=remittance.pk, now=NOW)

    denial = Denial.objects.get()
    assert (denial.group_code, denial.reason_code, denial.amount) == ("CO", "197", Decimal("900.00"))
    assert (denial.category, denial.next_step, denial.remark_codes) == ("auth", "appeal", ["M62"])
    assert denial.deadline_on == dt.date(2026, 4, 20) + dt.timedelta(days=180)
    assert visit.owed_by_payer() == Decimal("900.00")


@pytest.mark.parametrize("status", ["1", "4"])
def test_the_claim_status_code_does_not_matter(practice, visit, drain, status):
    refusal(practice, status=status)
    drain()
    assert Denial.objects.count() == 1


def test_a_patients_share_and_a_contracts_price_are_no_denials(practice, visit, drain):
    taken_in(
        practice,
        text_835(
            "CLP*26050031A*1*900*248*62*12*N1*11*1~SVC*HC:64483:RT*900*248**1~DTM*472*20260310~"
            "CAS*CO*45*590~CAS*PR*2*62~REF*6R*26050031A1~",
            paid="248",
            trace="T1",
        ),
    )
    drain()
    assert Denial.objects.count() == 0


def test_an_authorization_on_file_proposes_a_corrected_claim(practice, visit, drain):
    Authorization.objects.create(
        practice=practice,
        coverage=visit.coverages["P"],
        number="AUTH778812",
        effective_on=dt.date(2026, 1, 1),
        ended_on=dt.date(2026, 12, 31),
    )
    refusal(practice)
    drain()
    assert Denial.objects.get().next_step == "correct_claim"


def test_take_up_and_put_back(denial, worker):
    take_up(denial=denial, by=worker, now=NOW)
    assert (denial.status, denial.assigned_to) == (DenialStatus.IN_WORK, worker)
    put_back(denial=denial, by=worker, now=NOW)
    assert (denial.status, denial.assigned_to) == (DenialStatus.NEW, None)
    with pytest.raises(IllegalMove):
        put_back(denial=denial, by=worker, now=NOW)


def test_ask_correction_sends_a_replacement_naming_the_payers_number(denial, worker):
    corrected = ask_correction(
        denial=denial, changes=Changes(authorization_number="AUTH778812"), by=worker, now=NOW
    )

    assert (corrected.frequency, corrected.original_reference_number) == ("7", "NSH2612700456")
    denial.refresh_from_db()
    assert denial.status == DenialStatus.CORRECTED
    denial.claim.refresh_from_db()
    assert denial.claim.status == ClaimStatus.CORRECTED


def test_a_claim_corrected_on_its_own_page_answers_its_denials(denial, worker, drain):
    correct_claim(claim=denial.claim, changes=Changes(note="see records"), by=worker, now=NOW)

    drain()
    handlers.answer_denials(claim_id=denial.claim_id, now=NOW)

    denial.refresh_from_db()
    assert denial.status == DenialStatus.CORRECTED
    assert work_queue(practices=[denial.practice_id], today=TODAY) == []


def test_a_claim_taken_back_closes_its_denials(denial, worker, drain):
    void_claim(claim=denial.claim, by=worker, now=NOW, why="billed for another patient")

    drain()

    denial.refresh_from_db()
    assert denial.status == DenialStatus.CLOSED


def test_a_later_payment_wins_the_denial_and_its_appeal(practice, visit, denial, worker, drain):
    appeal = file_appeal(appeal=draft(denial, worker), by=worker, today=TODAY, now=NOW)

    payment(practice)
    drain()

    denial.refresh_from_db()
    appeal.refresh_from_db()
    assert (denial.status, appeal.status) == (DenialStatus.WON, AppealStatus.WON)
    assert visit.owed_by_payer() == 0


def test_a_denial_is_won_when_all_of_it_goes_to_the_deductible(practice, visit, denial, drain):
    taken_in(
        practice,
        text_835(
            "CLP*26050031A*22*-900*0**12*NSH2612700456*11*1~SVC*HC:64483:RT*-900*0**0~DTM*472*20260310~"
            "CAS*CO*197*-900~REF*6R*26050031A1~"
            "CLP*26050031A*1*900*0*310*12*NSH2619400999*11*1~SVC*HC:64483:RT*900*0**1~DTM*472*20260310~"
            "CAS*CO*45*590~CAS*PR*1*310~REF*6R*26050031A1~",
            paid="0",
            trace="NP2",
            method="NON",
        ),
    )
    drain()

    denial.refresh_from_db()
    assert denial.status == DenialStatus.WON
    assert visit.owed_by_patient() == Decimal("310.00")


def test_file_appeal_freezes_the_exact_letter(denial, worker):
    appeal = draft(denial, worker, evidence=["Authorization letter", "Visit note"])

    file_appeal(appeal=appeal, by=worker, today=TODAY, now=NOW)

    words = "".join(page.extract_text() for page in PdfReader(BytesIO(bytes(appeal.pdf))).pages)
    for fact in ("NSH2612700456", "26050031A", "CO-197", "64483 RT", "$900.00", "Visit note", "Dana Reyes"):
        assert fact in words
    for code in denial.claim.diagnosis_codes:
        assert dotted(code) in words
    for code in denial.remark_codes:
        assert f"{code} · {meaning('remark', code)}" in words
    assert len(appeal.sha256) == 64
    with pytest.raises(IllegalMove):
        file_appeal(appeal=appeal, by=worker, today=TODAY, now=NOW)


def test_draft_appeal_refuses_what_cannot_be_appealed(practice, visit, drain, worker):
    refusal(practice, cas="CO*16*900", remark="MA130")
    drain()
    with pytest.raises(NoAppealRight):
        draft(Denial.objects.get(), worker)


def test_one_appeal_at_a_time(denial, worker):
    draft(denial, worker)
    with pytest.raises(AppealUnderWay):
        draft(denial, worker)


def test_file_appeal_refuses_an_empty_or_late_letter(denial, worker):
    empty = draft(denial, worker, facts=" ")
    with pytest.raises(IncompleteLetter):
        file_appeal(appeal=empty, by=worker, today=TODAY, now=NOW)
    empty.facts = "It was authorized."
    with pytest.raises(DeadlinePassed):
        file_appeal(appeal=empty, by=worker, today=denial.deadline_on + dt.timedelta(days=1), now=NOW)


def test_a_write_off_above_the_limit_ends_the_denial_when_another_person_approves(
    denial, visit, worker, drain
):
    write_off = ask_write_off(denial=denial, by=worker, today=TODAY, now=NOW)
    assert denial.status == DenialStatus.WRITE_OFF_ASKED
    assert visit.owed_by_payer() == Decimal("900.00")

    approve_write_off(write_off=write_off, by=UserFactory(), today=TODAY, now=NOW)
    drain()

    denial.refresh_from_db()
    assert denial.status == DenialStatus.WRITTEN_OFF
    assert visit.owed_by_payer() == 0
    with pytest.raises(NothingOpen):
        ask_write_off(denial=denial, by=worker, today=TODAY, now=NOW)
    with pytest.raises(DenialEnded):
        draft(denial, worker)


def test_nothing_is_given_up_of_a_line_that_is_not_in_the_books(denial, worker):
    stray = Denial.objects.get(pk=denial.pk)
    stray.remittance_line.claim_line = None
    assert charge_of(stray) is None
    with pytest.raises(NothingOpen):
        ask_write_off(denial=stray, by=worker, today=TODAY, now=NOW)


def test_a_refused_write_off_brings_the_denial_back(denial, worker, drain):
    write_off = ask_write_off(denial=denial, by=worker, today=TODAY, now=NOW)

    refuse_write_off(write_off=write_off, by=UserFactory(), now=NOW, why="appeal first")
    drain()

    denial.refresh_from_db()
    assert denial.status == DenialStatus.IN_WORK


def test_work_queue_scores_what_waits(practice, denial):
    [(first, score)] = work_queue(practices=[practice.pk], today=TODAY)
    assert first == denial.pk
    assert score.expected_value > 0


def test_open_denials_cut_in_the_middle_opens_the_rest_on_the_repeat(practice, drain, monkeypatch):
    billed_visit(practice, number="A1", lines=[("99213", "100"), ("93000", "50")])

    def power_cut(point):
        if point == "denials.line_done":
            raise ConnectionError

    taken_in(
        practice,
        text_835(
            "CLP*A1*1*150*0**12*N1*11*1~SVC*HC:99213*100*0**1~DTM*472*20260310~CAS*CO*50*100~REF*6R*A11~"
            "SVC*HC:93000*50*0**1~DTM*472*20260310~CAS*CO*50*50~REF*6R*A12~",
            paid="0",
            trace="T2",
            method="NON",
        ),
    )
    with monkeypatch.context() as crash:
        crash.setattr("rcm.faults.point", power_cut)
        drain(failures=1)
    assert Denial.objects.count() == 1

    drain(now=NOW + dt.timedelta(minutes=10))

    assert sorted(Denial.objects.values_list("amount", flat=True)) == [Decimal("50.00"), Decimal("100.00")]


def test_an_appeal_about_the_patients_share_holds_their_bill_until_it_is_answered(
    practice, visit, drain, worker
):
    """What an appeal can change is not asked of the patient meanwhile (domain.md section 8)."""
    refusal(practice, cas="PR*96*900", remark="N130", status="1")
    drain()
    appealed = Denial.objects.get()
    guarantor = visit.patient.guarantor

    file_appeal(appeal=draft(appealed, worker), by=worker, today=TODAY, now=NOW)
    assert issue_statements(practice=practice, today=TODAY, now=NOW) == []

    taken_in(
        practice,
        text_835(
            "CLP*26050031A*22*-900*0*-900*12*NSH2612700456*11*1~NM1*QC*1*ELLISON*MARGARET~"
            "SVC*HC:64483:RT*-900*0**0~DTM*472*20260310~CAS*PR*96*-900~REF*6R*26050031A1~"
            "CLP*26050031A*1*900*0*900*12*NSH2619400999*11*1~NM1*QC*1*ELLISON*MARGARET~"
            "SVC*HC:64483:RT*900*0**1~DTM*472*20260310~CAS*PR*96*900~REF*6R*26050031A1~",
            paid="0",
            trace="NP9",
            method="NON",
        ),
    )
    drain()

    appealed.refresh_from_db()
    assert appealed.status == DenialStatus.LOST
    assert open_holds(guarantor=guarantor) == []
