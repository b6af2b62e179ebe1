"""CAQH CORE connectivity vC2.2.0: questions in real time, and files as batches (domain.md section 5).

The names and the order of a batch's steps are in `core_names`; the two forms of the envelope in `core_mime`
and `core_soap`.
"""

import ssl
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache

import httpx

from clearinghouse import core_mime, core_soap
from clearinghouse import core_names as names
from clearinghouse.core_envelope import Envelope, NotAnEnvelope, checksum
from clearinghouse.gateway import (
    Finding,
    NoAnswer,
    NotTaken,
    Question,
    Refused,
    Unreachable,
    Waiting,
    Whereabouts,
    fails,
    works,
)
from clearinghouse.models import Connection, CoreForm
from rcm import clock, faults
from x12.envelope import read
from x12.errors import NotX12

# A payer has 60 s to answer a real-time request (CORE response time rule); a batch may be long.
REAL_TIME_TIMEOUT = httpx.Timeout(60, connect=15)
BATCH_TIMEOUT = httpx.Timeout(300, connect=15)
PROBE_SECONDS = 5
LARGEST_ANSWER = 4 * 1024 * 1024
LARGEST_BATCH = 256 * 1024 * 1024
# A server that never comes to an end is left for the next look.
MOST_BATCHES = 1000
BUSY = frozenset({408, 429})
PROBE_TYPE = "RCM_ConnectionTest"
UNKNOWN_SENDER = ("UnAuthorized", "Unauthorized", "HTTP 401", "HTTP 403")


class NotConnected(NoAnswer):
    """No connection came about, so nothing was said."""


def ask_core(
    connection: Connection, question: Question, *, timeout: httpx.Timeout = REAL_TIME_TIMEOUT
) -> bytes:
    """Post one envelope in real time and return the payload of the answer.

    Raises NoAnswer where asking again later can help (no connection, time-out, 5xx, unreadable), Refused with
    the server's words where it cannot.
    """
    asked = _envelope(connection, question.payload_type, names.REAL_TIME, question.payload_id)
    asked = _with_payload(asked, question.payload, summed=False)
    answer = _post(connection, connection.realtime_url, asked, timeout=timeout, largest=LARGEST_ANSWER)
    if not (payload := answer.payload.strip()):
        raise NoAnswer("the answer has no payload")
    return payload


@contextmanager
def core_mailbox(connection: Connection) -> Iterator["CoreMailbox"]:
    """The connection's batch address as a mailbox. Raises Unreachable, also within the block."""
    if not connection.batch_url:
        raise Unreachable("the partner has no batch address")
    try:
        yield CoreMailbox(connection)
    except (NoAnswer, Refused) as error:
        raise Unreachable(f"CORE batch failed: {error}") from error


class CoreMailbox:
    """A batch address as a mailbox (see clearinghouse.gateway.Mailbox): nothing there can be listed.

    A file's PayloadID follows from its name, which is never used twice: a resend is the same batch to them.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ready: dict[str, bytes] = {}
        self._fetched: dict[str, bytes] = {}

    def put(self, name: str, content: bytes) -> None:
        """Keep it ready: a batch goes in one request, at its release."""
        submission_type_of(content)
        self._ready[name] = content
        faults.point("delivery.mid_file")

    def release(self, temporary: str, name: str) -> None:
        """Submit the batch. Refused in so many words, or never connected: it was not taken."""
        content = self._ready.get(temporary)
        if content is None:
            raise NotTaken("the batch was not made ready")
        payload_id = str(uuid.uuid5(self._connection.public_id, name))
        sent = _envelope(self._connection, submission_type_of(content), names.BATCH, payload_id)
        try:
            answer = self._post(_with_payload(sent, content, summed=True))
        except (NotConnected, Refused) as error:
            raise NotTaken(f"CORE batch: {error}") from error
        except NoAnswer as error:
            raise Unreachable(f"CORE batch: {error}") from error
        if answer.payload_id and answer.payload_id != payload_id:
            raise Unreachable("the receipt is for another batch")

    def whereabouts(self, temporary: str, name: str) -> Whereabouts:  # noqa: ARG002 -- nobody can look
        """Nothing can be seen: the acknowledgment tells."""
        return Whereabouts(temporary=False, released=False)

    def waiting(self) -> Iterator[Waiting]:
        """Fetch batch after batch of every kind; the next one comes once this one was confirmed."""
        for kind, payload_type in names.RETRIEVALS.items():
            seen: set[str] = set()
            while len(seen) < MOST_BATCHES:
                batch = self._fetch(payload_type)
                if batch is None or batch.payload_id in seen:
                    break
                seen.add(batch.payload_id)
                name = f"{kind}_{batch.payload_id}"
                self._fetched = {name: batch.payload}
                yield Waiting(name, len(batch.payload), is_whole=True, wants_confirmation=True)

    def get(self, name: str) -> bytes:
        """The batch that was fetched last."""
        if name not in self._fetched:
            raise FileNotFoundError(name)
        return self._fetched[name]

    def confirm(self, name: str, acknowledgment: bytes) -> None:
        """Say that the batch was kept, with our 999 where it wants one, so that it is not given again."""
        payload_id = name.partition("_")[2]
        confirmed = _envelope(self._connection, names.CONFIRMATION, names.BATCH, payload_id)
        self._post(_with_payload(confirmed, acknowledgment, summed=True))

    def remove(self, name: str, size: int) -> None:
        """Nothing: what was confirmed is not given again."""

    def _fetch(self, payload_type: str) -> Envelope | None:
        asked = _envelope(self._connection, payload_type, names.BATCH, str(uuid.uuid4()))
        answer = self._post(asked)
        if not answer.payload:
            return None
        if not answer.is_intact:
            raise NoAnswer("length or checksum of the batch is not that of its payload")
        return answer

    def _post(self, envelope: Envelope) -> Envelope:
        return _post(
            self._connection,
            self._connection.batch_url,
            envelope,
            timeout=BATCH_TIMEOUT,
            largest=LARGEST_BATCH,
        )


def submission_type_of(content: bytes) -> str:
    """The PayloadType of a file, by what is in it. Raises NotTaken where CORE has none for it."""
    try:
        kinds = {transaction.kind for transaction in read(content).transactions}
        return names.submission_type(kinds.pop() if len(kinds) == 1 else "")
    except (NotX12, KeyError) as error:
        raise NotTaken("CORE has no batch for what is in this file") from error


def probe_realtime(connection: Connection) -> list[Finding]:
    """Whether the real-time address answers an envelope of ours; empty where the connection has none.

    The envelope is of a kind that no payer knows: a server that refuses it has read it, and knows who asks.
    """
    if not connection.realtime_url:
        return []
    return [_probe(connection, "Real-time questions", connection.realtime_url, names.REAL_TIME)]


def probe_batch(connection: Connection) -> tuple[list[Finding], str]:
    """Whether the batch address answers, asked in the same way; there is no key."""
    if not connection.batch_url:
        return [fails("Batches", "There is no batch address.")], ""
    return [_probe(connection, "Batches", connection.batch_url, names.BATCH)], ""


def _probe(connection: Connection, about: str, url: str, mode: str) -> Finding:
    asked = _envelope(connection, PROBE_TYPE, mode, str(uuid.uuid4()))
    asked = _with_payload(asked, b"TEST", summed=mode == names.BATCH)
    try:
        _post(connection, url, asked, timeout=httpx.Timeout(PROBE_SECONDS), largest=LARGEST_ANSWER)
    except Refused as refusal:
        words = str(refusal)
        if words.startswith(UNKNOWN_SENDER):
            return fails(about, "It answers, and does not take our username and password.")
        if words.startswith("HTTP"):
            return fails(about, f"A server answers, but not as the CORE rules say ({words}).")
    except NoAnswer as silence:
        return fails(about, f"{url}: {_silence_words(str(silence))}")
    form = CoreForm(connection.core_form).label
    return works(about, f"It reads our envelope and answers in the CORE form ({form}).")


def _silence_words(kind: str) -> str:
    words = {
        "ConnectError": "it cannot be reached. Check the address.",
        "ConnectTimeout": f"no connection within {PROBE_SECONDS} seconds. Usually a firewall.",
        "ReadTimeout": f"it took the question and did not answer within {PROBE_SECONDS} seconds.",
        "UnsupportedProtocol": "the address must begin with https://.",
        "InvalidURL": "this is no address.",
    }
    return words.get(kind, f"no usable answer ({kind}).")


def _envelope(connection: Connection, payload_type: str, mode: str, payload_id: str) -> Envelope:
    return Envelope(
        payload_type=payload_type,
        mode=mode,
        payload_id=payload_id,
        time_stamp=clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),  # noqa: TID251 -- stamps an envelope, at the edge
        sender=connection.sender_number,
        receiver=connection.receiver_number,
        username=connection.realtime_username,
        password=connection.realtime_password,
    )


def _with_payload(envelope: Envelope, payload: bytes, *, summed: bool) -> Envelope:
    if not summed:
        return replace(envelope, payload=payload)
    return replace(envelope, payload=payload, length=str(len(payload)), check_sum=checksum(payload))


def _post(
    connection: Connection, url: str, envelope: Envelope, *, timeout: httpx.Timeout, largest: int
) -> Envelope:
    """One request and its answer. Raises NotConnected, NoAnswer or Refused."""
    form = core_soap if connection.core_form == CoreForm.SOAP else core_mime
    content_type, body = form.write(envelope)
    try:
        with (
            httpx.Client(timeout=timeout, trust_env=False, verify=_trusted()) as client,
            client.stream("POST", url, content=body, headers={"Content-Type": content_type}) as answer,
        ):
            content = _content(answer, largest)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise NotConnected(type(error).__name__) from error
    except httpx.HTTPError as error:
        raise NoAnswer(type(error).__name__) from error
    return _answer(form.read, answer.status_code, answer.headers.get("Content-Type", ""), content)


def _content(answer: httpx.Response, largest: int) -> bytes:
    """What the server sends, left off as soon as it is more than we take. Raises NoAnswer."""
    content = bytearray()
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > largest:
            raise NoAnswer("the answer is too large")
    return bytes(content)


def _answer(
    read_form: Callable[[str, bytes], Envelope], status: int, content_type: str, content: bytes
) -> Envelope:
    is_fault = content_type.startswith(core_soap.SOAP_TYPE)
    if not is_fault and status != 200:
        refuses = status < 500 and status not in BUSY
        raise (Refused if refuses else NoAnswer)(f"HTTP {status}")
    try:
        said = read_form(content_type, content)
    except NotAnEnvelope as error:
        raise NoAnswer(f"the answer is no CORE envelope: {error}") from error
    if not said.is_success:
        raise Refused(f"{said.error_code}: {said.error_message}"[:200])
    return said


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates we trust; read once, as that takes longer than asking."""
    return ssl.create_default_context()
