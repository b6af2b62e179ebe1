"""Acknowledgments and status answers that nobody here wrote: each is read to an end, none to a traceback."""

from pathlib import Path

import pytest

from clearinghouse.actions.inbound import receive_file
from clearinghouse.models import Document
from clearinghouse.states import DocumentStatus
from tests.conftest import NOW

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "x12-samples"
FOLDERS = ("ta1", "999", "277ca", "277")
FILES = [
    path
    for folder in FOLDERS
    for path in sorted((SAMPLES / folder).glob("*"))
    if path.is_file() and path.name != "INDEX.tsv"
]


@pytest.mark.skipif(not FILES, reason="the shared samples are not beside the project")
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_stranger_s_answer_is_recorded_or_refused_with_reasons(connection, drain, path):
    receive_file(connection=connection, name=path.name, content=path.read_bytes(), now=NOW)

    drain(now=NOW)

    for document in Document.objects.all():
        assert document.status in {DocumentStatus.RECORDED, DocumentStatus.REFUSED}
        assert document.reasons
