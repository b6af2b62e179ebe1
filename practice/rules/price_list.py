"""A price list as it stands in somebody's spreadsheet, and what it would change."""

import csv
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from io import BytesIO, StringIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from rcm.money import CENT

Prices = Mapping[tuple[str, str], Decimal]
"""(procedure code, modifier or "") -> dollars for one unit."""

MOST_LINES = 20_000
_LARGEST = Decimal("9999999.99")
_PROCEDURE = re.compile(r"[A-Z0-9]{4}[A-Z0-9]")
_MODIFIER = re.compile(r"[A-Z0-9]{2}")
_COLUMNS = {
    "procedure": ("procedure", "procedure code", "code", "cpt", "cpt code", "hcpcs", "cpt/hcpcs"),
    "modifier": ("modifier", "mod", "modifiers"),
    "amount": ("amount", "price", "fee", "charge", "allowed", "allowed amount", "rate"),
}


class NotAPriceList(Exception):
    """The file cannot be read at all; the text says why, in words."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one line of the file; lines count from 1, the header included."""

    line: int
    words: str


@dataclass(frozen=True, slots=True)
class PriceList:
    """What a file says: prices that can be read, and the lines that cannot."""

    prices: dict[tuple[str, str], Decimal]
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class Change:
    """One price before and after; None where the list had or has none."""

    procedure_code: str
    modifier: str
    before: Decimal | None
    after: Decimal | None

    @property
    def share(self) -> Decimal | None:
        """By how much it changes, as a share of the price before."""
        if not self.before or self.after is None:
            return None
        return (self.after - self.before) / self.before


def read_price_list(name: str, content: bytes) -> PriceList:
    """The prices in a CSV file or an Excel workbook (its first sheet), by the words of its header line.

    The header names a procedure code and an amount, and may name a modifier; their order is free. Raises
    NotAPriceList.
    """
    lines = _workbook(content) if name.lower().endswith((".xlsx", ".xlsm")) else _text(content)
    if not lines:
        raise NotAPriceList("The file is empty.")
    places = _places(lines[0])
    prices: dict[tuple[str, str], Decimal] = {}
    problems: list[Problem] = []
    for number, line in enumerate(lines[1:], 2):
        if not any(line):
            continue
        procedure, modifier, said = (_at(line, places.get(column)) for column in _COLUMNS)
        key, amount = (procedure.upper(), modifier.upper()), _amount(said)
        if words := _wrong(key, said, amount, prices):
            problems.append(Problem(number, words))
        elif amount is not None:
            prices[key] = amount
    if not prices and not problems:
        raise NotAPriceList("There is a header and no price under it.")
    return PriceList(prices, problems)


def changes(before: Prices, after: Prices) -> list[Change]:
    """What differs between two lists, in order of the codes."""
    return [
        Change(*key, before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


def _wrong(key: tuple[str, str], said: str, amount: Decimal | None, known: Prices) -> str:
    procedure, modifier = key
    if not _PROCEDURE.fullmatch(procedure):
        return f"“{procedure[:20]}” is no procedure code: it has five letters and digits."
    if modifier and not _MODIFIER.fullmatch(modifier):
        return f"“{modifier[:20]}” is no modifier: it has two letters or digits."
    if amount is None:
        return f"“{said[:20]}” is no amount in dollars."
    if key in known:
        return f"{' '.join(filter(None, key))} stands here for the second time."
    return ""


def _amount(said: str) -> Decimal | None:
    try:
        amount = Decimal(said.replace("$", "").replace(",", "").strip())
    except InvalidOperation:
        return None
    if not amount.is_finite() or not 0 <= amount <= _LARGEST or amount != amount.quantize(CENT):
        return None
    return amount.quantize(CENT)


def _places(header: Sequence[str]) -> dict[str, int]:
    named = [word.strip().lower() for word in header]
    places = {
        column: next(index for index, word in enumerate(named) if word in words)
        for column, words in _COLUMNS.items()
        if not set(words).isdisjoint(named)
    }
    if missing := [column for column in ("procedure", "amount") if column not in places]:
        raise NotAPriceList(
            f"The first line must name the columns: {' and '.join(missing)} {_is(missing)} missing."
            " Call them procedure, modifier and amount."
        )
    return places


def _is(missing: Sequence[str]) -> str:
    return "is" if len(missing) == 1 else "are"


def _at(line: Sequence[str], place: int | None) -> str:
    return line[place].strip() if place is not None and place < len(line) else ""


def _text(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if "\x00" in text:
        raise NotAPriceList("This is neither a CSV file nor an Excel workbook.")
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    try:
        return _within(csv.reader(StringIO(text), delimiter=mark))
    except csv.Error as error:
        raise NotAPriceList("The file cannot be read as CSV.") from error


def _workbook(content: bytes) -> list[list[str]]:
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise NotAPriceList("The file cannot be read as an Excel workbook.") from error
    return _within([_plain(value) for value in row] for row in book.worksheets[0].iter_rows(values_only=True))


def _plain(value: Any) -> str:
    """A cell as text: codes that a spreadsheet took for numbers get their digits back."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(Decimal(repr(value)))
    return "" if value is None else str(value)


def _within(lines: Iterable[list[str]]) -> list[list[str]]:
    read = []
    for line in lines:
        read.append(line)
        if len(read) > MOST_LINES + 1:
            raise NotAPriceList(f"The file has more than {MOST_LINES:,} lines.")
    return read
