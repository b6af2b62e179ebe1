"""Short meanings of code values, in our own words, from `data/*.csv`."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"


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
