"""The scenarios that come with the box: each is understood, all is documented, and the unruly one is borne."""

import datetime as dt
import re
import subprocess
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

from clearinghouse.simulator.members import Member, Register
from clearinghouse.simulator.plans import BLUEPEAK, MEDICARE
from clearinghouse.simulator.scenario import Delays, Faults, Scenario, Shares, load_scenario
from tests.clearinghouse.simulator.claims import ELLISON, ORTEGA, claim, line, medicare_claim
from tests.clearinghouse.simulator.submitting import Desk
from x12 import remittance_835 as x835
from x12.envelope import read

ROOT = Path(__file__).parents[3]
PYX12 = ROOT / ".local" / "referee" / "pyx12" / "bin" / "python"
REFEREE = ROOT.parent / "shared" / "tools" / "referee_pyx12.py"
SCENARIOS = ROOT / "clearinghouse" / "simulator" / "scenarios"
NOW = dt.datetime(2026, 6, 8, 15, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.json")), ids=lambda path: path.stem)
def test_scenario_is_understood(path: Path) -> None:
    assert isinstance(load_scenario(path.stem), Scenario)


def test_every_field_is_documented_and_nothing_else() -> None:
    text = (ROOT / "docs" / "simulator.md").read_text()
    listed = set(re.findall(r"`([a-z0-9_]+)`", text))
    for part in (Scenario, Delays, Shares, Faults):
        assert {field.name for field in fields(part)} - listed == set()
    rows = [
        row.split("|")[1] for row in text[text.index("### `delays`") :].splitlines() if row.startswith("| `")
    ]
    known = {field.name for part in (Delays, Shares, Faults) for field in fields(part)}
    assert {word for row in rows for word in re.findall(r"`([a-z0-9_]+)`", row)} - known == set()


def test_unruly_has_some_of_everything() -> None:
    unruly = load_scenario("unruly")
    for part in (unruly.shares, unruly.faults):
        assert [field.name for field in fields(part) if not getattr(part, field.name)] == []


def play_unruly(directory: Path) -> list[str]:
    """Everything that comes of forty visits; what is never acknowledged is not sent again."""
    listed = Member(MEDICARE, ELLISON.member_id)
    desk = Desk(directory, NOW, load_scenario("unruly"), register=Register((listed,)), seed="3")
    texts = []
    for number in range(40):
        on = dt.date(2026, 5, 1) + dt.timedelta(days=number % 30)
        visit = claim(
            BLUEPEAK,
            ORTEGA,
            line(1, "99214", f"{200 + number}.00", on),
            line(2, "20610", f"{300 + number}.50", on),
            number=f"LS{number:04d}",
        )
        desk.submit(visit)
        if number % 10 == 0:
            desk.submit(medicare_claim())
        desk.work(minutes=2)
        texts += desk.fetch_texts()
    for _ in range(20):
        desk.work(days=3)
        texts += desk.fetch_texts()
    return texts


@pytest.fixture(scope="module")
def unruly(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return play_unruly(tmp_path_factory.mktemp("unruly"))


@pytest.mark.slow
def test_unruly_payers_pay_in_every_manner(unruly: list[str]) -> None:
    remittances = [
        x835.read(found)
        for text in unruly
        for found in read(text).transactions
        if found.kind == "835" and found.complete
    ]
    wrong = [item for item in remittances if x835.imbalances(item)]
    assert len(remittances) > 30
    assert {item.trace_number for item in wrong} <= {
        item.trace_number for item in remittances if item not in wrong
    }  # what went out wrong came right
    reasons = Counter(entry.reason for item in remittances for entry in item.provider_adjustments)
    assert reasons.keys() >= {"FB", "WO", "L6"}
    claims = [paid for item in remittances for paid in item.claims()]
    assert {paid.status for paid in claims} >= {"1", "22"}
    assert any(not paid.lines for paid in claims)
    assert any(paid.outpatient and "MA15" in paid.outpatient.remarks for paid in claims)


@pytest.mark.referee
@pytest.mark.slow
def test_what_unruly_payers_write_passes_the_referee(unruly: list[str], tmp_path: Path) -> None:
    if not PYX12.exists() or not REFEREE.exists():
        pytest.skip("the pyx12 referee is not installed: ./manage.py referees")
    files = []
    for number, text in enumerate(dict.fromkeys(unruly)):
        if "TA1*" not in text and read(text).complete:
            files.append(tmp_path / f"{number:03d}.x12")
            files[-1].write_text(text)
    done = subprocess.run([PYX12, REFEREE, *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
