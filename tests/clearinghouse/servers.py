"""Real SFTP servers for tests: asyncssh in a process, and OpenSSH where it is installed."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncssh


@dataclass(frozen=True)
class SftpServer:
    """A running server: where it listens, how to sign in, and the directory it serves."""

    port: int
    username: str
    private_key: str
    host_key: str
    other_host_key: str
    home: Path
    upload_directory: str
    download_directory: str


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _homes(directory: Path) -> Path:
    home = directory / "home"
    for name in ("inbound", "outbound"):
        (home / name).mkdir(parents=True)
    return home


@contextlib.contextmanager
def asyncssh_server(directory: Path) -> Iterator[SftpServer]:
    home = _homes(directory)
    _make_keys(directory)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.clearinghouse.sftp_process", str(directory)],
        cwd=Path(__file__).parents[2],
        stderr=subprocess.DEVNULL,
    )
    try:
        port = _port_of(directory)
        yield _server(directory, home, port, "lakeside")
    finally:
        process.terminate()
        process.wait(10)


@contextlib.contextmanager
def openssh_server(directory: Path, sshd: str) -> Iterator[SftpServer]:
    """The recipe of stack.md 5.2: a real sshd that serves SFTP only, on loopback, as whoever runs the test."""
    home = _homes(directory)
    _make_keys(directory)
    port = free_port()
    (directory / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {directory}/host\nHostKey {directory}/other_host\n"
        f"AuthorizedKeysFile {directory}/authorized\nPasswordAuthentication no\n"
        "KbdInteractiveAuthentication no\nUsePAM no\nStrictModes no\nPermitRootLogin prohibit-password\n"
        f"AllowTcpForwarding no\nPermitTTY no\nPidFile {directory}/pid\n"
        f"Subsystem sftp internal-sftp -d {home}\nForceCommand internal-sftp -d {home}\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sshd, "-D", "-e", "-f", str(directory / "sshd_config")], stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        yield _server(directory, home, port, os.environ.get("USER") or "root")
    finally:
        process.terminate()
        process.wait(10)


def _make_keys(directory: Path) -> None:
    kinds = {"host": "ssh-ed25519", "other_host": "ecdsa-sha2-nistp256", "client": "ssh-ed25519"}
    for name, kind in kinds.items():
        made = asyncssh.generate_private_key(kind)
        made.write_private_key(str(directory / name))
        made.write_public_key(str(directory / f"{name}.pub"))
        (directory / name).chmod(0o600)
    shutil.copy(directory / "client.pub", directory / "authorized")


def _server(directory: Path, home: Path, port: int, username: str) -> SftpServer:
    return SftpServer(
        port=port,
        username=username,
        private_key=(directory / "client").read_text(),
        host_key=(directory / "host.pub").read_text().strip(),
        other_host_key=(directory / "other_host.pub").read_text().strip(),
        home=home,
        upload_directory="inbound",
        download_directory="outbound",
    )


def _port_of(directory: Path) -> int:
    for _ in range(400):
        with contextlib.suppress(FileNotFoundError):
            return int((directory / "port").read_text())
        time.sleep(0.05)
    raise TimeoutError("the SFTP server did not start")


def _wait_for(port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError("sshd did not start")
