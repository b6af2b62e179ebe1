"""The batch desk behind the CORE counter: submissions in, answers out by retrieval (rule vC2.2.0).

1. A batch is submitted: PayloadLength (bytes) and CheckSum (SHA-1) must be those of the payload. It is
   answered with a receipt; what it holds is handled as if it had come by SFTP. The same PayloadID again is
   the same batch, and is taken once; with other bytes it is refused.
2. Answers are retrieved by kind, the oldest first, under a PayloadID of ours. The same one is given until its
   receipt is confirmed.
3. A receipt is confirmed under that PayloadID, with a 999 about a result, or with none.

A sender (SenderID) has a mailbox of its own without a directory: `post.RETRIEVED` and its id.
"""

import hashlib
import re
import threading
import uuid
from datetime import datetime
from typing import Final

from clearinghouse.simulator.envelopes import Envelope
from clearinghouse.simulator.post import DELIVERED, READY, RETRIEVED, Handle, PostOffice
from clearinghouse.simulator.replies import ILLEGAL, Reply, refuse
from clearinghouse.simulator.store import Store, stamp
from x12.envelope import read
from x12.errors import X12Error

SUBMISSIONS: Final = {
    "X12_270_Request_005010X279A1": "270",
    "X12_276_Request_005010X212": "276",
    "X12_837_Request_005010X222A1": "837P",
    "X12_837_Request_005010X223A2": "837I",
}
"""What may be submitted, and the kind of every transaction in it."""

ACKNOWLEDGMENTS: Final = {
    "X12_TA1_RetrievalRequest_00501X231A1": "TA1",
    "X12_999_RetrievalRequest_005010X231A1": "999",
}
RESULTS: Final = {f"X12_005010_Request_Batch_Results_{kind}": kind for kind in ("277CA", "271", "277", "835")}
ANSWERS: Final = {
    "TA1": "X12_TA1_Response_00501X231A1",
    "999": "X12_999_Response_005010X231A1",
    "277CA": "X12_277CA_Response_005010X214",
    "271": "X12_271_Response_005010X279A1",
    "277": "X12_277_Response_005010X212",
    "835": "X12_835_Response_005010X221A1",
}
RECEIPT: Final = "X12_BatchReceiptConfirmation"
NO_ACKNOWLEDGMENT: Final = "X12_005010_Response_NoBatchAckFile"
NO_RESULTS: Final = "X12_005010_Response_NoBatchResultsFile"
CONFIRMATION: Final = "X12_999_SubmissionRequest_005010X231A1"
CONFIRMED: Final = "X12_Response_ConfirmReceiptReceived"
SENDER: Final = re.compile(r"[A-Za-z0-9._-]{1,50}")


class BatchDesk:
    """Takes batches, gives answers, and takes the receipts for them."""

    def __init__(self, store: Store, post: PostOffice, handle: Handle) -> None:
        self._store = store
        self._post = post
        self._handle = handle
        self._one_at_a_time = threading.Lock()

    def answer(self, asked: Envelope, now: datetime) -> Reply:
        """The reply to an envelope of the batch mode; never raises for what it holds."""
        if not SENDER.fullmatch(asked.get("SenderID")):
            return refuse(f"SenderID{ILLEGAL}", "the sender is not known")
        kind = asked.get("PayloadType")
        if kind in SUBMISSIONS:
            return self._submit(asked, now)
        if kind in ACKNOWLEDGMENTS or kind in RESULTS:
            return self._retrieve(asked)
        if kind == CONFIRMATION:
            return self._confirm(asked, now)
        return refuse(f"PayloadType{ILLEGAL}", "this is neither submitted nor retrieved here")

    def _submit(self, asked: Envelope, now: datetime) -> Reply:
        for name in ("PayloadLength", "CheckSum", "Payload"):
            if not (asked.payload if name == "Payload" else asked.get(name)):
                return refuse(f"{name}Required", f"{name} is missing")
        if refusal := _damage(asked) or _content(asked):
            return refusal
        mailbox = RETRIEVED + asked.get("SenderID")
        key = f"{mailbox}-{hashlib.sha256(asked.get('PayloadID').encode()).hexdigest()[:32]}"
        with self._one_at_a_time:
            is_new = self._post.accept(key, mailbox, asked.payload, self._handle, now)
        if not is_new and self._store.received_sha256(key) != hashlib.sha256(asked.payload).hexdigest():
            return refuse(f"PayloadID{ILLEGAL}", "it named another batch before")
        return Reply(RECEIPT, "")

    def _retrieve(self, asked: Envelope) -> Reply:
        kind = (ACKNOWLEDGMENTS | RESULTS)[asked.get("PayloadType")]
        with self._store.transaction():
            answer = self._store.ready_answer(RETRIEVED + asked.get("SenderID"), kind, READY)
            if answer is None:
                return Reply(NO_ACKNOWLEDGMENT if kind in ACKNOWLEDGMENTS.values() else NO_RESULTS, "")
            payload_id = self._store.handed_under(answer.id, str(uuid.uuid4()))
        return Reply(ANSWERS[kind], answer.body, payload_id=payload_id)

    def _confirm(self, asked: Envelope, now: datetime) -> Reply:
        if refusal := _damage(asked):
            return refusal
        if asked.payload and not _is_acknowledgment(asked.payload):
            return refuse("PayloadNotUnderstood", "a 999 is expected")
        with self._store.transaction():
            answer = self._store.handed(RETRIEVED + asked.get("SenderID"), asked.get("PayloadID"))
            if answer is None:
                return refuse(f"PayloadID{ILLEGAL}", "nothing was given under it")
            if self._store.set_answer_state(answer.id, DELIVERED, only=READY):
                told = {"event": "sent", "at": stamp(now), "file": answer.name, "kind": answer.kind}
                self._store.add_truth(told)
        return Reply(CONFIRMED, "")


def _damage(asked: Envelope) -> Reply | None:
    """The refusal where length or checksum, as far as told, is not that of the payload."""
    length, told = asked.get("PayloadLength"), asked.get("CheckSum")
    if length and length != str(len(asked.payload)):
        return refuse(f"PayloadLength{ILLEGAL}", f"{len(asked.payload)} bytes came")
    if told and told.lower() != hashlib.sha1(asked.payload, usedforsecurity=False).hexdigest():
        return refuse("ChecksumMismatched", "what came is not what was sent")
    return None


def _content(asked: Envelope) -> Reply | None:
    """The refusal where a payload is not X12, or is another kind than its type says."""
    try:
        mail = read(asked.payload)
    except X12Error as error:
        return refuse("PayloadNotUnderstood", error.reason)
    kinds = {transaction.kind for transaction in mail.transactions}
    if kinds - {SUBMISSIONS[asked.get("PayloadType")]}:
        return refuse(f"PayloadType{ILLEGAL}", "the payload holds something else")
    return None


def _is_acknowledgment(payload: bytes) -> bool:
    try:
        kinds = {transaction.kind for transaction in read(payload).transactions}
    except X12Error:
        return False
    return kinds == {"999"}
