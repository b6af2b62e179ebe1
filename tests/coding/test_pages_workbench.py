"""The workbench by a browser: moves that save nothing, drafts, the signature and its refusals."""

import pytest
from django.urls import reverse

from coding.actions.encounter import code_encounter
from coding.models import Draft, Encounter
from coding.rules.lines import CodedLine
from coding.states import EncounterStatus
from practice.models import Role
from rcm.models import AuditEvent
from tests.coding.conftest import sheet
from tests.conftest import NOW
from tests.factories import EncounterFactory, PracticeFactory, UserFactory

HTMX = {"HTTP_HX_REQUEST": "true"}


def at(name: str, visit: Encounter) -> str:
    return reverse(f"coding:{name}", args=[visit.public_id])


def test_workbench_shows_the_note_with_what_it_supports(coder, visit):
    page = coder.get(at("encounter", visit))
    assert page.status_code == 200
    said = [(each.shown, each.quotes) for each in page.context["note"].suggestions]
    assert said == [("I10", ["Essential hypertension"]), ("E11.9", ["Type 2 diabetes"])]
    assert "Type" in page.content.decode()
    assert AuditEvent.objects.filter(verb="encounter.read", subject_id=visit.pk).count() == 1


def test_workbench_without_a_note_says_so(coder, practice, prices):
    page = coder.get(at("encounter", EncounterFactory(practice=practice)))
    assert "There is no note yet" in page.content.decode()


def test_workbench_asks_a_fixed_number_of_queries(coder, visit, django_assert_max_num_queries):
    one, three = (
        sheet(),
        sheet(("I10", "E119", "R079"), (("99214", "", "1", "A"), ("20610", "", "1", "B")) * 2),
    )
    coder.get(at("encounter", visit))
    counts = []
    for sent in (one, three):
        with django_assert_max_num_queries(60) as made:
            coder.post(at("bench", visit), sent)
        counts.append(len(made))
    assert counts[0] == counts[1]


def test_bench_accepts_a_suggestion_and_saves_nothing(coder, visit):
    page = coder.post(at("bench", visit), sheet((), (("99214", "", "1", ""),), do="add:I10"))
    assert page.context["sheet"].bench.diagnoses == ("I10",)
    assert page.context["sheet"].bench.lines[0].pointers == "A"
    assert not Draft.objects.exists()


def test_bench_swaps_its_parts_for_htmx(coder, visit):
    page = coder.post(at("bench", visit), sheet(do="line"), **HTMX)
    text = page.content.decode()
    assert "<html" not in text
    assert 'name="line-1-procedure_code"' in text
    assert 'data-focus-on="id_line-1-procedure_code"' in text
    assert 'id="note"' in text


@pytest.mark.parametrize("units", ["NaN", "-1", "1e999999", "999999999"])
def test_bench_prices_no_line_whose_units_cannot_be(coder, visit, units):
    for address in ("bench", "signature"):
        page = coder.post(at(address, visit), sheet(lines=(("99214", "", units, "A"),)))
        assert page.status_code in (200, 422)
        assert page.context["checked"].total == 0
        assert "Units " in page.content.decode()


@pytest.mark.parametrize("address", ["bench", "hits", "draft", "signature"])
def test_bench_takes_no_text_that_no_keyboard_makes(coder, visit, address):
    for name in ("q", "dx-0-code", "line-0-procedure_code"):
        assert coder.post(at(address, visit), sheet() | {name: "a\x00b"}).status_code == 400
    assert not Draft.objects.exists()


def test_bench_checks_what_is_typed_beside_each_line(coder, visit):
    sent = sheet(lines=(("99214", "", "1", "B"),))
    text = coder.post(at("bench", visit), sent, **HTMX).content.decode()
    assert "There is no diagnosis 2." in text
    assert "$210.00" in text
    assert 'id="verdict"' in text
    assert 'name="line-0-procedure_code"' not in text


def test_bench_searches_without_a_script(coder, visit):
    page = coder.post(at("bench", visit), sheet((), do="", q="diabetes"))
    assert [hit.code for hit in page.context["hits"]] == ["E119"]


def test_bench_survives_nonsense(coder, visit):
    for sent in ({}, {"do": "up:x"}, {"do": "drop:99"}, sheet(do="point:0:Z"), {"line-TOTAL_FORMS": "x"}):
        assert coder.post(at("bench", visit), sent).status_code == 200


def test_hits_are_valid_on_the_day_of_service(coder, visit):
    text = coder.post(at("hits", visit), {"q": "htn"}, **HTMX).content.decode()
    assert "Essential (primary) hypertension" in text
    assert "No billable code" in coder.post(at("hits", visit), {"q": "zzz"}, **HTMX).content.decode()


def test_draft_keeps_what_was_typed_and_comes_back(coder, visit):
    sent = sheet(lines=(("9921", "25", "1", "A"), ("", "", "1", "")))
    assert coder.post(at("draft", visit), sent).status_code == 302
    page = coder.get(at("encounter", visit))
    bench = page.context["sheet"].bench
    assert (bench.diagnoses, [line.procedure_code for line in bench.lines]) == (("I10",), ["9921"])
    visit.refresh_from_db()
    assert visit.status == EncounterStatus.OPEN


def test_draft_changed_meanwhile_is_shown_and_not_overwritten(coder, visit):
    coder.post(at("draft", visit), sheet(("E119",)))
    refused = coder.post(at("draft", visit), sheet(("I10",)))
    assert refused.status_code == 422
    assert refused.context["theirs"].diagnoses == ("E119",)
    assert refused.context["their_diagnoses"][0][0] == "E11.9"
    assert Draft.objects.get().content["diagnoses"] == ["E119"]
    again = sheet(("I10",), draft_version=str(refused.context["draft_version"]))
    assert coder.post(at("draft", visit), again).status_code == 302
    assert Draft.objects.get().content["diagnoses"] == ["I10"]


def test_signature_with_an_accident_in_a_mistyped_year_is_refused(coder, visit):
    sent = sheet() | {"visit-related_cause": "AA", "visit-accident_date": "0026-03-01", "reason": "fine"}
    refused = coder.post(at("signature", visit), sent)
    assert refused.status_code == 422
    assert "Date of accident: Check the year" in refused.content.decode()


def test_signature_with_warnings_names_them_first(coder, visit):
    refused = coder.post(at("signature", visit), sheet(lines=(("99214", "", "2", "A"),)))
    assert refused.status_code == 422
    summary = refused.content.decode().split("Not signed: 1 warning")[1].split("</div>")[0]
    assert "A visit is billed as one unit a day." in summary


def test_empty_bench_takes_the_draft_away(coder, visit):
    coder.post(at("draft", visit), sheet())
    coder.post(at("draft", visit), sheet((), (), draft_version="1"))
    assert not Draft.objects.exists()


def test_signature_codes_the_visit_and_goes_on_to_the_next(coder, visit, practice):
    other = EncounterFactory(practice=practice)
    place = {"from": reverse("coding:queue"), "at": "0"}
    answer = coder.post(at("signature", visit), sheet(("I10", "E119"), (("99214", "", "1", "AB"),)) | place)
    visit.refresh_from_db()
    assert visit.status == EncounterStatus.CODED
    assert list(visit.service_lines.values_list("procedure_code", "pointers")) == [("99214", [1, 2])]
    assert "open=next" in answer.url
    assert coder.get(answer.url).url.startswith(at("encounter", other))


def test_signature_takes_the_circumstances(coder, visit):
    told = {"visit-related_cause": "AA", "visit-accident_date": "2026-03-01", "visit-accident_state": "TX"}
    assert coder.post(at("signature", visit), sheet() | told).status_code == 302
    visit.refresh_from_db()
    assert (visit.related_cause, visit.accident_state) == ("AA", "TX")


def test_signature_is_refused_with_every_error(coder, visit):
    answer = coder.post(at("signature", visit), sheet(("E11", "ZZZ"), (("88888", "", "1", "C"),)))
    assert answer.status_code == 422
    edits = sorted({finding.edit for finding in answer.context["checked"].errors})
    assert edits == ["D02", "L06", "L07"]
    visit.refresh_from_db()
    assert visit.status == EncounterStatus.OPEN


def test_signature_passes_warnings_with_a_reason(coder, visit):
    lines = (("99214", "", "1", "A"), ("20610", "", "1", "A"))
    refused = coder.post(at("signature", visit), sheet(lines=lines))
    assert (refused.status_code, refused.context["refused"]) == (422, "reason")
    assert (
        coder.post(at("signature", visit), sheet(lines=lines, reason="One problem only")).status_code == 302
    )
    signed = AuditEvent.objects.get(verb="encounter.status", subject_id=visit.pk)
    assert signed.why == "L10: One problem only"


def test_signature_of_a_misread_circumstance_is_refused(coder, visit):
    answer = coder.post(at("signature", visit), sheet() | {"visit-accident_date": "soon"})
    assert (answer.status_code, answer.context["refused"]) == (422, "circumstances")


def test_signature_comes_too_late(coder, visit):
    line = CodedLine(procedure_code="99214", pointers=[1])
    code_encounter(encounter=visit, diagnoses=["I10"], lines=[line], by=UserFactory(), now=NOW)
    for name in ("signature", "draft"):
        answer = coder.post(at(name, visit), sheet(), follow=True)
        assert "not open any more" in answer.content.decode()


@pytest.mark.parametrize("name", ["bench", "draft", "signature", "hits"])
def test_only_coders_of_the_practice_work_on_it(signed_in, visit, name):
    reader = signed_in(Role.BILLER, Role.AUDITOR)
    assert reader.post(at(name, visit), sheet()).status_code == 403
    assert reader.get(at("encounter", visit)).templates[0].name == "coding/encounter.html"


def test_visit_of_another_practice_is_not_there(coder, prices):
    other = EncounterFactory.build(practice=PracticeFactory())
    assert coder.get(at("encounter", other)).status_code == 404
