"""The ways to the program: SFTP lines that stall and are cut at every step, and plain folders instead of it."""

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import paramiko
import pytest

from clearinghouse.simulator.program import read_settings
from tests.clearinghouse.simulator.test_program import (
    Program,
    field,
    inquiry_270,
    kinds,
    put,
    visit,
    wait_for,
)

pytestmark = pytest.mark.slow
CUT = (OSError, EOFError, paramiko.SSHException)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    made = Program(tmp_path / "box")
    made.start()
    yield made
    made.stop()


def misbehave(program: Program, **faults: int) -> None:
    draft = program.directory / "faults.tmp"
    draft.write_text(json.dumps(faults))
    draft.replace(program.directory / "faults.json")


def test_upload_cut_in_the_middle_leaves_half_a_temporary_file(program: Program) -> None:
    misbehave(program, sftp_cuts_in_upload=1)
    text = visit(0)
    with pytest.raises(CUT), program.sftp() as sftp:
        put(sftp, "claims.x12", text)
    with program.sftp() as sftp:
        (left,) = sftp.listdir_attr("/inbound")
        assert (left.filename, 0 < (left.st_size or 0) < len(text)) == ("claims.x12.tmp", True)
        put(sftp, "claims.x12", text)
    wait_for(lambda: kinds(program.outbound())["999"] == 1)
    assert "TA1" not in kinds(program.outbound())


def test_download_cut_in_the_middle_leaves_the_file_there(program: Program) -> None:
    program.upload("claims.x12", visit(0))
    wait_for(lambda: kinds(program.outbound())["835"] == 1)
    names = program.outbound()
    misbehave(program, sftp_cuts_in_download=1)
    with pytest.raises(CUT), program.sftp() as sftp:
        sftp.getfo(f"/outbound/{names[0]}", io.BytesIO())
    assert program.outbound() == names
    with program.sftp() as sftp:
        assert sftp.getfo(f"/outbound/{names[0]}", io.BytesIO()) > 0


def test_rename_stalls_and_is_done(program: Program) -> None:
    misbehave(program, sftp_stalls=1, sftp_stall_seconds=1)
    began = time.monotonic()
    program.upload("claims.x12", visit(0))
    assert time.monotonic() - began > 1
    wait_for(lambda: kinds(program.outbound())["999"] == 1)


def test_answer_is_half_written_and_then_whole(program: Program) -> None:
    misbehave(program, partial_answers=1, partial_seconds=1)
    program.upload("claims.x12", visit(0))
    wait_for(program.outbound)
    with program.sftp() as sftp:
        (name,) = [name for name in sftp.listdir("/outbound") if "999" in name]

        def size() -> int:
            return sftp.stat(f"/outbound/{name}").st_size or 0

        half = size()
        wait_for(lambda: size() > half)
        assert sftp.open(f"/outbound/{name}").read().decode().rstrip().endswith("~")


def test_folders_take_the_place_of_sftp(tmp_path: Path) -> None:
    program = Program(tmp_path / "box")
    program.start("--drop", str(tmp_path / "drop"))
    try:
        assert "sftp" not in program.endpoints
        there = program.endpoints["drop"]
        root = Path(there["directory"])
        inbound, outbound = root / there["upload_directory"], root / there["download_directory"]
        (inbound / "claims.x12").write_text(visit(0))
        wait_for(lambda: kinds([path.name for path in outbound.iterdir()])["835"] == 1)
        assert list(inbound.iterdir()) == []
        assert field(program.post(inquiry_270()), "ErrorCode") == "Success"
    finally:
        assert program.stop() == 0


def test_batch_address_is_published_and_answers(program: Program) -> None:
    there = program.endpoints["http"]
    assert there["batch_url"].endswith("/batch")
    answer = httpx.post(there["batch_url"], content=b"", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 400


def test_folders_are_a_setting() -> None:
    assert read_settings(["--dir", "x"], {}).drop is None
    told = read_settings(["--dir", "x"], {"RCM_SIMULATOR_DROP": "/tmp/drop"})
    assert told.drop == Path("/tmp/drop")
