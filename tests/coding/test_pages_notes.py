"""Visits without a note, and entering one."""

import pytest
from django.urls import reverse

from coding.models import Encounter
from patients.states import AppointmentStatus
from practice.models import Role
from tests.conftest import NOW
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.slow


@pytest.fixture
def coder(staff):
    return staff(Role.CODER)


@pytest.fixture
def visit(practice):
    return AppointmentFactory(practice=practice, status=AppointmentStatus.ARRIVED, arrived_at=NOW)


@pytest.fixture
def url(visit):
    return reverse("coding:note", args=[visit.public_id])


def test_list_shows_who_came_and_was_not_written_up(coder, visit):
    text = coder.get("/coding/notes/").content.decode()
    assert "1 visit" in text
    assert visit.patient.listed_name in text


def test_visit_nobody_came_to_is_not_there(coder, practice):
    AppointmentFactory(practice=practice, status=AppointmentStatus.BOOKED)
    assert "0 visits" in coder.get("/coding/notes/").content.decode()


def test_note_opens_the_visit_for_coding(coder, visit, url):
    answer = coder.post(url, {"note": "Knee pain for two weeks."})
    opened = Encounter.objects.get()
    assert answer.url == reverse("coding:encounter", args=[opened.public_id])
    assert (opened.note, opened.appointment) == ("Knee pain for two weeks.", visit)
    assert coder.get(url).url == answer.url


def test_note_of_a_visit_that_got_one_meanwhile_is_not_lost(coder, visit, url):
    coder.post(url, {"note": "Knee pain for two weeks."})
    answer = coder.post(url, {"note": "The second note, typed at length."})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The second note, typed at length." in page
    assert "A note of this visit was kept meanwhile." in page
    assert reverse("coding:encounter", args=[Encounter.objects.get().public_id]) in page


def test_note_longer_than_we_keep_is_refused_and_not_cut_by_the_browser(coder, url):
    assert "maxlength" not in coder.get(url).content.decode().split("<textarea")[1].split(">")[0]
    assert coder.post(url, {"note": "x" * 20001}).status_code == 422


def test_empty_note_is_refused(coder, url):
    assert coder.post(url, {"note": " "}).status_code == 422
    assert not Encounter.objects.exists()


def test_biller_reads_the_list_and_writes_no_note(staff, url):
    biller = staff(Role.BILLER)
    assert biller.get("/coding/notes/").status_code == 200
    page = biller.get(url)
    assert page.status_code == 200
    assert "Keep the note" not in page.content.decode()
    assert biller.post(url, {"note": "Knee pain."}).status_code == 403
