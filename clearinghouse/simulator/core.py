"""The HTTP side: CAQH CORE connectivity vC2.2.0, MIME multipart/form-data, real time (domain.md 5).

POST to `/core`. The fields of the envelope are parts of the form; the answer is a form of the same kind with
`ErrorCode` and `ErrorMessage`. A repeat of (SenderID, PayloadID) gets the stored answer.
`GET /health` answers 200 and `{"rounds": n}`: two rounds later, all that lay there is dealt with.

`POST /appeals` is the payers' mail room, for letters that no computer reads: JSON with `username`,
`password` and `payer_control_number` of the claim appealed. 202 when the letter was filed, 404 when there is
no such denied claim; the outcome comes as an 835, or never.
"""

import hmac
import json
import logging
import sys
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from clearinghouse.simulator.faults import FaultBox

PATH: Final = "/core"
APPEALS: Final = "/appeals"
RULE_VERSION: Final = "2.2.0"
LARGEST: Final = 4 * 1024 * 1024
FIELDS: Final = (
    "PayloadType",
    "ProcessingMode",
    "PayloadID",
    "TimeStamp",
    "SenderID",
    "ReceiverID",
    "CORERuleVersion",
    "UserName",
    "Password",
    "Payload",
)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back in the envelope. `error` is a CORE error code, "Success" when all is well."""

    payload_type: str
    payload: str
    error: str = "Success"
    message: str = ""


Answer = Callable[[str, str, str, str, datetime], Reply]
"""(sender id, payload id, payload type, payload, now) -> reply: the desk behind the counter."""


Appeal = Callable[[str, datetime], bool]
"""(payer control number, now) -> whether there is such a denied claim to appeal."""


class NotAnEnvelope(Exception):
    """The body is no multipart/form-data."""


class Counter(ThreadingHTTPServer):
    """The HTTP server. `answer` is called in a thread per request."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self,
        address: tuple[str, int],
        *,
        answer: Answer,
        appeal: Appeal,
        faults: FaultBox,
        now: Callable[[], datetime],
        secret: str,
    ) -> None:
        super().__init__(address, Handler)
        self.answer = answer
        self.appeal = appeal
        self.faults = faults
        self.now = now
        self.secret = secret
        self.username = "submitter"
        self.rounds = 0
        """How often the box has taken what came and put out what was due; `GET /health` tells it."""
        self.stopping = threading.Event()

    def judge(self, fields: Mapping[str, str]) -> Reply:
        """The reply to an envelope: its own faults first, then the desk's answer."""
        kind = fields.get("PayloadType", "")
        for name in FIELDS:
            if not fields.get(name):
                return Reply("CoreEnvelopeError", "", f"{name}Required", f"{name} is missing")
        if not self._knows(fields["UserName"], fields["Password"]):
            return Reply("CoreEnvelopeError", "", "UnAuthorized", "the username or password is not known")
        if fields["CORERuleVersion"] != RULE_VERSION:
            return Reply("CoreEnvelopeError", "", "VersionMismatch", f"this server speaks {RULE_VERSION}")
        if fields["ProcessingMode"] != "RealTime":
            return Reply(
                "CoreEnvelopeError", "", "ProcessingModeIllegal", "this server answers in real time only"
            )
        return self.answer(fields["SenderID"], fields["PayloadID"], kind, fields["Payload"], self.now())

    def take_letter(self, body: bytes) -> HTTPStatus:
        """File an appeal: the status says what became of the letter."""
        try:
            letter = json.loads(body)
            told = [str(letter[name]) for name in ("username", "password", "payer_control_number")]
        except (ValueError, TypeError, KeyError):
            return HTTPStatus.BAD_REQUEST
        if not self._knows(*told[:2]):
            return HTTPStatus.UNAUTHORIZED
        return HTTPStatus.ACCEPTED if self.appeal(told[2], self.now()) else HTTPStatus.NOT_FOUND

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
        """Log what broke a connection; the server goes on."""
        log.warning("a connection broke", exc_info=not isinstance(sys.exception(), ConnectionError))

    def _knows(self, username: str, password: str) -> bool:
        right = hmac.compare_digest(password.encode(), self.secret.encode())
        return username == self.username and right


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Counter
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        """Tell that the server is up, and how many rounds the box has worked."""
        if self.path != "/health":
            self._send(HTTPStatus.NOT_FOUND, "text/plain", b"")
            return
        self._send(HTTPStatus.OK, "application/json", json.dumps({"rounds": self.server.rounds}).encode())

    def do_POST(self) -> None:
        """Answer one envelope, or take one letter."""
        serve = {PATH: self._serve_envelope, APPEALS: self._serve_letter}.get(self.path.rstrip("/"))
        if serve is None:
            self._send(HTTPStatus.NOT_FOUND, "text/plain", b"")
            return
        body = self._body()
        if body is not None:
            serve(body)

    def _serve_letter(self, body: bytes) -> None:
        status = self.server.take_letter(body)
        self._send(status, "text/plain", f"{status.phrase}\n".encode())

    def _serve_envelope(self, body: bytes) -> None:
        faults = self.server.faults
        if faults.strikes("http_errors"):
            self._send(
                HTTPStatus(faults.setting("http_error_status")),
                "text/plain",
                b"out of order, as the scenario asks\n",
            )
            return
        if faults.strikes("http_stalls"):
            self.server.stopping.wait(faults.setting("http_stall_seconds"))
        try:
            fields = read_form(self.headers.get("Content-Type", ""), body)
        except NotAnEnvelope as error:
            self._send(HTTPStatus.BAD_REQUEST, "text/plain", f"{error}\n".encode())
            return
        reply = self.server.judge(fields)
        if faults.strikes("http_cuts"):
            self.close_connection = True
            return
        kind, content = write_form(reply_fields(fields, reply, self.server.now()))
        self._send(HTTPStatus.OK, kind, content)

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            self._send(HTTPStatus.LENGTH_REQUIRED, "text/plain", b"")
            return None
        if int(length) > LARGEST:
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "text/plain", b"")
            return None
        return self.rfile.read(int(length))

    def _send(self, status: HTTPStatus, kind: str, content: bytes) -> None:
        if status >= HTTPStatus.BAD_REQUEST:
            self.close_connection = True  # what is left of the request is not read
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Log the request line: it holds no patient data, the path is fixed."""
        log.info("http %s", format % args)


def read_form(content_type: str, body: bytes) -> dict[str, str]:
    """The fields of a multipart/form-data body as text. Raises NotAnEnvelope when it is none."""
    if not content_type.lower().startswith("multipart/form-data") or "\n" in content_type:
        raise NotAnEnvelope("multipart/form-data is expected")
    head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\nMIME-Version: 1.0\r\n\r\n"
    message = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise NotAnEnvelope("the parts of the form cannot be told apart")
    fields: dict[str, str] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            fields[name] = content.decode("utf-8", "replace")
    return fields


def write_form(fields: Mapping[str, str]) -> tuple[str, bytes]:
    """The fields as multipart/form-data: the content type, and the body."""
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    body = "".join(parts) + f"--{boundary}--\r\n"
    return f"multipart/form-data; boundary={boundary}", body.encode("utf-8")


def reply_fields(asked: Mapping[str, str], reply: Reply, now: datetime) -> dict[str, str]:
    """The envelope of a reply: sender and receiver change places, the payload id is the caller's."""
    return {
        "PayloadType": reply.payload_type,
        "ProcessingMode": "RealTime",
        "PayloadID": asked.get("PayloadID", ""),
        "TimeStamp": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "SenderID": asked.get("ReceiverID", ""),
        "ReceiverID": asked.get("SenderID", ""),
        "CORERuleVersion": RULE_VERSION,
        "ErrorCode": reply.error,
        "ErrorMessage": reply.message,
        "Payload": reply.payload,
    }
