"""The public samples beside the project, with the totals an independent reader found in them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT.parent / "shared" / "x12-samples"
ABSENT = f"the shared samples are not beside the project ({SAMPLES.parent.name}/{SAMPLES.name})"


@dataclass(frozen=True)
class Sample:
    """One file of a folder and its row in the index."""

    path: Path
    row: dict[str, str]

    @property
    def label(self) -> str:
        return self.row["label"]

    @property
    def data(self) -> bytes:
        return self.path.read_bytes()

    def number(self, column: str) -> Decimal:
        """A total of the index; an empty cell is zero."""
        return Decimal(self.row[column] or 0)


def samples(folder: str) -> Iterator[Sample]:
    """All files of one folder; none when the samples are absent."""
    index = SAMPLES / folder / "INDEX.tsv"
    if not index.exists():
        return
    with index.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield Sample(index.parent / row["file"], row)


def slow_when_large(sample: Sample) -> object:
    """A sample as a parameter of a test, named by its file."""
    marks = [pytest.mark.slow] if sample.number("segments") > 1000 else []
    return pytest.param(sample, id=sample.path.name, marks=marks)
