"""Real SFTP servers for tests: asyncssh in a thread, and OpenSSH where it is installed."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import threading
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
    host, client = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    authorized = directory / "authorized"
    authorized.write_bytes(client.export_public_key())
    loop = asyncio.new_event_loop()

    class Rooted(asyncssh.SFTPServer):
        def __init__(self, channel):
            super().__init__(channel, chroot=str(home))

    callers: list[asyncssh.SSHServerConnection] = []
    listening = asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[host],
        authorized_client_keys=str(authorized),
        sftp_factory=Rooted,
        acceptor=callers.append,
    )
    server = loop.run_until_complete(listening)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield SftpServer(
            port=server.get_port(),
            username="lakeside",
            private_key=client.export_private_key().decode(),
            host_key=host.export_public_key().decode().strip(),
            home=home,
            upload_directory="inbound",
            download_directory="outbound",
        )
    finally:
        asyncio.run_coroutine_threadsafe(_close(server, callers), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(server: asyncssh.SSHAcceptor, callers: list[asyncssh.SSHServerConnection]) -> None:
    server.close()
    for caller in callers:
        caller.abort()
        await caller.wait_closed()
    await server.wait_closed()
    await asyncio.sleep(0.01)  # lets the transports say goodbye before the loop is gone


@contextlib.contextmanager
def openssh_server(directory: Path, sshd: str) -> Iterator[SftpServer]:
    """The recipe of stack.md 5.2: a real sshd that serves SFTP only, on loopback, as whoever runs the test."""
    home = _homes(directory)
    for name in ("host", "client"):
        made = asyncssh.generate_private_key("ssh-ed25519")
        made.write_private_key(str(directory / name))
        made.write_public_key(str(directory / f"{name}.pub"))
        (directory / name).chmod(0o600)
    shutil.copy(directory / "client.pub", directory / "authorized")
    port = free_port()
    (directory / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {directory}/host\n"
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
        yield SftpServer(
            port=port,
            username=os.environ.get("USER") or "root",
            private_key=(directory / "client").read_text(),
            host_key=(directory / "host.pub").read_text().strip(),
            home=home,
            upload_directory="inbound",
            download_directory="outbound",
        )
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError("sshd did not start")
