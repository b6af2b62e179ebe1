"""The tallies kept by day are what counting again would give, whatever changes, and whoever counts when."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone
from structlog.testing import capture_logs

from billing.actions.payment import take_payment
from billing.models import Charge, Deposit, PaymentMethod, Remittance, RemittanceClaim
from claims.models import Claim, Finding
from claims.states import ClaimStatus
from coding.models import Encounter
from dashboards.actions.tallying import KEPT, keep_tallies
from dashboards.models import TalliedDay, Tally, TouchedDay
from dashboards.queries.counting import Lens, daily, per_payer, per_provider
from dashboards.queries.tallies import is_tallied, standing_days
from dashboards.rules import Ratio, Span
from dashboards.rules.spans import runs
from denials.models import Denial
from patients.models import Coverage
from rcm.db import practice_scope
from tests.dashboards.scene import TODAY, at, whole_scene
from tests.factories import PracticeFactory, UserFactory

pytestmark = pytest.mark.slow  # each begins with a whole scene

D = Decimal
SPAN = Span(TODAY - KEPT, TODAY + dt.timedelta(days=1))
NAMES = (
    "clean_claims",
    "denial_rate",
    "net_collection",
    "cash",
    "charge_lag",
    "claim_lag",
    "days_to_pay",
    "charged",
)


@pytest.fixture
def told(practice):
    """The scene of the dashboards with its tallies kept."""
    with timezone.override(practice.time_zone):
        found = whole_scene(practice)
        keep_tallies(practice=practice, today=TODAY)
        yield found


def shown(practice, today: dt.date = TODAY) -> dict:
    lens = Lens((practice.pk,), today)
    cuts = {"day": daily, "payer": per_payer, "provider": per_provider}
    return {
        (cut, name): {key: ratio for key, ratio in ratios.items() if ratio != Ratio()}
        for cut, count in cuts.items()
        for name, ratios in count(NAMES, lens, SPAN).items()
        if not (cut == "provider" and name == "cash")
    }


def counted(practice, today: dt.date = TODAY) -> dict:
    """The same from the rows alone."""
    point = transaction.savepoint()
    TalliedDay.objects.of([practice.pk]).delete()
    found = shown(practice, today)
    transaction.savepoint_rollback(point)
    return found


def move(model, pk, **fields) -> None:
    assert model.objects.filter(pk=pk).update(**fields)


def take_ten(scene) -> None:
    take_payment(
        guarantor=scene.visits["E"].patient.guarantor,
        amount=D("10"),
        method=PaymentMethod.CHECK,
        request_key="ten",
        received_on=dt.date(2026, 3, 4),
        by=UserFactory(),
        now=at(3, 11),
    )


def of(scene, visit: str) -> RemittanceClaim:
    return RemittanceClaim.objects.get(claim=scene.claims[visit])


CHANGES = {
    "a visit is signed again later": lambda s: move(Encounter, s.visits["A"].pk, coded_at=at(2, 27)),
    "a visit is no longer signed": lambda s: move(Encounter, s.visits["B"].pk, coded_at=None, status="open"),
    "another provider rendered it": lambda s: move(Encounter, s.visits["B"].pk, rendering_provider=s.osei.pk),
    "it was on another day": lambda s: move(Encounter, s.visits["B"].pk, service_date=dt.date(2026, 1, 3)),
    "a held claim is a draft": lambda s: move(Claim, s.claims["D"].pk, status=ClaimStatus.DRAFT),
    "a claim is first sent": lambda s: move(Claim, s.claims["D"].pk, first_sent_at=at(3, 10)),
    "it was sent on another day": lambda s: move(Claim, s.claims["B"].pk, first_sent_at=at(1, 20)),
    "a claim replaces another": lambda s: move(Claim, s.claims["D"].pk, replaces=s.claims["C"].pk),
    "a claim is stopped": lambda s: Finding.objects.create(
        practice=s.claims["A"].practice, claim=s.claims["A"], edit="999", message="Refused", found_at=at(3, 1)
    ),
    "a finding goes": lambda s: Finding.objects.all().delete(),
    "the coverage is another payer's": lambda s: move(Coverage, s.claims["B"].coverage_id, payer=s.summit.pk),
    "the coverage is not the first": lambda s: move(Coverage, s.claims["B"].coverage_id, rank="S"),
    "a decision is taken back": lambda s: move(RemittanceClaim, of(s, "A").pk, status_code="22"),
    "a decision is of no claim of ours": lambda s: move(RemittanceClaim, of(s, "B").pk, claim=None),
    "a decision is of another claim": lambda s: move(RemittanceClaim, of(s, "B").pk, claim=s.claims["C"].pk),
    "a remittance was posted on another day": lambda s: move(
        Remittance, of(s, "B").remittance_id, posted_at=at(2, 11)
    ),
    "a remittance is not posted": lambda s: move(
        Remittance, of(s, "A").remittance_id, status="parked", posted_at=None
    ),
    "nothing was refused": lambda s: Denial.objects.all().delete(),
    "a deposit is another payer's": lambda s: Deposit.objects.update(payer=s.summit.pk),
    "a charge was on another day": lambda s: move(
        Charge, Charge.objects.first().pk, service_date=dt.date(2026, 2, 2)
    ),
    "a patient pays": take_ten,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_changes_is_shown_at_once_and_counted_again(practice, told, change):
    before = shown(practice)
    assert before == counted(practice)
    assert standing_days((practice.pk,), TODAY, SPAN) == set(SPAN)

    change(told)

    after = shown(practice)
    assert after == counted(practice)
    with capture_logs() as logs:
        assert keep_tallies(practice=practice, today=TODAY) > 0
    assert shown(practice) == after
    assert standing_days((practice.pk,), TODAY, SPAN) == set(SPAN)
    assert not TouchedDay.objects.exists()
    assert not logs, "a day that was touched is not astray"


def test_changes_of_the_scene_change_figures(practice, told):
    """Most of the changes above show: else they would prove nothing."""
    unseen = set()
    for name, change in CHANGES.items():
        before = shown(practice)
        point = transaction.savepoint()
        change(told)
        if shown(practice) == before:
            unseen.add(name)
        transaction.savepoint_rollback(point)
    assert not unseen


def test_days_that_stand_are_not_counted_again(practice, told):
    assert keep_tallies(practice=practice, today=TODAY) == 0


def test_charges_come_of_age_without_being_touched(practice, told):
    """Visit C of 11/20 is still owed: six months later it counts as come to its end."""
    later = dt.date(2026, 5, 20)
    assert shown(practice, later) == counted(practice, later) != shown(practice)
    with capture_logs() as logs:
        keep_tallies(practice=practice, today=later)
    assert not logs
    assert shown(practice, later) == counted(practice, later)


def test_every_day_is_counted_once_a_day_and_one_astray_is_told(practice, told):
    Tally.objects.filter(day=dt.date(2026, 3, 2)).update(denial_rate_under=7)
    with capture_logs() as logs:
        assert keep_tallies(practice=practice, today=TODAY + dt.timedelta(days=1)) == SPAN.days
    assert [(log["event"], log["days"]) for log in logs] == [("tallies_astray", 1)]
    assert shown(practice) == counted(practice)


def test_another_midnight_is_counted_from_the_rows(practice, told):
    with timezone.override("Pacific/Auckland"):
        assert not standing_days((practice.pk,), TODAY, SPAN)
        assert shown(practice) == counted(practice)
    practice.time_zone = "America/New_York"
    practice.save()
    assert keep_tallies(practice=practice, today=TODAY) == SPAN.days
    with timezone.override("America/New_York"):
        assert standing_days((practice.pk,), TODAY, SPAN) == set(SPAN)


def test_several_practices_stand_where_all_of_them_do(practice, told):
    other = PracticeFactory(organization=practice.organization)
    with practice_scope([practice.pk, other.pk]):
        both = (practice.pk, other.pk)
        assert not standing_days(both, TODAY, SPAN)
        keep_tallies(practice=other, today=TODAY)
        assert standing_days(both, TODAY, SPAN) == set(SPAN)
        assert daily(NAMES, Lens(both, TODAY), SPAN) == daily(NAMES, Lens((practice.pk,), TODAY), SPAN)


def test_every_figure_that_is_counted_by_day_is_tallied():
    assert all(is_tallied(name) for name in NAMES)


def test_a_practice_without_anything_has_every_figure_and_nothing_in_it(practice):
    for count in (daily, per_payer, per_provider):
        assert count(NAMES, Lens((practice.pk,), TODAY), SPAN) == {name: {} for name in NAMES}


def test_runs_are_days_that_follow_one_another():
    first, second, third = (dt.date(2026, 2, 27), dt.date(2026, 2, 28), dt.date(2026, 3, 2))
    assert runs([first, second, third]) == [Span(first, second), Span(third, third)]
    assert runs([]) == []


@pytest.mark.django_db(transaction=True)
def test_a_change_that_counting_did_not_see_stays_noted(practice):
    """A writer that commits while days are counted is not lost: its note is not the counter's to take."""
    with timezone.override(practice.time_zone):
        scene = whole_scene(practice)
        written, counted_once = threading.Event(), threading.Event()

        def write() -> None:
            try:
                with practice_scope([practice.pk]), transaction.atomic():
                    move(Claim, scene.claims["D"].pk, first_sent_at=at(3, 10))
                    written.set()
                    counted_once.wait(30)
            finally:
                connection.close()

        writer = threading.Thread(target=write)
        writer.start()
        assert written.wait(30)
        keep_tallies(practice=practice, today=TODAY)
        assert standing_days((practice.pk,), TODAY, SPAN) == set(SPAN)
        counted_once.set()
        writer.join(30)

        assert dt.date(2026, 3, 10) not in standing_days((practice.pk,), TODAY, SPAN)
        lens = Lens((practice.pk,), TODAY)
        assert daily(["claim_lag"], lens, SPAN)["claim_lag"][dt.date(2026, 3, 10)] == Ratio(D(-1), D(1))
        keep_tallies(practice=practice, today=TODAY)
        assert daily(["claim_lag"], lens, SPAN)["claim_lag"][dt.date(2026, 3, 10)] == Ratio(D(-1), D(1))
