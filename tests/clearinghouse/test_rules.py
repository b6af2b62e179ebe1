"""Business days, and whether a file is whole: without the database."""

import datetime as dt

import pytest

from clearinghouse.rules.business_days import CORE_ZONE, business_days_before, holidays, is_business_day
from clearinghouse.rules.wholeness import growing, looks_like_x12, unfinished
from tests.clearinghouse.test_inbound import mail
from x12.envelope import read

HOLIDAYS_2026 = {
    (1, 1),
    (1, 19),
    (2, 16),
    (5, 25),
    (6, 19),
    (7, 3),
    (9, 7),
    (10, 12),
    (11, 11),
    (11, 26),
    (12, 25),
}


def eastern(*when: int) -> dt.datetime:
    return dt.datetime(*when, tzinfo=dt.timezone(dt.timedelta(hours=-4)))


def test_holidays_are_the_federal_ones_on_the_days_they_are_kept():
    assert {(day.month, day.day) for day in holidays(2026)} == HOLIDAYS_2026
    assert dt.date(2021, 12, 31) in holidays(2021)  # New Year of 2022 fell on a Saturday
    assert not is_business_day(dt.date(2026, 11, 22))


@pytest.mark.parametrize(
    ("moment", "days", "before"),
    [
        (eastern(2026, 6, 9, 12), 1, eastern(2026, 6, 8, 12)),  # Tuesday, Monday
        (eastern(2026, 6, 8, 12), 1, eastern(2026, 6, 5, 12)),  # over a weekend
        (eastern(2026, 5, 26, 9), 1, eastern(2026, 5, 22, 9)),  # over Memorial Day
        (eastern(2026, 6, 12, 12), 5, eastern(2026, 6, 5, 12)),
    ],
)
def test_business_days_are_counted_back_at_the_same_time_of_day(moment, days, before):
    assert business_days_before(moment, days, zone=CORE_ZONE) == before


def test_nothing_falls_due_while_nobody_works():
    friday_night = business_days_before(eastern(2026, 6, 5, 23, 58), 1, zone=CORE_ZONE)
    sunday = business_days_before(eastern(2026, 6, 7, 12), 1, zone=CORE_ZONE)
    assert friday_night < sunday < eastern(2026, 6, 5, 0)


@pytest.mark.parametrize(("content", "listed", "why"), [(b"", 0, "it is empty"), (b"abc", 2, "it grew")])
def test_a_file_that_grows_is_not_taken(content, listed, why):
    assert growing(content, listed=listed).startswith(why)
    assert growing(b"abc", listed=3) == growing(b"abc", listed=None) == ""


def test_only_x12_says_where_it_ends():
    assert looks_like_x12(b"\x00\r\n" + mail("835"))
    assert looks_like_x12(b"\xef\xbb\xbf" + mail("835"))
    assert not looks_like_x12(b"Dear biller, ISA")


@pytest.mark.parametrize(
    ("tail", "why"),
    [
        ("GE*1*1~IEA*1*000002003~", ""),
        ("GE*1*1~IEA*1*000002003", ""),
        ("GE*1*1~IEA*1*0000", "interchange 000002003 ends in the middle"),
        ("GE*1*1~IE", "interchange 000002003 has no end"),
        ("GE*1*1~", "interchange 000002003 has no end"),
        ("", "interchange 000002003 has no end"),
        ("IEA*1*000002003~", ""),
    ],
)
def test_a_file_is_whole_when_every_interchange_has_its_end(tail, why):
    assert unfinished(read(mail("835", tail=tail))).startswith(why)
    assert bool(unfinished(read(mail("835", tail=tail)))) == bool(why)


def test_a_second_interchange_cut_short_keeps_the_file():
    assert unfinished(read(mail("835") + mail("835", tail="")))
    assert unfinished(read(mail("835") + b"ISA*00*   "))
