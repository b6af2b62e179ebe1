"""Our numbers on the wire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.rules.numbering import claim_number, line_number, next_version


def test_claim_number_is_prefix_number_and_version():
    assert claim_number(prefix="L07", number=42) == "L070000042A"


@pytest.mark.parametrize(
    ("number", "following"),
    [("L070000042A", "L070000042B"), ("L070000042Z", "L070000042AA"), ("L070000042AZ", "L070000042BA")],
)
def test_next_version_takes_the_next_letter(number, following):
    assert next_version(number) == following


@given(st.integers(1, 10**9), st.integers(0, 800))
def test_versions_stay_within_clm01_and_never_repeat(number, versions):
    seen = [claim_number(prefix="ABCD", number=number)]
    for _ in range(versions):
        seen.append(next_version(seen[-1]))

    assert len(set(seen)) == len(seen)
    assert max(map(len, seen)) <= 20


def test_line_number_follows_the_claim():
    assert line_number("L070000042A", 12) == "L070000042A12"
