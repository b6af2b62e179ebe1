"""Files over SFTP, with a pinned host key, a temporary name and a rename."""

import base64
import hashlib
import io
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import paramiko

from clearinghouse.gateway import (
    Finding,
    HostKeyChanged,
    Unreachable,
    Waiting,
    Whereabouts,
    fails,
    works,
)
from clearinghouse.models import Connection
from rcm import faults

CONNECT_SECONDS = 15
ANSWER_SECONDS = 60
PROBE_SECONDS = 5
CHUNK = 32 * 1024
_KEY_TYPES: tuple[type[paramiko.PKey], ...] = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)

_RSA = ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")


class UnreadableKey(Unreachable):
    """The connection's private key or the server's pinned key is no key we can read."""


@contextmanager
def sftp_mailbox(connection: Connection) -> Iterator["SftpMailbox"]:
    """The connection's mailbox over SFTP. Raises Unreachable, also within the block when the line breaks.

    A server that shows another key than the pinned one is HostKeyChanged, before anything is said to it.
    """
    transport = None
    try:
        pinned = _host_key(connection.sftp_host_key)
        line = socket.create_connection((connection.sftp_host, connection.sftp_port), CONNECT_SECONDS)
        transport = paramiko.Transport(line)
        transport.auth_timeout = transport.banner_timeout = CONNECT_SECONDS
        _prefer(transport, pinned)
        transport.start_client(timeout=CONNECT_SECONDS)
        shown = transport.get_remote_server_key()
        if shown != pinned:
            raise HostKeyChanged(line_of(shown))
        _sign_in(transport, connection)
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
        try:
            self._client.rename(f"{self._upload}/{temporary}", f"{self._upload}/{name}")
        except paramiko.SSHException as error:
            raise Unreachable("the line broke over the rename") from error

    def whereabouts(self, temporary: str, name: str) -> Whereabouts:
        """Look at the names in the upload directory."""
        names = set(self._client.listdir(self._upload))
        return Whereabouts(temporary=temporary in names, released=name in names)

    def waiting(self) -> list[Waiting]:
        """Regular files that are not being written."""
        found = [
            entry
            for entry in self._client.listdir_attr(self._download)
            if stat.S_ISREG(entry.st_mode or stat.S_IFREG) and not is_temporary(entry.filename)
        ]
        in_order = sorted(found, key=lambda entry: (entry.st_mtime or 0, entry.filename))
        return [Waiting(entry.filename, entry.st_size) for entry in in_order]

    def get(self, name: str) -> bytes:
        """Read the whole file; FileNotFoundError when it is gone."""
        with self._client.open(f"{self._download}/{name}", "rb") as file:
            file.prefetch()
            content: bytes = file.read()
        return content

    def confirm(self, name: str, acknowledgment: bytes) -> None:
        """Nothing: files are removed instead."""

    def remove(self, name: str, size: int) -> None:
        """Delete what was fetched; a file that is gone already is what was wanted, one that grew stays."""
        path = f"{self._download}/{name}"
        try:
            if self._client.stat(path).st_size == size:
                self._client.remove(path)
        except FileNotFoundError:
            return


def probe_sftp(connection: Connection) -> tuple[list[Finding], str]:
    """What of the mailbox works, step by step until one does not; and the key line that the server shows."""
    where = f"{connection.sftp_host} port {connection.sftp_port}"
    try:
        line = socket.create_connection((connection.sftp_host, connection.sftp_port), PROBE_SECONDS)
    except OSError as error:
        return [fails("Reach the server", f"{where}: {_unreachable_words(error)}")], ""
    found = [works("Reach the server", f"{where} answers.")]
    transport = None
    try:
        transport = paramiko.Transport(line)
        transport.auth_timeout = transport.banner_timeout = transport.handshake_timeout = PROBE_SECONDS
        if connection.sftp_host_key:
            with suppress(UnreadableKey):
                _prefer(transport, _host_key(connection.sftp_host_key))
        transport.start_client(timeout=PROBE_SECONDS)
        shown = transport.get_remote_server_key()
        recognized = _recognize(connection, shown)
        found.append(recognized)
        if recognized.holds:
            found += _probe_inside(connection, transport)
        return found, line_of(shown)
    except (OSError, EOFError, paramiko.SSHException) as error:
        words = f"{where} does not speak SSH as expected ({type(error).__name__})."
        return [*found, fails("Recognize the server", words)], ""
    finally:
        if transport is None:
            line.close()
        else:
            transport.close()


def _unreachable_words(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "there is no server of this name. Check the host."
    if isinstance(error, ConnectionRefusedError):
        return "it refuses the connection. Check the port, and that they let your address in."
    if isinstance(error, TimeoutError):
        return f"no answer within {PROBE_SECONDS} seconds. Usually a firewall, or the wrong host."
    return f"it cannot be reached ({type(error).__name__})."


def _recognize(connection: Connection, shown: paramiko.PKey) -> Finding:
    """Whether the server shows the key that is pinned. Nothing is said to one that does not."""
    about = "Recognize the server"
    if not connection.sftp_host_key:
        return fails(about, f"No key is pinned. It shows {fingerprint_of(shown)}: compare, then pin it.")
    try:
        pinned = _host_key(connection.sftp_host_key)
    except UnreadableKey:
        return fails(about, "The pinned key cannot be read: it is a line such as “ssh-ed25519 AAAA…”.")
    if pinned != shown:
        words = (
            f"It shows another key than the pinned one: {fingerprint_of(shown)}. Nothing was sent."
            " Ask the clearinghouse whether it changed its key; until then this may be somebody else."
        )
        return fails(about, words)
    return works(about, f"It shows the pinned key, {fingerprint_of(shown)}.")


def _probe_inside(connection: Connection, transport: paramiko.Transport) -> list[Finding]:
    try:
        _sign_in(transport, connection)
    except UnreadableKey:
        return [fails("Sign in", "Our private key cannot be read. Enter it anew.")]
    except (OSError, EOFError, paramiko.SSHException) as error:
        how = "key" if connection.sftp_private_key else "password"
        said = "does not take" if isinstance(error, paramiko.AuthenticationException) else "broke off over"
        words = f"It {said} the user {connection.sftp_username} with this {how} ({type(error).__name__})."
        return [fails("Sign in", words)]
    signed_in = works("Sign in", f"As {connection.sftp_username}.")
    client = paramiko.SFTPClient.from_transport(transport)
    if client is None:
        return [signed_in, fails("Open the mailbox", "The server opens no SFTP channel.")]
    channel = client.get_channel()
    if channel is not None:
        channel.settimeout(PROBE_SECONDS)
    upload = _probe_directory(client, "Upload directory", connection.upload_directory)
    return [signed_in, upload, _probe_directory(client, "Download directory", connection.download_directory)]


def _probe_directory(client: paramiko.SFTPClient, about: str, directory: str) -> Finding:
    try:
        count = len(client.listdir(directory.rstrip("/") or "/"))
    except FileNotFoundError:
        return fails(about, f"There is no “{directory}”.")
    except PermissionError:
        return fails(about, f"We may not look into “{directory}”.")
    except (OSError, EOFError, paramiko.SSHException) as error:
        return fails(about, f"“{directory}” cannot be listed ({type(error).__name__}).")
    files = "1 file" if count == 1 else f"{count} files"
    return works(about, f"“{directory}” is there, with {files} in it.")


def fingerprint_of(key: paramiko.PKey) -> str:
    """The key as people compare it: `ssh-ed25519 SHA256:...`."""
    digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")
    return f"{key.get_name()} SHA256:{digest}"


def line_of(key: paramiko.PKey) -> str:
    """The key as a public line, `ssh-ed25519 AAAA...`."""
    return f"{key.get_name()} {key.get_base64()}"


def fingerprint_of_line(line: str) -> str:
    """A public line as people compare it; the line itself where it is no key."""
    try:
        return fingerprint_of(_host_key(line))
    except UnreadableKey:
        return line


def is_temporary(name: str) -> bool:
    """Whether a name says that its file is still being written."""
    return name.startswith(".") or name.endswith((".tmp", ".part", ".filepart"))


def _prefer(transport: paramiko.Transport, pinned: paramiko.PKey) -> None:
    """Ask a server with keys of several kinds for the kind that is pinned; still hear of any other."""
    options = transport.get_security_options()
    name = pinned.get_name()
    own = _RSA if name in _RSA else (name,)
    offered = tuple(options.key_types)
    options.key_types = tuple(sorted(offered, key=lambda kind: kind not in own))


def _sign_in(transport: paramiko.Transport, connection: Connection) -> None:
    """By our key where there is one, else by password."""
    if connection.sftp_private_key:
        transport.auth_publickey(connection.sftp_username, _private_key(connection.sftp_private_key))
    else:
        transport.auth_password(connection.sftp_username, connection.sftp_password)


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
