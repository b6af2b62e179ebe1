import csv
import gzip
from datetime import date

import pytest

from tests.x12.samples import ABSENT, SAMPLES
from x12.codes import adjustment_reason, codes, load, meaning, unload, valid

REFERENCE = SAMPLES.parent / "reference"


def test_adjustment_reason_says_what_follows():
    reason = adjustment_reason("197")

    assert (reason.category, reason.denial, reason.appealable) == ("authorization", "Y", True)
    assert reason.usual_groups
    assert reason.label


def test_unknown_adjustment_reason_is_left_to_a_person():
    reason = adjustment_reason("X99")

    assert (reason.label, reason.category, reason.denial, reason.route) == (
        "Reason X99",
        "unknown",
        "depends",
        "review",
    )


def test_meaning_of_a_code_we_have_no_words_for_is_the_code():
    assert meaning("claim_payment_status", "22") == "Reversal of previous payment"
    assert meaning("claim_payment_status", "99") == "99"


def test_codes_gives_a_copy_of_a_list():
    codes("claim_frequency").clear()

    assert list(codes("claim_frequency")) == ["1", "7", "8"]


def test_a_list_there_is_not_is_an_error():
    with pytest.raises(KeyError):
        meaning("nonsense", "1")


@pytest.mark.parametrize(
    ("code_list", "code", "on", "expected"),
    [
        ("CARC", "45", None, True),
        ("CARC", "B15", None, True),
        ("CARC", "045", None, False),
        ("CARC", "999", None, False),
        ("CARC", "ZZ", None, False),
        ("CARC", "", None, False),
        ("CARC", "W1", date(2014, 7, 1), True),
        ("CARC", "W1", date(2014, 7, 2), False),
        ("CARC", "P1", date(2013, 10, 31), False),
        ("RARC", "N130", None, True),
        ("RARC", "MA135", None, False),
        ("RARC", "130", None, False),
        ("claim_status_category", "F3N", None, True),
        ("claim_status_category", "F9", None, False),
        ("claim_status", "562", None, True),
        ("claim_status", "A1", None, False),
        ("service_type", "UC", None, True),
        ("service_type", "31", None, False),
    ],
)
def test_valid_knows_the_form_of_codes_and_the_days_of_families(code_list, code, on, expected):
    assert valid(code_list, code, on=on) is expected


def test_a_loaded_list_decides_until_it_is_unloaded(tmp_path):
    file = tmp_path / "carc.csv"
    file.write_text("code,valid_from,valid_to\n45,,\n17,1995-01-01,2009-07-01\n", encoding="utf-8")

    try:
        assert load("CARC", file) == 2
        assert valid("CARC", "45")
        assert valid("CARC", "17", on=date(2009, 7, 1))
        assert not valid("CARC", "17", on=date(2026, 1, 1))
        assert not valid("CARC", "1")
    finally:
        unload("CARC")
    assert valid("CARC", "1")


def test_no_list_there_is_not():
    with pytest.raises(KeyError):
        valid("nonsense", "1")
    with pytest.raises(KeyError):
        load("nonsense", REFERENCE)


@pytest.mark.skipif(not REFERENCE.exists(), reason=ABSENT)
def test_families_hold_every_code_that_was_published():
    published = {
        "CARC": (REFERENCE / "carc_rarc" / "carc_code_dates_2024-06.csv").read_text(encoding="utf-8"),
        "RARC": gzip.decompress((REFERENCE / "carc_rarc" / "rarc_2024-06.csv.gz").read_bytes()).decode(),
    }
    for code_list, text in published.items():
        for row in csv.DictReader(text.splitlines()):
            day = row["adj_end_date"] or "2026-01-01"
            assert valid(code_list, row["adj_code"], on=date.fromisoformat(day)) or row["adj_code"][0] == "D"
    for code_list, name in (
        ("claim_status_category", "claim_status_cat_codes"),
        ("claim_status", "claim_status_codes"),
    ):
        listed = (REFERENCE / "claim_status" / f"{name}.txt").read_text(encoding="utf-8").split()
        assert [code for code in listed if not valid(code_list, code)] == []
