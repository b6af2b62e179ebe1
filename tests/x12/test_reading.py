"""What generated reading makes is what the declarations say: frozen, equal, copied and pickled like any record."""

import copy
import gc
import pickle
from dataclasses import FrozenInstanceError, fields, replace
from decimal import Decimal

import pytest

from tests.x12.examples import golden
from x12 import claim_837, remittance_835
from x12.convert import AMOUNTS
from x12.engine import lines_of
from x12.envelope import read
from x12.reading import uncollected
from x12.records import Name
from x12.segments import ELEMENT, Segment, Segments

MODULES = [(remittance_835, "peak.835"), (claim_837, "medicare.837")]


def transaction(name):
    (found,) = read(golden(name)).transactions
    return found


@pytest.fixture(params=MODULES, ids=["835", "837P"])
def document(request):
    module, name = request.param
    return module.read(transaction(name))


def rebuilt(node):
    """The same loop by its constructor."""
    return type(node)(**{it.name: getattr(node, it.name) for it in fields(node)})


def test_what_is_read_equals_what_is_built(document):
    assert rebuilt(document) == document
    assert rebuilt(document).layout == document.layout
    assert repr(rebuilt(document)) == repr(document)
    assert type(document) is type(rebuilt(document))


def test_what_is_read_is_frozen(document):
    with pytest.raises(FrozenInstanceError):
        document.control_number = "2"
    with pytest.raises(FrozenInstanceError):
        del document.control_number


def test_what_is_read_is_copied_and_pickled_whole(document):
    for again in (copy.deepcopy(document), pickle.loads(pickle.dumps(document))):
        assert again == document
        assert again.layout == document.layout
        assert lines_of(again) == lines_of(document)


def test_a_record_that_is_read_equals_one_that_is_built():
    remittance = remittance_835.read(transaction("peak.835"))
    patient = next(remittance.claims()).patient

    assert patient == Name(**{it.name: getattr(patient, it.name) for it in fields(patient)})
    assert replace(patient, first="ANN").first == "ANN"
    assert hash(patient) == hash(copy.deepcopy(patient))


def test_a_change_leaves_every_other_segment_as_it_was_read():
    found = transaction("peak.835")
    remittance = remittance_835.read(found)
    changed = replace(remittance, paid=Decimal("1.00"))

    before, after = list(found.lines), lines_of(changed)

    assert [place for place, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]] == [1]


def test_a_bad_value_is_noted_wherever_it_comes_again():
    text = golden("peak.835").replace("CAS*PR*3*20", "CAS*PR*3*2O")
    times = text.count("CAS*PR*3*2O")
    (found,) = read(text).transactions

    findings = remittance_835.read(found).findings

    assert times > 0
    assert [it.code for it in findings] == ["bad_value"] * times
    assert len({it.position for it in findings}) == times


def test_the_collector_of_garbage_is_left_as_it_was():
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize("text", ["", "1e5", "NaN", "1_000", "٣", " ", "--1"])
def test_what_is_no_amount_is_not_remembered(text):
    with pytest.raises(ValueError, match="not a number"):
        AMOUNTS[text]
    assert text not in AMOUNTS


def test_segments_behave_like_a_tuple():
    lines = [f"ST{ELEMENT}835{ELEMENT}0001", f"BPR{ELEMENT}I", "SE"]
    found = Segments(lines)
    as_tuple = (Segment(("ST", "835", "0001"), 1), Segment(("BPR", "I"), 2), Segment(("SE",), 3))

    assert found == as_tuple
    assert as_tuple == found
    assert found == list(as_tuple)
    assert found[-1].position == 3
    assert found[1:] == as_tuple[1:]
    assert [it.position for it in found[::-1]] == [3, 2, 1]
    assert hash(found) == hash(as_tuple)
    assert found.rows == [["ST", "835", "0001"], ["BPR", "I"], ["SE"]]
    with pytest.raises(IndexError):
        found[3]


def test_no_element_can_become_two():
    assert Segments.of([Segment(("NTE", f"A{ELEMENT}B"))])[0].elements == ("NTE", "A\x1aB")
