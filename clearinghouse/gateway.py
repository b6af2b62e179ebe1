"""The way out and in: what the product asks of a clearinghouse, whoever it is and however it is reached."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from django.conf import settings

from clearinghouse.models import Adapter, Connection, Usage


class Unreachable(Exception):
    """The clearinghouse could not be reached, or broke off. What was asked may or may not have happened."""


class NotTaken(Unreachable):
    """What was to be released was certainly not taken: the same bytes may be brought again."""


class HostKeyChanged(Unreachable):
    """The server shows another key than the pinned one, `offered`. Nothing was said to it."""

    def __init__(self, offered: str) -> None:
        super().__init__("the server shows another host key than the pinned one; nothing was sent")
        self.offered = offered


class WrongTraffic(Unreachable):
    """A test system would speak to a production address, or the reverse (edit T14). Nothing was sent."""


class NoAnswer(Exception):
    """A real-time question stayed without a usable answer: silence, a time-out, a server error. Ask later."""


class Refused(Exception):
    """The clearinghouse refused the envelope of a question, in its own words. Asking again will not help."""


@dataclass(frozen=True)
class Whereabouts:
    """What of an uploaded file can be seen in the upload directory."""

    temporary: bool
    released: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file to fetch. `size` in bytes as the listing says it, None where the other side tells none.

    `is_whole`: the other side vouches for it (a checksum came with it), so nobody has to guess.
    `wants_confirmation`: it is given again until Mailbox.confirm.
    """

    name: str
    size: int | None = None
    is_whole: bool = False
    wants_confirmation: bool = False


class Mailbox(Protocol):
    """A file exchange. Every method raises Unreachable when the line fails."""

    def put(self, name: str, content: bytes) -> None:
        """Bring a whole file as far as one can without releasing it, replacing an earlier try.

        With directories: written under a temporary name. Where there is none: kept ready here.
        """

    def release(self, temporary: str, name: str) -> None:
        """Let the clearinghouse take the file, under its final name. Never overwrites.

        Raises NotTaken where it is certain that it was not taken; with any other exception it may have been.
        """

    def whereabouts(self, temporary: str, name: str) -> Whereabouts:
        """Which of the two names can be seen over there; neither, where one cannot look."""

    def waiting(self) -> Iterable[Waiting]:
        """The files to fetch, oldest first; temporary ones left out. To be gone through once, as it goes."""

    def get(self, name: str) -> bytes:
        """The content of a waiting file. Raises FileNotFoundError when somebody took it away meanwhile."""

    def confirm(self, name: str, acknowledgment: bytes) -> None:
        """Say that a file that wants it was kept, with our acknowledgment of it (empty: it takes none)."""

    def remove(self, name: str, size: int) -> None:
        """Take a fetched file away, unless it is not of this size any more; not there is fine."""


_MAILBOXES = {
    Adapter.SFTP: "clearinghouse.sftp.sftp_mailbox",
    Adapter.CORE: "clearinghouse.core.core_mailbox",
    Adapter.DROP: "clearinghouse.drop.drop_mailbox",
}
_PROBES = {
    Adapter.SFTP: "clearinghouse.sftp.probe_sftp",
    Adapter.CORE: "clearinghouse.core.probe_batch",
    Adapter.DROP: "clearinghouse.drop.probe_drop",
}


def own_usage() -> Usage:
    """What this system writes in ISA15: production in production, else test."""
    return Usage.PRODUCTION if settings.IN_PRODUCTION else Usage.TEST


def require_own_traffic(connection: Connection) -> None:
    """Raise WrongTraffic unless the partner's addresses are for what this system writes."""
    if connection.usage != own_usage():
        raise WrongTraffic(
            f"this system's traffic is {own_usage().label.lower()},"
            f" the address is for {connection.get_usage_display().lower()}; nothing was exchanged"
        )


def open_mailbox(connection: Connection) -> AbstractContextManager[Mailbox]:
    """The connection's mailbox, opened.

    Raises Unreachable: HostKeyChanged and WrongTraffic among others. Within the block as well.
    """
    require_own_traffic(connection)
    if not connection.has_mailbox:
        raise Unreachable("this partner has no mailbox: only questions go there")
    opened: AbstractContextManager[Mailbox] = _named(_MAILBOXES[Adapter(connection.adapter)])(connection)
    return opened


def _named(path: str) -> Callable[..., Any]:
    """An adapter's function: the adapters know this port, not the reverse."""
    module, name = path.rsplit(".", 1)
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a test of a connection tried, whether it holds, and what was seen, in words."""

    about: str
    holds: bool
    words: str


def works(about: str, words: str) -> Finding:
    """A try that succeeded."""
    return Finding(about, holds=True, words=words)


def fails(about: str, words: str) -> Finding:
    """A try that did not."""
    return Finding(about, holds=False, words=words)


@dataclass(frozen=True, slots=True)
class Probe:
    """What a test found, in the order of the tries; it stops a way where it no longer leads on.

    `offered_key` is the public key line that the server showed, empty when it showed none.
    """

    findings: tuple[Finding, ...]
    offered_key: str = ""

    @property
    def holds(self) -> bool:
        """Whether everything that was tried works."""
        return all(finding.holds for finding in self.findings)


def probe(connection: Connection) -> Probe:
    """Try the connection for real, within half a minute: reach, recognize, sign in, look; then ask.

    Nothing is sent that a payer would act on, and nothing is fetched or removed.
    """
    found: list[Finding] = []
    if connection.usage != own_usage():
        words = (
            f"The address is for {connection.get_usage_display().lower()}, this system is not. Nothing moves."
        )
        found.append(fails("Traffic", words))
    offered_key = ""
    if connection.has_mailbox:
        seen, offered_key = _named(_PROBES[Adapter(connection.adapter)])(connection)
        found += seen
    elif not connection.realtime_url:
        found.append(fails("Ways", "It has neither a mailbox nor a real-time address: nothing can go there."))
    found += _named("clearinghouse.core.probe_realtime")(connection)
    return Probe(tuple(found), offered_key)


@dataclass(frozen=True)
class Question:
    """A real-time request in the CAQH CORE form. The payload id is ours: the same id is the same question."""

    payload_type: str
    payload_id: str
    payload: bytes


def ask(connection: Connection, question: Question) -> bytes:
    """The payload of the answer. Raises NoAnswer or Refused."""
    if connection.usage != own_usage():
        raise Refused("test and production traffic do not mix; nothing was asked")
    answer: bytes = _named("clearinghouse.core.ask_core")(connection, question)
    return answer
