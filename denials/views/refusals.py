"""Why an act on a denial is refused, in words for a biller."""

from claims.actions.correction import (
    AlreadyReplaced,
    ClaimIsOut,
    IsVoid,
    NoPayerControlNumber,
    NothingToCorrect,
    PayerTakesNoReplacements,
)
from denials.actions.appeal import (
    AppealUnderWay,
    DeadlinePassed,
    DenialEnded,
    IncompleteLetter,
    LetterIsOut,
    NoAppealRight,
)
from denials.actions.denial import NothingOpen
from rcm.ui.refusals import Refusals

_WORDS: dict[type[Exception], str] = {
    NothingOpen: "The payer owes nothing of this line any more, so there is nothing to write off.",
    NoAppealRight: "The payer's remark codes leave no appeal. Correct the claim or give it up.",
    AppealUnderWay: "A letter against this denial is begun or filed already.",
    DenialEnded: "This denial has come to its end.",
    DeadlinePassed: "The payer's deadline is over.",
    IncompleteLetter: "The letter needs what you ask and what happened.",
    LetterIsOut: "The letter was filed; it is kept as it went out.",
    ClaimIsOut: "The payer has the claim and has not decided. Wait for its answer.",
    AlreadyReplaced: "Another version stands in the claim's place. Correct that one.",
    IsVoid: "The claim takes another back, as that was billed. It is sent as it is.",
    PayerTakesNoReplacements: "This payer takes no corrected claims. Ask it to reopen the claim, or appeal.",
    NoPayerControlNumber: "The payer's number of the claim is not known, and a corrected claim must name it.",
    NothingToCorrect: "Nothing was changed, so there is nothing to correct.",
}

in_words = Refusals(_WORDS).in_words
"""Acts on denials go in here: `with in_words(): ...` raises rcm.ui.refusals.Refused with the words."""
