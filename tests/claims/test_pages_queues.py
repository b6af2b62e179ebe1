"""The biller's queues: what they show, whom they let in, and what a bulk act does."""

import csv
import datetime as dt
from io import StringIO

import pytest
from django.urls import reverse

from claims.actions.submission import send_batch
from claims.models import Batch, Claim, StatusInquiry
from claims.states import ClaimStatus
from patients.models import Patient
from practice.models import Role
from rcm.db import practice_scope
from rcm.models import BulkWork
from tests.claims.pages import held_claim, person, rejected_claim, sent, text_of
from tests.claims.scenes import built_claim
from tests.conftest import NOW
from tests.factories import (
    ConnectionFactory,
    EnrollmentFactory,
    MembershipFactory,
    PracticeFactory,
    UserFactory,
)

pytestmark = pytest.mark.slow

QUEUES = ("ready", "held", "rejected", "silent", "out", "list", "batches")


@pytest.fixture
def biller(client, practice):
    return person(client, practice, Role.BILLER)


@pytest.mark.parametrize("name", QUEUES)
def test_queue_is_empty_in_words_and_answers_htmx_with_its_list(biller, name):
    url = reverse(f"claims:{name}")
    whole = biller.get(url)
    part = biller.get(url, headers={"HX-Request": "true"})
    assert (whole.status_code, part.status_code) == (200, 200)
    assert "empty-words" in whole.content.decode()
    assert "<html" not in part.content.decode()


@pytest.mark.parametrize("name", QUEUES)
def test_queue_refuses_whom_it_does_not_concern(client, practice, name):
    assert person(client, practice, Role.FRONT_DESK).get(reverse(f"claims:{name}")).status_code == 403


@pytest.mark.parametrize("name", ["ready", "held", "rejected", "silent", "out"])
def test_bulk_is_not_for_those_who_only_read(client, practice, name):
    reader = person(client, practice, Role.AUDITOR, Role.MANAGER)
    assert reader.get(reverse(f"claims:{name}")).status_code == 200
    assert reader.post(reverse(f"claims:{name}_bulk"), {"act": "scrub"}).status_code == 403


@pytest.mark.parametrize("name", ["ready", "held", "list"])
def test_queue_asks_the_database_as_often_for_one_claim_as_for_three(
    biller, practice, connection, django_assert_max_num_queries, name
):
    make = held_claim if name == "held" else built_claim
    make(practice)
    biller.get(reverse(f"claims:{name}"))
    with django_assert_max_num_queries(40) as one:
        biller.get(reverse(f"claims:{name}"))
    make(practice)
    make(practice)
    with django_assert_max_num_queries(len(one)):
        shown = biller.get(reverse(f"claims:{name}"))
    assert shown.content.decode().count("data-row") == 3


def test_held_says_why_and_previews_the_rule_and_where_to_fix_it(biller, practice, connection):
    claim = held_claim(practice)
    page = biller.get(reverse("claims:held")).content.decode()
    assert "C02" in page
    assert "The member id does not have the form this payer uses." in page
    preview = biller.get(reverse("claims:held"), {"preview": claim.public_id}).content.decode()
    assert "A member id in the payer&#x27;s own form" in preview
    assert "loop 2010BA, NM109" in preview
    assert (
        reverse(
            "patients:coverage_correction", args=[claim.encounter.patient.public_id, claim.coverage.public_id]
        )
        in preview
    )


def test_held_scrubs_the_ticked_claims_again(biller, practice, connection):
    claim, other = held_claim(practice), held_claim(practice)
    claim.coverage.member_number = "BPK900112233"
    claim.coverage.save()
    ticked = {"act": "scrub", "selected": [claim.public_id, other.public_id]}
    assert b"goes through every edit again" in biller.post(reverse("claims:held_bulk"), ticked).content
    biller.post(reverse("claims:held_bulk"), {**ticked, "confirmed": "1"})
    assert [words for _, _, words in BulkWork.objects.get().outcomes] == ["Ready to send.", "Still held."]


def test_rejected_names_who_turned_it_down_with_code_and_words(
    biller, practice, connection, clearinghouse, drain
):
    claim = rejected_claim(practice, drain, connection)
    page = biller.get(reverse("claims:rejected")).content.decode()
    assert claim.control_number in page
    assert "277CA A7:21" in page
    assert "Rejected: information invalid" in page
    assert claim.control_number not in biller.get(reverse("claims:held")).content.decode()


def test_silent_claims_are_asked_about(biller, practice, connection, clearinghouse, drain, frozen):
    sent(practice, drain)
    frozen.advance(dt.timedelta(days=31))
    claim = Claim.objects.get()
    page = biller.get(reverse("claims:silent")).content.decode()
    assert claim.control_number in page
    assert "4 weeks" in page
    ticked = {"act": "ask", "selected": [claim.public_id], "confirmed": "1"}
    biller.post(reverse("claims:silent_bulk"), ticked)
    assert StatusInquiry.objects.get().claim == claim


def test_asking_about_a_claim_that_was_decided_meanwhile_is_refused_in_words(
    biller, practice, connection, clearinghouse, drain
):
    sent(practice, drain)
    claim = Claim.objects.get()
    Claim.objects.filter(pk=claim.pk).update(status=ClaimStatus.PAID)
    answer = biller.post(reverse("claims:inquiry", args=[claim.public_id]), follow=True)
    assert b"It is not with a payer" in answer.content


def test_sending_shows_first_what_will_go_out(biller, practice, connection, clearinghouse, drain):
    claims = [built_claim(practice), built_claim(practice)]
    ticked = {"act": "send", "selected": [claim.public_id for claim in claims]}
    page = text_of(biller.post(reverse("claims:ready_bulk"), ticked))
    for said in ("Send 2 claims", "Example Clearinghouse", "2 claims, $540.00, in 1 transaction", "BluePeak"):
        assert said in page
    assert not Batch.objects.exists()
    answer = biller.post(reverse("claims:ready_bulk"), {**ticked, "confirmed": "1"})
    batch = Batch.objects.get()
    assert answer["Location"] == reverse("claims:batch", args=[batch.public_id])
    assert (batch.claim_count, batch.submissions.count()) == (2, 2)
    drain()
    page = biller.get(answer["Location"]).content.decode()
    assert "Delivered, not acknowledged" in page
    assert claims[0].control_number in page


def test_sending_says_what_will_stay_behind(biller, practice, connection):
    claim = built_claim(practice, member_number="BPK-?")
    claim.coverage.payer.member_number_pattern = "BPK[0-9]{9}"
    claim.coverage.payer.save()
    ticked = {"act": "send", "all": "1"}
    page = text_of(biller.post(reverse("claims:ready_bulk"), ticked))
    assert "no longer passes the edits and will be held" in page
    answer = biller.post(reverse("claims:ready_bulk"), {**ticked, "confirmed": "1"}, follow=True)
    assert b"It no longer passes the edits" in answer.content
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.HELD


def test_sending_without_a_connection_is_refused_in_words(biller, practice):
    built_claim(practice)
    page = biller.post(reverse("claims:ready_bulk"), {"act": "send", "all": "1"}).content.decode()
    assert "no clearinghouse connection in use" in page


def test_sending_goes_out_in_one_file_per_practice(client, practice, connection):
    other = PracticeFactory(organization=practice.organization)
    user = UserFactory(member_of=practice)
    with practice_scope([practice.pk, other.pk]):
        MembershipFactory(user=user, practice=other)
        client.force_login(user)
        ConnectionFactory(practice=other, sender_number="OTHER01")
        mine = built_claim(practice)
        EnrollmentFactory(practice=other, payer=mine.coverage.payer)
        claims = [mine, built_claim(other)]
        answer = client.post(reverse("claims:ready_bulk"), {"act": "send", "all": "1", "confirmed": "1"})
        assert answer["Location"] == reverse("claims:batches")
        carried = {batch.practice: batch.submissions.get().claim for batch in Batch.objects.all()}
    assert carried == dict(zip((practice, other), claims, strict=True))


def test_sending_other_acts_and_nothing_ticked(biller, practice, connection):
    claim = built_claim(practice)
    none = biller.post(reverse("claims:ready_bulk"), {"act": "send", "selected": ["x"]}, follow=True)
    assert b"No claim was ticked" in none.content
    asked = biller.post(reverse("claims:ready_bulk"), {"act": "scrub", "selected": [claim.public_id]})
    assert b"Scrub again" in asked.content


def test_all_claims_filter_by_status_payer_and_provider(biller, practice, connection):
    ready, held = built_claim(practice), held_claim(practice)
    listed = reverse("claims:list")
    only = biller.get(listed, {"status": "held"}).content.decode()
    assert held.control_number in only
    assert ready.control_number not in only
    for name, row in (("payer", ready.coverage.payer), ("provider", ready.encounter.rendering_provider)):
        assert ready.control_number in biller.get(listed, {name: row.public_id}).content.decode()
    later = (NOW + dt.timedelta(days=5)).date().isoformat()
    assert ready.control_number not in biller.get(listed, {"since": later}).content.decode()


@pytest.mark.parametrize("name", ["list", "out"])
def test_file_says_of_each_claim_what_its_row_says(
    biller, practice, connection, clearinghouse, drain, django_assert_max_num_queries, name
):
    first = sent(practice, drain, 3).submissions.first().claim
    Patient.objects.filter(pk=first.encounter.patient_id).update(
        suffix="Jr", middle_name="Rosé", first_name=""
    )
    url = reverse(f"claims:{name}")
    with django_assert_max_num_queries(25):
        file = biller.get(url, {"export": "csv"}).content.decode("utf-8-sig")
    lines = list(csv.DictReader(StringIO(file)))
    rows = {row.label: row for row in biller.get(url).context["listing"].shown}
    assert [line["Claim"] for line in lines] == list(rows)
    assert len(lines) == 3
    for line in lines:
        row = rows[line["Claim"]]
        said = {cell.column.label: cell.text for cell in row.cells if cell.column.kind in ("text", "status")}
        assert {label: line[label] for label in said} == said
        claim = Claim.objects.get(control_number=line["Claim"])
        assert line["Charge"] == str(claim.total_charge)
        assert line["Visit"] == str(claim.encounter.service_date)
    assert {"Ellison Jr, Rosé"} < {line["Patient"] for line in lines}


def test_file_of_held_claims_has_patient_payer_deadline_and_every_reason(biller, practice, connection):
    claim = held_claim(practice)
    file = biller.get(reverse("claims:held"), {"export": "csv"}).content.decode("utf-8-sig")
    [line] = csv.DictReader(StringIO(file))
    assert line["Patient"] == claim.encounter.patient.listed_name
    assert line["Payer"] == claim.coverage.payer.name
    assert "File by" in line
    reasons = [
        f"{each.edit} {each.message}" for each in claim.findings.filter(cleared_at=None).order_by("pk")
    ]
    assert line["Held because"] == "; ".join(reasons)


def test_a_file_on_its_way_has_nothing_accepted(biller, practice, connection):
    batch = send_batch(practice=practice, claims=[built_claim(practice)], by=None, now=NOW)
    page = " ".join(biller.get(reverse("claims:batch", args=[batch.public_id])).content.decode().split())
    assert "<dt>Accepted</dt> <dd>0</dd>" in page
    assert "<dt>Not answered yet</dt> <dd>1</dd>" in page


def test_batches_tell_which_file_waits_for_its_acknowledgment(
    biller, practice, connection, clearinghouse, drain
):
    batch = sent(practice, drain)
    waiting = biller.get(reverse("claims:batches"), {"waits": "no"}).content.decode()
    assert batch.reference in waiting
    assert batch.reference not in biller.get(reverse("claims:batches"), {"waits": "yes"}).content.decode()


def test_search_finds_claims_by_number_and_by_the_patient_s_name(biller, practice, connection):
    claim = built_claim(practice)
    for words in (claim.control_number[:6], "Ellis", "Ellison, Marg"):
        found = biller.post("/search/", {"q": words}).content.decode()
        assert claim.control_number in found, words
        assert reverse("claims:claim", args=[claim.public_id]) in found


def test_rail_counts_what_waits(biller, practice, connection):
    built_claim(practice)
    held_claim(practice)
    page = biller.get("/rail/").content.decode()
    for label in ("Ready to send", "Held", "Rejected", "No response", "All claims", "Exchange"):
        assert label in page
