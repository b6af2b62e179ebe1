"""The desk behind the CORE counter: 270 to 271, 276 to 277; TA1 or 999 for what cannot be read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from clearinghouse.simulator.acknowledge import note_on, write_999, write_ta1
from clearinghouse.simulator.eligibility import EligibilityDesk
from clearinghouse.simulator.inquiry import StatusDesk
from clearinghouse.simulator.outgoing import Outgoing, is_answerable
from clearinghouse.simulator.replies import Reply, refuse
from clearinghouse.simulator.shapes import freeze, thaw
from clearinghouse.simulator.store import Store
from clearinghouse.simulator.syntax import Verdict
from x12.envelope import Group, Interchange, Transaction, read
from x12.errors import X12Error
from x12.segments import Segment

ELIGIBILITY: Final = "X12_270_Request_005010X279A1"
STATUS: Final = "X12_276_Request_005010X212"
ANSWERS: Final = {
    ELIGIBILITY: ("270", "271", "X12_271_Response_005010X279A1"),
    STATUS: ("276", "277", "X12_277_Response_005010X212"),
}
TA1_TYPE: Final = "X12_TA1_Response_00501X231A1"
ACK_TYPE: Final = "X12_999_Response_005010X231A1"
UNSUPPORTED: Final = Verdict((), ("1",))
INCOMPLETE: Final = Verdict((), ("2",))


class RealTimeDesk:
    """Answers real-time payloads; a payload id gets one answer, however often it is asked."""

    def __init__(
        self, store: Store, eligibility: EligibilityDesk, status: StatusDesk, outgoing: Outgoing, usage: str
    ) -> None:
        self._store = store
        self._eligibility = eligibility
        self._status = status
        self._outgoing = outgoing
        self._usage = usage

    def answer(self, sender: str, payload_id: str, payload_type: str, payload: str, now: datetime) -> Reply:
        """The reply to a payload; never raises for what the payload holds."""
        if payload_type not in ANSWERS:
            return refuse("PayloadTypeIllegal", "only 270 and 276 are answered here")
        with self._store.transaction():
            stored = self._store.realtime_reply(sender, payload_id)
            if stored is not None:
                return thaw(Reply, stored)
            reply = self._judge(payload_type, payload, now)
            self._store.add_realtime_reply(sender, payload_id, freeze(reply))
            return reply

    def _judge(self, payload_type: str, payload: str, now: datetime) -> Reply:
        try:
            mail = read(payload)
        except X12Error as error:
            return refuse("PayloadNotUnderstood", error.reason)
        interchange = mail.interchanges[0]
        if not is_answerable(interchange):
            return refuse("PayloadNotUnderstood", "ISA06 or ISA08 is no id")
        number = self._store.count("isa/realtime")
        note = note_on(interchange, usage=self._usage)
        if note == "000" and (len(mail.interchanges) != 1 or len(mail.transactions) != 1):
            note = "022"
        if note != "000":
            ta1 = write_ta1(interchange, note)
            text = self._outgoing.ta1_text(interchange.sender_id, interchange.receiver_id, number, now, ta1)
            return Reply(TA1_TYPE, text)
        asked, kind, answer_type = ANSWERS[payload_type]
        group = next(group for group in interchange.groups if group.transactions)
        transaction = group.transactions[0]
        if transaction.kind != asked or not transaction.complete:
            verdict = INCOMPLETE if transaction.kind == asked else UNSUPPORTED
            return self._refuse(interchange, group, transaction, verdict, number, now)
        desk = self._eligibility if payload_type == ELIGIBILITY else self._status
        body = desk.answer(transaction, now)
        return Reply(answer_type, self._text(interchange, kind, number, now, body))

    def _refuse(
        self,
        interchange: Interchange,
        group: Group,
        transaction: Transaction,
        verdict: Verdict,
        number: int,
        now: datetime,
    ) -> Reply:
        body = write_999(group, [(transaction, verdict)])
        return Reply(ACK_TYPE, self._text(interchange, "999", number, now, body))

    def _text(
        self, interchange: Interchange, kind: str, number: int, now: datetime, body: Sequence[Segment]
    ) -> str:
        return self._outgoing.text(interchange.sender_id, interchange.receiver_id, kind, number, now, body)
