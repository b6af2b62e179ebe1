"""The words that explain documents: names of segments and elements, and code lists, from `x12/data`."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from x12 import ack_999, claim_status, codes
from x12.ack_999 import document as acknowledgments
from x12.eligibility_270_271 import words as eligibility

_DATA = Path(__file__).parents[1] / "data"

_OWN_LISTS: dict[str, Mapping[str, str]] = {
    "acceptance": ack_999.ACCEPTANCE,
    "interchange_note": ack_999.INTERCHANGE_NOTES,
    "segment_error": acknowledgments.SEGMENT_ERRORS,
    "element_error": acknowledgments.ELEMENT_ERRORS,
    "transaction_error": acknowledgments.TRANSACTION_ERRORS,
    "group_error": acknowledgments.GROUP_ERRORS,
    "status_category": claim_status.CATEGORIES,
    "status": claim_status.STATUSES,
    "status_entity": claim_status.ENTITIES,
    "benefit": eligibility.BENEFITS,
    "coverage_level": eligibility.COVERAGE_LEVELS,
    "service_type": eligibility.SERVICE_TYPES,
    "insurance_type": eligibility.INSURANCE_TYPES,
    "period": eligibility.PERIODS,
    "benefit_quantity": eligibility.QUANTITIES,
    "rejection": eligibility.REJECTIONS,
    "follow_up": eligibility.FOLLOW_UPS,
}


@dataclass(frozen=True, slots=True)
class SegmentName:
    """What a segment is called, and which element says more (0: none) by which list."""

    name: str
    told_by: int = 0
    code_list: str = ""


@dataclass(frozen=True, slots=True)
class ElementName:
    """What an element or component is called and how its value is spelled.

    `named_by` is the element whose words name it better (the 02 of a REF by its 01); `code_list` holds the
    words of its codes; `form` is money, date, date6, time, percent, icd, zip or phone.
    """

    name: str
    named_by: int = 0
    code_list: str = ""
    form: str = ""


def word(code_list: str, code: str) -> str:
    """The words of a code; empty where we have none."""
    if code_list == "adjustment_reason":
        reason = codes.adjustment_reason(code)
        return "" if reason.category == "unknown" else reason.label
    if code_list in _OWN_LISTS:
        return _OWN_LISTS[code_list].get(code, "")
    if code_list in (ours := _qualifiers()):
        return ours[code_list].get(code, "")
    return codes.codes(code_list).get(code, "")


def segment_name(segment_id: str) -> SegmentName:
    """What a segment is called; its id where we do not know it."""
    return _segments().get(segment_id, SegmentName(f"Segment {segment_id}"))


def element_name(kind: str, segment_id: str, element: int, component: int) -> ElementName:
    """What an element (component 0) or component is called, in a document of this kind."""
    known = _elements()
    for segment in (f"{kind}/{segment_id}", segment_id):
        if found := known.get((segment, element, component)):
            return found
        for first, step in _repeated().get((segment, component), ()):
            if element >= first and (element - first) % step == 0:
                return known[segment, first, component]
    return ElementName(f"Element {element:02d}")


@cache
def _segments() -> dict[str, SegmentName]:
    found = {}
    for row in _rows("segments.csv"):
        told_by, _, code_list = row["told_by"].partition(":")
        found[row["segment"]] = SegmentName(row["name"], int(told_by or 0), code_list)
    return found


@cache
def _elements() -> dict[tuple[str, int, int], ElementName]:
    return {
        (row["segment"], int(row["element"].partition("+")[0]), int(row["component"] or 0)): _element(row)
        for row in _rows("elements.csv")
    }


@cache
def _repeated() -> dict[tuple[str, int], list[tuple[int, int]]]:
    """Elements that come again and again: from which on, and every how many, by segment and component."""
    found: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for row in _rows("elements.csv"):
        first, _, step = row["element"].partition("+")
        if step:
            key = row["segment"], int(row["component"] or 0)
            found.setdefault(key, []).append((int(first), int(step)))
    return found


def _element(row: dict[str, str]) -> ElementName:
    named_by, code_list, form = 0, "", ""
    for part in row["form"].split():
        if part.startswith("^"):
            named_by = int(part[1:])
        elif part.startswith("="):
            code_list = part[1:]
        else:
            form = part
    return ElementName(row["name"], named_by, code_list, form)


@cache
def _qualifiers() -> dict[str, dict[str, str]]:
    lists: dict[str, dict[str, str]] = {}
    for row in _rows("qualifiers.csv"):
        lists.setdefault(row["list"], {})[row["code"]] = row["label"]
    return lists


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
