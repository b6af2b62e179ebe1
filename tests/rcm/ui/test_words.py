"""How values are written."""

import datetime as dt
from decimal import Decimal

import pytest

from rcm.ui import words

TODAY = dt.date(2026, 3, 11)


@pytest.mark.parametrize(
    ("amount", "written"),
    [("1234.56", "$1,234.56"), ("-12.00", "\N{MINUS SIGN}$12.00"), ("0.00", "$0.00")],
)
def test_dollars(amount, written):
    assert words.dollars(Decimal(amount)) == written


def test_nothing_is_written_as_nothing():
    assert [words.dollars(None), words.day(None), words.moment(None), words.age(None, today=TODAY)] == [
        ""
    ] * 4


@pytest.mark.parametrize(
    ("days", "written"),
    [
        (0, "today"),
        (1, "1 day"),
        (20, "20 days"),
        (21, "3 weeks"),
        (95, "3 months"),
        (800, "2 years"),
        (-3, "in 3 days"),
    ],
)
def test_age(days, written):
    assert words.age(TODAY - dt.timedelta(days=days), today=TODAY) == written


@pytest.mark.parametrize(
    ("born", "written"),
    [
        (dt.date(1984, 3, 12), "41 y"),
        (dt.date(1984, 3, 11), "42 y"),
        (dt.date(2025, 9, 12), "5 mo"),
        (TODAY, "0 mo"),
    ],
)
def test_years_old(born, written):
    assert words.years_old(born, today=TODAY) == written


def test_phone_of_ten_digits_is_grouped_and_others_left():
    assert words.phone("3125550142") == "(312) 555-0142"
    assert words.phone("+44 20") == "+44 20"


def test_counted_speaks_of_one_and_of_many():
    assert [
        words.counted(1, "claim"),
        words.counted(1204, "claim"),
        words.counted(2, "policy", "policies"),
    ] == [
        "1 claim",
        "1,204 claims",
        "2 policies",
    ]
