"""Named refusals become words for a person."""

import pytest

from rcm.state import LostRace
from rcm.ui.refusals import Refusals, Refused


class TooLate(Exception):
    """An app's own."""


KNOWN = Refusals({TooLate: "The day is over."})


@pytest.mark.parametrize(
    ("raised", "words"),
    [(TooLate, "The day is over."), (LostRace, "Somebody else changed it first. Look again.")],
)
def test_refusal_is_said_in_words(raised, words):
    with pytest.raises(Refused, match=words), KNOWN.in_words():
        raise raised
    assert raised in KNOWN.types


def test_what_has_no_words_is_no_refusal():
    with pytest.raises(ZeroDivisionError), KNOWN.in_words():
        raise ZeroDivisionError
