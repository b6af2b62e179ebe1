"""Remittances that go out wrong first, another scenario while it runs, and mail kept apart. No servers."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from clearinghouse.simulator.luck import Luck
from clearinghouse.simulator.mailbox import is_submitter
from clearinghouse.simulator.plans import BLUEPEAK
from clearinghouse.simulator.scenario import Delays, Scenario, Script, Shares, load_scenario
from clearinghouse.simulator.slips import FOREIGN, MISCHARGED, SLIPS, UNBALANCED
from tests.clearinghouse.simulator.claims import ORTEGA, claim, line
from tests.clearinghouse.simulator.submitting import Desk
from x12 import remittance_835 as x835

NOW = dt.datetime(2026, 6, 8, 15, 0, tzinfo=dt.UTC)
ON = dt.date(2026, 6, 1)
ALWAYS = Scenario(shares=Shares(slips=Decimal(1)), delays=Delays(amendment=3600))


def remittances(desk: Desk) -> list[x835.Remittance]:
    return [x835.read(found) for found in desk.fetch() if found.kind == "835"]


@pytest.fixture
def wrong_and_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Gives, for a kind of slip, the 835 that came first and the one that came after."""

    def pay(slip: str) -> tuple[x835.Remittance, x835.Remittance]:
        monkeypatch.setattr(Luck, "slip", lambda _self, _trace: slip)
        desk = Desk(tmp_path, NOW, ALWAYS)
        desk.submit(claim(BLUEPEAK, ORTEGA, line(1, "99213", "150.00", ON), number="LS1001"))
        desk.work(seconds=10)
        (wrong,) = remittances(desk)
        desk.work(hours=1)
        (right,) = remittances(desk)
        return wrong, right

    return pay


@pytest.mark.parametrize("slip", SLIPS)
def test_slip_comes_right_later_under_the_same_trace(wrong_and_right, slip):
    wrong, right = wrong_and_right(slip)
    assert (wrong.trace_number, wrong.paid) == (right.trace_number, right.paid)
    assert wrong != right
    assert x835.imbalances(right) == ()


def test_unbalanced_claim_is_paid_more_than_its_lines(wrong_and_right):
    wrong, _ = wrong_and_right(UNBALANCED)
    assert {found.rule for found in x835.imbalances(wrong)} == {"transaction", "claim", "claim_paid"}


def test_foreign_claim_bears_no_number_of_ours(wrong_and_right):
    wrong, right = wrong_and_right(FOREIGN)
    assert x835.imbalances(wrong) == ()
    (stranger,), (ours,) = wrong.claims(), right.claims()
    assert (stranger.control_number, ours.control_number) == ("M1001S", "LS1001")


def test_mischarged_line_adds_up_to_another_charge(wrong_and_right):
    wrong, right = wrong_and_right(MISCHARGED)
    assert x835.imbalances(wrong) == ()
    (more,), (ours,) = wrong.claims(), right.claims()
    assert more.charge == ours.charge + 20


def test_script_changes_with_its_file(tmp_path: Path):
    path = tmp_path / "scenario.json"
    script = Script(Scenario(), path)
    assert script.read() == Scenario()
    path.write_text('{"payment_run_seconds": 60}')
    assert script.read() == Scenario(payment_run_seconds=60)
    path.write_text("nonsense, and of another length")
    assert script.read() == Scenario(payment_run_seconds=60)


def test_quarter_has_every_misfortune():
    shares = load_scenario("quarter").shares
    assert all((shares.rejected, shares.silent, shares.lost, shares.late, shares.records, shares.corrected))
    assert shares.slips > 0


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("submitter", True),
        ("submitter-2", True),
        ("submitter-kids", True),
        ("submitter-", False),
        ("submitter-../x", False),
        ("nobody", False),
    ],
)
def test_a_submitter_keeps_mailboxes_apart_by_name(name, taken):
    assert is_submitter(name) is taken
