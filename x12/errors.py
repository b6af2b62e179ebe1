"""What can be wrong with an X12 text: errors that end the reading, findings that do not."""

from dataclasses import dataclass, field


class X12Error(Exception):
    """A text that cannot be read or written as X12. Names the segment and its position, never its content."""

    def __init__(self, reason: str, *, segment: str = "", position: int = 0) -> None:
        """`position` counts segments from 1 in the text (or in the transaction, for errors of one
        transaction).
        """
        where = f" ({segment or 'segment'} at position {position})" if position else ""
        super().__init__(reason + where)
        self.reason = reason
        self.segment = segment
        self.position = position


class NotX12(X12Error):
    """The text holds no interchange, no group and no transaction: empty, cut inside its ISA, or not X12 at
    all.
    """


class WrongTransaction(X12Error):
    """A reader was handed a transaction of another kind than the one it reads."""


class UnwritableX12(X12Error):
    """The parts given cannot make a correct interchange: an id too long, a control number twice, a body
    without ST.
    """


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a text that could nevertheless be read; carries no patient data.

    `code` is one of our snake-case words (for example `segment_count`, `bad_value`), `position` counts
    segments (in the transaction from ST = 1; in the text for findings of an interchange or group), `element`
    is 0 when the whole segment is meant, `component` and `repetition` count from 1 and are 0 when the whole
    element is meant. `snip` is the WEDI SNIP type 1 to 5, `loop` the guide's loop (`2010AA`, empty in the
    header), `level` one of `transaction`, `group` and `interchange`.

    What to answer: `ack` is the code of the 999 or TA1, and `ack_at` says which element of it is meant:
    `segment` IK304, `element` IK403, `set` IK502, `group` AK905, `interchange` TA105. `status` is the STC of
    a 277CA: claim status category, claim status, entity (an empty text where the status names none).
    `severity` is `error`, or `warning` for what sound texts do too (the published examples, for one, are full
    of invented NPIs): it is told, but nothing is rejected for it.
    """

    code: str
    message: str
    segment: str
    position: int
    element: int = 0
    snip: int = field(default=1, kw_only=True)
    loop: str = field(default="", kw_only=True)
    component: int = field(default=0, kw_only=True)
    repetition: int = field(default=0, kw_only=True)
    level: str = field(default="transaction", kw_only=True)
    ack: str = field(default="", kw_only=True)
    ack_at: str = field(default="", kw_only=True)
    status: tuple[str, ...] = field(default=(), kw_only=True)
    severity: str = field(default="error", kw_only=True)
