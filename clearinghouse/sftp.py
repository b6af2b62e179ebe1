"""Files over SFTP, with a pinned host key, a temporary name and a rename."""

import base64
import io
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager

import paramiko

from clearinghouse.gateway import Unreachable, Whereabouts
from clearinghouse.models import Connection
from rcm import faults

CONNECT_SECONDS = 15
ANSWER_SECONDS = 60
CHUNK = 32 * 1024
_KEY_TYPES: tuple[type[paramiko.PKey], ...] = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


class UnreadableKey(Unreachable):
    """The connection's private key or the server's pinned key is no key we can read."""


@contextmanager
def sftp_mailbox(connection: Connection) -> Iterator["SftpMailbox"]:
    """The connection's mailbox over SFTP. Raises Unreachable, also within the block when the line breaks."""
    transport = None
    try:
        line = socket.create_connection((connection.sftp_host, connection.sftp_port), CONNECT_SECONDS)
        transport = paramiko.Transport(line)
        transport.auth_timeout = transport.banner_timeout = CONNECT_SECONDS
        transport.connect(
            hostkey=_host_key(connection.sftp_host_key),
            username=connection.sftp_username,
            password=connection.sftp_password or None,
            pkey=_private_key(connection.sftp_private_key) if connection.sftp_private_key else None,
        )
        client = paramiko.SFTPClient.from_transport(transport)
        if client is None:
            raise Unreachable("the server opened no SFTP channel")
        channel = client.get_channel()
        if channel is not None:
            channel.settimeout(ANSWER_SECONDS)
        yield SftpMailbox(client, connection)
    except (OSError, EOFError, paramiko.SSHException) as error:
        raise Unreachable(f"SFTP failed: {type(error).__name__}") from error
    finally:
        if transport is not None:
            transport.close()


class SftpMailbox:
    """A mailbox behind an open SFTP channel (see clearinghouse.gateway.Mailbox)."""

    def __init__(self, client: paramiko.SFTPClient, connection: Connection) -> None:
        self._client = client
        self._upload = connection.upload_directory.rstrip("/")
        self._download = connection.download_directory.rstrip("/")

    def put(self, name: str, content: bytes) -> None:
        """Write in pieces, then have the server tell the size it holds."""
        path = f"{self._upload}/{name}"
        with self._client.open(path, "wb") as file:
            file.set_pipelined(pipelined=True)
            for start in range(0, len(content), CHUNK):
                file.write(content[start : start + CHUNK])
                faults.point("delivery.mid_file")
        if self._client.stat(path).st_size != len(content):
            raise Unreachable("the server holds another size than was sent")

    def release(self, temporary: str, name: str) -> None:
        """Rename without overwriting (plain SFTP rename fails where the name exists)."""
        self._client.rename(f"{self._upload}/{temporary}", f"{self._upload}/{name}")

    def whereabouts(self, temporary: str, name: str) -> Whereabouts:
        """Look at the names in the upload directory."""
        names = set(self._client.listdir(self._upload))
        return Whereabouts(temporary=temporary in names, released=name in names)

    def waiting(self) -> list[str]:
        """Regular files that are not being written."""
        found = [
            entry
            for entry in self._client.listdir_attr(self._download)
            if stat.S_ISREG(entry.st_mode or stat.S_IFREG) and not _is_temporary(entry.filename)
        ]
        return [
            entry.filename for entry in sorted(found, key=lambda entry: (entry.st_mtime or 0, entry.filename))
        ]

    def get(self, name: str) -> bytes:
        """Read the whole file; FileNotFoundError when it is gone."""
        with self._client.open(f"{self._download}/{name}", "rb") as file:
            file.prefetch()
            content: bytes = file.read()
        return content

    def remove(self, name: str) -> None:
        """Delete; a file that is gone already is what was wanted."""
        try:
            self._client.remove(f"{self._download}/{name}")
        except FileNotFoundError:
            return


def _is_temporary(name: str) -> bool:
    return name.startswith(".") or name.endswith((".tmp", ".part", ".filepart"))


def _host_key(line: str) -> paramiko.PKey:
    """The pinned key from its public line, `ssh-ed25519 AAAA...`."""
    try:
        kind, encoded = line.split()[:2]
        return paramiko.PKey.from_type_string(kind, base64.b64decode(encoded))
    except (ValueError, paramiko.SSHException) as error:
        raise UnreadableKey("the pinned host key cannot be read") from error


def _private_key(text: str) -> paramiko.PKey:
    for kind in _KEY_TYPES:
        try:
            return kind.from_private_key(io.StringIO(text))
        except (ValueError, paramiko.SSHException):
            continue
    raise UnreadableKey("the private key cannot be read")
