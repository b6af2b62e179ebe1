"""The denial queue, the record, the appeal workbench."""

import csv
import datetime as dt
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.models import CodeSystem
from denials.models import Appeal, Denial
from denials.queries import refused_amounts
from denials.rules.advice import advice_for, opening_evidence, opening_request
from denials.rules.category import Category, NextStep
from denials.states import AppealStatus, DenialStatus
from practice.models import Role
from rcm.models import AuditEvent
from tests.denials.test_denials import TODAY, denial, payment, refusal, visit  # noqa: F401 -- fixtures
from tests.factories import CodeFactory

pytestmark = pytest.mark.slow


@pytest.fixture
def biller(staff):
    return staff(Role.BILLER, first_name="Bill", last_name="Ing")


@pytest.fixture
def url(denial):  # noqa: F811
    return reverse("denials:denial", args=[denial.public_id])


def state(denial):  # noqa: F811
    return Denial.objects.get(pk=denial.pk).status


def test_every_step_and_kind_has_words():
    assert all(advice_for(step).how for step in NextStep)
    assert all(opening_request(kind) and opening_evidence(kind) for kind in Category)


def test_queue_shows_reason_deadline_and_dollars(biller, denial):  # noqa: F811
    text = biller.get("/denials/").content.decode()
    for words in ("CO-197", "1 denial", denial.claim.control_number, denial.claim.coverage.payer.name):
        assert words in text


def test_queue_asks_as_often_for_two_denials_as_for_one(biller, practice, denial, drain):  # noqa: F811
    biller.get("/denials/")
    with CaptureQueriesContext(connection) as one:
        biller.get("/denials/")
    Denial.objects.filter(pk=denial.pk).update(category=Category.TIMELINESS)
    with CaptureQueriesContext(connection) as again:
        biller.get("/denials/")
    assert len(again) == len(one)


def test_queue_filters_by_kind_and_holder(biller, denial):  # noqa: F811
    assert "1 denial" in biller.get("/denials/?category=auth&holder=nobody").content.decode()
    assert "0 denials" in biller.get("/denials/?category=dup").content.decode()


def test_preview_says_what_to_do_first(biller, denial):  # noqa: F811
    text = biller.get(
        f"/denials/?preview={denial.public_id}&at=0", headers={"HX-Request": "true"}
    ).content.decode()
    assert advice_for(denial.next_step).step in text


def test_record_explains_the_refusal_with_its_segments(biller, denial, url):  # noqa: F811
    text = biller.get(url).content.decode()
    for words in (
        "CAS*CO*197*900.00",
        "The authorization number is missing",
        denial.deadline_basis,
        "Denied by the payer",
    ):
        assert words in text


def test_denial_is_taken_and_put_back(biller, denial, url):  # noqa: F811
    biller.post(f"{url}owner/")
    taken = Denial.objects.get(pk=denial.pk)
    assert (taken.status, taken.assigned_to) == (DenialStatus.IN_WORK, biller.user)
    biller.post(f"{url}owner/", {"put_back": "1"})
    assert state(denial) == DenialStatus.NEW


def test_taking_what_somebody_has_is_refused_in_words(biller, denial, url):  # noqa: F811
    biller.post(f"{url}owner/")
    assert "It has moved on meanwhile" in biller.post(f"{url}owner/", follow=True).content.decode()


def test_bulk_take_over_the_queue(biller, denial):  # noqa: F811
    biller.post("/denials/bulk/", {"act": "take_up", "selected": [denial.public_id], "confirmed": "1"})
    assert state(denial) == DenialStatus.IN_WORK


def test_correction_needs_something_to_correct(biller, url):
    answer = biller.post(f"{url}correction/", {})
    assert answer.status_code == 422
    assert "Enter what is to be corrected." in answer.content.decode()


def test_correction_sends_a_new_version_and_goes_on_in_the_queue(biller, denial, url):  # noqa: F811
    answer = biller.post(
        f"{url}correction/", {"authorization_number": "AUTH77", "from": "/denials/", "at": "0"}
    )
    assert answer.url.startswith("/denials/?open=next")
    assert state(denial) == DenialStatus.CORRECTED
    assert Denial.objects.get(pk=denial.pk).claim.replaced_by.authorization_number == "AUTH77"


def test_write_off_above_the_limit_waits_for_approval(biller, denial, url):  # noqa: F811
    answer = biller.post(f"{url}write-off/", {"note": "Nothing left to win"}, follow=True)
    assert "waits for approval" in answer.content.decode()
    assert state(denial) == DenialStatus.WRITE_OFF_ASKED


def test_letter_begins_with_words_for_its_kind_and_is_saved_as_a_draft(biller, denial, url):  # noqa: F811
    page = biller.get(f"{url}appeal/").content.decode()
    assert opening_request(denial.category) in page
    said = {
        "request": "Pay it",
        "facts": "It was authorized on 03/01/2026.",
        "rule": "",
        "evidence": "Letter\n\nNote",
    }
    biller.post(f"{url}appeal/", said)
    biller.post(f"{url}appeal/", said | {"request": "Please pay it"})
    letter = Appeal.objects.get()
    assert (letter.request, letter.evidence, letter.status) == (
        "Please pay it",
        ["Letter", "Note"],
        AppealStatus.DRAFT,
    )
    assert state(denial) != DenialStatus.APPEALED


def test_letter_changed_by_somebody_else_is_shown_beside_the_entry(biller, denial, url):  # noqa: F811
    said = {"request": "Pay it", "facts": "", "rule": "", "evidence": ""}
    biller.post(f"{url}appeal/", said)
    seen = biller.get(f"{url}appeal/").context["form"].initial["seen"]
    Appeal.objects.update(request="Somebody else's words")
    answer = biller.post(f"{url}appeal/", said | {"request": "Mine", "seen": seen})
    assert answer.status_code == 422
    assert "Somebody else&#x27;s words" in answer.content.decode()


def test_filing_freezes_the_letter(biller, denial, url, frozen):  # noqa: F811
    frozen.moment = dt.datetime.combine(TODAY, dt.time(15), dt.UTC)
    said = {"request": "Pay it", "facts": "It was authorized.", "rule": "", "evidence": "", "file": "1"}
    assert biller.post(f"{url}appeal/", said).url == url
    letter = Appeal.objects.get()
    assert (letter.status, state(denial)) == (AppealStatus.FILED, DenialStatus.APPEALED)
    answer = biller.get(reverse("denials:letter", args=[letter.public_id]))
    assert (answer["Content-Type"], answer.content) == ("application/pdf", bytes(letter.pdf))
    assert AuditEvent.objects.filter(verb="patient.read", actor=biller.user).exists()


def test_filing_an_empty_letter_is_refused_in_words(biller, denial, url):  # noqa: F811
    answer = biller.post(
        f"{url}appeal/", {"request": "Pay it", "facts": "", "rule": "", "evidence": "", "file": "1"}
    )
    assert answer.status_code == 422
    assert "The letter needs what you ask and what happened." in answer.content.decode()


def test_auditor_looks_and_may_not_act(staff, denial, url):  # noqa: F811
    auditor = staff(Role.AUDITOR)
    text = auditor.get(url).content.decode()
    assert "Correct the claim</a>" not in text
    assert auditor.post(f"{url}owner/").status_code == 403


def test_claim_shows_its_denial_with_deadline_and_link(biller, staff, denial, url):  # noqa: F811
    slot = reverse("denials:claim_slot", args=[denial.claim.public_id])
    assert slot in biller.get(reverse("claims:claim", args=[denial.claim.public_id])).content.decode()
    text = biller.get(slot).content.decode()
    for words in ("CO-197", url, f"{denial.deadline_on:%m/%d/%Y}", "$900.00", "first step"):
        assert words in " ".join(text.split())
    coder = staff(Role.CODER).get(slot).content.decode()
    assert "CO-197" in coder
    assert url not in coder


def test_closed_denial_has_no_deadline_any_more_and_a_claim_without_one_shows_nothing(biller, denial):  # noqa: F811
    slot = reverse("denials:claim_slot", args=[denial.claim.public_id])
    Denial.objects.filter(pk=denial.pk).update(status=DenialStatus.LOST, closed_at=denial.opened_at)
    text = biller.get(slot).content.decode()
    assert f"{denial.deadline_on:%m/%d/%Y}" not in text
    Denial.objects.filter(pk=denial.pk).delete()
    assert biller.get(slot).content == b""


def test_record_gives_every_code_its_words_and_goes_on_with_a_letter(biller, url, denial):  # noqa: F811
    text = " ".join(biller.get(url).content.decode().split())
    assert any(label in text for label in ("Write the appeal", "Write the letter", ">Appeal</a>"))
    for amount in refused_amounts(denial):
        assert (amount.code in text, amount.words in text) == (True, True)
    service = denial.remittance_line.procedure_code
    CodeFactory(system=CodeSystem.PROCEDURE, code=service, description="Nerve root injection")
    Denial.objects.update(next_step=NextStep.APPEAL)
    biller.post(f"{url}appeal/", {"request": "Pay it", "facts": "", "rule": "", "evidence": ""})
    text = " ".join(biller.get(url).content.decode().split())
    assert "Go on with the letter" in text
    assert "Nerve root injection" in text


def test_file_names_the_patient_of_each_denial(biller, denial):  # noqa: F811
    file = biller.get("/denials/", {"export": "csv"}).content.decode("utf-8-sig")
    [line] = csv.DictReader(StringIO(file))
    assert line["Claim"] == denial.claim.control_number
    assert line["Patient"] == denial.claim.encounter.patient.listed_name
