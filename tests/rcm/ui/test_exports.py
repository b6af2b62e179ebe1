"""Files of a queue."""

import csv
import datetime as dt
from decimal import Decimal
from io import BytesIO, StringIO

from openpyxl import load_workbook

from rcm.ui.exports import as_csv, as_xlsx

ROWS = [
    ["=cmd()", Decimal("12.50"), dt.date(2026, 3, 10), None],
    ["Doe\x07", 3, dt.datetime(2026, 3, 10, 15, tzinfo=dt.UTC), "-1"],
]


def test_csv_holds_plain_values_and_nothing_a_spreadsheet_would_run():
    answer = as_csv("claims-held", ["a", "b", "c", "d"], ROWS)
    text = answer.content.decode("utf-8-sig")
    assert list(csv.reader(StringIO(text)))[1:] == [
        ["'=cmd()", "12.50", "2026-03-10", ""],
        ["Doe\x07", "3", "2026-03-10 15:00+00:00", "'-1"],
    ]
    assert answer["Content-Disposition"] == 'attachment; filename="claims-held.csv"'
    assert answer["Cache-Control"] == "no-store"


def test_xlsx_keeps_numbers_and_dates_as_such():
    sheet = load_workbook(BytesIO(as_xlsx("claims-held", ["a", "b", "c", "d"], ROWS).content)).active
    first, second = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert first == ["'=cmd()", 12.5, dt.datetime(2026, 3, 10), None]
    assert second == ["Doe", 3, dt.datetime(2026, 3, 10, 15), "'-1"]
