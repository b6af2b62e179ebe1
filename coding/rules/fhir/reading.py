"""Taking values out of JSON that may hold anything anywhere: what is missing or of another kind is empty."""

import re
from datetime import date, datetime, tzinfo
from typing import Any

Json = Any  # what json.loads gives: nothing is known of it before it is looked at

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_BLANKS = re.compile(r"\s+")


def at(value: Json, *path: str | int) -> Json:
    """What stands at a path of keys and list places; None where the path leads nowhere."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and len(value) > step else None
    return value


def items(value: Json, *path: str | int) -> list[Json]:
    """The list at a path; a single value as a list of one; empty for nothing."""
    found = at(value, *path)
    if isinstance(found, list):
        return found
    return [] if found is None else [found]


def text(value: Json, *path: str | int, limit: int = 0) -> str:
    """The text at a path on one line, without characters that cannot be shown, cut to a limit (0: none).

    A number is given as it is written; anything else is empty.
    """
    found = at(value, *path)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    line = _BLANKS.sub(" ", str(found))
    line = "".join(character for character in line if character.isprintable()).strip()
    return line[:limit].rstrip() if limit else line


def words(concept: Json) -> str:
    """A CodeableConcept in words: its text, else the first display of its codings, else their first code."""
    if said := text(concept, "text"):
        return said
    codings = items(concept, "coding")
    shown = [text(coding, "display") for coding in codings] + [text(coding, "code") for coding in codings]
    return next((one for one in shown if one), "")


def codes(concept: Json) -> list[str]:
    """The codes of a CodeableConcept, of a list of them, or of a bare Coding."""
    found = []
    for one in items(concept):
        found += [text(coding, "code") for coding in items(one, "coding")] or [text(one, "code")]
    return [code for code in found if code]


def day(value: Json, *path: str | int) -> date | None:
    """A full date; None for a partial one (2011, 2011-05) or anything else. A moment is no date."""
    said = text(value, *path)
    if _DAY.fullmatch(said) is None:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def moment(value: Json, *path: str | int, zone: tzinfo) -> datetime | None:
    """A moment in a zone, which is also the one it is taken to be in when it names none.

    A full date is its first minute; a partial one is None.
    """
    said = text(value, *path)
    if _DAY.match(said) is None:
        return None
    try:
        found = datetime.fromisoformat(said)
        return found.replace(tzinfo=zone) if found.tzinfo is None else found.astimezone(zone)
    except (ValueError, OverflowError):
        return None
