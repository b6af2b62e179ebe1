"""Answers on their way out: the envelope around them, their control numbers and file names."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from clearinghouse.simulator.store import Store
from x12.envelope import Interchange
from x12.outbound import Address, OutboundGroup, clean_text, write
from x12.segments import Segment

FUNCTIONAL_IDS: Final = {"999": "FA", "277CA": "HN", "835": "HP", "271": "HB", "277": "HN"}
VERSIONS: Final = {
    "999": "005010X231A1",
    "277CA": "005010X214",
    "835": "005010X221A1",
    "271": "005010X279A1",
    "277": "005010X212",
}


def is_answerable(interchange: Interchange) -> bool:
    """Whether its ISA06 and ISA08 are ids that an answer can be addressed to and come from."""
    ids = (interchange.sender_id, interchange.receiver_id)
    return all(0 < len(text) <= 15 and text == clean_text(text) for text in ids)


class Outgoing:
    """Writes interchanges. Control numbers run on per mailbox and are never used twice."""

    def __init__(self, store: Store, usage: str) -> None:
        self._store = store
        self._usage = usage

    def transaction(
        self, mailbox: str, partner: str, ourselves: str, kind: str, due: datetime, body: Sequence[Segment]
    ) -> str:
        """Queue one transaction for `partner` as a file of its own; gives the file's name."""
        number = self._store.count(f"isa/{mailbox}")
        text = self.text(partner, ourselves, kind, number, due, body)
        return self._queue(mailbox, kind, number, due, text)

    def interchange_answer(
        self, mailbox: str, partner: str, ourselves: str, due: datetime, ta1: Segment
    ) -> str:
        """Queue a TA1 in an interchange of its own; gives the file's name."""
        number = self._store.count(f"isa/{mailbox}")
        text = self.ta1_text(partner, ourselves, number, due, ta1)
        return self._queue(mailbox, "TA1", number, due, text)

    def ta1_text(self, partner: str, ourselves: str, number: int, at: datetime, ta1: Segment) -> str:
        """A TA1 in an interchange of its own."""
        return write(
            sender=Address(id=ourselves),
            receiver=Address(id=partner),
            control_number=number,
            written_at=at,
            usage=self._usage,
            acknowledgments=[ta1],
        )

    def text(
        self, partner: str, ourselves: str, kind: str, number: int, at: datetime, body: Sequence[Segment]
    ) -> str:
        """One transaction in its envelope."""
        group = OutboundGroup(
            functional_id=FUNCTIONAL_IDS[kind],
            version=VERSIONS[kind],
            control_number=number,
            transactions=[body],
        )
        return write(
            sender=Address(id=ourselves),
            receiver=Address(id=partner),
            control_number=number,
            written_at=at,
            usage=self._usage,
            groups=[group],
        )

    def _queue(self, mailbox: str, kind: str, number: int, due: datetime, text: str) -> str:
        name = f"{due:%Y%m%dT%H%M%S}_{number:09d}_{kind}.x12"
        self._store.add_answer(mailbox, kind, name, text, due)
        return name
