from decimal import Decimal, InvalidOperation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcm.money import CENT, ZERO, money, split

CENTS = st.integers(-(10**10), 10**10).map(lambda cents: Decimal(cents) * CENT)
WEIGHTS = st.lists(st.decimals(0, 10**8, places=4), min_size=1, max_size=20).filter(any)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("12.5", "12.50"), (3, "3.00"), (Decimal("1.005"), "1.01"), ("-1.005", "-1.01"), ("0.004", "0.00")],
)
def test_money_has_two_places(value, expected):
    assert str(money(value)) == expected


@pytest.mark.parametrize("value", [1.5, True, None])
def test_money_refuses_what_has_lost_its_cents(value):
    with pytest.raises(TypeError):
        money(value)


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_money_refuses_what_is_not_finite(value):
    with pytest.raises(ValueError, match="finite"):
        money(value)


def test_money_refuses_words():
    with pytest.raises(InvalidOperation):
        money("ten")


def test_split_gives_the_odd_cent_to_the_largest_remainder_and_the_earlier_share():
    assert split(Decimal("1.00"), [Decimal(1)] * 3) == [Decimal("0.34"), Decimal("0.33"), Decimal("0.33")]
    assert split(Decimal("0.10"), [Decimal(1), Decimal(2)]) == [Decimal("0.03"), Decimal("0.07")]


@given(CENTS, WEIGHTS)
def test_split_loses_no_cent(amount, weights):
    shares = split(amount, weights)
    assert sum(shares, ZERO) == amount
    total = sum(weights)
    assert all(
        abs(share - amount * weight / total) <= CENT for share, weight in zip(shares, weights, strict=True)
    )


@pytest.mark.parametrize("weights", [[], [Decimal(0)], [Decimal(2), Decimal(-1)]])
def test_split_refuses_weights_that_share_nothing(weights):
    with pytest.raises(ValueError, match="weights"):
        split(Decimal("1.00"), weights)


def test_split_refuses_part_of_a_cent():
    with pytest.raises(ValueError, match="cents"):
        split(Decimal("1.001"), [Decimal(1)])
