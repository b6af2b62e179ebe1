"""Files through a folder on this server: a mount, or what another program carries on.

They lie under one root (RCM_DROP_DIR), each practice's in a folder named by its public id: so no setting
can point at the rest of the disk, or at what lies there for another practice. That folder may be a link or a
mount; making it is for who runs the server.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from clearinghouse.gateway import Finding, Unreachable, Waiting, Whereabouts, fails, works
from clearinghouse.models import Connection
from clearinghouse.sftp import is_temporary
from rcm import faults


class OutsideRoot(Unreachable):
    """The folder is not within the practice's own, or this server has no root for such folders."""


@contextmanager
def drop_mailbox(connection: Connection) -> Iterator["DropMailbox"]:
    """The connection's folders. Raises Unreachable, also within the block when the disk fails."""
    try:
        yield DropMailbox(
            folder(connection, connection.upload_directory), folder(connection, connection.download_directory)
        )
    except OSError as error:
        raise Unreachable(f"the folder failed: {type(error).__name__}") from error


def folder(connection: Connection, name: str) -> Path:
    """The folder of that name among those of the connection's practice. Raises OutsideRoot."""
    if not settings.DROP_DIRECTORY:
        raise OutsideRoot("this server has no place for such folders (RCM_DROP_DIR)")
    own = (Path(settings.DROP_DIRECTORY) / str(connection.practice.public_id)).resolve()
    found = (own / name).resolve()
    if found == own or not found.is_relative_to(own):
        raise OutsideRoot("the folder is not within the practice's place for such folders")
    return found


class DropMailbox:
    """Two folders as a mailbox (see clearinghouse.gateway.Mailbox)."""

    def __init__(self, upload: Path, download: Path) -> None:
        self._upload = upload
        self._download = download

    def put(self, name: str, content: bytes) -> None:
        """Write, and have the disk confirm it: what is released must outlast a power cut."""
        with (self._upload / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        faults.point("delivery.mid_file")

    def release(self, temporary: str, name: str) -> None:
        """Rename, once it is seen that the name is free: names are never used twice."""
        if (self._upload / name).exists():
            raise FileExistsError(name)
        (self._upload / temporary).rename(self._upload / name)
        _confirm(self._upload)

    def whereabouts(self, temporary: str, name: str) -> Whereabouts:
        """Look for both names."""
        return Whereabouts(
            temporary=(self._upload / temporary).exists(), released=(self._upload / name).exists()
        )

    def waiting(self) -> list[Waiting]:
        """Regular files that are not being written."""
        found = [
            (entry.stat(), entry.name)
            for entry in os.scandir(self._download)
            if entry.is_file(follow_symlinks=False) and not is_temporary(entry.name)
        ]
        return [
            Waiting(name, stat.st_size)
            for stat, name in sorted(found, key=lambda it: (it[0].st_mtime, it[1]))
        ]

    def get(self, name: str) -> bytes:
        """The whole file; FileNotFoundError when it is gone."""
        return (self._download / name).read_bytes()

    def confirm(self, name: str, acknowledgment: bytes) -> None:
        """Nothing: files are removed instead."""

    def remove(self, name: str, size: int) -> None:
        """Delete what was taken, unless it grew."""
        path = self._download / name
        try:
            if path.stat().st_size == size:
                path.unlink()
        except FileNotFoundError:
            return


def _confirm(folder: Path) -> None:
    """Have the disk confirm the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def probe_drop(connection: Connection) -> tuple[list[Finding], str]:
    """Whether both folders are there and may be used; there is no key."""
    return [
        _probe_folder(connection, "Upload folder", connection.upload_directory, os.W_OK | os.X_OK),
        _probe_folder(
            connection, "Download folder", connection.download_directory, os.R_OK | os.W_OK | os.X_OK
        ),
    ], ""


def _probe_folder(connection: Connection, about: str, name: str, needed: int) -> Finding:
    try:
        path = folder(connection, name)
    except OutsideRoot as error:
        return fails(about, f"“{name}”: {error}.")
    if not path.is_dir():
        return fails(about, f"There is no “{name}” in this practice's folder ({path.parent.name}).")
    if not os.access(path, needed):
        return fails(about, f"We may not work in “{name}”.")
    return works(about, f"“{name}” is there, with {len(os.listdir(path))} files in it.")
