"""What codes mean, for pages of apps below the code sets: whoever keeps them says so when loaded."""

from collections.abc import Callable, Collection, Mapping
from datetime import date

LookUp = Callable[[Collection[str], date], Mapping[str, str]]
"""The words of those of the codes that are valid on a day, in one query."""

_books: dict[str, LookUp] = {}


def codebook(kind: str, look_up: LookUp) -> None:
    """Answer for the codes of one kind ("procedure")."""
    _books[kind] = look_up


def meanings(kind: str, codes: Collection[str], *, day: date) -> Mapping[str, str]:
    """What these codes mean on a day; a code that nobody knows is left out."""
    look_up = _books.get(kind)
    return look_up(codes, day) if look_up and codes else {}
