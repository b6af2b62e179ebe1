"""What the desks behind the CORE counter say."""

from dataclasses import dataclass
from typing import Final

SUCCESS: Final = "Success"
ENVELOPE_ERROR: Final = "CoreEnvelopeError"
ILLEGAL: Final = "Illegal"


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back in the envelope. `error` is a CORE error code, "Success" when all is well.

    `payload_id` is ours; empty where the reply bears the caller's.
    """

    payload_type: str
    payload: str
    error: str = SUCCESS
    message: str = ""
    payload_id: str = ""


def refuse(error: str, words: str) -> Reply:
    """The reply to an envelope at fault: a CORE error code, such as PayloadTypeIllegal, and words."""
    return Reply(ENVELOPE_ERROR, "", error, words)
