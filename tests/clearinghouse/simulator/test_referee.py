"""Everything the box writes, and the 837s it is tested with, before an outside judge (pyx12)."""

import datetime as dt
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from clearinghouse.simulator.plans import BLUEPEAK
from clearinghouse.simulator.scenario import Scenario, Shares
from tests.clearinghouse.simulator.claims import (
    ORTEGA,
    claim,
    dependent_claim,
    injection_claim,
    line,
    medicare_claim,
)
from tests.clearinghouse.simulator.submitting import Desk, interchange

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".local" / "referee" / "pyx12" / "bin" / "python"
REFEREE = ROOT.parent / "shared" / "tools" / "referee_pyx12.py"
NOW = dt.datetime(2026, 6, 8, 15, 0, tzinfo=dt.UTC)
ON = dt.date(2026, 6, 1)


@pytest.mark.referee
@pytest.mark.slow
def test_every_document_passes_the_referee(tmp_path: Path) -> None:
    if not PYTHON.exists() or not REFEREE.exists():
        pytest.skip("the pyx12 referee is not installed: ./manage.py referees")
    desk = Desk(tmp_path / "box", NOW, Scenario(shares=Shares(appeals_won=Decimal(1))))
    sent = [medicare_claim(), dependent_claim(), injection_claim()]
    wrong = claim(BLUEPEAK, ORTEGA, line(1, "99213", "150.00", ON), number="BAD", frequency="7")
    desk.submit(*sent, wrong)
    desk.put(interchange(2, injection_claim(), at=NOW).replace("*900*", "*9OO*").replace("HI*", "HX*"))
    desk.put(interchange(1, *sent, at=NOW))
    desk.work(seconds=10)
    icns = {item["claim"]: item["icn"] for item in desk.truth("decided") if item["payer"] != "59999"}
    assert desk.box.appeal(icns["26050031A"], desk.now)
    child = dependent_claim()
    desk.submit(
        claim(
            BLUEPEAK,
            ORTEGA,
            *child.lines,
            patient=child.patient,
            number=child.number,
            frequency="8",
            replaces=icns[child.number],
        )
    )
    desk.work(seconds=10)
    documents = tmp_path / "documents"
    documents.mkdir()
    for number, text in enumerate([interchange(9, *sent, at=NOW), *desk.fetch_texts()]):
        if "TA1*" not in text:
            (documents / f"{number:03d}.x12").write_text(text)

    files = sorted(map(str, documents.iterdir()))
    assert len(files) >= 10
    done = subprocess.run([PYTHON, REFEREE, *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
