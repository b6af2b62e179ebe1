"""Denials and appeals through the API."""

import datetime as dt

import pytest

from denials.models import Denial
from practice.models import Role
from rcm.models import AuditEvent
from tests.api.program import Program
from tests.billing.scenario import billed_visit, taken_in, text_835

pytestmark = pytest.mark.slow
LETTER = {"request": "Please pay $310.00.", "facts": "It was authorized.", "evidence": ["Authorization A1"]}


@pytest.fixture
def biller(practice) -> Program:
    return Program(practice, Role.BILLER)


def denial_of(practice, drain, *, remark: str = "M62") -> Denial:
    """64483-RT for 900.00, refused for want of an authorization."""
    billed_visit(practice, number="D0001", lines=[("64483:RT", "900")])
    taken_in(
        practice,
        text_835(
            "CLP*D0001*4*900*0**12*ICN2*11*1~NM1*QC*1*ELLISON*MARGARET~"
            f"SVC*HC:64483:RT*900*0**0~DTM*472*20260310~CAS*CO*197*900~REF*6R*D00011~LQ*HE*{remark}~",
            paid="0",
            trace="NP1",
            method="NON",
        ),
    )
    drain()
    return Denial.objects.get()


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_denial_is_taken_up_and_put_back(practice, drain, biller):
    path = f"denials/{denial_of(practice, drain).public_id}"
    told = biller.get(path).json()
    assert (told["procedure_code"], told["reason_code"], told["amount"]) == ("64483", "197", "900.00")
    assert biller.post(f"{path}/work").json()["status"] == "in_work"
    assert Denial.objects.get().assigned_to_id == biller.user.pk
    assert refusal(biller.post(f"{path}/work")) == (409, "illegal_move")
    assert biller.post(f"{path}/return").json()["status"] == "new"


def test_denial_is_answered_by_a_corrected_claim(practice, drain, biller):
    path = f"denials/{denial_of(practice, drain).public_id}"
    assert refusal(biller.post(f"{path}/correction", {})) == (422, "nothing_to_correct")
    answer = biller.post(f"{path}/correction", {"authorization_number": "A1"})
    assert (answer.status_code, answer.json()["frequency"]) == (200, "7")
    assert answer["Location"] == f"/api/v1/claims/{answer.json()['id']}"
    assert biller.get(path).json()["status"] == "corrected"
    assert refusal(biller.post(f"{path}/correction", {"note": "x"})) == (409, "already_replaced")


def test_denial_is_given_up_by_a_person_above_the_limit(practice, drain, biller):
    path = f"denials/{denial_of(practice, drain).public_id}"
    assert biller.post(f"{path}/write-off", {"note": "Too late"}).json()["status"] == "write_off_asked"
    assert refusal(biller.post(f"{path}/write-off")) == (409, "illegal_move")
    assert biller.get("write-offs").json()["results"][0]["status"] == "requested"


def test_appeal_is_drafted_filed_and_read(practice, drain, biller):
    path = f"denials/{denial_of(practice, drain).public_id}"
    answer = biller.post(f"{path}/appeal", LETTER)
    assert (answer.status_code, answer.json()["level"], answer.json()["status"]) == (201, 1, "draft")
    assert refusal(biller.post(f"{path}/appeal", LETTER)) == (409, "appeal_under_way")
    appeal = f"appeals/{answer.json()['id']}"
    assert refusal(biller.get(f"{appeal}/letter")) == (404, "not_found")
    assert biller.post(f"{appeal}/filing").json()["status"] == "filed"
    assert refusal(biller.post(f"{appeal}/filing")) == (409, "illegal_move")
    letter = biller.get(f"{appeal}/letter")
    assert (letter["Content-Type"], letter.content[:5]) == ("application/pdf", b"%PDF-")
    assert biller.get(path).json()["status"] == "appealed"
    assert AuditEvent.objects.filter(verb="appeal.read").count() == 1


def test_appeal_without_a_right_to_it_is_refused(practice, drain, biller):
    path = f"denials/{denial_of(practice, drain, remark='MA130').public_id}"
    assert refusal(biller.post(f"{path}/appeal", LETTER)) == (409, "no_appeal_right")


def test_appeal_after_the_window_is_refused(practice, drain, biller, frozen):
    path = f"denials/{denial_of(practice, drain).public_id}"
    appeal = biller.post(f"{path}/appeal", LETTER).json()["id"]
    Denial.objects.update(deadline_on=dt.date(2026, 3, 10))
    assert refusal(biller.post(f"appeals/{appeal}/filing")) == (409, "deadline_passed")


def test_appeal_against_a_denial_that_ended_is_refused(practice, drain, biller):
    denial = denial_of(practice, drain)
    Denial.objects.update(status="closed")
    assert refusal(biller.post(f"denials/{denial.public_id}/appeal", LETTER)) == (409, "denial_ended")
