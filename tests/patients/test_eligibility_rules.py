"""When to ask, how long to wait, and what an answer amounts to."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.rules.eligibility import PATIENCE, Verdict, is_due, rest, verdict
from patients.states import EligibilityStatus

TODAY = dt.date(2026, 3, 11)


@pytest.mark.parametrize(
    ("ahead", "asked_days_ago", "answered", "due"),
    [
        (5, None, False, True),
        (6, None, False, False),
        (-1, None, False, False),
        (5, 1, True, False),
        (5, 8, True, True),
        (0, 1, True, True),
        (0, 0, True, False),
        (0, 0, False, False),
        (3, 1, False, True),
    ],
)
def test_is_due(ahead, asked_days_ago, answered, due):
    asked_on = None if asked_days_ago is None else TODAY - dt.timedelta(days=asked_days_ago)
    visit = TODAY + dt.timedelta(days=ahead)
    assert is_due(service_date=visit, today=TODAY, asked_on=asked_on, answered=answered) is due


def test_rest_keeps_to_the_operating_rule():
    waited, moments = dt.timedelta(0), [dt.timedelta(0)]
    while (pause := rest(waited)) is not None:
        waited += pause
        moments.append(waited)
    assert all(later - earlier >= dt.timedelta(seconds=90) for earlier, later in pairwise(moments))
    assert sum(moment <= dt.timedelta(minutes=15) for moment in moments[1:]) <= 5
    assert waited >= PATIENCE


@pytest.mark.parametrize(
    ("active", "rejections", "expected"),
    [
        (True, [("75", False)], Verdict.ACTIVE),
        (False, [], Verdict.INACTIVE),
        (None, [], Verdict.UNANSWERED),
        (None, [("42", True)], Verdict.ASK_AGAIN),
        (None, [("42", True), ("75", False)], Verdict.NOT_FOUND),
        (None, [("42", False)], Verdict.UNANSWERED),
        (None, [("51", False)], Verdict.REFUSED),
    ],
)
def test_verdict(active, rejections, expected):
    assert verdict(active=active, rejections=rejections) == expected


@pytest.mark.slow
@given(st.sampled_from(["72", "73", "74", "75"]), st.lists(st.tuples(st.text(max_size=2), st.booleans())))
def test_verdict_never_asks_again_about_a_wrong_member(reason, others):
    said = verdict(active=None, rejections=[(reason, False), *others])
    assert said == Verdict.NOT_FOUND


def test_verdicts_are_statuses():
    assert {str(one) for one in Verdict} - {"ask_again"} == {str(one) for one in EligibilityStatus} - {
        "pending"
    }
