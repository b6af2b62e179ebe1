"""Which document goes by which trading partner; and that test and production never mix."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from claims.actions.parcels import parcels_of
from claims.actions.submission import SeveralFiles, send_batch, send_batches
from claims.models import Claim
from claims.queries import bill_of
from clearinghouse.actions.fetching import fetch_files
from clearinghouse.actions.outbound import queue_file
from clearinghouse.gateway import Question, Refused, WrongTraffic, ask, open_mailbox, probe
from clearinghouse.models import Adapter, Connection, Delivery, Interchange, Mode, Route, Usage
from clearinghouse.queries import NoConnection, routes_of, way_of
from patients.actions.eligibility import request_eligibility
from patients.models import EligibilityCheck
from practice.models import PayerIdentifier, Role, WireTransaction
from rcm.models import AuditEvent
from tests.claims.scenes import built_claim
from tests.conftest import NOW
from tests.factories import (
    ConnectionFactory,
    CoverageFactory,
    EnrollmentFactory,
    PayerFactory,
    PracticeFactory,
)
from tests.x12.test_explain import CLAIM_FILE
from x12.envelope import read


@pytest.fixture
def first(practice) -> Connection:
    return ConnectionFactory(practice=practice)


@pytest.fixture
def second(practice) -> Connection:
    return ConnectionFactory(practice=practice, clearinghouse="Northwind", receiver_number="NORTHWIND")


@pytest.fixture
def payer(practice):
    return PayerFactory(organization=practice.organization)


def routed(connection, transaction="837P", payer=None, mode=Mode.BATCH) -> Route:
    return Route.objects.create(
        practice=connection.practice, transaction=transaction, payer=payer, connection=connection, mode=mode
    )


def test_without_routes_the_first_partner_takes_everything(practice, first, second, payer):
    assert way_of(practice, WireTransaction.CLAIM, payer).connection == first
    assert way_of(practice, WireTransaction.CLAIM, payer).mode == Mode.BATCH
    assert way_of(practice, WireTransaction.ELIGIBILITY, payer).mode == Mode.REAL_TIME


def test_the_payers_own_route_goes_before_the_one_for_all(practice, first, second, payer):
    third = ConnectionFactory(practice=practice, clearinghouse="Third")
    routed(second)
    routed(third, payer=payer)
    routed(second, "270", mode=Mode.BATCH)
    other = PayerFactory(organization=practice.organization, payer_number="OTHER")
    assert way_of(practice, WireTransaction.CLAIM, payer).connection == third
    assert way_of(practice, WireTransaction.CLAIM, other).connection == second
    assert way_of(practice, WireTransaction.ELIGIBILITY, other).mode == Mode.BATCH
    assert way_of(practice, WireTransaction.STATUS, payer).connection == first


def test_a_route_to_a_paused_partner_is_not_gone_around(practice, first, second, payer):
    routed(second)
    Connection.objects.filter(pk=second.pk).update(paused_at=NOW)
    with pytest.raises(NoConnection):
        way_of(practice, WireTransaction.CLAIM, payer)
    assert routes_of(practice).connection(WireTransaction.CLAIM, payer.pk) is None


def test_a_route_is_said_once_and_claims_never_go_in_real_time(first):
    routed(first)
    for again in ({}, {"transaction": "837P", "mode": Mode.REAL_TIME, "payer": PayerFactory()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            routed(first, **again)


def test_claims_go_out_in_one_file_for_each_partner(practice, first, second):
    claims = [built_claim(practice), built_claim(practice)]
    payer = claims[1].coverage.payer
    assert claims[0].coverage.payer == payer
    other = PayerFactory(organization=practice.organization, payer_number="NWD99", name="Northwind Health")
    claims[1].coverage.payer = other
    claims[1].coverage.save()
    EnrollmentFactory(practice=practice, payer=other)
    PayerIdentifier.objects.create(
        payer=other, clearinghouse="Northwind", transaction=WireTransaction.CLAIM, number="NW777"
    )
    routed(second, payer=other)

    assert bill_of(claims[1]).policy.payer_number == "NW777"
    parcels = parcels_of(Claim.objects.all(), now=NOW)
    assert {it.connection for it in parcels} == {first, second}
    with pytest.raises(SeveralFiles):
        send_batch(practice=practice, claims=claims, by=None, now=NOW)
    assert not Interchange.objects.exists()

    batches = send_batches(practice=practice, claims=claims, by=None, now=NOW)

    sent = {batch.interchange.connection: bytes(batch.interchange.content).decode() for batch in batches}
    assert "NORTHWIND" in sent[second]
    assert "NW777" in sent[second]
    assert "NW777" not in sent[first]


def test_a_file_holds_as_many_claims_as_were_agreed(practice, first):
    Connection.objects.update(claims_per_file=2, claims_per_batch=1)
    claims = [built_claim(practice) for _ in range(3)]
    [parcel] = parcels_of(Claim.objects.all(), now=NOW)
    assert (parcel.files, parcel.sets) == (2, 3)
    batches = send_batches(practice=practice, claims=claims, by=None, now=NOW)
    assert [batch.claim_count for batch in batches] == [2, 1]
    first_file = read(bytes(batches[0].interchange.content))
    assert len(first_file.transactions) == 2


def test_a_question_may_go_as_a_file(practice, first, second, drain, monkeypatch):
    coverage = CoverageFactory(practice=practice)
    routed(second, "270", mode=Mode.BATCH)
    monkeypatch.setattr("clearinghouse.actions.outbound.open_mailbox", lambda _connection: 1 / 0)
    request_eligibility(coverage=coverage, service_date=NOW.date(), by=None, now=NOW)

    drain(now=NOW, failures=1)

    check = EligibilityCheck.objects.get()
    assert (check.status, check.request.kind, check.request.connection) == ("pending", "270", second)
    assert Delivery.objects.get().interchange == check.request


def test_a_system_speaks_only_to_addresses_of_its_own_kind(practice, first):
    Connection.objects.update(usage=Usage.PRODUCTION, realtime_url="http://127.0.0.1:1/core")
    first.refresh_from_db()
    with pytest.raises(WrongTraffic, match="traffic is test"):
        open_mailbox(first)
    with pytest.raises(WrongTraffic):
        fetch_files(connection=first, now=NOW)
    with pytest.raises(Refused):
        ask(first, Question("X12_270_Request_005010X279A1", "1", b"ISA"))
    first.adapter = Adapter.NONE
    assert probe(first).findings[0].about == "Traffic"


def test_a_file_for_the_other_kind_is_not_even_kept(practice, first):
    content = CLAIM_FILE.encode()
    assert content[102:103] in b"TP"
    other = Usage.PRODUCTION if content[102:103] == b"T" else Usage.TEST
    Connection.objects.update(usage=other)
    first.refresh_from_db()
    with pytest.raises(WrongTraffic), transaction.atomic():
        queue_file(connection=first, kind="837P", content=content, control_number="000000001", now=NOW)
    assert not Interchange.objects.exists()


@pytest.fixture
def administrator(staff):
    return staff(Role.ADMINISTRATOR)


@pytest.mark.slow
def test_a_route_is_made_changed_and_taken_away_on_screen(administrator, first, second, payer):
    page = administrator.get(reverse("clearinghouse:routes")).content.decode()
    assert "No route is needed" in page
    entered = {
        "transaction": "837P",
        "payer": str(payer.public_id),
        "connection": str(second.public_id),
        "mode": "batch",
    }
    administrator.post(reverse("clearinghouse:route_new"), entered)
    made = Route.objects.get()
    assert (made.payer, made.connection, made.mode) == (payer, second, "batch")
    again = administrator.post(reverse("clearinghouse:route_new"), entered)
    assert again.status_code == 422
    assert "There is a route for this already" in again.content.decode()
    assert payer.name in administrator.get(reverse("clearinghouse:routes")).content.decode()

    changed = {"connection": str(first.public_id), "mode": "batch"}
    administrator.post(reverse("clearinghouse:route", args=[made.public_id]), changed)
    made.refresh_from_db()
    assert (made.payer, made.connection) == (payer, first)
    administrator.post(reverse("clearinghouse:route_removal", args=[made.public_id]))
    assert not Route.objects.exists()
    verbs = list(
        AuditEvent.objects.filter(verb__startswith="route.").order_by("pk").values_list("verb", flat=True)
    )
    assert verbs == ["route.added", "route.changed", "route.removed"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("entered", "words"),
    [
        ({"mode": "realtime"}, "Claims go as files."),
        ({"mode": "realtime", "transaction": "270"}, "It has no real-time address."),
    ],
)
def test_a_route_that_cannot_be_is_refused_in_words(administrator, first, entered, words):
    given = {"transaction": "837P", "payer": "", "connection": str(first.public_id), "mode": "batch"}
    answer = administrator.post(reverse("clearinghouse:route_new"), given | entered)
    assert (answer.status_code, Route.objects.count()) == (422, 0)
    assert words in answer.content.decode()


@pytest.mark.slow
def test_routes_are_the_administrators_of_that_practice(staff, first):
    made = routed(first)
    assert staff(Role.BILLER).get(reverse("clearinghouse:routes")).status_code == 403
    stranger = staff(Role.ADMINISTRATOR, at=[PracticeFactory()])
    assert stranger.get(reverse("clearinghouse:route", args=[made.public_id])).status_code == 404
    assert stranger.post(reverse("clearinghouse:route_removal", args=[made.public_id])).status_code == 404
