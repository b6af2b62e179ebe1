"""Answering a whole text: for every interchange one that carries its TA1 and the 999s of its groups. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime

from x12.ack_999.building import acknowledge_each, build_ta1
from x12.ack_999.document import VERSION, Ack999, Ta1, render, render_ta1
from x12.envelope import Interchange, Mail, Transaction
from x12.errors import Finding
from x12.outbound import Address, OutboundGroup, clean_text, write

_ACKNOWLEDGMENTS = "FA"
_LONGEST_ID = 15
_USUAL = "ZZ"

Judge = Callable[[Transaction], Sequence[Finding]]
JudgeEnvelope = Callable[[Interchange], Iterable[Finding]]


def answer(
    mail: Mail,
    judge: Judge,
    *,
    control_number: int,
    written_at: datetime,
    duplicates: Collection[str] = (),
    judge_envelope: JudgeEnvelope | None = None,
) -> Iterator[str]:
    """What to send back, one text for every interchange that asks for an answer.

    Each transaction is put before `judge` (`x12.judging.validate`), ISA and IEA before `judge_envelope`. A
    999 answers each group, but none of acknowledgments; a TA1 stands before it where the sender asked for one
    (ISA14) or the envelope is wrong, and alone where the interchange is rejected. `duplicates` are the ISA13
    that were received before from this sender: note 025. `control_number` is the first ISA13 to use, and the
    GS06; each further text counts on. Raises `UnwritableX12` where the sender cannot be told from the text.
    """
    for interchange in mail.interchanges:
        note = "025" if interchange.control_number in duplicates else ""
        findings = judge_envelope(interchange) if judge_envelope is not None else ()
        ta1 = build_ta1(interchange, note=note, findings=findings)
        acks = [] if ta1.rejected else list(_acknowledged(interchange, judge))
        told = ta1 if interchange.acknowledgment_requested or ta1.note != "000" else None
        if interchange.control_number and (told or acks):
            yield _written(interchange, told, acks, control_number, written_at)
            control_number += 1


def _acknowledged(interchange: Interchange, judge: Judge) -> Iterator[Ack999]:
    groups = [group for group in interchange.groups if group.functional_id != _ACKNOWLEDGMENTS]
    for number, group in enumerate(groups, 1):
        findings = [judge(transaction) for transaction in group.transactions]
        yield acknowledge_each(group, findings, control_number=f"{number:04d}")


def _written(
    interchange: Interchange, ta1: Ta1 | None, acks: Sequence[Ack999], number: int, written_at: datetime
) -> str:
    group = OutboundGroup(
        functional_id=_ACKNOWLEDGMENTS,
        version=VERSION,
        control_number=number,
        transactions=[render(acknowledgment) for acknowledgment in acks],
    )
    return write(
        sender=_address(interchange.receiver_qualifier, interchange.receiver_id),
        receiver=_address(interchange.sender_qualifier, interchange.sender_id),
        control_number=number,
        written_at=written_at,
        usage=interchange.usage if interchange.usage in ("T", "P") else "P",
        groups=[group] if acks else (),
        acknowledgments=() if ta1 is None else (render_ta1(ta1),),
    )


def _address(qualifier: str, number: str) -> Address:
    return Address(
        id=clean_text(number)[:_LONGEST_ID].strip(),
        qualifier=qualifier if len(qualifier) == len(_USUAL) else _USUAL,
    )
