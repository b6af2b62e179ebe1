"""The machinery of a queue, on a queue of locations that exists for these tests only."""

import csv
import datetime as dt
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import include, path

from practice.access import allow
from practice.models import Location, Role
from rcm.db import practice_scope
from rcm.models import Assignment, AuditEvent, BulkWork, SavedFilter
from rcm.ui import work
from rcm.ui.cells import Coded, Column, Kind, Status
from rcm.ui.filters import Filter
from rcm.ui.pages import bulk_page, queue_page
from rcm.ui.place import on_to, place_of
from rcm.ui.queue import QUEUES, Bulk, Queue
from tests.conftest import NOW
from tests.factories import LocationFactory, PracticeFactory

pytestmark = [pytest.mark.urls(__name__), pytest.mark.slow]


class NotThisOne(Exception):
    """A refusal in words."""


def _rename(row, by, now):
    if row.name == "Refused":
        raise NotThisOne("It stays as it is.")
    Location.objects.filter(pk=row.pk).update(street_2=f"by {by.username}")
    return "Renamed."


LOCATIONS = Queue(
    name="tests.locations",
    title="Locations",
    noun="location",
    url_name="locations",
    bulk_url_name="locations_bulk",
    rows=lambda practices, now: Location.objects.of(practices).order_by("pk"),
    label=lambda row: row.name,
    record_url=lambda row: f"/locations/{row.public_id}/",
    empty="No location yet.",
    columns=(
        Column("name", "Name", lambda row: row.name, sort=("name",)),
        Column("place", "Place", lambda row: Coded(row.place_of_service_code, "Office")),
        Column("state", "State", lambda row: Status("Open", "good"), Kind.STATUS),
        Column("since", "Since", lambda row: dt.date(2026, 3, 1), Kind.AGE),
    ),
    filters=(
        Filter(
            "kind",
            "Kind",
            lambda code: Q(place_of_service_code=code),
            lambda practices: [("11", "Office"), ("22", "Hospital")],
        ),
    ),
    acts_for=frozenset({Role.BILLER}),
    bulk=(Bulk("rename", "Rename", "Each gets another name.", _rename, (NotThisOne,)),),
    preview="components/queue/work.html",
)


@allow(Role.BILLER, Role.AUDITOR)
def locations(request):
    return queue_page(request, LOCATIONS)


@allow(Role.BILLER)
def locations_bulk(request):
    return bulk_page(request, LOCATIONS, by=request.user)


@allow(Role.BILLER)
def done(request, public_id):
    return on_to(request, str(public_id), "/elsewhere/")


urlpatterns = [
    path("", include("rcm.urls")),
    path("locations/", locations, name="locations"),
    path("locations/bulk/", locations_bulk, name="locations_bulk"),
    path("locations/<uuid:public_id>/", done, name="location"),
]


@pytest.fixture
def three(practice):
    return [
        LocationFactory(practice=practice, name=name, place_of_service_code=code)
        for name, code in (("Beta", "11"), ("Alpha", "22"), ("Gamma", "11"))
    ]


@pytest.fixture
def biller(staff):
    return staff(Role.BILLER, username="bill", first_name="Bill", last_name="Ing")


def shown(response) -> list[str]:
    return [row.label for row in response.context["listing"].shown]


def test_page_shows_the_rows_in_the_queues_order_with_their_words(biller, three):
    response = biller.get("/locations/")
    assert shown(response) == ["Beta", "Alpha", "Gamma"]
    text = response.content.decode()
    assert "3 locations" in text
    assert "10 days" in text


def test_htmx_gets_the_list_alone(biller, three):
    response = biller.get("/locations/", headers={"HX-Request": "true"})
    assert "<html" not in response.content.decode()
    assert shown(response) == ["Beta", "Alpha", "Gamma"]


def test_empty_queue_says_what_will_appear(biller, practice):
    assert "No location yet." in biller.get("/locations/").content.decode()


def test_page_asks_as_often_for_many_rows_as_for_one(biller, practice):
    LocationFactory(practice=practice)
    biller.get("/locations/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        biller.get("/locations/")
    LocationFactory.create_batch(4, practice=practice)
    with CaptureQueriesContext(connection) as many:
        biller.get("/locations/")
    assert len(many) == len(one)


def test_filter_and_sort_live_in_the_url(biller, three):
    assert shown(biller.get("/locations/?kind=11&sort=-name")) == ["Gamma", "Beta"]
    assert shown(biller.get("/locations/?sort=name")) == ["Alpha", "Beta", "Gamma"]


def test_what_cannot_be_read_filters_nothing_and_says_so(biller, three):
    response = biller.get("/locations/?kind=99&sort=owner&page=zzz")
    assert len(shown(response)) == 3
    assert "There is no such choice any more." in response.content.decode()


def test_pages_split_the_rows(biller, practice):
    LocationFactory.create_batch(53, practice=practice)
    assert len(shown(biller.get("/locations/?page=2"))) == 3
    assert len(shown(biller.get("/locations/?page=999999999999"))) == 50


def test_a_page_behind_the_last_is_the_last(biller, practice):
    LocationFactory.create_batch(53, practice=practice)
    response = biller.get("/locations/?page=7&sort=name")
    assert shown(response) == shown(biller.get("/locations/?page=2&sort=name"))
    assert "53 of 53" in response.content.decode()


def test_another_practices_rows_are_not_there(biller, three):
    other = PracticeFactory()
    with practice_scope([other.pk]):
        LocationFactory(practice=other, name="Hidden")
    assert "Hidden" not in shown(biller.get("/locations/"))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_holds_every_filtered_row_and_is_written_down(biller, three, practice, kind):
    response = biller.get(f"/locations/?kind=11&export={kind}")
    if kind == "csv":
        lines = list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))
        assert lines == [
            ["Name", "Place", "State", "Since"],
            ["Beta", "11 Office", "Open", "2026-03-01"],
            ["Gamma", "11 Office", "Open", "2026-03-01"],
        ]
    event = AuditEvent.objects.get(verb="user.export")
    assert (event.practice_id, event.data["rows"], event.data["kind"]) == (practice.pk, 2, kind)


def test_next_is_the_row_that_moved_up_into_the_place(biller, three):
    response = biller.get(f"/locations/?open=next&at=1&done={three[0].public_id}")
    assert response.url.startswith(f"/locations/{three[1].public_id}/")
    response = biller.get(f"/locations/?open=next&at=1&done={three[1].public_id}")
    assert response.url.startswith(f"/locations/{three[2].public_id}/")


def test_next_after_the_last_leads_back_to_the_list(biller, three):
    assert biller.get(f"/locations/?open=next&at=2&done={three[2].public_id}").url == "/locations/"


def test_record_leads_on_to_the_next_of_its_queue(biller, three):
    response = biller.post(f"/locations/{three[0].public_id}/", {"from": "/locations/?kind=11", "at": "0"})
    parts = urlsplit(response.url)
    assert (parts.path, parse_qs(parts.query)["open"], parse_qs(parts.query)["done"]) == (
        "/locations/",
        ["next"],
        [str(three[0].public_id)],
    )


@pytest.mark.parametrize(
    "where", ["", "https://elsewhere.example/locations/", "//elsewhere.example/", "/help/", "/nothing/"]
)
def test_place_that_is_no_queue_of_ours_is_ignored(rf, where):
    assert place_of(rf.get("/", {"from": where, "at": "1"})).back_url == ""


def test_preview_of_a_row_that_has_left_the_list_says_so(biller, three):
    for gone in ("none", f"{three[0].public_id}&kind=22"):
        answer = biller.get(f"/locations/?preview={gone}")
        assert answer.status_code == 200
        assert "This row has left the list meanwhile" in answer.content.decode()
        assert three[0].name not in answer.content.decode()


def test_bulk_says_first_what_will_happen(biller, three):
    response = biller.post("/locations/bulk/", {"act": "rename", "selected": [three[0].public_id, "rubbish"]})
    assert "Each gets another name." in response.content.decode()
    assert not BulkWork.objects.exists()
    assert not Location.objects.filter(street_2__startswith="by").exists()


def test_bulk_does_each_row_and_names_what_failed(biller, three, practice):
    refused = LocationFactory(practice=practice, name="Refused")
    response = biller.post(
        "/locations/bulk/",
        {"act": "rename", "selected": [three[0].public_id, refused.public_id], "confirmed": "1"},
    )
    result = biller.get(response.url)
    assert result.context["succeeded"] == [("Beta", "Renamed.")]
    assert result.context["failed"] == [("Refused", "It stays as it is.")]
    assert list(Location.objects.filter(street_2="by bill")) == [three[0]]


def test_bulk_over_many_rows_runs_in_the_background_once(biller, practice, drain):
    LocationFactory.create_batch(work.AT_ONCE + 2, practice=practice)
    response = biller.post("/locations/bulk/", {"act": "rename", "all": "1", "confirmed": "1"})
    assert "0 of 12" in biller.get(response.url).content.decode()
    drain()
    begun = BulkWork.objects.get()
    work.carry_out(work_id=begun.pk, now=NOW)
    begun.refresh_from_db()
    assert len(begun.outcomes) == 12
    assert begun.finished_at == NOW


def test_bulk_skips_what_left_the_queue_meanwhile(biller, three, practice):
    begun = BulkWork.objects.create(
        queue="tests.locations",
        act="rename",
        asked_by=biller.user,
        practice_ids=[practice.pk],
        subject_ids=[0],
        back_to="/locations/",
        asked_at=NOW,
    )
    work.carry_out(work_id=begun.pk, now=NOW)
    begun.refresh_from_db()
    assert begun.outcomes == [[0, False, work.GONE]]


def test_bulk_of_nothing_goes_back_with_words(biller, three):
    assert biller.post("/locations/bulk/", {"act": "rename"}, follow=True).context["listing"].total.count == 3


def test_bulk_work_of_somebody_else_is_not_there(biller, staff, practice):
    begun = BulkWork.objects.create(
        queue="tests.locations",
        act="rename",
        asked_by=biller.user,
        practice_ids=[practice.pk],
        subject_ids=[],
        back_to="/",
        asked_at=NOW,
        finished_at=NOW,
    )
    assert staff(Role.BILLER).get(f"/work/{begun.public_id}/").status_code == 404


def test_rows_are_taken_filtered_and_let_go(biller, three):
    biller.post("/locations/bulk/", {"act": "take", "selected": [three[1].public_id]})
    assert Assignment.objects.get().subject_id == three[1].pk
    assert shown(biller.get("/locations/?owner=mine")) == ["Alpha"]
    assert shown(biller.get("/locations/?owner=nobody")) == ["Beta", "Gamma"]
    assert [row.holder for row in biller.get("/locations/").context["listing"].shown] == ["", "You", ""]
    biller.post("/locations/bulk/", {"act": "let_go", "selected": [three[1].public_id]})
    assert not Assignment.objects.exists()


def test_taking_from_somebody_leaves_one_owner(biller, staff, three):
    other = staff(Role.BILLER, first_name="Ann", last_name="Other")
    other.post("/locations/bulk/", {"act": "take", "selected": [three[0].public_id]})
    biller.post("/locations/bulk/", {"act": "take", "selected": [three[0].public_id]})
    assert Assignment.objects.get().taken_by == biller.user


def test_who_may_only_look_sees_no_acts(staff, three):
    auditor = staff(Role.AUDITOR)
    assert "Rename" not in auditor.get("/locations/").content.decode()
    assert auditor.post("/locations/bulk/", {"act": "rename"}).status_code == 403


def test_view_is_saved_under_a_name_and_forgotten(biller, three):
    asked = {"queue": "locations", "query": "kind=11", "name": "Offices"}
    assert biller.post("/views/", asked).url == "/locations/?kind=11"
    biller.post("/views/", asked | {"query": "kind=22"})
    saved = SavedFilter.objects.get()
    assert (saved.name, saved.query) == ("Offices", "kind=22")
    assert "Offices" in biller.get("/locations/").content.decode()
    biller.post(f"/views/{saved.public_id}/removal/")
    assert not SavedFilter.objects.exists()


def test_view_of_somebody_else_cannot_be_forgotten(biller, staff, three):
    saved = SavedFilter.objects.create(owner=biller.user, queue="tests.locations", name="Mine")
    assert staff(Role.BILLER).post(f"/views/{saved.public_id}/removal/").status_code == 404


def test_queues_are_known_by_their_url():
    assert QUEUES["locations"] is LOCATIONS
