"""What stands around every page."""

import html

import pytest
from django.urls import reverse

from practice.models import Role
from rcm.ui import navigation
from rcm.ui.navigation import Hit
from tests.factories import PayerFactory, ProviderFactory, UserFactory

pytestmark = pytest.mark.slow


def test_start_leads_strangers_to_the_door_and_people_to_their_work(client, staff):
    assert "Sign in" in client.get("/").content.decode()
    for role, url_name in (
        (Role.FRONT_DESK, "patients:schedule"),
        (Role.CODER, "coding:queue"),
        (Role.BILLER, "claims:ready"),
        (Role.MANAGER, "dashboards:overview"),
        (Role.ADMINISTRATOR, "practice:operations"),
        (Role.AUDITOR, "practice:audit"),
    ):
        assert staff(role).get("/").url == reverse(url_name)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("reyes", "Ana Reyes"),
        ("Reyes, An", "Ana Reyes"),
        ("ana reyes", "Ana Reyes"),
        ("ana9", "Ana Reyes"),
        ("ana oakes", ""),
        ("prairie", "Prairie Health"),
        ("PRH0", "Prairie Health"),
        ("16677889", "Amara Osei"),
        ("osei amara", "Amara Osei"),
        (",,", ""),
    ],
)
def test_administrators_search_finds_people_payers_and_providers(staff, practice, words, found):
    UserFactory(member_of=practice, first_name="Ana", last_name="Reyes", username="ana9")
    PayerFactory(organization=practice.organization, name="Prairie Health", payer_number="PRH01")
    ProviderFactory(practice=practice, first_name="Amara", last_name="Osei", npi="1667788990")
    page = staff(Role.ADMINISTRATOR).post("/search/", {"q": words}, headers={"HX-Request": "true"})
    hits = page.content.decode()
    assert [name for name in ("Ana Reyes", "Prairie Health", "Amara Osei") if name in hits] == (
        [found] if found else []
    )


def test_somebody_without_a_role_is_led_to_their_account(staff):
    assert staff().get("/").url == "/account/"


def test_rail_shows_what_the_roles_open_with_fresh_counts(staff, monkeypatch):
    counted = navigation.Area(
        "Waiting",
        "practice:help",
        frozenset({Role.CODER}),
        "Coding",
        "pen",
        lambda practices: 7 * len(practices),
    )
    monkeypatch.setitem(navigation._areas, "practice:help", counted)
    rail = staff(Role.CODER).get("/rail/?here=practice:help").content.decode()
    assert ">7<" in rail
    assert 'aria-current="page"' in rail
    assert "Waiting" not in staff(Role.FRONT_DESK).get("/rail/").content.decode()


def test_search_asks_the_finders_of_the_roles_only(staff, monkeypatch, practice):
    asked = []

    def find(practices, words):
        asked.append((list(practices), words))
        return [Hit("Reyes, Ana", "03/10/1980", "/patients/1/")]

    monkeypatch.setitem(
        navigation._finders, "Tests", navigation.Finder("Tests", frozenset({Role.CODER}), find)
    )
    answer = staff(Role.CODER).post("/search/", {"q": " rey "}).content.decode()
    assert asked == [([practice.pk], "rey")]
    assert "Reyes, Ana" in answer
    staff(Role.FRONT_DESK).post("/search/", {"q": "rey"})
    assert len(asked) == 1


def test_search_for_htmx_is_the_hits_alone(staff):
    answer = staff(Role.ADMINISTRATOR).post("/search/", {"q": "zzzz"}, headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert "Nothing was found" in answer.content.decode()


def test_names_are_never_searched_for_in_a_url(staff):
    assert staff(Role.FRONT_DESK).get("/search/?q=reyes").status_code == 405


@pytest.mark.parametrize("role", Role)
def test_help_says_what_every_page_of_a_role_is_for(staff, role):
    areas = navigation.areas_for([role])
    assert [area.label for area in areas if not area.purpose] == []
    page = html.unescape(" ".join(staff(role).get("/help/").content.decode().split()))
    assert [area.label for area in areas if area.purpose not in page] == []


def test_components_page_shows_every_part_once_and_its_forms_change_nothing(staff):
    client = staff(Role.CODER)
    page = " ".join(client.get("/components/").content.decode().split())
    for part in (
        "queue-with-preview",
        "data-bulk-bar",
        "filter-form",
        "record-next",
        "timeline",
        "error-summary",
        "why-body",
        "progress",
        "empty-state",
        "when-busy",
        "Your roles do not allow it",
        "Nothing was half done",
    ):
        assert part in page, part
    assert client.post("/components/", {"act": "send", "selected": "1"}).status_code == 200


@pytest.mark.parametrize("page", ["/help/", "/components/"])
def test_pages_about_the_product_open_for_everybody(staff, page):
    assert staff(Role.CODER).get(page).status_code == 200


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/search/", {"q": "rey\0es"}),
        ("/views/", {"queue": "claims:held", "name": "Mine\0", "query": "sort=age"}),
        ("/views/", {"queue": "claims:held", "name": "Mine", "query": "sort=\0"}),
    ],
)
def test_text_that_no_keyboard_makes_is_refused_in_words(staff, path, said):
    answer = staff(Role.BILLER).post(path, said)
    assert answer.status_code == 400
    assert "could not be understood" in answer.content.decode()
