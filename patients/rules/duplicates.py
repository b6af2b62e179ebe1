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

# First names of which each line is one name, by which its bearers are called: our own choice.
_SHORT_FORMS = """
alexander alex al sandy|alexandra alex sandra sandy|andrew andy drew|anthony tony|barbara barb|benjamin ben
catherine katherine kathryn kathleen cathy kathy kate katie kay kit|charles charlie chuck|christina tina chris
christopher chris|daniel dan danny|david dave|deborah debra deb debbie|donald don|dorothy dot dottie
edward ed eddie ted ned|elizabeth liz lizzy beth betty betsy eliza libby|eugene gene|francisco paco pancho
frances fran|francis frank|frederick fred|gerald gerry jerry|gregory greg|guadalupe lupe|henry harry hank
isabel isabella bella|jacob jake|james jim jimmy jamie|jennifer jen jenny|jessica jess|jesus chuy
john jack johnny|jonathan jon|jose pepe|joseph joe joey|judith judy|kenneth ken|lawrence larry
margaret maggie meg peggy marge daisy rita|martha patty|matthew matt|michael mike mick|nancy ann nan
nathaniel nathan nate|nicholas nick|pamela pam|patricia pat patty tricia trish|patrick pat paddy|peter pete
philip phil|raymond ray|rebecca becky|richard dick rick ricky rich|robert bob bobby rob robbie|ronald ron
rosario charo|samuel sam|samantha sam|sandra sandy|sarah sally|stephen steven steve|susan sue susie
teresa theresa terry tess|theodore ted teddy|thomas tom tommy|timothy tim|victoria vicky|vincent vince
virginia ginny|walter walt wally|william bill billy will liam
"""
_FORMS = [frozenset(line.split()) for line in re.split(r"[|\n]", _SHORT_FORMS.strip())]
_FORMS_OF = {
    name: frozenset(place for place, forms in enumerate(_FORMS) if name in forms)
    for forms in _FORMS
    for name in forms
}

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

    Alike are: the same birth date with similar names (also exchanged, one a part of the other, or a first
    name's short form); the same birth date, phone and first name under another family name (a marriage); or
    the same name with a slip in the birth date; or the same phone, family name and nearly the same first name
    with a slip in the birth date. Twins (same birth date, family name and phone, other first name) are not.
    Symmetric, and true of a person and itself.
    """
    same_phone = bool(one.phone) and one.phone == other.phone
    if one.birth_date == other.birth_date:
        married = same_phone and _alike_first(one.first_name, other.first_name) >= SAME_NAME
        return married or _similar(one, other, first=LIKE_FIRST_NAME, last=LIKE_LAST_NAME)
    if not _slipped(one.birth_date, other.birth_date):
        return False
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
    return _alike_first(one.first_name, other.first_name) >= first and _likeness(mine[1], theirs[1]) >= last


def _alike_first(one: str, other: str) -> float:
    """How alike two first names are; a short form is the same as its name: Bill and William."""
    mine, theirs = normalized(one), normalized(other)
    if _FORMS_OF.get(mine, frozenset()) & _FORMS_OF.get(theirs, frozenset()):
        return 1.0
    return _likeness(mine, theirs)


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
