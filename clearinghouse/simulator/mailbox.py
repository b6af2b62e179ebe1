"""The SFTP side: one mailbox per submitter, with `inbound/` (to us) and `outbound/` (to fetch).

The submitter is `submitter`; one who bills for several practices keeps their mail apart as `submitter-2`,
`submitter-kids`, ..., each a mailbox of its own under the same key and password. A client sees only its own
mailbox. It may write, rename and remove files in `inbound/`, and read and remove files in `outbound/`;
nothing else. Files being written are known, so that half a file is never taken.
"""

import asyncio
import logging
import os
import re
import secrets
from collections import Counter
from pathlib import Path
from typing import Any, Final, NoReturn

import asyncssh

from clearinghouse.simulator.faults import FaultBox

USERNAME: Final = "submitter"
INBOUND: Final = "inbound"
OUTBOUND: Final = "outbound"
WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC
log = logging.getLogger(__name__)


class Keys:
    """The host key, the client's key and the password, made on first start and kept under `directory`."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.host = self._key(directory / "host_ed25519")
        self.client_file = directory / "client_ed25519"
        self.client = self._key(self.client_file)
        self.password = self._secret(directory / "password")

    @property
    def host_line(self) -> str:
        """The host's public key as one line of a known_hosts file without its host: `ssh-ed25519 AAAA...`."""
        kind, blob = self.host.export_public_key().decode("ascii").split()[:2]
        return f"{kind} {blob}"

    @staticmethod
    def _key(path: Path) -> asyncssh.SSHKey:
        if not path.exists():
            private = asyncssh.generate_private_key("ssh-ed25519").export_private_key()
            _write_private(path, private)
        return asyncssh.read_private_key(path)

    @staticmethod
    def _secret(path: Path) -> str:
        if not path.exists():
            _write_private(path, secrets.token_urlsafe(24).encode("ascii"))
        return path.read_text(encoding="ascii")


def _write_private(path: Path, content: bytes) -> None:
    draft = path.with_name(path.name + ".tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    draft.replace(path)


def is_submitter(username: str) -> bool:
    """Whether a mailbox may bear the name: the submitter's own, or one of those it keeps apart."""
    return re.fullmatch(rf"{USERNAME}(-[a-z0-9]{{1,20}})?", username) is not None


class Mailboxes:
    """The directories of all submitters, and which of their files are being written just now.

    Who writes into a plain directory says nothing of it. Where `watched` is false, a file is complete when it
    did not change since it was looked at last.
    """

    def __init__(self, root: Path, *, watched: bool = True) -> None:
        self.root = root
        self._watched = watched
        self._writing: Counter[Path] = Counter()
        self._seen: dict[Path, tuple[int, int]] = {}
        self.open(USERNAME)

    def open(self, mailbox: str) -> Path:
        """The directory of a submitter's mailbox, made when it is not there yet."""
        for name in (INBOUND, OUTBOUND):
            (self.root / mailbox / name).mkdir(parents=True, exist_ok=True)
        return self.root / mailbox

    def names(self) -> list[str]:
        """The submitters."""
        return sorted(path.name for path in self.root.iterdir() if path.is_dir())

    def inbound(self, mailbox: str) -> Path:
        """Where a submitter puts files."""
        return self.root / mailbox / INBOUND

    def outbound(self, mailbox: str) -> Path:
        """Where a submitter fetches files."""
        return self.root / mailbox / OUTBOUND

    def waiting(self, mailbox: str) -> list[Path]:
        """Complete files of a submitter, by name; temporary ones (`.x`, `x.tmp`, `x.part`) are left alone."""
        found = []
        for path in sorted(self.inbound(mailbox).iterdir()):
            temporary = path.name.startswith(".") or path.suffix.lower() in (".tmp", ".part", ".filepart")
            if not temporary and path.is_file() and not self._writing[path] and self._rests(path):
                found.append(path)
        return found

    def _rests(self, path: Path) -> bool:
        """Whether a file stayed as it was since it was looked at last."""
        if self._watched:
            return True
        stat = path.stat()
        now = (stat.st_size, stat.st_mtime_ns)
        if self._seen.get(path) != now:
            self._seen[path] = now
            return False
        del self._seen[path]
        return True

    def opened(self, path: Path) -> None:
        """A client began to write a file."""
        self._writing[path] += 1

    def closed(self, path: Path) -> None:
        """A client is done with a file."""
        self._writing[path] -= 1
        if self._writing[path] <= 0:
            del self._writing[path]


class Door(asyncssh.SSHServer):
    """Lets the submitter in, by key or by password."""

    def __init__(self, keys: Keys, faults: FaultBox) -> None:
        self._keys = keys
        self._faults = faults

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - the base class's signature
        """Everyone must sign in."""
        return True

    def password_auth_supported(self) -> bool:
        """Passwords are taken."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """Whether it is the submitter's password."""
        right = secrets.compare_digest(password.encode(), self._keys.password.encode())
        return is_submitter(username) and right and not self._faults.strikes("sftp_refusals")

    def public_key_auth_supported(self) -> bool:
        """Keys are taken."""
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether it is the submitter's key."""
        right = key.public_data == self._keys.client.public_data
        return is_submitter(username) and right and not self._faults.strikes("sftp_refusals")


class Mailbox(asyncssh.SFTPServer):
    """One session in one submitter's mailbox."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], boxes: Mailboxes, faults: FaultBox) -> None:
        self._root = boxes.open(channel.get_extra_info("username"))
        super().__init__(channel, chroot=os.fsencode(self._root))
        self._boxes = boxes
        self._faults = faults
        self._open: dict[int, Path] = {}

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        """Open a file (SFTP version 3); writing only in `inbound/`."""
        writes = bool(
            pflags & (asyncssh.FXF_WRITE | asyncssh.FXF_APPEND | asyncssh.FXF_CREAT | asyncssh.FXF_TRUNC)
        )
        real = self._real(path)
        if writes and real.parent != self._root / INBOUND:
            raise asyncssh.SFTPPermissionDenied("files are written in inbound only")
        opened = super().open(path, pflags, attrs)
        if writes:
            self._open[id(opened)] = real
            self._boxes.opened(real)
        return opened

    def open56(self, *_: Any) -> object:
        """Later versions of the protocol are not spoken here."""
        raise asyncssh.SFTPOpUnsupported("SFTP version 3 only")

    async def close(self, file_obj: object) -> None:
        """Close a file."""
        real = self._open.pop(id(file_obj), None)
        super().close(file_obj)
        if real is not None:
            self._boxes.closed(real)

    def write(self, file_obj: object, offset: int, data: bytes) -> Any:
        """Write a piece of a file."""
        if self._faults.strikes("sftp_cuts_in_upload"):
            super().write(file_obj, offset, data[: len(data) // 2])
            self._cut()
        return super().write(file_obj, offset, data)

    def read(self, file_obj: object, offset: int, size: int) -> Any:
        """Read a piece of a file."""
        if self._faults.strikes("sftp_cuts_in_download"):
            self._cut()
        return super().read(file_obj, offset, size)

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename a file in `inbound/`; refuses to overwrite."""
        await self._rename(oldpath, newpath, replace=False)

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename a file in `inbound/`, overwriting what is there."""
        await self._rename(oldpath, newpath, replace=True)

    def remove(self, path: bytes) -> None:
        """Remove a file in `inbound/` or `outbound/`."""
        if self._real(path).parent not in (self._root / INBOUND, self._root / OUTBOUND):
            raise asyncssh.SFTPPermissionDenied("not yours")
        super().remove(path)

    async def _rename(self, oldpath: bytes, newpath: bytes, *, replace: bool) -> None:
        old, new = self._real(oldpath), self._real(newpath)
        if {old.parent, new.parent} != {self._root / INBOUND}:
            raise asyncssh.SFTPPermissionDenied("files are renamed within inbound only")
        if self._faults.strikes("sftp_stalls"):
            await asyncio.sleep(self._faults.setting("sftp_stall_seconds"))
        if self._faults.strikes("sftp_cuts_before_rename"):
            self._cut()
        if replace:
            super().posix_rename(oldpath, newpath)
        else:
            super().rename(oldpath, newpath)
        if self._faults.strikes("sftp_cuts_after_rename"):
            self._cut()

    def _cut(self) -> None:
        log.warning("cutting an SFTP connection, as the scenario asks")
        self.channel.get_connection().abort()
        raise asyncssh.SFTPConnectionLost("cut")

    def _real(self, path: bytes) -> Path:
        return Path(os.fsdecode(self.map_path(path)))

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise asyncssh.SFTPPermissionDenied("a mailbox holds files in its two directories, nothing else")

    mkdir = rmdir = symlink = link = setstat = lsetstat = _refuse


async def open_mailboxes(
    boxes: Mailboxes, keys: Keys, faults: FaultBox, host: str, port: int
) -> asyncssh.SSHAcceptor:
    """Listen for SFTP on host and port (0: any free one). The caller closes what it gets."""
    return await asyncssh.listen(
        host,
        port,
        server_factory=lambda: Door(keys, faults),
        server_host_keys=[keys.host],
        sftp_factory=lambda channel: Mailbox(channel, boxes, faults),
        allow_scp=False,
        login_timeout=30,
        keepalive_interval=30,
    )


def port_of(acceptor: asyncssh.SSHAcceptor) -> int:
    """The port a listener got."""
    return acceptor.get_port()
