"""Whether two records may be of one person, by name, birth date and phone."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import OSA, JaroWinkler

_SUFFIX = re.compile(r"\b(jr|sr|ii|iii|iv)\b")
_NOT_LETTERS = re.compile(r"[^a-z]+")
# Letters that no rule of Unicode takes apart.
_OTHER_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe"}
)

SAME_NAME = 0.92
LIKE_FIRST_NAME = 0.80
LIKE_LAST_NAME = 0.85
SLIP_OF_THE_PEN = 1  # one digit wrong, or two neighbours exchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is compared. `phone` is ten digits or empty."""

    first_name: str
    last_name: str
    birth_date: date
    phone: str = ""


def is_look_alike(one: Person, other: Person) -> bool:
    """Whether the two may be the same person, so that somebody has to look before a second record is made.

    Alike are: the same birth date with similar names (also exchanged, or one a part of the other); or the
    same name with a slip in the birth date; or the same phone, family name and nearly the same first name
    with a slip in the birth date. Twins (same birth date, family name and phone, other first name) are not.
    Symmetric, and true of a person and itself.
    """
    if one.birth_date == other.birth_date:
        return _similar(one, other, first=LIKE_FIRST_NAME, last=LIKE_LAST_NAME)
    if not _slipped(one.birth_date, other.birth_date):
        return False
    same_phone = bool(one.phone) and one.phone == other.phone
    return _similar(one, other, first=LIKE_FIRST_NAME if same_phone else SAME_NAME, last=SAME_NAME)


def normalized(name: str) -> str:
    """A name for comparing: small letters a-z without accents, marks and generation suffixes.

    A name in another script, of which nothing would be left, is compared as it stands.
    """
    plain = without_accents(name.casefold())
    bare = _NOT_LETTERS.sub("", _SUFFIX.sub("", plain))
    return bare or " ".join(plain.split())


def without_accents(name: str) -> str:
    """The letters without their marks: `Peña` is `Pena`, `Łukasz` is `Lukasz`, `Groß` is `Gross`."""
    plain = unicodedata.normalize("NFKD", name.translate(_OTHER_LETTERS))
    return "".join(character for character in plain if not unicodedata.combining(character))


def _similar(one: Person, other: Person, *, first: float, last: float) -> bool:
    mine = (normalized(one.first_name), normalized(one.last_name))
    theirs = (normalized(other.first_name), normalized(other.last_name))
    if _likeness(mine[0], theirs[1]) >= SAME_NAME and _likeness(mine[1], theirs[0]) >= SAME_NAME:
        return True
    return _likeness(mine[0], theirs[0]) >= first and _likeness(mine[1], theirs[1]) >= last


def _likeness(one: str, other: str) -> float:
    """From 0 to 1; a name that the other one starts or ends with (a double name) counts as the same."""
    short, long = sorted((one, other), key=lambda name: (len(name), name))
    if len(short) >= 4 and (long.startswith(short) or long.endswith(short)):
        return 1.0
    return float(JaroWinkler.similarity(short, long))


def _slipped(one: date, other: date) -> bool:
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return True
    return bool(OSA.distance(one.isoformat(), other.isoformat()) <= SLIP_OF_THE_PEN)
