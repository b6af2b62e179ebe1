"""Every kind of document: what is said in one comes back from its text, what was read is written as it was."""

import difflib
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.x12 import guided, inquiries
from tests.x12.examples import golden
from tests.x12.generated import any_of
from tests.x12.hospital import hospital_batch, posted_837i
from tests.x12.samples import ABSENT, SAMPLES, samples
from x12 import documents
from x12.documents import KINDS, Unsupported
from x12.engine import Document
from x12.envelope import Transaction, read
from x12.loops import Loop, spec_of
from x12.outbound import body_text
from x12.segments import Segment

TYPED = {name: kind for name, kind in KINDS.items() if kind.document}
FOLDERS = [path.name for path in sorted(SAMPLES.glob("*")) if (path / "INDEX.tsv").exists()]
MISPLACED = {"x12-encoder__271_ls_le_wrapper.x12": ["RelatedEntities DTP"]}
"""Segments of valid samples that stand where no guide has them."""

UNTYPED = {
    "837P": ("DTP*360*RD8", "DTP*361*RD8"),
    "270": ("DTP*102*RD8",),
    "277": ("TRN*1",),
}
"""What a guide allows beside what its field holds: a first or last day as a range, two kinds of trace."""

EXAMPLES = settings.default.max_examples
MANY = settings(
    max_examples=EXAMPLES if EXAMPLES > 100 else 200, deadline=None, suppress_health_check=list(HealthCheck)
)


def posted(kind: str, document: Document) -> Transaction:
    """The transaction as it arrives: its segments written as text, in a group of its guide, and read."""
    known = KINDS[kind]
    group = Segment.of("GS", known.group, "S", "R", "20260311", "0900", "1", "X", known.version)
    text = body_text([group, *documents.render(document), Segment.of("GE", "1", "1")])
    (found,) = read(text).transactions
    return found


def unread(node: Loop) -> list[str]:
    """The segments of a loop, and of the loops in it, that no field covers."""
    found = [f"{type(node).__name__} {segment.id}" for segment in node.unread]
    for child in spec_of(type(node)).children:
        value = getattr(node, child.name)
        for kid in value if isinstance(value, tuple) else [value] if value is not None else []:
            found += unread(kid)
    return found


def differences(sent: Document, received: Document) -> list[str]:
    """Where the segments differ that two documents are written as: easier to read than the documents."""
    lines = ([segment.text() for segment in documents.render(document)] for document in (sent, received))
    return [line for line in difflib.ndiff(*lines) if line[0] in "-+"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", TYPED)
@MANY
@given(st.data())
def test_any_document_comes_back(kind, data):
    document = data.draw(any_of(TYPED[kind].document))

    again = documents.read(posted(kind, document))

    assert again == document, differences(document, again)
    assert again.findings == ()


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS or [pytest.param("", marks=pytest.mark.skip(ABSENT))])
def test_every_sample_is_written_as_it_was_read(folder):
    for sample in samples(folder):
        if sample.label == "invalid" and b"ST*" not in sample.data:
            continue
        for transaction in read(sample.data).transactions:
            document = documents.read(transaction)
            assert documents.render(document) == list(transaction.segments), sample.path.name


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS or [pytest.param("", marks=pytest.mark.skip(ABSENT))])
def test_nothing_of_a_valid_sample_is_left_unread(folder):
    for sample in samples(folder):
        if sample.label != "valid":
            continue
        for transaction in read(sample.data).transactions:
            document = documents.read(transaction)
            if isinstance(document, Unsupported):
                continue
            assert unread(document) == MISPLACED.get(sample.path.name, []), sample.path.name


def forgotten(node: Loop) -> Any:
    """A loop that does not remember how it was read: only its fields say what is in it."""
    changes: dict[str, Any] = {"layout": ()}
    for child in spec_of(type(node)).children:
        value = getattr(node, child.name)
        many = isinstance(value, tuple)
        changes[child.name] = tuple(map(forgotten, value)) if many else value and forgotten(value)
    return replace(node, **changes)


@pytest.mark.slow
@pytest.mark.parametrize("variant", range(6))
@pytest.mark.parametrize("kind", TYPED)
def test_every_element_of_a_guide_has_a_field(kind, variant):
    """What is read of a document that holds all its guide has, says all of it again from its fields alone."""
    whole = guided.full(kind, variant)
    group = Segment.of("GS", KINDS[kind].group, "S", "R", "20260311", "0900", "1", "X", KINDS[kind].version)
    (found,) = read(body_text([group, *whole])).transactions
    document = documents.read(found)

    again = documents.render(forgotten(document))

    lost = Counter(segment.text() for segment in found.segments) - Counter(
        segment.text() for segment in again
    )
    assert [line for line in lost if not line.startswith(UNTYPED.get(kind, "-"))] == []
    assert set(unread(document)) <= {"RelatedEntities DTP"}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("hospital.837i", posted_837i(hospital_batch())),
        ("inquiry.270", inquiries.posted("270", inquiries.eligibility_request())),
        ("inquiry.276", inquiries.posted("276", inquiries.status_request())),
        ("acknowledgment.277ca", inquiries.posted("277CA", inquiries.claim_acknowledgment())),
    ],
)
def test_what_we_write_is_the_golden_text(file, text):
    assert text == golden(file)


@pytest.fixture
def claims():
    return read(golden("medicare.837")).transactions[0]


@pytest.mark.parametrize("version", ["", "005010X222", "005010X222A1", "005010X222A2"])
def test_a_guide_is_read_in_all_its_errata(claims, version):
    assert isinstance(documents.read(replace(claims, version=version)), Document)


@pytest.mark.parametrize("version", ["004010X098A1", "005010X298", "006020X222", "005010", "X" * 400])
def test_another_version_is_kept_whole_and_said_to_be_unsupported(claims, version):
    found = documents.read(replace(claims, version=version))

    assert isinstance(found, Unsupported)
    assert "is not supported, only 005010X222A1" in found.reason
    assert documents.render(found) == list(claims.segments)


@pytest.mark.parametrize(
    ("kind", "words"), [("278", "Services review (278)"), ("834", "Benefit enrollment (834)")]
)
def test_a_kind_that_is_only_named_is_kept_whole(claims, kind, words):
    found = documents.read(replace(claims, kind=kind))

    assert isinstance(found, Unsupported)
    assert found.reason == f"{words} is kept but not read"
    assert list(found.segments) == list(claims.segments)


def test_an_unknown_kind_is_kept_whole(claims):
    found = documents.read(replace(claims, kind="unknown"))

    assert isinstance(found, Unsupported)
    assert (found.reason, documents.name_of("850")) == ("unknown is not supported", "Transaction 850")


@pytest.mark.parametrize(
    ("code", "version", "kind"),
    [
        ("277", "005010X213", "277RFI"),
        ("277", "006020X313", "277RFI"),
        ("277", "005010X364", "277DRA"),
        ("275", "006020X314", "275"),
        ("837", "005010X224A2", "837D"),
    ],
)
def test_what_is_only_named_is_named_by_its_guide(code, version, kind):
    (found,) = read(f"ST*{code}*0001*{version}~BHT*0019~SE*3*0001~").transactions

    assert (found.kind, found.kind in KINDS, KINDS[kind].reader) == (kind, True, None)
