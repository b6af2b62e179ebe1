"""The way out and in: what the product asks of a clearinghouse, whoever it is."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from clearinghouse.models import Connection


class Unreachable(Exception):
    """The clearinghouse could not be reached, or broke off. What was asked may or may not have happened."""


class NoAnswer(Exception):
    """A real-time question stayed without a usable answer: silence, a time-out, a server error. Ask later."""


class Refused(Exception):
    """The clearinghouse refused the envelope of a question, in its own words. Asking again will not help."""


@dataclass(frozen=True)
class Whereabouts:
    """What of an uploaded file can be seen in the upload directory."""

    temporary: bool
    released: bool


class Mailbox(Protocol):
    """A file exchange. Every method raises Unreachable when the line fails."""

    def put(self, name: str, content: bytes) -> None:
        """Write a whole file into the upload directory under a temporary name, replacing an earlier try."""

    def release(self, temporary: str, name: str) -> None:
        """Give an uploaded file its final name, by which the clearinghouse takes it. Never overwrites."""

    def whereabouts(self, temporary: str, name: str) -> Whereabouts:
        """Which of the two names stands in the upload directory."""

    def waiting(self) -> list[str]:
        """The names of the files to fetch, oldest first; temporary ones left out."""

    def get(self, name: str) -> bytes:
        """The content of a waiting file. Raises FileNotFoundError when somebody took it away meanwhile."""

    def remove(self, name: str) -> None:
        """Take a fetched file away; not there is fine."""


def open_mailbox(connection: Connection) -> AbstractContextManager[Mailbox]:
    """The connection's mailbox, opened. Raises Unreachable; a changed host key is Unreachable too."""
    from clearinghouse.sftp import sftp_mailbox  # noqa: PLC0415 -- the adapter knows this port, not the reverse

    return sftp_mailbox(connection)


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
    from clearinghouse.realtime import probe_core  # noqa: PLC0415 -- the adapter knows this port, not the reverse
    from clearinghouse.sftp import probe_sftp  # noqa: PLC0415 -- as above

    found, offered_key = probe_sftp(connection)
    return Probe((*found, *probe_core(connection)), offered_key)


@dataclass(frozen=True)
class Question:
    """A real-time request in the CAQH CORE form. The payload id is ours: the same id is the same question."""

    payload_type: str
    payload_id: str
    payload: bytes


def ask(connection: Connection, question: Question) -> bytes:
    """The payload of the answer. Raises NoAnswer or Refused."""
    from clearinghouse.realtime import ask_core  # noqa: PLC0415 -- the adapter knows this port, not the reverse

    return ask_core(connection, question)
