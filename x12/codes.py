"""Code lists outside the grammar: short meanings in our own words, and which codes are valid on a day.

The lists that X12 and CMS maintain are licensed and change three times a year, so they are not copied here.
`data/code_families.csv` says only how their codes are formed and since or until when a whole family is used.
Who holds a list loads it with `load`; from then on the list decides, code by code and day by day.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"

_loaded: dict[str, dict[str, tuple[date, date]]] = {}


@dataclass(frozen=True, slots=True)
class AdjustmentReason:
    """A claim adjustment reason code (CARC) and what usually follows from it.

    `usual_groups` are the group codes it comes with. `category` and `route` are our own words for the kind of
    reason and the first step to take. `denial` is `Y`, `N`, or `depends`; `appealable` whether an appeal
    makes sense. A code we have no words for has the category `unknown`, the route `review` and the denial
    `depends`.
    """

    code: str
    label: str
    usual_groups: tuple[str, ...]
    category: str
    denial: str
    route: str
    appealable: bool


def adjustment_reason(code: str) -> AdjustmentReason:
    """What a CARC means; never raises, so that a new code can be shown and worked by hand."""
    known = _adjustment_reasons().get(code)
    return known or AdjustmentReason(
        code, f"Reason {code}", (), "unknown", "depends", "review", appealable=False
    )


def meaning(code_list: str, code: str) -> str:
    """The short meaning of a code; the code itself where we have no words for it.

    Lists: adjustment_group (CAS01), claim_payment_status (CLP02), claim_frequency (CLM05-3), delay_reason
    (CLM20), filing_indicator (SBR09), payment_method (BPR04), provider_adjustment (PLB03-1), relationship
    (SBR02, PAT01), remark (LQ02, MOA). Raises KeyError for a list there is not.
    """
    return _code_lists()[code_list].get(code, code)


def codes(code_list: str) -> dict[str, str]:
    """A whole list, code to meaning, in the order of its file. Raises KeyError for a list there is not."""
    return dict(_code_lists()[code_list])


def valid(code_list: str, code: str, *, on: date | None = None) -> bool:
    """Whether a code may be used on a day (any day when `on` is None); a last day is itself still valid.

    Lists: CARC (CAS02), RARC (LQ02, MIA, MOA), claim_status_category and claim_status (STC01), service_type
    (EQ01, EB03). Where the list was loaded it decides; without it, the forms its codes have. Raises KeyError
    for a list there is not.
    """
    known = _loaded.get(code_list)
    span = _families()[code_list].get(code) if known is None else known.get(code)
    return span is not None and (on is None or span[0] <= on <= span[1])


def load(code_list: str, file: Path) -> int:
    """Take a list its user is licensed to hold from a CSV with the columns `code`, `valid_from`, `valid_to`.

    Days are ISO dates, empty for no limit. Replaces what was loaded for the list; gives the number of codes.
    Raises KeyError for a list there is not, or a file without those columns.
    """
    _families()[code_list]
    with file.open(encoding="utf-8-sig", newline="") as rows:
        found = {
            row["code"].strip(): _span(row["valid_from"], row["valid_to"]) for row in csv.DictReader(rows)
        }
    _loaded[code_list] = found
    return len(found)


def unload(code_list: str) -> None:
    """Forget what was loaded for a list: the forms of its codes decide again."""
    _loaded.pop(code_list, None)


@cache
def _families() -> dict[str, dict[str, tuple[date, date]]]:
    lists: dict[str, dict[str, tuple[date, date]]] = {}
    with (_DATA / "code_families.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            span = _span(row["valid_from"], row["valid_to"])
            family = (row["prefix"] + member for member in _members(row["first"], row["last"]))
            lists.setdefault(row["list"], {}).update(dict.fromkeys(family, span))
    return lists


def _members(first: str, last: str) -> Iterator[str]:
    """The endings of a family: none, a range of numbers, or a range of letters."""
    if not first:
        yield ""
    elif first.isdecimal():
        yield from map(str, range(int(first), int(last) + 1))
    else:
        yield from map(chr, range(ord(first), ord(last) + 1))


def _span(first: str, last: str) -> tuple[date, date]:
    return (
        date.fromisoformat(first) if first else date.min,
        date.fromisoformat(last) if last else date.max,
    )


@cache
def _adjustment_reasons() -> dict[str, AdjustmentReason]:
    with (_DATA / "adjustment_reasons.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: AdjustmentReason(
                code=row["code"],
                label=row["label"],
                usual_groups=tuple(row["usual_groups"].split("|")),
                category=row["category"],
                denial=row["denial"],
                route=row["route"],
                appealable=row["appealable"] == "Y",
            )
            for row in csv.DictReader(file)
        }


@cache
def _code_lists() -> dict[str, dict[str, str]]:
    lists: dict[str, dict[str, str]] = {}
    with (_DATA / "code_lists.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lists.setdefault(row["list"], {})[row["code"]] = row["label"]
    return lists
