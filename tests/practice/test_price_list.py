"""Price lists as people keep them, and what they change."""

from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook

from practice.rules.price_list import Change, NotAPriceList, Problem, changes, read_price_list


def workbook(*rows) -> bytes:
    book, file = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def test_csv_is_read_by_the_words_of_its_header():
    found = read_price_list("x.csv", b'\xef\xbb\xbfFee;CPT;Mod\n"$1,210.00";99214;\n95;99214;25\n\n')
    assert found.prices == {("99214", ""): Decimal("1210.00"), ("99214", "25"): Decimal("95.00")}
    assert found.problems == []


def test_workbook_gets_the_digits_of_codes_back():
    content = workbook(["Procedure", "Modifier", "Amount"], [99213.0, None, 84.2], ["g0439", 25, "120"])
    assert read_price_list("x.xlsx", content).prices == {
        ("99213", ""): Decimal("84.20"),
        ("G0439", "25"): Decimal("120.00"),
    }


def test_each_wrong_line_is_named():
    lines = [
        "procedure,modifier,amount",
        "9921,,10",
        "99213,LONG,10",
        "99213,,ten",
        "99213,,-1",
        "99213,,1.005",
    ]
    lines += ["99214,,5", "99214,,6"]
    found = read_price_list("x.csv", "\n".join(lines).encode())
    assert [problem.line for problem in found.problems] == [2, 3, 4, 5, 6, 8]
    assert found.problems[0] == Problem(2, "“9921” is no procedure code: it has five letters and digits.")
    assert found.problems[-1].words == "99214 stands here for the second time."


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.csv", b"", "empty"),
        ("x.csv", b"procedure,amount\n", "no price under it"),
        ("x.csv", b"code,description\n99213,visit\n", "amount is missing"),
        ("x.xlsx", b"no workbook", "Excel"),
        ("x.csv", b"a\x00b", "neither"),
        ("x.csv", b"procedure,amount\n" + b"99213,1\n" * 20_001, "more than"),
    ],
)
def test_what_is_no_price_list_is_refused_in_words(name, content, words):
    with pytest.raises(NotAPriceList, match=words):
        read_price_list(name, content)


def test_changes_are_what_differs_in_order():
    before = {("99213", ""): Decimal("100.00"), ("99214", ""): Decimal("50.00"), ("99215", ""): Decimal(7)}
    after = {("99213", ""): Decimal("110.00"), ("99212", ""): Decimal("40.00"), ("99215", ""): Decimal(7)}
    assert changes(before, after) == [
        Change("99212", "", None, Decimal("40.00")),
        Change("99213", "", Decimal("100.00"), Decimal("110.00")),
        Change("99214", "", Decimal("50.00"), None),
    ]
    assert [change.share for change in changes(before, after)] == [None, Decimal("0.1"), None]
