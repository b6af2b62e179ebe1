"""Guides are read as they are meant, and what cannot be meant is refused with its line."""

import pytest

from x12.judging.compiled import compiled
from x12.judging.notation import GuideError, Note, guides, read_guide, segment_forms

HEAD = "guide 999 005010X231A1\nlist colors  RE BL\npart end\n  SE R 1  R R\n"


def reading(body: str) -> None:
    read_guide(HEAD + body, "test.txt")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("ST R 1  999 R S R", "test.txt:5: R is one element too many"),
        ("QQ R 1  999", "test.txt:5: no segment: QQ R 1"),
        ("ST X 1  999 R", "test.txt:5: usage R or S, not X"),
        ("ST R many  999 R", "test.txt:5: most is a number or *, not many"),
        ("ST R 1  9999 R", "test.txt:5: the code 9999 does not fit element 1"),
        ("ST R 1  @sizes R", "test.txt:5: no list sizes"),
        ("ST R 1  2:R 1:999", "test.txt:5: 1:999 steps back"),
        ("ST R 1  (999) R", "test.txt:5: (999) does not fit element 1"),
        ("CLM R 1  R R 5:11", "test.txt:5: 11 does not fit element 5"),
        ("use beginning", "test.txt:5: no part beginning"),
        ("loop 2000 R", "test.txt:5: loop ID USAGE MOST"),
        ("loop 2000 R 1\n  loop 2100 R 1\n    LX R 1  R", "test.txt:6: a loop begins with a segment"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(body: str, reason: str) -> None:
    with pytest.raises(GuideError) as refused:
        reading(body)

    assert str(refused.value) == reason


def test_a_guide_says_its_kind() -> None:
    with pytest.raises(GuideError, match="no line `guide KIND VERSION`"):
        read_guide("ST R 1  999 R", "test.txt")


def test_words_are_elements_in_order() -> None:
    guide = read_guide(HEAD + "ST R 1  999 R 3:?@colors\nCAS S 5  CO R~carc 2*R -\nuse end", "test.txt")

    st, cas, se = guide.root.segments
    assert [(e.number, e.usage, e.codes) for e in st.elements] == [
        (1, "R", ("999",)),
        (2, "R", ()),
        (3, "S", ("RE", "BL")),
    ]
    assert [e.usage for e in cas.elements][:6] == ["R", "R", "R", "R", "N", "N"]
    assert cas.elements[1].shape == "carc"
    assert (cas.usage, cas.most, se.key) == ("S", 5, "SE")


def test_segments_are_told_apart_by_their_first_code() -> None:
    guide = read_guide(HEAD + "ST R 1  999 R\nREF S 1  EI|SY R\nREF S 2  0B R\nuse end", "test.txt")

    assert [(use.key, use.place) for use in guide.root.segments] == [
        ("ST", 1),
        ("REF*EI", 2),
        ("REF*0B", 2),
        ("SE", 3),
    ]


def test_the_standard_has_its_syntax_notes() -> None:
    forms = segment_forms()

    assert forms["NM1"].notes == (Note("P", (8, 9)), Note("C", (11, 10)), Note("C", (12, 3)))
    assert (forms["HI"].told_by, forms["HL"].told_by) == ((1, 1), (3, 0))
    assert len(forms["CLM"].elements) == 20


@pytest.mark.parametrize("name", guides())
def test_every_guide_can_be_compiled(name: str) -> None:
    guide = compiled(name)

    assert guide.guide.kind == name
    assert {"ST", "SE"} <= guide.known
    assert guide.root.required >= {"ST", "SE"}
