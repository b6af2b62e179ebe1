"""Why an act on a claim is refused, in words for a biller."""

from claims.actions.correction import (
    AlreadyReplaced,
    ClaimIsOut,
    IsVoid,
    NoPayerControlNumber,
    NothingToCorrect,
    PayerTakesNoReplacements,
)
from claims.actions.scrub import NotInOurHands
from claims.actions.status import NotWithPayer
from claims.actions.submission import AllHeld, ClaimNotReady, NothingToSend, SeveralFiles
from clearinghouse.actions.outbound import ControlNumbersExhausted
from clearinghouse.queries import NoConnection
from rcm.ui.refusals import Refusals

_WORDS: dict[type[Exception], str] = {
    NotInOurHands: "It has left our hands, or is replaced. Only a claim that is ours can be scrubbed.",
    NotWithPayer: "It is not with a payer, so there is nothing to ask.",
    NothingToSend: "No claim was chosen.",
    ClaimNotReady: "It is not ready any more. Nothing was sent.",
    AllHeld: "It no longer passes the edits, so it is held again. Read what each edit says.",
    SeveralFiles: "They go to several trading partners, or are too many for one file. Nothing was sent.",
    NoConnection: "No clearinghouse connection is in use for it. An administrator can add or resume one.",
    ControlNumbersExhausted: "The connection has used all its control numbers: it needs a new pair of ids.",
    ClaimIsOut: "The payer has the claim and has not decided. Wait for its answer.",
    AlreadyReplaced: "Another version stands in its place. Take that one.",
    IsVoid: "It takes another claim back, as that was billed. Send it as it is.",
    PayerTakesNoReplacements: "This payer takes no corrected claims. Ask it to reopen the claim, or appeal.",
    NoPayerControlNumber: "The payer's number of the claim is not known, and a corrected claim must name it.",
    NothingToCorrect: "Nothing was changed, so there is nothing to correct.",
}

_KNOWN = Refusals(_WORDS)
in_words, words_for = _KNOWN.in_words, _KNOWN.words_for

REFUSALS = _KNOWN.types
"""Every named refusal that has words."""
