"""The geometry of small charts drawn on the server: plain numbers in, SVG coordinates out."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT, MARGIN = 120, 32, 3
_ONE = Decimal(1)

Point = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A trend in a box of WIDTH by HEIGHT. `path` is the d of an SVG path, `end` its last point.

    Points without a value leave a gap; `path` is empty and `end` None when there is nothing to draw.
    """

    path: str
    area: str
    end: Point | None


def sparkline(values: Sequence[Decimal | None]) -> Sparkline:
    """The line through these values from left to right, the least at the bottom; equal ones in the middle."""
    known = [value for value in values if value is not None]
    if not known:
        return Sparkline("", "", None)
    least, most = min(known), max(known)
    height = Decimal(HEIGHT - 2 * MARGIN)
    step = Decimal(WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    runs: list[list[Point]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        share = (value - least) / (most - least) if most > least else Decimal("0.5")
        runs[-1].append((_round(MARGIN + step * place), _round(MARGIN + height * (_ONE - share))))
    drawn = [run for run in runs if run]
    path = " ".join(_line(run) for run in drawn)
    area = " ".join(f"{_line(run)} L{run[-1][0]} {HEIGHT} L{run[0][0]} {HEIGHT} Z" for run in drawn)
    return Sparkline(path, area, drawn[-1][-1])


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a bar of 100: where it begins, how wide it is, and the class that colors it."""

    x: Decimal
    width: Decimal
    css: str


def stacked(parts: Sequence[tuple[Decimal, str]]) -> list[Piece]:
    """A bar of 100 divided by (amount, class); amounts of zero or below have no room in it."""
    shown = [(amount, css) for amount, css in parts if amount > 0]
    whole = sum((amount for amount, _ in shown), Decimal(0))
    pieces: list[Piece] = []
    x = Decimal(0)
    for amount, css in shown:
        width = _round(amount * 100 / whole)
        pieces.append(Piece(x, width, css))
        x += width
    return pieces


def bar(share: Decimal | None) -> Decimal:
    """How wide a bar of 100 is for a share of one, within 0 and 100."""
    return _round(min(max(share or Decimal(0), Decimal(0)), _ONE) * 100)


def _line(points: Sequence[Point]) -> str:
    if len(points) == 1:  # a dot, drawn by the round end of a line without length
        return f"M{points[0][0]} {points[0][1]} h0.01"
    return "M" + " L".join(f"{x} {y}" for x, y in points)


def _round(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"))
