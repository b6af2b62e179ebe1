"""Payers with manners of their own: the bytes of every misbehavior in a remittance. No servers."""

import datetime as dt
import importlib.util
import subprocess
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from clearinghouse.simulator import manners, takebacks
from clearinghouse.simulator.claim import Claim
from clearinghouse.simulator.plans import BLUEPEAK
from clearinghouse.simulator.scenario import Delays, Scenario, Shares
from clearinghouse.simulator.store import Store
from tests.clearinghouse.simulator.claims import ORTEGA, claim, line, medicare_claim
from tests.clearinghouse.simulator.submitting import Desk
from x12 import remittance_835 as x835
from x12.envelope import read

NOW = dt.datetime(2026, 6, 8, 15, 0, tzinfo=dt.UTC)
ON = dt.date(2026, 6, 1)
ROOT = Path(__file__).parents[3]
PYX12 = ROOT / ".local" / "referee" / "pyx12" / "bin" / "python"
TOOLS = ROOT.parent / "shared" / "tools"
ALWAYS = Decimal(1)
DAY = 86400


def visit(number: str = "LS1001", charge: str = "200.00") -> Claim:
    """A visit with two services, of which the plan pays a share of each."""
    return claim(
        BLUEPEAK,
        ORTEGA,
        line(1, "99214", charge, ON),
        line(2, "20610", "301.01", ON, units=Decimal(2)),
        number=number,
    )


@pytest.fixture
def open_desk(tmp_path: Path) -> Callable[..., Desk]:
    """Gives a desk whose payers meet these misfortunes always."""

    def open_one(*names: str, **delays: int) -> Desk:
        shares = Shares(**dict.fromkeys(names, ALWAYS))
        return Desk(tmp_path / "box", NOW, Scenario(shares=shares, delays=Delays(**delays)))

    return open_one


def paid_as(desk: Desk, sent: Claim | None = None) -> x835.Remittance:
    """The remittance of a visit; the money of its decision is what a plain payer decides."""
    desk.submit(sent or visit())
    (remittance,) = desk.pay()
    return remittance


def truth_of(desk: Desk) -> dict[str, Decimal]:
    (told,) = desk.truth("decided")
    return {name: Decimal(told[name]) for name in ("charge", "paid", "patient")}


def sums(remittance: x835.Remittance) -> dict[str, Decimal]:
    claims = list(remittance.claims())
    return {
        "charge": sum((item.charge for item in claims), Decimal(0)),
        "paid": sum((item.paid for item in claims), Decimal(0)),
        "patient": sum((item.patient_responsibility or Decimal(0) for item in claims), Decimal(0)),
    }


@pytest.mark.parametrize("manner", manners.MANNERS)
def test_whatever_the_manner_the_money_is_that_of_the_decision(open_desk, manner: str) -> None:
    desk = open_desk(manner)
    assert sums(paid_as(desk)) == truth_of(desk)


# How it is put


def test_claim_level_decision_has_no_lines_and_all_reasons(open_desk) -> None:
    (paid,) = paid_as(open_desk("claim_level")).claims()
    assert (paid.lines, paid.statement_from, paid.statement_through) == ((), ON, ON)
    assert {(item.group, item.reason) for item in paid.adjustments} >= {("CO", "45"), ("PR", "3")}
    assert len({(item.group, item.reason) for item in paid.adjustments}) == len(paid.adjustments)


def test_unnumbered_lines_bear_no_control_number_of_ours(open_desk) -> None:
    desk = open_desk("unnumbered")
    desk.submit(visit())
    desk.work(seconds=10)
    (text,) = [text for text in desk.fetch_texts() if "*835*" in text]
    assert "SVC*" in text
    assert "REF*6R" not in text


def with_line(paid: x835.ClaimPayment, only: x835.ServicePayment) -> x835.ClaimPayment:
    """The claim as if it had but one line."""
    return replace(paid, lines=(only,))


def test_split_lines_share_a_number_a_charge_and_a_payment(open_desk) -> None:
    (plain,) = paid_as(open_desk()).claims()
    for asked in plain.lines:
        (paid,) = manners.put(with_line(plain, asked), manners.SPLIT_LINES)
        one, two = paid.lines
        assert one.control_number == two.control_number == asked.control_number
        assert (one.charge + two.charge, one.paid + two.paid) == (asked.charge, asked.paid)
        assert 0 < one.charge < asked.charge


def test_single_unit_is_split_by_component_and_several_units_are_parted(open_desk) -> None:
    remittance = paid_as(open_desk("split_lines"))
    (paid,) = remittance.claims()
    one, two, rest = paid.lines
    assert (one.procedure.modifiers, two.procedure.modifiers) == (("26",), ("TC",))
    assert one.submitted_procedure is not None
    assert (one.submitted_procedure.code, one.submitted_procedure.modifiers) == ("99214", ())
    assert (rest.procedure.code, rest.units) == ("20610", Decimal(2))

    (injection,) = manners.put(with_line(paid, rest), manners.SPLIT_LINES)
    assert [(item.units, item.submitted_units) for item in injection.lines] == [(1, 2), (1, 2)]


def test_split_claim_comes_under_two_payer_numbers(open_desk) -> None:
    remittance = paid_as(open_desk("split_claim"))
    one, two = remittance.claims()
    assert one.control_number == two.control_number
    assert two.payer_claim_control_number == f"{one.payer_claim_control_number}S"
    assert [item.outpatient.remarks for item in (one, two) if item.outpatient] == [("MA15",), ("MA15",)]
    assert [len(item.lines) for item in (one, two)] == [1, 1]


def test_bundled_lines_are_paid_within_the_first(open_desk) -> None:
    (paid,) = paid_as(open_desk("bundled")).claims()
    whole, part = paid.lines
    assert (whole.procedure.code, whole.submitted_procedure) == ("99214", None)
    assert part.submitted_procedure is not None
    assert (part.procedure.code, part.submitted_procedure.code, part.paid) == ("99214", "20610", Decimal(0))
    assert [(item.group, item.reason) for item in part.adjustments] == [("CO", "97")]


def test_recoded_visit_is_decided_under_the_next_lower_code(open_desk) -> None:
    (paid,) = paid_as(open_desk("recoded")).claims()
    lower = paid.lines[0]
    assert lower.submitted_procedure is not None
    assert (lower.procedure.code, lower.submitted_procedure.code) == ("99213", "99214")
    assert [remark.code for remark in lower.remarks] == ["N22"]
    assert paid.lines[1].submitted_procedure is None


@pytest.mark.parametrize("manner", manners.MANNERS)
def test_reversal_takes_back_what_was_sent_even_when_the_payer_mends_its_manners(
    open_desk, manner: str
) -> None:
    desk = open_desk(manner, "corrected", correction=DAY)
    first = paid_as(desk)
    (desk.directory / "scenario.json").write_text('{"shares": {"corrected": 1}}')
    desk.work(days=2)
    (second,) = desk.remittances()
    back = [item for item in second.claims() if item.is_reversal]
    given = list(first.claims())
    assert [(item.payer_claim_control_number, -item.charge, -item.paid) for item in back] == [
        (item.payer_claim_control_number, item.charge, item.paid) for item in given
    ]
    assert [[(line.control_number, line.procedure, -line.paid) for line in item.lines] for item in back] == [
        [(line.control_number, line.procedure, line.paid) for line in item.lines] for item in given
    ]


# Money beside the claims


def test_interest_is_paid_though_nothing_was_late(open_desk) -> None:
    remittance = paid_as(open_desk("interest"))
    (paid,) = remittance.claims()
    (entry,) = remittance.provider_adjustments
    assert (entry.reason, entry.reference) == ("L6", paid.payer_claim_control_number)
    assert entry.amount < 0
    assert remittance.paid == paid.paid - entry.amount
    assert [(item.qualifier, item.amount) for item in paid.amounts] == [("I", -entry.amount)]


def test_recouped_correction_is_left_owing_and_withheld_later(open_desk) -> None:
    desk = open_desk("corrected", "recouped", correction=DAY, recoupment=DAY)
    first = paid_as(desk)
    (given,) = first.claims()
    desk.work(days=2)
    (second,) = desk.remittances()
    (left,) = second.provider_adjustments
    overpaid = -sum(item.paid for item in second.claims())
    assert overpaid > 0
    assert (left.reason, left.amount, second.paid) == ("WO", -overpaid, Decimal(0))
    icn = given.payer_claim_control_number
    assert left.reference == f"LS1001 {icn} {first.trace_number}"

    desk.work(days=2)
    third = paid_as(desk, visit("LS1003", "210.00"))
    (taken,) = third.provider_adjustments
    assert (taken.reason, taken.reference, taken.amount) == ("WO", left.reference, overpaid)
    assert third.paid == sum(item.paid for item in third.claims()) - overpaid


def test_nothing_more_is_withheld_than_a_remittance_pays(tmp_path: Path) -> None:
    kept = Store(tmp_path / "state.sqlite3")
    owed = takebacks.announce(
        kept, payer_id="P", payee="N", reference="A", amount=Decimal("10.00"), since=NOW
    )
    assert takebacks.total(owed) == Decimal("-10.00")

    def withheld(due: str, at: dt.datetime = NOW) -> Decimal:
        return takebacks.total(takebacks.withhold(kept, payer_id="P", payee="N", due=Decimal(due), at=at))

    assert withheld("90.00", NOW - dt.timedelta(seconds=1)) == 0
    assert [withheld(due) for due in ("0.00", "-5.00", "4.00", "90.00", "90.00")] == [0, 0, 4, 6, 0]
    kept.close()


def test_money_is_withheld_for_a_claim_nobody_knows(open_desk) -> None:
    remittance = paid_as(open_desk("withheld"))
    (paid,) = remittance.claims()
    (entry,) = remittance.provider_adjustments
    assert (entry.reason, entry.amount) == ("WO", (paid.paid / 10).quantize(Decimal("0.01")))
    assert not entry.reference.startswith(paid.control_number)


def test_stranger_is_decided_among_ours(open_desk) -> None:
    desk = open_desk("strangers")
    remittance = paid_as(desk)
    ours, stranger = remittance.claims()
    assert stranger.control_number not in ("", ours.control_number)
    assert stranger.paid == ours.paid
    assert remittance.paid == ours.paid + stranger.paid
    assert not {item.control_number for item in ours.lines} & {item.control_number for item in stranger.lines}
    assert [item["claim"] for item in desk.truth("decided")] == ["LS1001"]
    assert Decimal(desk.truth("remitted")[0]["amount"]) == remittance.paid


def test_reversal_comes_alone_and_the_new_decision_later(open_desk) -> None:
    desk = open_desk("corrected", "reversed_alone", correction=DAY)
    first = paid_as(desk)
    desk.work(days=1, hours=1)
    (second,) = desk.remittances()
    desk.work(days=1)
    (third,) = desk.remittances()
    assert [item.status for item in second.claims()] == ["22"]
    (again,) = third.claims()
    assert (again.status, again.frequency) == ("1", "7")
    assert 0 < again.paid < first.paid
    assert [item.reason for item in second.provider_adjustments] == ["FB"]
    desk.work(days=9)
    assert desk.remittances() == []


def test_correction_stands_before_its_reversal(open_desk) -> None:
    desk = open_desk("corrected", "corrected_first", correction=DAY)
    paid_as(desk)
    desk.work(days=2)
    (second,) = desk.remittances()
    assert [item.status for item in second.claims()] == ["1", "22"]


# Crossovers


@pytest.fixture
def medicare(tmp_path: Path) -> Callable[[str], Desk]:
    def open_one(name: str) -> Desk:
        at = dt.datetime(2026, 3, 11, 15, tzinfo=dt.UTC)
        desk = Desk(tmp_path / "box", at, Scenario(shares=Shares(**{name: ALWAYS})))
        desk.submit(medicare_claim())
        return desk

    return open_one


def test_lost_crossover_is_told_and_never_comes(medicare) -> None:
    desk = medicare("crossovers_lost")
    (first,) = desk.pay()
    (paid,) = first.claims()
    assert (paid.status, paid.crossover_payer is not None) == ("19", True)
    desk.work(days=60)
    assert desk.remittances() == []


def test_untold_crossover_comes_and_nobody_said_so(medicare) -> None:
    first, second = medicare("crossovers_untold").pay()
    (paid,), (supplement,) = first.claims(), second.claims()
    assert (paid.status, paid.crossover_payer, paid.outpatient) == ("1", None, None)
    assert supplement.status == "2"


# Before outside judges


def every_remittance(open_one: Callable[..., Desk]) -> list[str]:
    """Everything the box writes when it pays, corrects and withholds in this way."""
    desk = open_one()
    desk.submit(visit(), visit("LS1002", "205.00"))
    desk.work(days=4)
    desk.submit(visit("LS1003", "210.00"))
    desk.work(days=4)
    return desk.fetch_texts()


CORRECTING = (*manners.MANNERS, "recouped", "corrected_first", "reversed_alone")
SHARES = [(name, "corrected") for name in CORRECTING] + [("interest",), ("withheld",), ("strangers",)]


@pytest.fixture
def documents(tmp_path: Path) -> list[Path]:
    """One file per answer of payers of every kind."""
    files = []
    for place, names in enumerate(SHARES):
        shares = Shares(**dict.fromkeys(names, ALWAYS))
        scenario = Scenario(shares=shares, delays=Delays(correction=DAY, recoupment=DAY))
        texts = every_remittance(
            lambda scenario=scenario, place=place: Desk(tmp_path / str(place), NOW, scenario)
        )
        for number, text in enumerate(texts):
            files.append(tmp_path / f"{names[0]}_{number:02d}.x12")
            files[-1].write_text(text)
    return files


@pytest.mark.slow
def test_every_remittance_balances_for_another_reader(documents: list[Path]) -> None:
    if not (TOOLS / "x12_totals.py").exists():
        pytest.skip("no ../shared/tools on this machine")
    spec = importlib.util.spec_from_file_location("x12_totals", TOOLS / "x12_totals.py")
    assert spec
    assert spec.loader
    judge = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(judge)
    found = {path.name: judge.facts(path.read_bytes())["problems"] for path in documents}
    assert {name: problems for name, problems in found.items() if problems} == {}


@pytest.mark.referee
@pytest.mark.slow
def test_every_remittance_passes_the_referee(documents: list[Path]) -> None:
    if not PYX12.exists() or not TOOLS.exists():
        pytest.skip("the pyx12 referee is not installed: ./manage.py referees")
    files = [str(path) for path in documents if "*835*" in path.read_text()]
    assert len(files) >= len(SHARES)
    done = subprocess.run(
        [PYX12, TOOLS / "referee_pyx12.py", *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(read(Path(file).read_text()).transactions for file in files)
