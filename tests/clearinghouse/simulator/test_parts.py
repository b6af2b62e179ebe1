"""The small parts: shapes, plans, members, luck, faults, store."""

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from clearinghouse.simulator import shapes
from clearinghouse.simulator.claim import Claim
from clearinghouse.simulator.faults import FaultBox
from clearinghouse.simulator.lottery import drawn, lot
from clearinghouse.simulator.luck import LATE, PLAIN, Luck
from clearinghouse.simulator.members import Member, Register, load_register
from clearinghouse.simulator.plans import BLUEPEAK, MEDICAID, MEDICARE, MEDIGAP, NORTHSTAR, Plans, load_plans
from clearinghouse.simulator.reading import read_claims
from clearinghouse.simulator.scenario import Delays, Faults, Scenario, Shares, load_scenario
from clearinghouse.simulator.screening import is_npi
from clearinghouse.simulator.store import Store
from clearinghouse.simulator.syntax import examine
from tests.clearinghouse.simulator.claims import PLANS, dependent_claim, injection_claim, medicare_claim, plan
from tests.clearinghouse.simulator.submitting import interchange
from x12 import claim_837
from x12.envelope import read

NOW = dt.datetime(2026, 6, 8, 15, 0, tzinfo=dt.UTC)


def test_plans_survive_freezing_and_thawing() -> None:
    assert shapes.thaw(Plans, json.loads(json.dumps(shapes.freeze(PLANS)))) == PLANS


@pytest.mark.parametrize("sent", [medicare_claim(), dependent_claim(), injection_claim(authorization="A1")])
def test_claims_survive_freezing_and_the_wire(sent: Claim) -> None:
    assert shapes.thaw(Claim, json.loads(json.dumps(shapes.freeze(sent)))) == sent
    (transaction,) = read(interchange(1, sent, at=NOW)).transactions
    (kept,) = read_claims(claim_837.read(transaction))
    others = tuple(replace(other, last_name="", first_name="") for other in kept.others)
    assert replace(kept, others=others) == sent


@pytest.mark.parametrize(
    "wrong", [[], {"plans": 1}, {"plans": [{}]}, {"more": 1}, {"plans": "x"}, {"plans": [{"payer_id": 1}]}]
)
def test_file_of_another_shape_is_refused(tmp_path: Path, wrong: object) -> None:
    path = tmp_path / "plans.json"
    path.write_text(json.dumps(wrong))
    with pytest.raises(ValueError, match=r"."):
        load_plans(path)


def test_four_payers_and_a_supplement_come_with_the_package() -> None:
    assert [item.payer_id for item in PLANS.plans] == [MEDICARE, BLUEPEAK, NORTHSTAR, MEDICAID, MEDIGAP]


def test_scenarios_come_by_name_and_by_file(tmp_path: Path) -> None:
    assert load_scenario("quick") == Scenario()
    assert load_scenario("month").payment_runs[MEDICAID] == 604800
    assert load_scenario("demonstration").shares.rejected == Decimal("0.02")
    path = tmp_path / "mine.json"
    path.write_text('{"shares": {"late": 0.5}}')
    assert load_scenario(str(path)) == Scenario(shares=Shares(late=Decimal("0.5")))
    with pytest.raises(ValueError, match="no scenario"):
        load_scenario("nothing")


ON = dt.date(2026, 6, 1)


@pytest.mark.parametrize(
    ("number", "active", "met"),
    [
        ("BPK900112233", True, "0.00"),
        ("BPK900112253", True, "750.00"),
        ("BPK900112283", True, "1500.00"),
        ("BPK900112230", False, "0.00"),
    ],
)
def test_member_follows_the_digits_of_the_id(number: str, active: bool, met: str) -> None:
    member = Register().find(plan(BLUEPEAK), number, ON)
    assert member is not None
    assert (member.is_active(ON), member.deductible_met) == (active, Decimal(met))
    assert member.is_active(dt.date(2025, 12, 31))


def test_member_not_on_file() -> None:
    assert Register().find(plan(BLUEPEAK), "BPK900112200", ON) is None
    assert Register().find(plan(BLUEPEAK), "NSH900112233", ON) is None


def test_member_file_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "members.json"
    path.write_text(json.dumps([{"payer_id": BLUEPEAK, "member_id": "ANY", "effective": "2026-06-02"}]))
    register = load_register(path)
    assert register.find(plan(BLUEPEAK), "ANY", ON) == Member(BLUEPEAK, "ANY", effective=dt.date(2026, 6, 2))
    assert not register.listed[0].is_active(ON)
    assert load_register(tmp_path / "none.json") == Register()


def test_lots_repeat_and_are_spread() -> None:
    assert lot("1", "a", 2) == lot("1", "a", 2)
    assert lot("1", "a", 2) != lot("2", "a", 2)
    hits = sum(drawn("1", Decimal("0.1"), number) for number in range(5000))
    assert 400 < hits < 600


def test_luck_hits_first_submissions_only() -> None:
    luck = Luck(Scenario(shares=Shares(late=Decimal(1))), "1")
    assert (luck.fate("m", "c", 0), luck.fate("m", "c", 1)) == (LATE, PLAIN)


def test_runs_are_at_the_multiples_of_a_payers_period() -> None:
    luck = Luck(Scenario(payment_run_seconds=3600, payment_runs={"X": 86400}), "1")
    assert luck.run_after("A", NOW) == NOW
    assert luck.run_after("A", NOW + dt.timedelta(seconds=1)) == NOW + dt.timedelta(hours=1)
    assert luck.run_after("X", NOW) == dt.datetime(2026, 6, 9, tzinfo=dt.UTC)


def test_adjudication_takes_a_payers_own_time() -> None:
    luck = Luck(Scenario(adjudication={"X": 60}, delays=Delays(adjudication=5, late=100)), "1")
    assert luck.decided_at("A", NOW) == NOW + dt.timedelta(seconds=5)
    assert luck.decided_at("X", NOW, LATE) == NOW + dt.timedelta(seconds=160)


def test_faults_count_down_and_can_be_set_anew(tmp_path: Path) -> None:
    path = tmp_path / "faults.json"
    box = FaultBox(Faults(http_errors=1), path)
    assert [box.strikes("http_errors") for _ in range(2)] == [True, False]
    path.write_text('{"http_errors": 2, "http_error_status": 500}')
    assert [box.strikes("http_errors") for _ in range(3)] == [True, True, False]
    assert box.setting("http_error_status") == 500
    path.write_text("{")
    assert not box.strikes("http_errors")


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("1234567893", True),
        ("1334455668", True),
        ("1234567890", False),
        ("123456789", False),
        ("123456789X", False),
    ],
)
def test_npi_check_digit(number: str, valid: bool) -> None:
    assert is_npi(number) is valid


def test_store_rolls_back_whole_transactions_and_keeps_what_was_committed(tmp_path: Path) -> None:
    store = Store(tmp_path / "state")
    with pytest.raises(RuntimeError), store.transaction():
        store.count("x")
        with store.transaction():
            store.count("x")
        raise RuntimeError
    assert store.count("x") == 1
    store.close()
    again = Store(tmp_path / "state")
    assert again.count("x") == 2
    again.close()


# Syntax


def judged(text: str) -> list[tuple[str, str, str, int, str]]:
    (transaction,) = read(text).transactions
    verdict = examine(transaction)
    return [(f.segment, f.loop, f.segment_code, f.element, f.element_code) for f in verdict.faults]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("HI*ABK:I10", "ZZZ*ABK:I10", [("ZZZ", "2300", "1", 0, ""), ("HI", "2300", "3", 0, "")]),
        ("SV1*HC:99214*210*", "SV1*HC:99214*21O*", [("SV1", "2400", "8", 2, "6")]),
        ("DTP*472*D8*20260310", "DTP*472*D8*20260230", [("DTP", "2400", "8", 3, "8")] * 2),
        ("*11:B:1*Y", "*11:B:9*Y", [("CLM", "2300", "8", 5, "7")]),
        ("DMG*D8*19500514*F", "DMG*D8**F", [("DMG", "2000B", "8", 2, "1")]),
        ("SBR*P*18", "SBR**18", [("SBR", "2000B", "8", 1, "1")]),
        ("LX*2~", "LX*2~SBR*S*18~", [("SBR", "2400", "2", 0, "")]),
        ("DTP*472*D8*", "DTP*472*XX*", [("DTP", "2400", "8", 2, "7")] * 2),
        ("N4*AUSTIN*TX*787011234~", "", [("N4", "2000A", "3", 0, "")]),
    ],
)
def test_syntax_faults_are_named_where_they_are(old: str, new: str, expected: list) -> None:
    text = interchange(1, medicare_claim(), at=NOW)
    assert old in text
    assert judged(text) == []
    assert judged(text.replace(old, new)) == expected


def test_claim_without_lines_and_transaction_without_claims() -> None:
    text = interchange(1, injection_claim(), at=NOW)
    head, _, rest = text.partition("LX*1~")
    tail = rest[rest.index("SE*") :]
    assert judged(head + tail) == [("LX", "2400", "3", 0, "")]
    start = head.index("CLM*")
    assert judged(head[:start] + tail) == [("CLM", "2300", "3", 0, "")]


def test_other_transactions_and_guides_are_not_supported() -> None:
    text = interchange(1, injection_claim(), at=NOW)
    for old, new, code in (("*837*", "*278*", "1"), ("005010X222A1", "005010X222", "I6")):
        (transaction,) = read(
            text.replace("ST" + old, "ST" + new) if code == "1" else text.replace(old, new)
        ).transactions
        assert examine(transaction).transaction_codes == (code,)
