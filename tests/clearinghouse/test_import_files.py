"""Taking files in from the command line."""

import json
import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from rcm.db import practice_scope
from tests.clearinghouse.test_inbound import mail
from tests.conftest import NOW
from tests.factories import ConnectionFactory, PracticeFactory

SAMPLES = Path(__file__).parents[3] / "shared" / "x12-samples"


@pytest.fixture
def desk(practice):
    return ConnectionFactory(practice=practice)


def take_in(*paths: Path, **options) -> list[dict]:
    printed = StringIO()
    call_command("import_files", *map(str, paths), "--json", stdout=printed, **options)
    return [json.loads(line) for line in printed.getvalue().splitlines()]


def test_each_file_gets_its_outcome_and_the_reasons(desk, tmp_path):
    (tmp_path / "1.835").write_bytes(mail("835"))
    (tmp_path / "2.copy").write_bytes(mail("835"))
    (tmp_path / "3.820").write_bytes(mail("820"))
    (tmp_path / "4.bin").write_bytes(b"\x00\x01\x02")

    results = take_in(tmp_path)

    assert [(Path(result["file"]).name, result["outcome"]) for result in results] == [
        ("1.835", "refused"),
        ("2.copy", "duplicate"),
        ("3.820", "recorded"),
        ("4.bin", "refused"),
    ]
    assert all(result["reasons"] for result in results)


def test_a_file_that_is_not_there_is_refused_in_words(desk, tmp_path):
    [result] = take_in(tmp_path / "nothing.835")
    assert (result["outcome"], result["reasons"]) == (
        "refused",
        ["cannot be read: No such file or directory"],
    )


def test_the_practice_that_exchanges_files_is_meant(desk, tmp_path):
    other = PracticeFactory()
    with practice_scope([other.pk]):
        ConnectionFactory(practice=other, paused_at=NOW)
    (tmp_path / "1.820").write_bytes(mail("820"))

    assert take_in(tmp_path)[0]["outcome"] == "recorded"


def test_two_that_exchange_files_must_be_told_apart(desk, practice, tmp_path):
    other = PracticeFactory()
    with practice_scope([other.pk]):
        ConnectionFactory(practice=other)
    with pytest.raises(CommandError, match="--practice"):
        take_in(tmp_path)
    assert take_in(tmp_path, practice=practice.claim_prefix) == []


def test_nobody_exchanges_files(practice, tmp_path):
    with pytest.raises(CommandError, match="no such practice"):
        take_in(tmp_path)


@pytest.mark.slow
def test_every_sample_ends_in_an_outcome(desk):
    if not SAMPLES.is_dir():
        pytest.skip("the shared X12 samples are not beside the project")
    results = take_in(SAMPLES)
    assert len(results) > 150
    assert {result["outcome"] for result in results} <= {
        "parked",
        "posted",
        "recorded",
        "refused",
        "duplicate",
    }
    assert [
        result["file"] for result in results if not result["reasons"] and result["outcome"] == "refused"
    ] == []
    assert [r["file"] for r in results if any(d["status"] == "received" for d in r["documents"])] == []


def test_what_is_no_file_is_refused_without_waiting_for_its_end(desk, tmp_path):
    os.mkfifo(tmp_path / "pipe")

    [result] = take_in(tmp_path / "pipe")

    assert (result["outcome"], result["reasons"]) == ("refused", ["is not a file"])
