"""The pages of remittances: the lists, the balance proof, and matching by hand."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.models import Remittance, RemittanceClaim
from billing.queries import prove
from billing.rules.advice import Advice, ClaimAdvice, LineAdvice
from billing.rules.by_hand import ByHand, as_told
from coding.models import CodeSystem
from practice.models import Role
from rcm.models import AuditEvent
from tests.billing.scenario import D, billed_visit, taken_in, text_835
from tests.factories import CodeFactory

pytestmark = pytest.mark.slow

BODY = (
    "CLP*{number}*1*150*90*20*12*ICN1*11*1~NM1*QC*1*ELLISON*MARGARET~"
    "SVC*HC:99213*150*90**1~DTM*472*20260310~CAS*CO*45*40~CAS*PR*3*20~REF*6R*{line}~"
)


def advice(number="A1", line="A11", trace="EFT1", paid="90", beside=""):
    return text_835(BODY.format(number=number, line=line) + beside, paid=paid, trace=trace)


@pytest.fixture
def biller(staff):
    return staff(Role.BILLER, first_name="Bill", last_name="Ing")


@pytest.fixture
def visit(practice):
    return billed_visit(practice, number="A1")


@pytest.fixture
def parked(practice, visit):
    """The payer names a claim we never sent."""
    return taken_in(practice, advice(number="ZZ9", line=""))


def page(remittance, part=""):
    return reverse("billing:remittance", args=[remittance.public_id]) + part


def fresh(remittance):
    return Remittance.objects.get(pk=remittance.pk)


def test_word_of_a_person_replaces_numbers_and_no_amounts():
    line = LineAdvice(charge=D(1), paid=D(1), control_number="L")
    said = Advice(
        "T", "O", "ACH", D(1), claims=(ClaimAdvice(0, "X", "1", D(1), D(1), D(0), lines=(line, line)),)
    )
    [claim] = as_told(said, ByHand({0: "A1"}, {(0, 1): "A12"})).claims
    assert (claim.control_number, [each.control_number for each in claim.lines]) == ("A1", ["L", "A12"])
    assert as_told(said, ByHand()) is said


def test_parked_list_shows_why_and_how_much(biller, parked):
    text = biller.get("/remittances/parked/").content.decode()
    for words in ("1 remittance", "$90.00", "EFT1", "ZZ9"):
        assert words in text


def test_list_of_all_filters_by_state(biller, practice, visit):
    taken_in(practice, advice())
    assert "1 remittance" in biller.get("/remittances/?status=posted").content.decode()
    assert "0 remittances" in biller.get("/remittances/?status=parked").content.decode()


def test_record_of_a_posted_one_proves_its_balance_and_every_match(biller, practice, visit):
    remittance = taken_in(practice, advice())
    text = biller.get(page(remittance)).content.decode()
    for words in (
        "balances",
        "matched",
        "CO-45",
        visit.claim.control_number,
        "Posted to the books",
        "Patient's part",
    ):
        assert words in text
    assert "Match by hand" not in text


def test_record_asks_as_often_for_many_claims_as_for_one(biller, practice):
    def asked(count):
        for number in range(count):
            billed_visit(practice, number=f"N{count}{number}")
        body = "".join(
            BODY.format(number=f"N{count}{number}", line=f"N{count}{number}1") for number in range(count)
        )
        remittance = taken_in(practice, text_835(body, paid=str(90 * count), trace=f"T{count}"))
        biller.get(page(remittance))
        with CaptureQueriesContext(connection) as queries:
            biller.get(page(remittance))
        return len(queries)

    assert asked(1) == asked(3)


def test_one_that_does_not_balance_shows_the_difference(biller, practice, visit):
    remittance = taken_in(practice, advice(paid="80"))
    text = biller.get(page(remittance)).content.decode()
    assert "does not balance" in text
    assert "$10.00" in text


def test_matching_by_hand_offers_what_looks_alike_and_posts(biller, practice, visit, parked):
    url = page(parked, "by-hand/")
    assert visit.claim.control_number in biller.get(url).content.decode()
    answer = biller.post(url, {"claim_0": "a1", "line_0_0": ""})
    assert answer.status_code == 302
    assert fresh(parked).status == "posted"
    assert RemittanceClaim.objects.get().claim == visit.claim
    assert all(verdict.holds for verdict in prove())
    event = AuditEvent.objects.get(verb="remittance.matched_by_hand")
    assert (event.actor, event.data) == (biller.user, {"claims": ["1: A1"]})


def test_matching_to_a_claim_of_another_charge_stays_parked_and_keeps_the_entry(biller, practice, parked):
    billed_visit(practice, number="B1", lines=[("99214", "200")])
    as_written = RemittanceClaim.objects.get().control_number
    answer = biller.post(page(parked, "by-hand/"), {"claim_0": "B1", "line_0_0": ""})
    assert answer.status_code == 422
    assert 'value="B1"' in answer.content.decode()
    assert fresh(parked).status == "parked"
    decision = RemittanceClaim.objects.get()
    assert (decision.control_number, decision.claim) == (as_written, None)
    assert fresh(parked).reasons == parked.reasons
    assert not AuditEvent.objects.filter(verb="remittance.matched_by_hand").exists()


def test_money_beside_the_claims_goes_where_a_person_says(biller, practice, visit):
    remittance = taken_in(practice, advice(paid="100", beside="PLB*1234567893*20261231*CS:ADJ*-10~"))
    assert "CS" in biller.get(page(remittance, "by-hand/")).content.decode()
    biller.post(page(remittance, "by-hand/"), {"beside_CS": "recoupment"})
    assert fresh(remittance).status == "posted"


def test_trying_again_says_what_still_stands_in_the_way(biller, parked):
    answer = biller.post(page(parked, "posting/"), follow=True)
    assert "It stays parked." in answer.content.decode()


def test_trying_again_in_bulk_posts_what_fits_now(biller, practice, parked):
    billed_visit(practice, number="ZZ9")
    biller.post(
        "/remittances/parked/bulk/", {"act": "again", "selected": [parked.public_id], "confirmed": "1"}
    )
    assert fresh(parked).status == "posted"


def test_setting_aside_needs_a_reason(biller, parked):
    assert biller.post(page(parked, "dismissal/"), {"why": ""}).status_code == 422
    answer = biller.post(
        page(parked, "dismissal/"), {"why": "Sent twice", "from": "/remittances/parked/", "at": "0"}
    )
    assert answer.url.startswith("/remittances/parked/?open=next")
    assert fresh(parked).status == "dismissed"


def test_posted_one_takes_no_word_any_more(biller, practice, visit):
    remittance = taken_in(practice, advice())
    assert biller.get(page(remittance, "by-hand/")).url == page(remittance)
    assert (
        "It is not parked any more."
        in biller.post(page(remittance, "posting/"), follow=True).content.decode()
    )
    assert biller.post(page(remittance, "dismissal/"), {"why": "x"}).status_code == 422


def test_auditor_looks_and_may_not_act(staff, parked):
    auditor = staff(Role.AUDITOR)
    assert "Match by hand" not in auditor.get(page(parked)).content.decode()
    assert auditor.post(page(parked, "posting/")).status_code == 403


def test_what_no_hand_can_mend_says_what_to_do_instead_of_offering_one(biller, practice, visit):
    remittance = taken_in(practice, advice(paid="80"))
    text = " ".join(biller.get(page(remittance)).content.decode().split())
    assert "the payment is $80.00: $10.00 too little." in text
    assert "for a corrected one" in text
    assert "Match by hand" not in text
    by_hand = biller.get(page(remittance, "by-hand/")).content.decode()
    assert "there is nothing to say by hand" in " ".join(by_hand.split())
    assert "Match and post" not in by_hand


def test_each_service_decided_on_has_its_words(biller, practice, visit):
    CodeFactory(system=CodeSystem.PROCEDURE, code="99213", description="Follow-up visit: standard")
    text = biller.get(page(taken_in(practice, advice()))).content.decode()
    assert "Follow-up visit: standard" in text


def test_the_lines_not_matched_keep_the_place_in_the_queue(biller, practice, parked):
    text = biller.get(page(parked), {"from": "/remittances/parked/", "at": "0"}).content.decode()
    assert "Match by hand" in text
    assert "?open=1&amp;from=%2Fremittances%2Fparked%2F&amp;at=0" in text
