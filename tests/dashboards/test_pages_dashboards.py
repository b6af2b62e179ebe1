"""The pages: the figures, the rows that sum to them, who may look, and how many queries it takes."""

import csv
import re
from decimal import Decimal
from io import StringIO
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dashboards.queries.counting import Lens
from dashboards.queries.owed import aging, together
from dashboards.queries.readings import AS_OF_TODAY, readings
from dashboards.queries.waiting import TAKEN_AS, WAITS_SINCE
from dashboards.rules import FIGURES, Figure, Ratio, Unit, span_of
from dashboards.views.glass import Glass
from dashboards.views.rows import LISTS
from dashboards.views.wording import arithmetic, links
from practice.models import Role
from rcm import clock
from rcm.db import practice_scope
from rcm.ui.listing import Listing
from rcm.ui.queue import QUEUES, Total
from tests.dashboards.scene import TODAY, whole_scene
from tests.factories import PracticeFactory

D = Decimal
PAGES = ("overview", "payers", "providers", "waiting", *(each.url_name.partition(":")[2] for each in LISTS))


@pytest.fixture
def manager(staff):
    return staff(Role.MANAGER)


def glass(practice, **chosen) -> Glass:
    period, span = span_of("90", today=TODAY)
    return Glass(Lens((practice.pk,), TODAY, **chosen), period, span, [], [])


def total_at(url: str, practice) -> Total:
    """What the list at that address says on top."""
    parts = urlsplit(url)
    queue = next(queue for queue in LISTS if reverse(queue.url_name) == parts.path)
    listing = Listing(
        queue,
        given=dict(parse_qsl(parts.query)),
        user_id=0,
        practices=[practice.pk],
        now=clock.now(),
        today=TODAY,
    )
    assert [bound.problem for bound in listing.filters if bound.problem] == []
    return listing.total


def in_unit(total: Total, unit: Unit) -> Decimal:
    match unit:
        case Unit.DOLLARS:
            return total.dollars
        case Unit.DAYS:
            return D(total.days)
    return D(total.count)


CHOSEN = [{}, {"payer": "blue"}, {"payer": "summit"}, {"provider": "nguyen"}, {"provider": "osei"}]


@pytest.mark.slow
@pytest.mark.parametrize("chosen", CHOSEN, ids=str)
def test_rows_behind_every_figure_sum_to_it(practice, scene, chosen):
    seen = glass(practice, **{name: getattr(scene, who) for name, who in chosen.items()})
    whole = together(aging(seen.lens).values())
    for reading in readings(seen.lens, seen.span, whole):
        figure, now = reading.figure, reading.now
        if not figure.by_provider and "provider" in chosen:
            assert now == Ratio()
            continue
        behind = [total_at(link.url, practice) for link in links(figure, seen)]
        over = behind[:-1] if figure.name in AS_OF_TODAY else behind[:1]
        assert (figure.name, sum(in_unit(total, figure.over_unit) for total in over)) == (
            figure.name,
            now.over,
        )
        assert (figure.name, _under(figure, behind, seen, practice)) == (figure.name, now.under)


def _under(figure: Figure, behind: list[Total], seen: Glass, practice) -> Decimal:
    match figure.name:
        case "days_in_ar":
            return behind[-1].dollars / 90
        case "over_90":
            owed = links(FIGURES[0], seen)[:-1]
            return sum(total_at(link.url, practice).dollars for link in owed)
    return in_unit(behind[-1], figure.under_unit) if figure.under else D(0)


def test_the_very_numbers_are_said():
    figure = FIGURES[0]
    assert arithmetic(figure, Ratio(D("48210.00"), D("1320.55"))) == (
        "$48,210.00 owed ÷ $1,320.55 charged per day (last 90 days) = 36.5 days"
    )


@pytest.mark.slow
def test_every_number_of_the_overview_leads_to_its_rows(practice, scene, manager):
    page = manager.get("/dashboard/").content.decode()
    urls = {url.replace("&amp;", "&") for url in re.findall(r'href="(/dashboard/[a-z-]+/\?[^"]+)"', page)}
    lists = {url for url in urls if any(urlsplit(url).path == reverse(q.url_name) for q in LISTS)}
    assert len(lists) > 15
    for url in lists:
        assert manager.get(url).status_code == 200
        assert [bound for bound in [total_at(url, practice)] if bound is None] == []


@pytest.mark.slow
def test_aging_cells_are_the_sums_of_their_rows(practice, scene, manager):
    context = manager.get("/dashboard/").context
    cells = [cell for row in context["aging"] for cell in (*row.cells, row.credit, row.balance)]
    assert {cell.url: cell.dollars for cell in cells} == {
        cell.url: total_at(cell.url, practice).dollars for cell in cells
    }


@pytest.mark.slow
def test_cash_weeks_and_causes_are_the_sums_of_their_rows(practice, scene, manager):
    context = manager.get("/dashboard/").context
    assert [(week.both, total_at(url, practice).dollars) for week, url in context["weeks"] if week.both] == [
        (D("20.00"), D("20.00")),
        (D("90.00"), D("90.00")),
    ]
    assert context["cash_total"].both == D("110.00")
    assert [(row.code, row.cause.lines, row.cause.dollars) for row in context["causes"]] == [
        ("CO-197", 1, D("200.00"))
    ]
    assert total_at(context["causes"][0].url, practice) == Total(1, D("200.00"))


def shown(manager) -> dict[str, object]:
    """What every page counts: the figures of the overview, the cards, and the totals of the lists."""
    overview = manager.get("/dashboard/").context
    found: dict[str, object] = {tile.reading.figure.name: tile.sum_ for tile in overview["tiles"]}
    for name in ("payers", "providers"):
        found[name] = [row.scores for row in manager.get(reverse(f"dashboards:{name}")).context["rows"]]
    for queue in LISTS:
        found[queue.name] = manager.get(reverse(queue.url_name)).context["listing"].total
    return found


@pytest.mark.slow
def test_pages_count_nothing_of_another_practice(practice, scene, manager):
    before = shown(manager)
    other = PracticeFactory(name="Northside")
    with practice_scope([other.pk]), timezone.override("America/Chicago"):
        whole_scene(other)
    assert shown(manager) == before


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.CODER, Role.BILLER])
def test_pages_are_for_managers_administrators_and_auditors(practice, staff, role):
    person = staff(role)
    answers = {name: person.get(reverse(f"dashboards:{name}")).status_code for name in PAGES}
    assert answers == dict.fromkeys(PAGES, 403)


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_administrators_and_auditors_read_the_overview(practice, staff, role):
    assert staff(role).get("/dashboard/").status_code == 200


@pytest.mark.slow
def test_overview_of_an_empty_practice_says_what_will_appear(practice, manager):
    page = manager.get("/dashboard/")
    assert page.status_code == 200
    assert "Nobody owes anything" in page.content.decode()


@pytest.mark.slow
def test_htmx_gets_the_board_alone(practice, scene, manager):
    part = manager.get("/dashboard/", {"payer": str(scene.blue.public_id)}, headers={"HX-Request": "true"})
    text = part.content.decode()
    assert "<html" not in text
    assert "BluePeak Health Plan" in text
    assert part.context["glass"].lens.payer == scene.blue


@pytest.mark.slow
def test_filters_of_others_are_not_looked_for(practice, scene, manager):
    page = manager.get("/dashboard/", {"payer": "not-an-id", "provider": "8", "period": "forever"})
    assert (page.status_code, page.context["glass"].period, page.context["glass"].narrowed) == (
        200,
        "90",
        False,
    )


@pytest.mark.slow
def test_queries_do_not_grow_with_rows(practice, manager):
    def queries(name: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert manager.get(reverse(f"dashboards:{name}")).status_code == 200
        return len(caught)

    with timezone.override("America/Chicago"):
        whole_scene(practice)
        manager.get(reverse("dashboards:overview"))
        before = {name: queries(name) for name in PAGES}
        for prefix in "XY":
            whole_scene(practice, prefix=prefix)
    assert {name: queries(name) for name in PAGES} == before


def test_work_waiting_names_queues_of_the_house():
    assert [name for name in {**WAITS_SINCE, **TAKEN_AS} if name not in QUEUES] == []


@pytest.mark.slow
def test_work_waiting_counts_rows_ages_and_who_has_them(practice, scene, staff, manager):
    biller = staff(Role.BILLER, first_name="Ada", last_name="Fox")
    claim = scene.claims["D"]
    biller.post("/claims/held/bulk/", {"act": "take", "selected": str(claim.public_id)})
    context = manager.get("/dashboard/waiting/").context
    found = {each.queue.url_name: (each.rows, each.dollars, each.taken) for each, *_ in context["queues"]}
    assert found == {"claims:held": (1, D("100.00"), 1), "denials:queue": (1, D("200.00"), 0)} | {
        name: found[name] for name in found if name not in ("claims:held", "denials:queue")
    }
    assert [(str(each.person.get_full_name()), each.rows) for each in context["holders"]] == [
        ("Ada Fox", {"Held claims": 1})
    ]


@pytest.mark.slow
def test_payers_export_has_the_numbers_behind_every_figure(practice, scene, manager):
    answer = manager.get("/dashboard/payers/", {"export": "csv"})
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:6] == ["Payer", "Charged", "Owed", "Days in A/R", "owed", rows[0][5]]
    assert [row[:3] for row in rows[1:]] == [
        ["Summit Mutual", "100.00", "400.00"],
        ["BluePeak Health Plan", "350.00", "200.00"],
    ]


@pytest.mark.slow
def test_cards_sum_to_the_overview(practice, scene, manager):
    lens = Lens((practice.pk,), TODAY)
    whole = together(aging(lens).values())
    figures = {each.figure.name: each.now for each in readings(lens, span_of("90", today=TODAY)[1], whole)}
    context = manager.get("/dashboard/providers/").context
    said = {
        figure.name: score.sum_
        for figure, score in zip(context["figures"], context["whole"].scores, strict=True)
    }
    for figure in context["figures"]:
        assert said[figure.name] == arithmetic(figure, figures[figure.name])


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_lists_export_what_is_filtered(practice, scene, manager, kind):
    answer = manager.get("/dashboard/clean-claims/", {"outcome": "clean", "export": kind})
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="dashboards-clean_claims.{kind}"'
