from x12.segments import Delimiters, Segment, tokenize


def test_segment_counts_elements_as_the_standard_does():
    segment = Segment.of("SV1", ("HC", "99213", "25"), "150", "UN", "1", "", "", ("1", "2"))

    assert segment.id == "SV1"
    assert segment[2] == "150"
    assert segment[99] == ""
    assert segment.component(1, 2) == "99213"
    assert segment.component(1, 4) == ""
    assert segment.components(7) == ("1", "2")
    assert segment.components(6) == ()
    assert segment.text() == "SV1*HC:99213:25*150*UN*1***1:2"


def test_segment_of_drops_what_is_empty_at_the_end():
    assert Segment.of("HI", ("ABK", "I10", "", ""), "", ("", "")).elements == ("HI", "ABK\x1fI10")


def test_segments_are_equal_wherever_they_stand():
    assert Segment(("LX", "1"), 4) == Segment(("LX", "1"), 9)


def test_tokenize_gives_repetitions_and_components_whatever_the_delimiters():
    odd = Delimiters(element="|", component=">", segment="\n", repetition="!")

    (elements,) = tokenize("EB|1|30!98|HC>99213|10:30\r\n", odd)
    segment = Segment(elements)

    assert segment.repetitions(2) == ("30", "98")
    assert segment.repetitions(7) == ()
    assert segment.components(3) == ("HC", "99213")
    assert segment[4] == "10:30"
    assert segment.text(odd) == "EB|1|30!98|HC>99213|10:30"


def test_tokenize_joins_lines_that_were_wrapped_anywhere():
    assert list(tokenize("N3*100 MAIN\r\n STREET~\n  N4*AUSTIN~", Delimiters())) == [
        ("N3", "100 MAIN STREET"),
        ("N4", "AUSTIN"),
    ]
