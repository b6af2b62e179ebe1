"""One claim as a page: what it shows, what can be done with it, and the files about it."""

import datetime as dt
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils.html import escape

from claims.actions.status import ask_about_claim
from claims.models import Claim, Finding, Frequency
from claims.queries import lines_of
from claims.states import ClaimStatus
from clearinghouse import gateway
from clearinghouse.actions.inbound import receive_file
from clearinghouse.models import Document
from practice.models import Role
from rcm.db import practice_scope
from rcm.models import Assignment, AuditEvent
from tests.claims.answers import ack_277ca, answering_999, of, report, status_277, ta1
from tests.claims.pages import denied_claim, held_claim, page_of, person, rejected_claim, sent, text_of
from tests.claims.scenes import built_claim
from tests.conftest import NOW
from tests.factories import ConnectionFactory, EncounterFactory, PracticeFactory, UserFactory

pytestmark = pytest.mark.slow


@pytest.fixture
def biller(client, practice):
    return person(client, practice, Role.BILLER)


def shown(browser, claim: Claim) -> str:
    return text_of(browser.get(page_of(claim)))


def test_claim_shows_its_facts_lines_and_next_step(biller, practice, connection):
    claim = built_claim(practice)
    page = shown(biller, claim)
    for said in (
        claim.control_number,
        "Margaret R Ellison",
        "BluePeak Health Plan",
        "BPK900112233",
        "$270.00",
        "It passed every edit.",
        "Send to the payer",
        "A I10, B R00.2",
        "Essential (primary) hypertension",
        "Visit coded",
    ):
        assert said in page, said
    assert AuditEvent.objects.get(verb="claim.read").subject_id == claim.pk


def test_claim_is_read_without_its_buttons_by_those_who_only_read(client, practice, connection):
    claim = built_claim(practice)
    page = shown(person(client, practice, Role.CODER), claim)
    assert "Send to the payer" not in page
    assert reverse("claims:submission", args=[claim.public_id]) not in page


def test_claim_is_hidden_from_others(client, practice, connection):
    claim = built_claim(practice)
    assert person(client, practice, Role.FRONT_DESK).get(page_of(claim)).status_code == 403
    other = PracticeFactory()
    with practice_scope([other.pk]):
        stranger = person(client, other, Role.BILLER)
    assert stranger.get(page_of(claim)).status_code == 404


@pytest.mark.parametrize("name", ["scrub", "submission", "inquiry", "correction", "voiding"])
def test_acts_are_for_billers(client, practice, connection, name):
    claim = built_claim(practice)
    reader = person(client, practice, Role.AUDITOR, Role.MANAGER, Role.CODER)
    assert reader.post(page_of(claim, f"claims:{name}")).status_code == 403


def test_claim_asks_the_database_a_constant_number_of_times(
    biller, practice, connection, clearinghouse, drain, django_assert_max_num_queries
):
    batch = sent(practice, drain)
    claim = Claim.objects.get()
    biller.get(page_of(claim))
    with django_assert_max_num_queries(45):
        biller.get(page_of(claim))
    content = ack_277ca(batch.reference, of([claim], "A1"))
    receive_file(connection=connection, name="1.x12", content=content, now=NOW)
    drain()
    with django_assert_max_num_queries(47):
        biller.get(page_of(claim))


def test_scrubbing_a_claim_that_is_still_held_stays_on_it_and_says_why(biller, practice, connection):
    claim = held_claim(practice)
    answer = biller.post(page_of(claim, "claims:scrub"), follow=True)
    page = text_of(answer)
    assert answer.redirect_chain == [(page_of(claim), 302)]
    assert "is still held" in page
    assert "The member id does not have the form this payer uses." in page
    assert "Our edit C02, version 1" in page


def test_scrubbing_a_claim_that_passes_goes_on_to_the_next_of_the_queue(biller, practice, connection):
    claim, following = held_claim(practice), held_claim(practice)
    claim.coverage.payer.member_number_pattern = ""
    claim.coverage.payer.save()
    queue = reverse("claims:held")
    answer = biller.post(page_of(claim, "claims:scrub"), {"from": queue, "at": "0"}, follow=True)
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.READY
    assert answer.redirect_chain[-1][0].startswith(page_of(following))


def test_scrubbing_a_claim_that_is_out_is_refused_in_words(
    biller, practice, connection, clearinghouse, drain
):
    sent(practice, drain)
    answer = biller.post(page_of(Claim.objects.get(), "claims:scrub"), follow=True)
    assert b"It has left our hands" in answer.content


def test_sending_one_claim(biller, practice, connection):
    claim = built_claim(practice)
    answer = biller.post(page_of(claim, "claims:submission"), follow=True)
    assert b"is on its way in batch" in answer.content
    assert b"It is on its way to the clearinghouse." in answer.content
    again = biller.post(page_of(claim, "claims:submission"), follow=True)
    assert b"It is not ready any more. Nothing was sent." in again.content


def test_asking_the_payer(biller, practice, connection, clearinghouse, drain, frozen):
    sent(practice, drain)
    claim = Claim.objects.get()
    frozen.advance(dt.timedelta(days=31))
    assert "for longer than the contract gives it" in shown(biller, claim)
    answer = biller.post(page_of(claim, "claims:inquiry"), follow=True)
    assert b"is on its way. The answer appears on the claim." in answer.content
    assert b"Payer asked (276)" in answer.content


def test_a_rejected_claim_tells_the_whole_story(biller, practice, connection, clearinghouse, drain):
    claim = rejected_claim(practice, drain, connection)
    page = shown(biller, claim)
    for said in (
        "What stops it",
        "277CA A7:21",
        "The claim was turned down before the payer judged it.",
        "Claim acknowledgment (277CA)",
        "The claim is now rejected.",
        "It was turned down before anybody judged it",
        "Queued in batch",
        "Delivered to the clearinghouse",
    ):
        assert said in page, said


def test_a_denied_claim_asks_for_a_correction(biller, practice, connection, clearinghouse, drain):
    claim = denied_claim(practice, drain)
    page = shown(biller, claim)
    assert "The payer denied it. Correct it if it was billed wrongly" in page
    assert "Correct the claim" in page
    assert "Remittance (835)" in page


def test_a_denied_claim_of_a_payer_without_replacements_does_not(
    biller, practice, connection, clearinghouse, drain
):
    claim = denied_claim(practice, drain)
    claim.coverage.payer.takes_replacements = False
    claim.coverage.payer.save()
    assert "This payer takes no corrected claims. Appeal" in shown(biller, claim)
    answer = biller.get(page_of(claim, "claims:correction"), follow=True)
    assert b"This payer takes no corrected claims. Ask it to reopen the claim" in answer.content


def test_the_second_person_is_told_who_is_there(biller, client, practice, connection):
    claim = built_claim(practice)
    shown(biller, claim)
    taker = UserFactory(first_name="Ana", last_name="Silva")
    Assignment.objects.create(
        practice_id=practice.pk,
        subject_label="claims.Claim",
        subject_id=claim.pk,
        taken_by=taker,
        taken_at=NOW,
    )
    page = shown(person(client, practice, Role.BILLER), claim)
    assert "Dana Reyes is looking at it too." in page
    assert "Ana Silva has it since" in page


# --- Files -------------------------------------------------------------------------------------------------


def test_the_claim_as_sent_shows_its_own_segments_only(biller, practice, connection, clearinghouse, drain):
    batch = sent(practice, drain, count=2)
    one, other = Claim.objects.order_by("pk")
    submission = one.submissions.get()
    page = biller.get(
        reverse("claims:sent_file", args=[one.public_id, submission.public_id])
    ).content.decode()
    for said in (
        f"As sent in batch {batch.reference}",
        "Claim information",
        "Loop 2300",
        "Place of service",
        "Office",
    ):
        assert said in page, said
    assert one.control_number in page
    assert other.control_number not in page
    assert reverse("clearinghouse:interchange", args=[batch.interchange.public_id]) in page


def test_answers_show_what_they_say_of_the_claim(biller, practice, connection, clearinghouse, drain):
    batch = sent(practice, drain, count=2)
    one, other = Claim.objects.order_by("pk")
    files = (
        ta1(batch, "A"),
        answering_999(batch, {"0001": "A"}, acceptance="A"),
        ack_277ca(batch.reference, of([one, other], "A2")),
    )
    for number, content in enumerate(files):
        receive_file(connection=connection, name=f"{number}.x12", content=content, now=NOW)
    drain()
    said = {event.kind: event for event in one.status_events.all()}
    assert set(said) == {"TA1", "999", "277CA"}
    for kind, words in (
        ("TA1", "Interchange answered"),
        ("999", "Verdict on the transaction"),
        ("277CA", "Accepted into adjudication"),
    ):
        page = biller.get(
            reverse("claims:answer", args=[one.public_id, said[kind].public_id])
        ).content.decode()
        assert words in page, kind
        assert other.control_number not in page


def test_the_question_to_the_payer_can_be_read(
    biller, practice, connection, clearinghouse, drain, monkeypatch
):
    sent(practice, drain)
    claim = Claim.objects.get()
    connection.realtime_url = "https://payer.example/core"
    connection.save(update_fields=["realtime_url"])
    inquiry = ask_about_claim(claim=claim, by=None, now=NOW)
    answer = status_277(inquiry.trace_number, report("P1"), icn="NSH1")
    monkeypatch.setattr(gateway, "ask", lambda _connection, _question: answer)
    drain()
    page = biller.get(reverse("claims:question", args=[claim.public_id, inquiry.public_id])).content.decode()
    assert "Claim status question" in page
    assert inquiry.trace_number in page
    event = claim.status_events.get(kind="277")
    page = biller.get(reverse("claims:answer", args=[claim.public_id, event.public_id])).content.decode()
    assert "Pending: in process" in page


def test_files_of_another_claim_are_not_found(biller, practice, connection, clearinghouse, drain):
    sent(practice, drain)
    claim = Claim.objects.get()
    other = built_claim(practice)
    url = reverse("claims:sent_file", args=[other.public_id, claim.submissions.get().public_id])
    assert biller.get(url).status_code == 404


# --- Correction --------------------------------------------------------------------------------------------


def entered(claim: Claim, **changed: str) -> dict[str, str]:
    """The correction form as the page shows it, with some fields changed."""
    fields = {
        "authorization_number": claim.authorization_number,
        "note": claim.note,
        "diagnosis_codes": " ".join(claim.diagnosis_codes),
    }
    for line in lines_of(claim):
        fields[f"modifiers_{line.position}"] = " ".join(line.modifiers)
        fields[f"pointers_{line.position}"] = " ".join("ABCDEFGHIJKL"[each - 1] for each in line.pointers)
    return fields | changed


def test_a_claim_in_our_hands_is_changed_in_place(biller, practice, connection):
    claim = built_claim(practice)
    assert b"it is changed in place" in biller.get(page_of(claim, "claims:correction")).content
    change = entered(claim, authorization_number="AUTH1", modifiers_1="25", pointers_1="B")
    biller.post(page_of(claim, "claims:correction"), change)
    claim.refresh_from_db()
    assert (claim.authorization_number, claim.status) == ("AUTH1", ClaimStatus.READY)
    line = claim.lines.get(position=1)
    assert (line.modifiers, line.pointers) == (["25"], [2])


def test_lines_keep_the_diagnoses_they_mean_when_the_order_changes(biller, practice, connection):
    claim = built_claim(practice)
    first, *rest = claim.diagnosis_codes
    meant = [claim.diagnosis_codes[each - 1] for each in claim.lines.get(position=1).pointers]
    url = page_of(claim, "claims:correction")
    form = biller.get(url).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    biller.post(url, shown | {"diagnosis_codes": " ".join([*rest, first])})
    claim.refresh_from_db()
    assert claim.diagnosis_codes == [*rest, first]
    assert [claim.diagnosis_codes[each - 1] for each in claim.lines.get(position=1).pointers] == meant


def test_a_line_changed_in_another_tab_is_not_overwritten(biller, practice, connection):
    claim = built_claim(practice)
    url = page_of(claim, "claims:correction")
    form = biller.get(url).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    biller.post(url, shown | {"modifiers_1": "25"})
    answer = biller.post(url, shown | {"note": "see card"})
    assert answer.status_code == 422
    assert "Somebody changed this record" in answer.content.decode()
    assert claim.lines.get(position=1).modifiers == ["25"]


def test_the_edit_shows_what_stops_the_claim_and_leads_back_to_the_queue(biller, practice, connection):
    claim = built_claim(practice)
    place = {"from": "/claims/held/?sort=charge", "at": "0"}
    url = page_of(claim, "claims:correction")
    held = biller.post(url, entered(claim, diagnosis_codes="V00.01 I10") | place)
    assert held.url == f"{page_of(claim)}?{urlencode(place)}"
    record = biller.get(held.url).content.decode()
    way = escape(f"{url}?{urlencode(place)}")
    assert record.index(f'class="btn btn-primary"\n        href="{way}"') > 0
    page = biller.get(f"{url}?{urlencode(place)}").content.decode()
    assert "What stops it" in page
    assert "Put the" in page
    assert escape(f"{page_of(claim)}?{urlencode(place)}") in page
    assert "claim.diagnosis_codes" not in record
    saved = biller.post(url, entered(claim, note="x") | place)
    assert saved.url.startswith("/claims/held/?sort=charge&open=next")


def test_a_change_that_an_edit_stops_is_kept_and_said(biller, practice, connection):
    claim = built_claim(practice)
    answer = biller.post(
        page_of(claim, "claims:correction"), entered(claim, diagnosis_codes="V00.01 I10"), follow=True
    )
    assert b"is changed, and still held" in answer.content


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "Nothing was changed"),
        ({"diagnosis_codes": "nonsense"}, "does not have the form of an ICD-10-CM code"),
        ({"diagnosis_codes": ""}, "This field is required"),
        ({"diagnosis_codes": " ".join(f"R{n:02d}" for n in range(13))}, "twelve diagnoses at most"),
        ({"pointers_1": "F"}, "F: not among the diagnoses"),
        ({"pointers_1": "?"}, "?: not among the diagnoses"),
        ({"pointers_1": "0 13 ²"}, "0 13 ²: not among the diagnoses"),
        ({"pointers_1": "Z99.9 A"}, "Z99.9: not among the diagnoses"),
        ({"pointers_1": "1 2 1 2 1"}, "four diagnoses at most"),
        ({"modifiers_1": "255"}, "four modifiers of two characters"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_the_form(biller, practice, connection, changed, words):
    claim = built_claim(practice)
    answer = biller.post(page_of(claim, "claims:correction"), entered(claim, **changed))
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_decided_claim_is_corrected_by_a_new_one_after_a_preview(
    biller, practice, connection, clearinghouse, drain
):
    claim = denied_claim(practice, drain)
    url = page_of(claim, "claims:correction")
    assert "names the payer&#x27;s number ICN0001" in biller.get(url).content.decode().replace("'", "&#x27;")
    assert biller.post(url, entered(claim, modifiers_1="25")).status_code == 422  # no reason given
    change = entered(claim, modifiers_1="25", why="modifier was missing")
    preview = biller.post(url, change).content.decode()
    for said in ("What will happen", "frequency 7", "ICN0001", "(none)", "25"):
        assert said in preview, said
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.DENIED
    answer = biller.post(url, change | {"confirmed": "1"}, follow=True)
    version = Claim.objects.get(replaces=claim)
    assert (version.frequency, version.original_reference_number) == (Frequency.REPLACEMENT, "ICN0001")
    assert answer.redirect_chain[-1][0] == page_of(version)
    page = answer.content.decode()
    assert "Versions" in page
    assert claim.control_number in page
    assert AuditEvent.objects.get(verb="claim.corrected").why == "modifier was missing"
    again = biller.get(url, follow=True)
    assert b"Another version stands in its place" in again.content


def test_voiding_a_claim_that_was_not_sent(biller, practice, connection):
    claim = built_claim(practice)
    url = page_of(claim, "claims:voiding")
    assert b"never goes out" in biller.get(url).content
    assert biller.post(url, {"why": ""}).status_code == 422
    answer = biller.post(url, {"why": "no show"}, follow=True)
    assert b"is voided and will not be sent" in answer.content
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.VOIDED


def test_voiding_a_decided_claim_makes_one_that_takes_it_back(
    biller, practice, connection, clearinghouse, drain
):
    claim = denied_claim(practice, drain)
    url = page_of(claim, "claims:voiding")
    assert b"frequency 8" in biller.get(url).content
    answer = biller.post(url, {"why": "another patient"}, follow=True)
    version = Claim.objects.get(replaces=claim)
    assert version.frequency == Frequency.VOID
    assert b"Send it next" in answer.content

    Claim.objects.filter(pk=version.pk).update(status=ClaimStatus.HELD)
    Finding.objects.create(practice=practice, claim=version, edit="D03", message="Order", found_at=NOW)
    page = biller.get(page_of(version)).content.decode()
    assert "Order" in page
    assert page_of(version, "claims:correction") not in page, "a void is sent as it is"


def test_a_claim_that_is_out_cannot_be_corrected_or_voided(
    biller, practice, connection, clearinghouse, drain
):
    sent(practice, drain)
    claim = Claim.objects.get()
    for name in ("claims:correction", "claims:voiding"):
        answer = biller.get(page_of(claim, name), follow=True)
        assert b"The payer has the claim and has not decided." in answer.content


def test_a_decided_claim_without_the_payer_s_number_cannot(
    biller, practice, connection, clearinghouse, drain
):
    claim = denied_claim(practice, drain)
    Claim.objects.filter(pk=claim.pk).update(payer_control_number="")
    answer = biller.get(page_of(claim, "claims:voiding"), follow=True)
    assert b"The payer&#x27;s number of the claim is not known" in answer.content


# --- Slots -------------------------------------------------------------------------------------------------


def test_slots_list_a_patient_s_and_a_visit_s_claims(client, practice, connection, clearinghouse, drain):
    batch = sent(practice, drain)
    claim = Claim.objects.get()
    desk = person(client, practice, Role.FRONT_DESK)
    for name, of_whom in (("patient_slot", claim.encounter.patient), ("encounter_slot", claim.encounter)):
        part = desk.get(reverse(f"claims:{name}", args=[of_whom.public_id])).content.decode()
        assert claim.control_number in part
        assert page_of(claim) not in part
    biller = person(client, practice, Role.BILLER)
    part = biller.get(
        reverse("claims:patient_slot", args=[claim.encounter.patient.public_id])
    ).content.decode()
    assert page_of(claim) in part
    file = biller.get(reverse("claims:interchange_slot", args=[batch.interchange.public_id])).content.decode()
    assert batch.reference in file
    assert Document.objects.count() == 0


def test_slots_say_when_there_is_nothing(client, practice):
    ConnectionFactory(practice=practice)
    visit = EncounterFactory(practice=practice)
    part = person(client, practice, Role.BILLER).get(reverse("claims:encounter_slot", args=[visit.public_id]))
    assert b"No claim yet" in part.content
