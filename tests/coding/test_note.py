"""What the note's own words support, and what they deny."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.rules.note import Named, evidence_for, needed_words, phrases_of, stretches, suggest
from coding.rules.wording import in_full, significant

CODES = [
    Named("I10", "Essential (primary) hypertension", "high blood pressure; hypertension (arterial) (benign)"),
    Named("E119", "Type 2 diabetes mellitus without complications"),
    Named("E118", "Type 2 diabetes mellitus with unspecified complications"),
    Named("E785", "Hyperlipidemia, unspecified"),
    Named("E782", "Mixed hyperlipidemia"),
    Named("J069", "Acute upper respiratory infection, unspecified", "Upper respiratory infection NOS"),
    Named("J020", "Streptococcal pharyngitis", "Septic pharyngitis; Streptococcal sore throat"),
    Named("R079", "Chest pain, unspecified"),
    Named("R059", "Cough, unspecified"),
    Named("M25561", "Pain in right knee"),
    Named("M25562", "Pain in left knee"),
    Named("R52", "Pain, unspecified"),
]


def supported(note: str) -> dict[str, list[str]]:
    found = suggest(note, CODES)
    return {each.code: [note[start:end] for start, end in each.evidence] for each in found}


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("A: Essential hypertension, close to goal.", ["I10"]),
        ("A: HTN, controlled.", ["I10"]),
        ("A: Mixed hyperlipidemia, last LDL 96.", ["E782"]),
        ("A: Hyperlipidemia on a statin.", ["E785"]),
        ("A: Type 2 diabetes, last A1c 7.1.", ["E119"]),
        ("A: DM2 without complications.", ["E119"]),
        ("A: Viral upper respiratory infection.", ["J069"]),
        ("A: Strep throat.", ["J020"]),
        ("S: Pain in the right knee, worse on stairs.", ["M25561"]),
        ("S: Cough for four days.", ["R059"]),
        ("S: No chest pain, no cough.", []),
        ("S: Denies cough or chest pain, but right knee pain.", ["M25561"]),
        ("P: Return with chest pain.", []),
        ("S: Pain.", []),
        ("", []),
    ],
)
def test_note_supports_what_it_says(note, codes):
    assert list(supported(note)) == codes


def test_evidence_is_the_notes_own_words():
    note = "S: Chest pain denied.\nA: Essential hypertension. Hyperlipidemia."
    assert supported(note) == {"I10": ["Essential", "hypertension"], "E785": ["Hyperlipidemia"]}
    assert [each.code for each in suggest(note, CODES, chosen=["I10"])] == ["E785"]
    assert evidence_for(note, CODES[3]).code == "E785"
    assert evidence_for(note, CODES[8]) is None


def test_stretches_mark_neighboring_words_as_one():
    note = "A: Essential hypertension, close to goal."
    marked = [(piece.text, piece.codes) for piece in stretches(note, suggest(note, CODES))]
    assert marked == [("A: ", ()), ("Essential hypertension", ("I10",)), (", close to goal.", ())]


@given(st.text(alphabet=st.sampled_from("SAPO: .,;\nnocoughpain hypertension7é"), max_size=200))
def test_stretches_lose_no_letter(note):
    assert "".join(piece.text for piece in stretches(note, suggest(note, CODES))) == note


def test_phrases_leave_out_the_plan_and_what_is_denied():
    phrases = phrases_of("S: No chest pain. Right knee pain.\nP: Injection of the shoulder.")
    assert phrases == ["right knee", "knee pain", "right knee pain"]


def test_words_are_brought_together():
    assert needed_words("Type 2 diabetes mellitus without complications") == {"type", "2", "diabetes"}
    assert in_full("HTN and DM2") == "hypertension and type 2 diabetes mellitus"
    assert significant("Infections of the kidneys, infections") == ["infection", "kidney"]
