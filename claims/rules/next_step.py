"""What is to be done with a claim next, and what else may be done: decided by where it stands."""

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """Where a claim stands, as far as the next step depends on it."""

    OURS = "ours"
    READY = "ready"
    QUEUED = "queued"
    UNKNOWN = "unknown"
    WITH_PAYER = "with_payer"
    CROSSED_OVER = "crossed_over"
    PAID = "paid"
    PARTLY_PAID = "partly_paid"
    DENIED = "denied"
    CLOSED = "closed"
    REPLACED = "replaced"


class Act(StrEnum):
    """What a biller can do with a claim."""

    SCRUB = "scrub"
    SEND = "send"
    ASK = "ask"
    CHANGE = "change"
    CORRECT = "correct"
    VOID = "void"
    SEND_ANYWAY = "send_anyway"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the decision needs to know of a claim.

    `is_silent`: the payer has had it for longer than agreed. `alarm`: the payer lost it or wants something.
    `was_turned_down`: it is held by a rejection from outside. `is_mended_here`: what holds it can only be
    changed on the claim itself.
    """

    phase: Phase
    is_silent: bool = False
    alarm: bool = False
    was_turned_down: bool = False
    is_mended_here: bool = False
    is_void: bool = False
    takes_replacements: bool = True
    has_payer_number: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """The one thing to do next (None: wait, or nothing), why in a sentence, and what else may be done."""

    act: Act | None
    words: str
    others: tuple[Act, ...] = ()


def next_step(standing: Standing) -> Step:
    """The next step for a claim, and the others that its phase allows."""
    match standing.phase:
        case Phase.QUEUED | Phase.UNKNOWN | Phase.WITH_PAYER:
            return _while_out(standing)
        case Phase.PAID | Phase.PARTLY_PAID | Phase.DENIED | Phase.CLOSED:
            return _after_decision(standing)
        case Phase.REPLACED:
            return Step(None, "Another version stands in its place, or it was taken back. It is history.")
        case Phase.CROSSED_OVER:
            words = "The payer before forwarded it. Wait for the remittance: sent by us, it is billed twice."
            return Step(None, words, (Act.SEND_ANYWAY,))
        case Phase.READY:
            others = () if standing.is_void else (Act.CHANGE, Act.VOID)
            return Step(Act.SEND, "It passed every edit.", others)
    return _while_ours(standing)


def _while_ours(standing: Standing) -> Step:
    if standing.is_void:
        words = "It takes another claim back. Fix the records that each edit names, then scrub it again."
        return Step(Act.SCRUB, words)
    if standing.is_mended_here:
        words = "Our own edits hold it: change what each says. Saving scrubs it again."
        return Step(Act.CHANGE, words, (Act.SCRUB, Act.VOID))
    words = "Our own edits hold it: fix what each says, then scrub it again."
    if standing.was_turned_down:
        words = "It was turned down before anybody judged it: fix it, scrub it, and it goes out as new."
    return Step(Act.SCRUB, words, (Act.CHANGE, Act.VOID))


def _while_out(standing: Standing) -> Step:
    if standing.phase == Phase.QUEUED:
        return Step(None, "It is on its way to the clearinghouse.")
    if standing.phase == Phase.UNKNOWN:
        words = "Whether the clearinghouse has the file is not known yet. It is not sent again by itself."
        return Step(None, words, (Act.ASK,))
    if standing.alarm:
        return Step(
            Act.ASK, "The payer says that it lacks the claim, or wants something. Ask where it stands."
        )
    if standing.is_silent:
        return Step(Act.ASK, "The payer has had it for longer than the contract gives it.")
    return Step(None, "It is with the payer. Nothing to do until it answers.", (Act.ASK,))


def _after_decision(standing: Standing) -> Step:
    may_replace = standing.takes_replacements and standing.has_payer_number and not standing.is_void
    others = (Act.CORRECT, Act.VOID) if may_replace else ()
    match standing.phase:
        case Phase.DENIED if may_replace:
            return Step(
                Act.CORRECT,
                "The payer denied it. Correct it if it was billed wrongly; else appeal.",
                (Act.VOID,),
            )
        case Phase.DENIED:
            return Step(
                None, f"The payer denied it. {_why_not(standing)} Appeal, or ask it to reopen the claim."
            )
        case Phase.PARTLY_PAID:
            return Step(None, "The payer paid a part. What it refused waits among the denials.", others)
        case Phase.PAID:
            return Step(None, "The payer paid it. Nothing is left to do.", others)
    return Step(None, "It is closed.", others)


def _why_not(standing: Standing) -> str:
    if not standing.takes_replacements:
        return "This payer takes no corrected claims."
    return "Its number for the claim is not known, so a corrected claim could not name it."
