"""Named refusals of actions, in words: each app says its own, what a page does with them is one thing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rcm.state import IllegalMove, LostRace

MOVED: Mapping[type[Exception], str] = {
    LostRace: "Somebody else changed it first. Look again.",
    IllegalMove: "It has moved on meanwhile. Look again.",
}
"""What any change of state may be refused for."""


class Refused(Exception):
    """An act was refused; the exception's text says why, to a person."""


class Refusals:
    """The refusals that an app's pages know, and their words."""

    def __init__(self, words: Mapping[type[Exception], str]) -> None:
        self._words = {**words, **MOVED}
        self.types = tuple(self._words)

    def words_for(self, refusal: Exception) -> str:
        """The refusal in words. Raises KeyError for one without."""
        return self._words[type(refusal)]

    @contextmanager
    def in_words(self) -> Iterator[None]:
        """Raise Refused, with the words, instead of an action's named refusal."""
        try:
            yield
        except self.types as refusal:
            raise Refused(self.words_for(refusal)) from refusal
