"""The HTTP side: CAQH CORE connectivity vC2.2.0, MIME or SOAP 1.2, in real time and in batches (domain.md 5).

POST to `/core` (or `/realtime`) asks in real time, POST to `/batch` submits and retrieves (see `batch`). The
form of the envelope is told by its content type (see `envelopes`); the answer comes in the same form with
`ErrorCode` and `ErrorMessage`. A repeat of (SenderID, PayloadID) in real time gets the stored answer. What is
no envelope at all is HTTP 400, with a SOAP fault for what wanted to be SOAP.
`GET /health` answers 200 and `{"rounds": n}`: two rounds later, all that lay there is dealt with.

`POST /appeals` is the payers' mail room, for letters that no computer reads: JSON with `username`,
`password` and `payer_control_number` of the claim appealed. 202 when the letter was filed, 404 when there is
no such denied claim; the outcome comes as an 835, or never.
"""

import hashlib
import hmac
import json
import logging
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from clearinghouse.simulator import envelopes
from clearinghouse.simulator.envelopes import Envelope, NotAnEnvelope
from clearinghouse.simulator.faults import FaultBox
from clearinghouse.simulator.mailbox import is_submitter
from clearinghouse.simulator.replies import ILLEGAL, Reply, refuse

PATH: Final = "/core"
BATCH_PATH: Final = "/batch"
APPEALS: Final = "/appeals"
RULE_VERSION: Final = "2.2.0"
REAL_TIME, BATCH = "RealTime", "Batch"
MODES: Final = {PATH: REAL_TIME, "/realtime": REAL_TIME, BATCH_PATH: BATCH}
LARGEST: Final = {REAL_TIME: 4 * 1024 * 1024, BATCH: 64 * 1024 * 1024}
REQUIRED: Final = (
    "PayloadType",
    "ProcessingMode",
    "PayloadID",
    "TimeStamp",
    "SenderID",
    "ReceiverID",
    "CORERuleVersion",
    "UserName",
    "Password",
)
log = logging.getLogger(__name__)

Answer = Callable[[str, str, str, str, datetime], Reply]
"""(sender id, payload id, payload type, payload, now) -> reply: the desk behind the counter."""

AnswerBatch = Callable[[Envelope, datetime], Reply]
"""(request, now) -> reply: the desk for batches."""


Appeal = Callable[[str, datetime], bool]
"""(payer control number, now) -> whether there is such a denied claim to appeal."""


class Counter(ThreadingHTTPServer):
    """The HTTP server. `answer` is called in a thread per request."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self,
        address: tuple[str, int],
        *,
        answer: Answer,
        answer_batch: AnswerBatch,
        appeal: Appeal,
        faults: FaultBox,
        now: Callable[[], datetime],
        secret: str,
    ) -> None:
        super().__init__(address, Handler)
        self.answer = answer
        self.answer_batch = answer_batch
        self.appeal = appeal
        self.faults = faults
        self.now = now
        self.secret = secret
        self.rounds = 0
        """How often the box has taken what came and put out what was due; `GET /health` tells it."""
        self.stopping = threading.Event()

    def judge(self, asked: Envelope, mode: str) -> Reply:
        """The reply to an envelope: its own faults first, then the desk's answer."""
        for name in REQUIRED:
            if not asked.get(name):
                return refuse(f"{name}Required", f"{name} is missing")
        if not self._knows(asked.get("UserName"), asked.get("Password")):
            return refuse("UnAuthorized", "the username or password is not known")
        if asked.get("CORERuleVersion") != RULE_VERSION:
            return refuse("VersionMismatch", f"this server speaks {RULE_VERSION}")
        if asked.get("ProcessingMode") != mode:
            return refuse(f"ProcessingMode{ILLEGAL}", f"this address answers in the mode {mode}")
        if mode == BATCH:
            return self.answer_batch(asked, self.now())
        if not asked.payload:
            return refuse("PayloadRequired", "Payload is missing")
        payload = asked.payload.decode("utf-8", "replace")
        sender, payload_id, kind = map(asked.get, ("SenderID", "PayloadID", "PayloadType"))
        return self.answer(sender, payload_id, kind, payload, self.now())

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
        return is_submitter(username) and right


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
        path = self.path.rstrip("/")
        if path != APPEALS and path not in MODES:
            self._send(HTTPStatus.NOT_FOUND, "text/plain", b"")
            return
        body = self._body(LARGEST[MODES.get(path, REAL_TIME)])
        if body is None:
            return
        if path == APPEALS:
            self._serve_letter(body)
        else:
            self._serve_envelope(body, MODES[path])

    def _serve_letter(self, body: bytes) -> None:
        status = self.server.take_letter(body)
        self._send(status, "text/plain", f"{status.phrase}\n".encode())

    def _serve_envelope(self, body: bytes, mode: str) -> None:
        faults = self.server.faults
        if faults.strikes("http_errors"):
            status = HTTPStatus(faults.setting("http_error_status"))
            self._send(status, "text/plain", b"out of order, as the scenario asks\n")
            return
        if faults.strikes("http_stalls"):
            self.server.stopping.wait(faults.setting("http_stall_seconds"))
        if faults.strikes("http_cuts_before"):
            self.close_connection = True
            return
        kind = self.headers.get("Content-Type", "")
        try:
            asked = envelopes.read(kind, body)
        except NotAnEnvelope as error:
            wants_soap = not kind.lower().startswith(envelopes.MIME)
            said = envelopes.write_fault(str(error)) if wants_soap else ("text/plain", f"{error}\n".encode())
            self._send(HTTPStatus.BAD_REQUEST, *said)
            return
        reply = self.server.judge(asked, mode)
        if faults.strikes("http_cuts"):
            self.close_connection = True
            return
        if faults.strikes("http_garbage"):
            self._send(HTTPStatus.OK, "text/html", b"<html>an open network's welcome page</html>\n")
            return
        fields = reply_fields(asked, reply, mode, self.server.now())
        answer = envelopes.write(asked, fields, reply.payload.encode())
        self._send(HTTPStatus.OK, *answer, is_cut=faults.strikes("http_cuts_within"))

    def _body(self, largest: int) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            self._send(HTTPStatus.LENGTH_REQUIRED, "text/plain", b"")
            return None
        if int(length) > largest:
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "text/plain", b"")
            return None
        return self.rfile.read(int(length))

    def _send(self, status: HTTPStatus, kind: str, content: bytes, *, is_cut: bool = False) -> None:
        if is_cut or status >= HTTPStatus.BAD_REQUEST:
            self.close_connection = True  # what is left of the request is not read
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if is_cut else content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Log the request line: it holds no patient data, the path is fixed."""
        log.info("http %s", format % args)


def reply_fields(asked: Envelope, reply: Reply, mode: str, now: datetime) -> dict[str, str]:
    """The envelope of a reply: sender and receiver change places; a batch tells its length and its sum."""
    payload = reply.payload.encode()
    summed = {
        "PayloadLength": str(len(payload)),
        "CheckSum": hashlib.sha1(payload, usedforsecurity=False).hexdigest(),
    }
    return {
        "PayloadType": reply.payload_type,
        "ProcessingMode": mode,
        "PayloadID": reply.payload_id or asked.get("PayloadID"),
        "TimeStamp": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "SenderID": asked.get("ReceiverID"),
        "ReceiverID": asked.get("SenderID"),
        "CORERuleVersion": RULE_VERSION,
        "ErrorCode": reply.error,
        "ErrorMessage": reply.message,
    } | (summed if mode == BATCH and payload else {})
