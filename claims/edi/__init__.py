"""Bills to the wire, and what the wire says back about claims."""

from claims.edi.answers import set_words, ta1_words
from claims.edi.claim_837 import Letterhead, claim_interchange
from claims.edi.judging import verdicts_on_bill
from claims.edi.status_276 import status_interchange

__all__ = [
    "Letterhead",
    "claim_interchange",
    "set_words",
    "status_interchange",
    "ta1_words",
    "verdicts_on_bill",
]
