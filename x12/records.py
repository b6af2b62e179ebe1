"""Segments and composites that several transactions share, as records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from x12.convert import AMOUNTS, Cells, CompositesCodec, Note, day, shown_amount
from x12.loops import Loop, at, el, loop, record, segments
from x12.making import maker
from x12.segments import Segment

PERSON = "1"
ORGANIZATION = "2"


@record
class Name:
    """NM1: who. `kind` is PERSON or ORGANIZATION; `last` holds an organization's name."""

    kind: str = el(2)
    last: str = el(3)
    first: str = el(4)
    middle: str = el(5)
    prefix: str = el(6)
    suffix: str = el(7)
    id_qualifier: str = el(8)
    id: str = el(9)


@record
class Reference:
    """REF: an identifier and what it identifies; `of` is REF04: (2U, payer id) where a line names a payer."""

    qualifier: str = el(1)
    value: str = el(2)
    description: str = el(3)
    of: tuple[str, ...] = el(4)


@record
class Contact:
    """PER: function code, name, and up to three numbers, each with its qualifier (TE, EM, FX, EX, UR, HP)."""

    function: str = el(1, default="IC")
    name: str = el(2)
    numbers: tuple[str, ...] = el(3, through=8)

    def number(self, qualifier: str) -> str:
        """The first number with a qualifier; empty when there is none."""
        pairs = zip(self.numbers[::2], self.numbers[1::2], strict=False)
        return next((value for code, value in pairs if code == qualifier), "")

    @property
    def phone(self) -> str:
        """The telephone number (TE)."""
        return self.number("TE")

    @property
    def email(self) -> str:
        """The e-mail address (EM)."""
        return self.number("EM")


@record
class MoneyAmount:
    """AMT: an amount and its qualifier."""

    qualifier: str = el(1)
    amount: Decimal = el(2)


@record
class Quantity:
    """QTY: a quantity and its qualifier."""

    qualifier: str = el(1)
    quantity: Decimal = el(2)


@record
class DateReference:
    """DTP: a date not covered by a field of its own, as text in the format DTP02 names.

    D8 a day, RD8 a range of days, DT a day with its time (CCYYMMDDHHMM), TM a time (HHMM).
    """

    qualifier: str = el(1)
    format: str = el(2, default="D8")
    value: str = el(3)

    @property
    def first(self) -> date | None:
        """The day, or the first day of the range; None when the text is no date."""
        try:
            return day(self.value)
        except ValueError:
            return None

    @property
    def time(self) -> str:
        """The time as HHMM; empty when none is given."""
        return {"DT": self.value[8:], "TM": self.value}.get(self.format, "")


@record
class FreeText:
    """NTE: a note with its reference code (ADD, CER, DCP, DGN, TPO); at most 80 characters."""

    code: str = el(1, default="ADD")
    text: str = el(2)


@record
class FixedFormat:
    """K3: fixed format information, at most 80 characters."""

    text: str = el(1)


@record
class Condition:
    """CRC: a certification: category, whether the condition applies (Y/N), and up to five condition codes."""

    category: str = el(1)
    applies: str = el(2)
    codes: tuple[str, ...] = el(3, through=7)


@record
class Attachment:
    """PWK: attached documents: report type, transmission mode (AA, BM, EL, EM, FT, FX) and control number."""

    report_type: str = el(1)
    transmission: str = el(2)
    copies: str = el(3)
    entity: str = el(4)
    control_qualifier: str = el(5)
    control_number: str = el(6)


@record
class Procedure:
    """Medical procedure identifier (C003): SV101, SVC01, SVC06, SVD03. Qualifier HC is CPT/HCPCS."""

    qualifier: str = el(1, default="HC")
    code: str = el(2)
    modifiers: tuple[str, ...] = el(3, through=6)
    description: str = el(7)
    code_end: str = el(8)


@record
class HealthCode:
    """One composite of HI (C022): ABK principal and ABF other diagnosis, BG condition, BP/BO anesthesia, and
    so on.
    """

    qualifier: str = el(1)
    code: str = el(2)
    date_format: str = el(3)
    date: str = el(4)
    amount: str = el(5)
    quantity: str = el(6)
    version: str = el(7)
    code_end: str = el(8)
    present_on_admission: str = el(9)


HEALTH_CODES = CompositesCodec(HealthCode)
"""The HI segments of one group of codes as one tuple, twelve to a segment when written."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One reason of a CAS: group CO, PR, OA, PI or CR, the CARC, the amount (positive reduces payment), the
    units.
    """

    group: str
    reason: str
    amount: Decimal
    quantity: Decimal | None = None


_adjustment = maker(Adjustment)


class AdjustmentsCodec:
    """CAS: one group and up to six trios of reason, amount and quantity."""

    def read(self, parts: Sequence[str], segment: Segment, note: Note) -> list[Adjustment]:
        """One adjustment per trio that says anything."""
        try:
            return self.parse(parts)
        except ValueError:
            return self._noting([*parts, "", "", ""], segment, note)

    def parse(self, parts: Sequence[str]) -> list[Adjustment]:
        """The same. Raises ValueError where an amount or a quantity is none."""
        if len(parts) == 4 and parts[2]:
            return [_adjustment(parts[1], parts[2], AMOUNTS[parts[3]], None)]
        size, group, found = len(parts), parts[1] if len(parts) > 1 else "", []
        for place in range(2, size, 3):
            reason = parts[place]
            money = parts[place + 1] if place + 1 < size else ""
            units = parts[place + 2] if place + 2 < size else ""
            if reason or money:
                found.append(_adjustment(group, reason, AMOUNTS[money], AMOUNTS[units] if units else None))
        return found

    def _noting(self, parts: Sequence[str], segment: Segment, note: Note) -> list[Adjustment]:
        found = []
        for place in range(2, len(parts) - 3, 3):
            reason, money, units = parts[place : place + 3]
            if reason or money:
                value = _number(money, segment, place + 1, note)
                quantity = _number(units, segment, place + 2, note) if units else None
                found.append(_adjustment(parts[1], reason, value, quantity))
        return found

    def write(self, values: Sequence[Adjustment]) -> list[Cells]:
        """A segment per run of equal groups and at most six adjustments."""
        rows = []
        for group, run in groupby(values, key=lambda adjustment: adjustment.group):
            items = list(run)
            for start in range(0, len(items), 6):
                rows.append(self._row(group, items[start : start + 6]))
        return rows

    def _row(self, group: str, items: Sequence[Adjustment]) -> Cells:
        cells: Cells = {(1, 0): group}
        for n, item in enumerate(items):
            cells[2 + 3 * n, 0] = item.reason
            cells[3 + 3 * n, 0] = shown_amount(item.amount)
            cells[4 + 3 * n, 0] = "" if item.quantity is None else shown_amount(item.quantity)
        return cells


def _number(text: str, segment: Segment, element: int, note: Note) -> Decimal:
    try:
        value: Decimal = AMOUNTS[text]
    except ValueError:
        note(segment, element, "bad_value")
        return Decimal(0)
    return value


ADJUSTMENTS = AdjustmentsCodec()


def adjustments() -> Any:
    """The CAS segments of a loop as one tuple of `Adjustment`."""
    return segments("CAS", codec=ADJUSTMENTS)


@loop("NM1")
class Party(Loop):
    """Any NM1 loop of the 837: a person or organization with address, specialty, identifiers and contacts.

    `specialty` is a provider's taxonomy code (PRV03); `birth_date` and `gender` (F, M, U) are the patient's.
    """

    name: Name = segments("NM1")
    specialty: str = at("PRV", 3, fixed={1: "PE", 2: "PXC"})
    street: str = at("N3", 1)
    street2: str = at("N3", 2)
    city: str = at("N4", 1)
    state: str = at("N4", 2)
    postal_code: str = at("N4", 3)
    country: str = at("N4", 4)
    subdivision: str = at("N4", 7)
    birth_date: date | None = at("DMG", 2, fixed={1: "D8"})
    gender: str = at("DMG", 3)
    references: tuple[Reference, ...] = segments("REF")
    contacts: tuple[Contact, ...] = segments("PER")

    def reference(self, qualifier: str) -> str:
        """The first identifier with a REF01 qualifier; empty when there is none."""
        return next((r.value for r in self.references if r.qualifier == qualifier), "")
