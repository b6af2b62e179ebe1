"""A file read claim by claim says the same as the file read at once, in memory that does not grow with it."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from tests.x12.examples import golden
from tests.x12.samples import ABSENT, SAMPLES, samples
from x12 import claim_837, claim_837i, remittance_835, streaming
from x12.envelope import read
from x12.errors import NotX12

READERS = {"835": remittance_835, "837P": claim_837, "837": claim_837, "837I": claim_837i}
LISTED = [*samples("835"), *samples("837p"), *samples("837i")]


def streamed(data):
    with streaming.open(io.BytesIO(data)) as mail:
        return list(mail), mail


def at_once(data):
    documents = [READERS[t.kind].read(t) for t in read(data).transactions if t.kind in READERS]
    return [claim for document in documents for claim in document.claims()], documents


def told(found):
    """What a claim says and where it stands, of the one kind or the other."""
    claim = getattr(found, "claim", found)
    return claim, claim.layout


@pytest.fixture(params=[1 << 7, 1 << 17], ids=["small pieces", "large pieces"])
def pieces(request, monkeypatch):
    monkeypatch.setattr(streaming, "_CHUNK", request.param)


@pytest.mark.usefixtures("pieces")
@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
@pytest.mark.slow
def test_every_sample_gives_the_claims_it_gives_at_once():
    for sample in LISTED:
        claims, mail = streamed(sample.data)
        known, documents = at_once(sample.data)

        assert [found.claim for found in claims] == [told(claim)[0] for claim in known], sample.path
        ended = [it.document for it in mail.documents if it.document is not None]
        assert [sorted(map(repr, it.findings)) for it in ended] == [
            sorted(map(repr, it.findings)) for it in documents
        ], sample.path


@pytest.mark.usefixtures("pieces")
def test_a_claim_is_whole_and_says_where_it_stands():
    data = golden("peak.835").encode()
    claims, mail = streamed(data)
    known, (remittance,) = at_once(data)

    assert [found.claim for found in claims] == known
    assert claims[0].remittance.trace_number == remittance.trace_number
    assert claims[0].remittance.groups == ()
    assert claims[0].group.number == 1
    (ended,) = mail.documents
    assert ended.transaction.complete
    assert ended.document.provider_adjustments == remittance.provider_adjustments
    assert mail.findings == []


@pytest.mark.usefixtures("pieces")
def test_a_claim_sent_comes_with_its_levels():
    data = golden("medicare.837").encode()
    claims, _ = streamed(data)
    known, _ = at_once(data)

    assert [found.claim for found in claims] == [it.claim for it in known]
    assert [found.subscriber.party for found in claims] == [it.subscriber.party for it in known]
    assert [found.provider.party for found in claims] == [it.provider.party for it in known]


def test_layouts_are_those_of_the_text():
    claims, _ = streamed(golden("peak.835").encode())

    for found in claims:
        texts = [segment.text() for segment in found.claim.layout if not isinstance(segment, int)]
        assert texts[0].startswith("CLP*")


@pytest.mark.usefixtures("pieces")
def test_findings_come_at_the_end():
    text = golden("peak.835").replace("SE*45*0001", "SE*44*0002").replace("GE*1*", "GE*3*")
    _, mail = streamed(text.encode())

    assert [it.code for it in mail.findings] == ["transaction_count"]
    assert [it.code for it in mail.documents[0].transaction.findings] == ["segment_count", "control_number"]


@pytest.mark.usefixtures("pieces")
def test_a_file_cut_short_gives_what_it_holds():
    text = golden("peak.835")
    claims, mail = streamed(text[: text.rindex("SVC*")].encode())

    assert claims
    assert not mail.documents[0].transaction.complete


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"ISA*00*"])
def test_what_is_not_x12_is_refused(data):
    with pytest.raises(NotX12):
        streamed(data)


WATCHED = """
import re, sys
from pathlib import Path
from x12 import streaming

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

before = peak()
with streaming.open(sys.argv[1]) as mail:
    count = sum(1 for _ in mail)
print(count, before, peak())
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path):
    text = golden("peak.835")
    first, last = text.index("CLP*"), text.index("PLB*") if "PLB*" in text else text.index("SE*")
    grown = {}
    for times in (500, 4000):
        file = tmp_path / f"{times}.835"
        file.write_text(text[:first] + text[first:last] * times + text[last:])
        done = subprocess.run(
            [sys.executable, "-c", WATCHED, str(file)],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        )
        count, before, after = map(int, done.stdout.split())
        assert count == times * text.count("CLP*")
        grown[times] = after - before

    assert grown[4000] < 1.5 * grown[500] + 4096
