"""The worked examples that X12 publishes, and everybody tests with: their provider numbers are invented."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from x12.errors import Finding
from x12.judging.shapes import is_npi
from x12.segments import ELEMENT

INVENTED: Final = frozenset(
    [
        "0100000009",
        "0123456789",
        "1111155555",
        "1122334455",
        "1123454567",
        "123456789",
        "1234567890",
        "1257234346",
        "1581234567",
        "166666666",
        "1666666661",
        "1666666662",
        "1666666666",
        "1811901945",
        "1999996666",
        "19999999987",
        "2244224455",
        "2345678901",
        "2366554859",
        "432198765",
        "5544332211",
        "5544667733",
        "5555511111",
        "5678912345",
        "5812345679",
        "6166666666",
        "6543210903",
        "7778889999",
        "9090909090",
        "9876540809",
        "9876543210",
        "98765432111",
        "9988776655",
        "9992233334",
        "9999947036",
        "9999999995",
        "9999999999",
    ]
)
_FORGIVEN: Final = frozenset(["bad_npi", "bad_zip", "po_box"])


def excused(findings: list[Finding], lines: Sequence[str]) -> list[Finding]:
    """The findings, those that only say that an example is one as warnings.

    A transaction is an example when all its provider numbers are of the `INVENTED` ones. One real NPI, or one
    that is wrong in another way, and nothing is excused.
    """
    if _FORGIVEN.isdisjoint(finding.code for finding in findings):
        return findings
    numbers = set(_numbers(lines))
    if not numbers or not numbers <= INVENTED or all(map(is_npi, numbers)):
        return findings
    return [
        replace(finding, severity="warning") if finding.code in _FORGIVEN else finding for finding in findings
    ]


def _numbers(lines: Sequence[str]) -> Iterator[str]:
    """The provider numbers of a transaction."""
    for line in lines:
        if line.startswith(("NM1", "N1")):
            row = line.split(ELEMENT)
            qualifier = 8 if row[0] == "NM1" else 3
            if row[qualifier : qualifier + 1] == ["XX"] and len(row) > qualifier + 1:
                yield row[qualifier + 1]
