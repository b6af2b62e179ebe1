"""Rejections of files and transactions in words for a biller."""

from x12.ack_999 import SegmentError, Ta1, TransactionResponse

BECAUSE_OF_ANOTHER = (
    "Rejected together with another claim of the same file, which has the error. Release this one to send it"
    " again."
)


def ta1_words(ta1: Ta1) -> str:
    """Why a whole file was rejected, and what to do."""
    return f"The whole file was rejected. {ta1.words}. Once that is corrected, release the claim."


def set_words(response: TransactionResponse, *, claim_number: str) -> str:
    """Why a claim went down with its transaction: its own errors, or that another's took it along.

    A receiver may say which claim an error is in; errors it does not locate are said of every claim.
    """
    own = [error for error in response.segment_errors if error.business_unit in ("", claim_number)]
    if own:
        return f"{'; '.join(_place(error) for error in own)}. Correct it and release the claim."
    if response.segment_errors:
        return BECAUSE_OF_ANOTHER
    return f"{response.words}. Correct it and release the claim."


def _place(error: SegmentError) -> str:
    loop = f" in loop {error.loop_id}" if error.loop_id else ""
    at = f" at position {error.position}" if error.position else ""
    elements = [
        f"{error.segment_id}{found.element or 0:02d}: {found.words.lower()}" for found in error.element_errors
    ]
    return ", ".join([f"Segment {error.segment_id}{at}{loop}: {error.words.lower()}", *elements])
