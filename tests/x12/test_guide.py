"""The page about the library says what is so: its examples run, its table is that of the code."""

import doctest

from tests.x12.samples import ROOT
from x12.documents import KINDS

PAGE = ROOT / "docs" / "x12.md"


def test_the_examples_of_the_page_run():
    outcome = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.ELLIPSIS)

    assert (outcome.failed, outcome.attempted > 10) == (0, True)


def test_the_page_names_every_kind():
    text = PAGE.read_text()

    assert [name for name, kind in KINDS.items() if name not in text] == []
    assert [kind.version for kind in KINDS.values() if kind.document and kind.version not in text] == []
