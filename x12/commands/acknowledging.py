"""`ack`: the answer to a file, as `x12.ack_999.answer` builds it, to standard output.

One interchange for each in the file: a 999 for every group that is not itself an acknowledgment, and the TA1
where the envelope is wrong or the sender asked for one.
"""

import argparse
import sys
from datetime import date
from functools import partial

from x12 import ack_999
from x12.commands.inspecting import objections
from x12.commands.reading import opened
from x12.envelope import Transaction, read
from x12.errors import Finding, UnwritableX12
from x12.judging import envelopes

ACCEPTED, REFUSED, UNREADABLE = 0, 1, 3


def run(options: argparse.Namespace) -> int:
    """Write the answers, one interchange a line; 1 when anything in the file was refused."""
    content = opened(options.file)
    if isinstance(content, Finding):
        sys.stderr.write(f"{options.file}: {content.message}\n")
        return UNREADABLE
    judge = partial(_judged, today=options.at.date())
    answers = ack_999.answer(
        content,
        judge,
        control_number=options.control_number,
        written_at=options.at,
        judge_envelope=partial(envelopes.of_interchange, position=1),
    )
    try:
        texts = list(answers)
    except UnwritableX12 as error:
        sys.stderr.write(f"{options.file}: it cannot be answered: {error.reason}\n")
        return UNREADABLE
    if not texts:
        sys.stderr.write(f"{options.file}: nothing in it is to be answered\n")
    sys.stdout.writelines(f"{text}\n" for text in texts)
    return REFUSED if any(_refuses(text) for text in texts) else ACCEPTED


def _judged(transaction: Transaction, *, today: date) -> list[Finding]:
    return objections(transaction, today=today)


def _refuses(text: str) -> bool:
    """Whether an answer refuses the interchange, a group or a part of one."""
    (interchange,) = read(text).interchanges
    ta1s = (ack_999.read_ta1(segment) for segment in interchange.acknowledgments)
    acks = (ack_999.read(transaction) for transaction in interchange.transactions)
    return any(ta1.rejected for ta1 in ta1s) or any(not ack.accepted for ack in acks)
