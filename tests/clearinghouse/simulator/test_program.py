"""The whole program over real sockets: started, used through SFTP and HTTP, cut, killed, started again."""

import base64
import contextlib
import datetime as dt
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import paramiko
import pytest

from clearinghouse.simulator.program import read_settings
from tests.clearinghouse.simulator.claims import ORTEGA, claim, line
from tests.clearinghouse.simulator.submitting import interchange
from tests.clearinghouse.simulator.test_realtime import inquiry_270
from x12.envelope import read

ROOT = Path(__file__).parents[3]
ON = dt.date(2026, 6, 1)
QUICK = {"payment_run_seconds": 1, "delays": {"claim_acknowledgement": 0, "adjudication": 0}}
pytestmark = pytest.mark.slow


class Program:
    """The simulator as a process of its own."""

    def __init__(self, directory: Path, scenario: dict[str, Any] | None = None) -> None:
        self.directory = directory
        self.scenario = directory / "scenario.json"
        directory.mkdir(exist_ok=True)
        self.scenario.write_text(json.dumps(scenario or QUICK))

    def start(self, *arguments: str) -> None:
        (self.directory / "endpoints.json").unlink(missing_ok=True)
        environment = {
            "PATH": os.environ["PATH"],
            "RCM_SIMULATOR_DIR": str(self.directory),
            "RCM_SIMULATOR_SCENARIO": str(self.scenario),
        }
        with (self.directory / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "clearinghouse.simulator", *arguments],
                cwd=ROOT,
                env=environment,
                stderr=log,
            )
        wait_for(lambda: (self.directory / "endpoints.json").exists() or self.process.poll() is not None)
        self.endpoints = json.loads((self.directory / "endpoints.json").read_text())

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(15)

    @contextlib.contextmanager
    def sftp(self, *, key: bool = True) -> Iterator[paramiko.SFTPClient]:
        there = self.endpoints["sftp"]
        kind, blob = there["host_key"].split()
        client = paramiko.SSHClient()
        host = f"[{there['host']}]:{there['port']}"
        client.get_host_keys().add(host, kind, paramiko.Ed25519Key(data=base64.b64decode(blob)))
        secret = {"key_filename": there["key_file"]} if key else {"password": there["password"]}
        client.connect(
            there["host"],
            there["port"],
            there["username"],
            allow_agent=False,
            look_for_keys=False,
            timeout=10,
            **secret,
        )
        with client:
            yield client.open_sftp()

    def upload(self, name: str, text: str) -> None:
        with self.sftp() as sftp:
            put(sftp, name, text)

    def outbound(self) -> list[str]:
        with self.sftp() as sftp:
            return sorted(sftp.listdir("/outbound"))

    def truth(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.directory / "truth.jsonl").read_text().splitlines()]

    def post(self, payload: str, payload_id: str = "P1", /, **changes: str) -> httpx.Response:
        there = self.endpoints["http"]
        fields = {
            "PayloadType": "X12_270_Request_005010X279A1",
            "ProcessingMode": "RealTime",
            "PayloadID": payload_id,
            "TimeStamp": "2026-06-08T15:00:00Z",
            "SenderID": "LAKESIDE01",
            "ReceiverID": "CLEARHSE",
            "CORERuleVersion": "2.2.0",
            "UserName": there["username"],
            "Password": there["password"],
            "Payload": payload,
        } | changes
        return httpx.post(
            there["url"], files={name: (None, value) for name, value in fields.items()}, timeout=10
        )


def put(sftp: paramiko.SFTPClient, name: str, text: str) -> None:
    sftp.putfo(io.BytesIO(text.encode()), f"/inbound/{name}.tmp")
    sftp.rename(f"/inbound/{name}.tmp", f"/inbound/{name}")


def wait_for(condition, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    made = Program(tmp_path / "box")
    made.start()
    yield made
    if made.process.poll() is None:
        made.stop()


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """One program for the tests that do not disturb each other."""
    made = Program(tmp_path_factory.mktemp("box"))
    made.start()
    yield made
    made.stop()


def visit(number: int) -> str:
    now = dt.datetime.now(dt.UTC)
    sent = claim("BPK01", ORTEGA, line(1, "99213", f"{150 + number}.00", now.date()), number=f"V{number}")
    return interchange(number + 1, sent, at=now)


def field(response: httpx.Response, name: str) -> str:
    _, _, rest = response.text.partition(f'name="{name}"\r\n\r\n')
    return rest.partition("\r\n--")[0]


def kinds(names: list[str]) -> Counter[str]:
    return Counter(name.rsplit("_", 1)[1].removesuffix(".x12") for name in names)


def test_claim_goes_in_by_sftp_and_its_answers_come_out(program: Program) -> None:
    program.upload("claims.x12", visit(0))
    wait_for(lambda: kinds(program.outbound()) == {"999": 1, "277CA": 1, "835": 1})

    with program.sftp(key=False) as sftp:
        assert sftp.listdir("/inbound") == []
        for name in sftp.listdir("/outbound"):
            assert read(sftp.open(f"/outbound/{name}").read()).complete
            sftp.remove(f"/outbound/{name}")
    assert program.outbound() == []
    assert [item["event"] for item in program.truth()][:2] == ["received", "accepted"]
    assert program.stop() == 0
    assert not (program.directory / "endpoints.json").exists()


def test_mailbox_is_all_a_client_can_touch(lasting: Program) -> None:
    with lasting.sftp() as sftp:
        assert sorted(sftp.listdir("/")) == ["inbound", "outbound"]
        assert sorted(sftp.listdir("/../..")) == ["inbound", "outbound"]
        for touch in (
            lambda: sftp.mkdir("/more"),
            lambda: sftp.rmdir("/inbound"),
            lambda: sftp.symlink("/etc/passwd", "/inbound/x"),
            lambda: sftp.putfo(io.BytesIO(b"x"), "/outbound/x"),
            lambda: sftp.rename("/outbound", "/inbound/x"),
            lambda: sftp.remove("/inbound/../nothing"),
            lambda: sftp.chmod("/inbound", 0),
        ):
            with pytest.raises(OSError, match=r"."):
                touch()


def test_wrong_key_and_wrong_password_stay_outside(lasting: Program) -> None:
    there = lasting.endpoints["sftp"]
    for secret in ({"pkey": paramiko.RSAKey.generate(2048)}, {"password": "wrong"}):
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        with pytest.raises(paramiko.AuthenticationException), client:
            client.connect(
                there["host"],
                there["port"],
                there["username"],
                allow_agent=False,
                look_for_keys=False,
                **secret,
            )


def test_file_still_being_written_is_left_alone(program: Program) -> None:
    text = visit(0)
    with program.sftp() as sftp:
        with sftp.open("/inbound/slow.x12", "w") as file:
            file.write(text[:300])
            file.flush()
            time.sleep(0.5)
            assert program.outbound() == []
            file.write(text[300:])
        wait_for(lambda: "999" in kinds(program.outbound()))
    assert "TA1" not in kinds(program.outbound())


def test_connection_cut_after_the_rename_leaves_one_claim(tmp_path: Path) -> None:
    program = Program(
        tmp_path / "box", QUICK | {"faults": {"sftp_cuts_after_rename": 1, "sftp_cuts_before_rename": 0}}
    )
    program.start()
    with pytest.raises((OSError, EOFError, paramiko.SSHException)):
        program.upload("claims.x12", visit(0))
    wait_for(lambda: kinds(program.outbound())["835"] == 1)
    program.upload("again.x12", visit(0))
    wait_for(lambda: kinds(program.outbound())["TA1"] == 1)
    assert kinds(program.outbound())["999"] == 1
    program.stop()


def test_connection_cut_before_the_rename_leaves_a_temporary_file(tmp_path: Path) -> None:
    program = Program(tmp_path / "box", QUICK | {"faults": {"sftp_cuts_before_rename": 1}})
    program.start()
    with pytest.raises((OSError, EOFError, paramiko.SSHException)):
        program.upload("claims.x12", visit(0))
    with program.sftp() as sftp:
        assert sftp.listdir("/inbound") == ["claims.x12.tmp"]
        sftp.rename("/inbound/claims.x12.tmp", "/inbound/claims.x12")
    wait_for(lambda: kinds(program.outbound())["999"] == 1)
    program.stop()


def test_answers_are_duplicated_on_demand(program: Program) -> None:
    (program.directory / "faults.json").write_text('{"duplicated_answers": 1}')
    program.upload("claims.x12", visit(0))
    wait_for(lambda: kinds(program.outbound())["835"] == 1)
    assert kinds(program.outbound()) == {"999": 2, "277CA": 1, "835": 1}


def test_eligibility_is_answered_over_http_once_per_payload_id(lasting: Program) -> None:
    first = lasting.post(inquiry_270())
    second = lasting.post(inquiry_270())

    assert first.status_code == 200
    assert field(first, "ErrorCode") == "Success"
    assert field(first, "PayloadType") == "X12_271_Response_005010X279A1"
    assert (field(first, "SenderID"), field(first, "ReceiverID")) == ("CLEARHSE", "LAKESIDE01")
    assert read(field(first, "Payload")).transactions[0].kind == "271"
    assert field(first, "Payload") == field(second, "Payload")
    assert field(lasting.post(inquiry_270(), "P2"), "Payload") != field(first, "Payload")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"Password": "wrong"}, "UnAuthorized"),
        ({"CORERuleVersion": "4.0.0"}, "VersionMismatch"),
        ({"ProcessingMode": "Batch"}, "ProcessingModeIllegal"),
        ({"PayloadType": "X12_278"}, "PayloadTypeIllegal"),
        ({"PayloadID": ""}, "PayloadIDRequired"),
        ({"Payload": "garbage"}, "PayloadNotUnderstood"),
    ],
)
def test_envelope_at_fault_is_told_its_error(lasting: Program, changes: dict[str, str], error: str) -> None:
    assert field(lasting.post(inquiry_270(), "P9", **changes), "ErrorCode") == error


def test_http_faults_strike_as_often_as_asked(program: Program) -> None:
    (program.directory / "faults.json").write_text('{"http_errors": 1, "http_cuts": 1}')
    assert program.post(inquiry_270()).status_code == 503
    with pytest.raises(httpx.TransportError):
        program.post(inquiry_270())
    assert field(program.post(inquiry_270()), "ErrorCode") == "Success"
    (program.directory / "faults.json").write_text('{"http_stalls": 1, "http_stall_seconds": 1}')
    began = time.monotonic()
    program.post(inquiry_270())
    assert time.monotonic() - began > 1


def test_http_garbage_is_refused_and_the_server_stays_up(lasting: Program) -> None:
    there = httpx.URL(lasting.endpoints["http"]["url"])
    assert there.host
    assert there.port
    for raw in (
        b"\x00\xff\r\n\r\n",
        b"POST /core HTTP/1.1\r\n\r\n",
        b"POST /core HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /core HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST /core HTTP/1.1\r\nContent-Length: 5\r\nContent-Type: multipart/form-data\r\n\r\nhello",
        b"POST /core HTTP/1.1\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhello",
        b"POST /other HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST /appeals HTTP/1.1\r\nContent-Length: 2\r\n\r\n[]",
    ):
        with socket.create_connection((there.host, there.port), timeout=5) as connection:
            connection.sendall(raw)
            answer = connection.recv(1000)
            assert b"40" in answer or b"41" in answer, (raw, answer)
    assert httpx.get(str(there.copy_with(path="/health"))).status_code == 200


def test_appeal_is_filed_by_letter(lasting: Program) -> None:
    there = lasting.endpoints["http"]
    letter = {"username": there["username"], "password": there["password"], "payer_control_number": "NOBODYS"}
    assert httpx.post(there["appeals_url"], json=letter).status_code == 404
    assert httpx.post(there["appeals_url"], json=letter | {"password": "x"}).status_code == 401


def test_killed_again_and_again_it_loses_nothing_and_sends_nothing_twice(program: Program) -> None:
    sent, fetched = 0, []
    for round_number in range(6):
        with program.sftp() as sftp:
            for _ in range(5):
                put(sftp, f"{sent}.x12", visit(sent))
                sent += 1
        time.sleep(0.05 * round_number)
        with contextlib.suppress(OSError, EOFError, paramiko.SSHException):
            fetched += take_all(program)
        program.process.kill()
        program.process.wait(10)
        program.start()
    wait_for(lambda: len([item for item in program.truth() if item["event"] == "decided"]) == sent)
    time.sleep(0.5)
    fetched += take_all(program)

    tally: Counter[tuple[str, str]] = Counter()
    for text in fetched:
        for transaction in read(text).transactions:
            tally[transaction.kind, transaction.interchange_control_number] += 1
    paid = Counter(
        s[1] for text in fetched for t in read(text).transactions for s in t.segments if s.id == "CLP"
    )
    assert paid == Counter(f"V{number}" for number in range(sent))
    assert set(tally.values()) == {1}
    assert sum(1 for kind, _ in tally if kind == "999") == sent
    assert sum(1 for kind, _ in tally if kind == "277CA") == sent
    assert [item["seq"] for item in program.truth()] == list(range(1, len(program.truth()) + 1))
    assert len([item for item in program.truth() if item["event"] == "received"]) == sent


def take_all(program: Program) -> list[str]:
    texts = []
    with program.sftp() as sftp:
        for name in sftp.listdir("/outbound"):
            texts.append(sftp.open(f"/outbound/{name}").read().decode())
            sftp.remove(f"/outbound/{name}")
    return texts


def test_settings_come_from_the_environment_and_the_command_line() -> None:
    environment = {
        "RCM_SIMULATOR_DIR": "/tmp/a",
        "RCM_SIMULATOR_SFTP_PORT": "2022",
        "RCM_SIMULATOR_SEED": "x",
    }
    told = read_settings(["--http-port", "8022", "--scenario", "month"], environment)
    assert (told.directory, told.sftp_port, told.http_port) == (Path("/tmp/a"), 2022, 8022)
    assert (told.seed, told.scenario) == ("x", "month")
    assert (told.host, told.known_as) == ("127.0.0.1", "127.0.0.1")
    assert read_settings(["--known-as", "simulator"], environment).known_as == "simulator"


@pytest.mark.parametrize(
    "arguments", [[], ["--dir", "x", "--scenario", "none"], ["--dir", "x", "--http-port", "y"]]
)
def test_settings_that_make_no_sense_are_refused(arguments: list[str], capsys) -> None:
    with pytest.raises(SystemExit):
        read_settings(arguments, {})
