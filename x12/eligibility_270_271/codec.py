"""270 and 271 between segments and documents."""

from x12.eligibility_270_271.request import EligibilityRequest
from x12.eligibility_270_271.response import EligibilityResponse
from x12.engine import read_document, render_document
from x12.envelope import Transaction
from x12.segments import Segment


def read_request(transaction: Transaction) -> EligibilityRequest:
    """The 270 of a transaction; what it does not know is kept. Raises `WrongTransaction` for any other."""
    return read_document(EligibilityRequest, transaction, "270")


def read_response(transaction: Transaction) -> EligibilityResponse:
    """The 271 of a transaction; what it does not know is kept. Raises `WrongTransaction` for any other."""
    return read_document(EligibilityResponse, transaction, "271")


def read(transaction: Transaction) -> EligibilityRequest | EligibilityResponse:
    """The 270 or the 271 of a transaction, by its kind. Raises `WrongTransaction` for any other."""
    return read_request(transaction) if transaction.kind == "270" else read_response(transaction)


def render(document: EligibilityRequest | EligibilityResponse) -> list[Segment]:
    """The segments from ST to SE."""
    return render_document(document)
