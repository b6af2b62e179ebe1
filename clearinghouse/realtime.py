"""Questions in real time: CAQH CORE connectivity vC2.2.0, MIME multipart/form-data (domain.md section 5)."""

import ssl
import uuid
from email import policy
from email.parser import BytesParser
from functools import cache

import httpx

from clearinghouse.gateway import Finding, NoAnswer, Question, Refused, fails, works
from clearinghouse.models import Connection
from rcm import clock

RULE_VERSION = "2.2.0"
# A payer has 60 s to answer a real-time request (CORE response time rule).
TIMEOUT = httpx.Timeout(60, connect=15)
PROBE_SECONDS = 5
LARGEST = 4 * 1024 * 1024


def ask_core(connection: Connection, question: Question, *, timeout: httpx.Timeout = TIMEOUT) -> bytes:
    """Post one envelope and return the payload of the answer.

    Raises NoAnswer where asking again later can help (no connection, time-out, 5xx, unreadable), Refused with
    the server's words where it cannot.
    """
    fields = {
        "PayloadType": question.payload_type,
        "ProcessingMode": "RealTime",
        "PayloadID": question.payload_id,
        "TimeStamp": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),  # noqa: TID251 -- stamps an envelope, at the edge
        "SenderID": connection.sender_number,
        "ReceiverID": connection.receiver_number,
        "CORERuleVersion": RULE_VERSION,
        "UserName": connection.realtime_username,
        "Password": connection.realtime_password,
        "Payload": question.payload.decode("ascii", "replace"),
    }
    parts = {name: (None, value.encode()) for name, value in fields.items()}
    try:
        with httpx.Client(timeout=timeout, trust_env=False, verify=_trusted()) as client:
            answer = client.post(connection.realtime_url, files=parts)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoAnswer(type(error).__name__) from error
    if answer.status_code >= 500 or answer.status_code in {408, 429}:
        raise NoAnswer(f"HTTP {answer.status_code}")
    if answer.status_code != 200:
        raise Refused(f"HTTP {answer.status_code}")
    return _payload(_form(answer))


def probe_core(connection: Connection) -> list[Finding]:
    """Whether the real-time address answers an envelope of ours; empty where the connection has none.

    The envelope is of a kind that no payer knows: a server that refuses it has read it, and knows who asks.
    """
    if not connection.realtime_url:
        return []
    about = "Real-time questions"
    question = Question("RCM_ConnectionTest", str(uuid.uuid4()), b"TEST")
    try:
        ask_core(connection, question, timeout=httpx.Timeout(PROBE_SECONDS))
    except Refused as refusal:
        words = str(refusal)
        if words.startswith(("UnAuthorized", "Unauthorized", "HTTP 401", "HTTP 403")):
            return [fails(about, "It answers, and does not take our username and password.")]
        if words.startswith("HTTP"):
            return [fails(about, f"A server answers, but not as the CORE rules say ({words}).")]
        return [works(about, "It reads our envelope and answers in the CORE form.")]
    except NoAnswer as silence:
        return [fails(about, f"{connection.realtime_url}: {_silence_words(str(silence))}")]
    return [works(about, "It reads our envelope and answers in the CORE form.")]


def _silence_words(kind: str) -> str:
    words = {
        "ConnectError": "it cannot be reached. Check the address.",
        "ConnectTimeout": f"no connection within {PROBE_SECONDS} seconds. Usually a firewall.",
        "ReadTimeout": f"it took the question and did not answer within {PROBE_SECONDS} seconds.",
        "UnsupportedProtocol": "the address must begin with https://.",
        "InvalidURL": "this is no address.",
    }
    return words.get(kind, f"no usable answer ({kind}).")


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates we trust; read once, as that takes longer than asking."""
    return ssl.create_default_context()


def _form(answer: httpx.Response) -> dict[str, bytes]:
    if len(answer.content) > LARGEST:
        raise NoAnswer("the answer is too large")
    content_type = answer.headers.get("Content-Type", "").replace("\r", "").replace("\n", "")
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=policy.HTTP).parsebytes(head + answer.content)
    if not message.is_multipart():
        raise NoAnswer("the answer is no CORE envelope")
    fields = {}
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str) and isinstance(content, bytes):
            fields[name] = content
    return fields


def _payload(fields: dict[str, bytes]) -> bytes:
    error = fields.get("ErrorCode", b"").decode("ascii", "replace").strip()
    if error and error != "Success":
        raise Refused(f"{error}: {fields.get('ErrorMessage', b'').decode('ascii', 'replace').strip()}"[:200])
    if not (payload := fields.get("Payload", b"").strip()):
        raise NoAnswer("the answer has no payload")
    return payload
