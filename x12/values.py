"""Amounts and days as X12 writes them, and texts whose values are remembered."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

_NUMERIC = "0123456789.+-"


def amount(text: str) -> Decimal:
    """A decimal as X12 writes it (type R). Raises ValueError for anything else, exponents and NaN too."""
    if text.strip(_NUMERIC):
        text = text.strip()
        if text.strip(_NUMERIC):
            raise ValueError("not a number")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError("not a number") from None


def shown_amount(value: Decimal) -> str:
    """Without trailing zeros, exponent or needless leading zero: 270, 82.32, .24, -1.25."""
    text = str(value)
    if "E" in text:
        text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text.startswith(("0.", "-0.")):
        text = text.replace("0.", ".", 1)
    return "0" if text in ("", "-", "-0", "0") else text


def day(text: str) -> date:
    """CCYYMMDD, or the first day of a range or moment that begins so. Raises ValueError for anything else."""
    if len(text) == 8 and text.isascii() and text.isdecimal():
        return date.fromisoformat(text)
    text = text.strip()
    if len(text) > 8 and (text[8] == "-" or (len(text) == 12 and text.isdecimal())):
        text = text[:8]
    if len(text) != 8 or not (text.isascii() and text.isdecimal()):
        raise ValueError("not a day")
    return date.fromisoformat(text)


def shown_day(value: date) -> str:
    """CCYYMMDD."""
    return value.isoformat().replace("-", "")


class Memory(dict[str, Any]):
    """The values of texts seen before, by text; a new one is converted when it is asked for.

    Only for texts that alone say nothing of anybody: amounts, days, counts. Raises ValueError like `parse`.
    """

    def __init__(self, parse: Callable[[str], Any], size: int = 1 << 12) -> None:
        super().__init__()
        self.parse, self.size = parse, size

    def __missing__(self, text: str) -> Any:
        value = self.parse(text)
        if len(self) >= self.size:
            self.clear()
        if len(text) < 20:
            self[text] = value
        return value


class Amounts(Memory):
    """Amounts by their text: what `amount` gives, without a call to it for plain numbers."""

    def __missing__(self, text: str) -> Decimal:
        try:
            value = amount(text) if text.strip(_NUMERIC) else Decimal(text)
        except InvalidOperation:
            raise ValueError("not a number") from None
        if len(self) >= self.size:
            self.clear()
        if len(text) < 20:
            self[text] = value
        return value


AMOUNTS = Amounts(amount, 1 << 12)
