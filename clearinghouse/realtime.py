"""Questions in real time: CAQH CORE connectivity vC2.2.0, MIME multipart/form-data (domain.md section 5)."""

import ssl
from email import policy
from email.parser import BytesParser
from functools import cache

import httpx

from clearinghouse.gateway import NoAnswer, Question, Refused
from clearinghouse.models import Connection
from rcm import clock

RULE_VERSION = "2.2.0"
# A payer has 60 s to answer a real-time request (CORE response time rule).
TIMEOUT = httpx.Timeout(60, connect=15)
LARGEST = 4 * 1024 * 1024


def ask_core(connection: Connection, question: Question) -> bytes:
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
        with httpx.Client(timeout=TIMEOUT, trust_env=False, verify=_trusted()) as client:
            answer = client.post(connection.realtime_url, files=parts)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoAnswer(type(error).__name__) from error
    if answer.status_code >= 500 or answer.status_code in {408, 429}:
        raise NoAnswer(f"HTTP {answer.status_code}")
    if answer.status_code != 200:
        raise Refused(f"HTTP {answer.status_code}")
    return _payload(_form(answer))


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
