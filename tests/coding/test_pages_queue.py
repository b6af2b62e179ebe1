"""The coder's queues, the record of a visit and the code lookup, by a browser."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.actions.encounter import code_encounter, open_encounter
from coding.models import Draft, Encounter, ProviderQuestion
from coding.rules.lines import CodedLine
from coding.states import EncounterStatus
from patients.states import AppointmentStatus
from practice.models import Role
from rcm.models import Assignment
from tests.conftest import NOW
from tests.factories import AppointmentFactory, EncounterFactory, LocationFactory, UserFactory

QUEUE = "/coding/"
DAY = dt.date(2026, 3, 10)


def signed(visit: Encounter) -> Encounter:
    line = CodedLine(procedure_code="99214", pointers=[1], description="Long talk")
    return code_encounter(encounter=visit, diagnoses=["I10"], lines=[line], by=UserFactory(), now=NOW)


def at(name: str, visit: Encounter) -> str:
    return reverse(f"coding:{name}", args=[visit.public_id])


def shown(page) -> list[str]:
    return [row.public_id for row in page.context["listing"].shown]


def test_queue_has_the_oldest_first_and_of_a_day_the_costliest(coder, practice):
    cheap = EncounterFactory(practice=practice, expected_charge=Decimal("90.00"))
    unknown = EncounterFactory(practice=practice)
    dear = EncounterFactory(practice=practice, expected_charge=Decimal("400.00"))
    older = EncounterFactory(practice=practice, service_date=DAY - dt.timedelta(days=2))
    page = coder.get(QUEUE)
    assert shown(page) == [str(each.public_id) for each in (older, dear, cheap, unknown)]
    assert page.context["listing"].total.dollars == Decimal("490.00")


def test_queue_filters_by_provider_and_day(coder, visit):
    provider = visit.rendering_provider.public_id
    assert shown(coder.get(QUEUE, {"provider": provider, "since": "2026-03-10"})) == [str(visit.public_id)]
    assert shown(coder.get(QUEUE, {"until": "2026-03-09"}, HTTP_HX_REQUEST="true")) == []


def test_queue_says_what_is_a_draft_and_what_was_asked(coder, visit, person, practice):
    Draft.objects.create(practice=practice, encounter=visit, content={}, saved_by=person(), saved_at=NOW)
    asked = EncounterFactory(practice=practice)
    coder.post(at("question", asked), {"question": "Which knee?"})
    said = [row.cells[-1].text for row in coder.get(QUEUE).context["listing"].shown]
    assert sorted(said) == ["Asked", "Draft"]
    preview = coder.get(QUEUE, {"preview": str(visit.public_id)}).content.decode()
    assert "Code the visit" in preview
    assert "high blood pressure" in preview


@pytest.mark.parametrize("url", [QUEUE, "/coding/done/"])
def test_queue_asks_as_much_for_three_as_for_one(coder, practice, prices, url):
    coder.get(url)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            EncounterFactory(practice=practice)
            signed(EncounterFactory(practice=practice))
        with CaptureQueriesContext(
            connection,
        ) as made:
            coder.get(url)
        counts.append(len(made))
    assert counts[0] == counts[1]


def test_visit_is_taken_and_let_go(coder, visit):
    ticked = {"selected": [str(visit.public_id)], "act": "take"}
    coder.post("/coding/bulk/", ticked)
    assert Assignment.objects.get().subject_id == visit.pk
    assert shown(coder.get(QUEUE, {"owner": "mine"})) == [str(visit.public_id)]
    coder.post("/coding/bulk/", ticked | {"act": "let_go"})
    assert not Assignment.objects.exists()


def test_expected_charge_is_what_such_visits_came_to(practice, prices):
    def opened() -> Encounter:
        arrived = AppointmentFactory(practice=practice, reason="Cough", status=AppointmentStatus.ARRIVED)
        return open_encounter(
            patient=arrived.patient,
            rendering_provider=arrived.provider,
            location=LocationFactory(practice=practice),
            service_date=DAY,
            appointment=arrived,
            by=None,
            now=NOW,
            today=DAY,
        )

    first = opened()
    assert first.expected_charge is None
    signed(first)
    assert opened().expected_charge == Decimal("210.00")


def test_record_shows_what_was_signed(signed_in, visit):
    signed(visit)
    page = signed_in(Role.AUDITOR).get(at("encounter", visit))
    text = page.content.decode()
    assert "Essential (primary) hypertension" in text
    assert "Long talk" in text
    assert "Open again" not in text
    assert [moment.title for moment in page.context["moments"]] == ["Signed"]


def test_record_of_an_open_visit_is_read_only_for_others(signed_in, visit):
    text = signed_in(Role.MANAGER).get(at("encounter", visit)).content.decode()
    assert "high blood pressure" in text
    assert "bench-form" not in text


def test_reopening_brings_the_codes_back_to_the_bench(coder, visit):
    signed(visit)
    assert coder.get(at("reopening", visit)).status_code == 200
    assert coder.post(at("reopening", visit), {"why": ""}).status_code == 422
    page = coder.post(at("reopening", visit), {"why": "wrong knee"}, follow=True)
    bench = page.context["sheet"].bench
    assert (bench.diagnoses, bench.lines[0].procedure_code, bench.lines[0].pointers) == (
        ("I10",),
        "99214",
        "A",
    )
    again = coder.post(at("reopening", visit), {"why": "twice"}, follow=True)
    assert "changed meanwhile" in again.content.decode()


def test_voiding_is_asked_for_and_final(coder, visit):
    assert "cannot be undone" in coder.get(at("voiding", visit)).content.decode()
    coder.post(at("voiding", visit), {"why": "entered twice"})
    visit.refresh_from_db()
    assert visit.status == EncounterStatus.VOIDED


def test_question_is_asked_and_answered_once(coder, visit):
    assert coder.post(at("question", visit), {"question": ""}).status_code == 422
    coder.post(at("question", visit), {"question": "Which knee hurts?"})
    asked = ProviderQuestion.objects.get()
    answer = reverse("coding:answer", args=[asked.public_id])
    assert "Which knee hurts?" in coder.get(answer).content.decode()
    assert coder.post(answer, {"answer": ""}).status_code == 422
    assert "The right one" in coder.post(answer, {"answer": "The right one."}, follow=True).content.decode()
    assert "before" in coder.post(answer, {"answer": "No, the left."}, follow=True).content.decode()
    asked.refresh_from_db()
    assert asked.answer == "The right one."


def test_question_about_a_signed_visit_is_refused(coder, visit):
    signed(visit)
    page = coder.post(at("question", visit), {"question": "Which knee?"}, follow=True)
    assert "not open any more" in page.content.decode()
    assert not ProviderQuestion.objects.exists()


@pytest.mark.parametrize("name", ["reopening", "voiding", "question"])
def test_readers_change_nothing(signed_in, visit, name):
    assert signed_in(Role.AUDITOR, Role.BILLER).post(at(name, visit), {"why": "x"}).status_code == 403


def test_lookup_finds_codes_by_words_as_of_a_day(coder, prices):
    url = reverse("coding:codes")
    assert "Codes show here" in coder.get(url).content.decode()
    page = coder.post(url, {"q": "diabetes", "day": "2026-03-10"}, HTTP_HX_REQUEST="true").content.decode()
    assert ("E11.9" in page, "<html" in page) == (True, False)
    assert "Nothing valid" in coder.post(url, {"q": "diabetes", "day": "2020-01-01"}).content.decode()
    assert "Injection into a large joint" in coder.post(url, {"q": "20610", "day": "x"}).content.decode()


def test_code_page_shows_what_is_above_and_under_it(coder, prices):
    heading = coder.get(reverse("coding:code", args=["icd10cm", "E11"])).content.decode()
    assert "without complications" in heading
    code = coder.get(reverse("coding:code", args=["icd10cm", "E119"])).content.decode()
    assert "10/01/2025" in code
    assert coder.get(reverse("coding:code", args=["icd10cm", "E99"])).status_code == 404


def test_search_box_finds_codes(coder, prices):
    text = coder.post(reverse("practice:search"), {"q": "htn"}).content.decode()
    assert "Essential (primary) hypertension" in text
