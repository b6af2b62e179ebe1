"""Every named point at which a worker can be killed, by the scene that comes past it."""

VISIT_TO_POSTED = [
    "outbox.leased",
    "outbox.handled",
    "charging.charges_stored",
    "submission.claims_locked",
    "submission.batch_written",
    "submission.batch_committed",
    "delivery.before_attempt",
    "delivery.connected",
    "delivery.mid_file",
    "delivery.uploaded",
    "delivery.upload_recorded",
    "delivery.released",
    "delivery.sent",
    "submission.sent_written",
    "submission.sent_committed",
    "inbound.stored",
    "acknowledgment.before_reading",
    "acknowledgment.claims_moved",
    "acknowledgment.settled",
    "acknowledgment.committed",
    "posting.read",
    "posting.trace_taken",
    "posting.judged",
    "posting.rows_stored",
    "posting.before_entries",
    "posting.entries_written",
    "posting.booked",
    "posting.claims_decided",
    "posting.claims_settled",
    "posting.before_commit",
    "posting.committed",
    "payment.applied",
    "denials.line_done",
]
LINE_CUT_AT_RELEASE = ["submission.unknown_written"]
QUESTION_ABOUT_A_CLAIM = [
    "inquiry.request_stored",
    "conversation.before_asking",
    "conversation.answered",
    "inquiry.answer_stored",
    "inquiry.claims_moved",
]
QUESTION_ABOUT_A_COVERAGE = [
    "eligibility.before_request",
    "eligibility.requested",
    "eligibility.answered",
    "eligibility.recorded",
]
INVOICE = ["statement.written", "notice.before_sending", "notice.sent"]

EXERCISED = {
    *VISIT_TO_POSTED,
    *LINE_CUT_AT_RELEASE,
    *QUESTION_ABOUT_A_CLAIM,
    *QUESTION_ABOUT_A_COVERAGE,
    *INVOICE,
}
_IN_PROCESS = (
    "no scene here has a guarantor who pays; tests/billing/test_online_payment.py cuts it in process"
)
NOT_EXERCISED: dict[str, str] = {
    "api.written": "tests/api cut a write before its commit",
    "api.committed": "tests/api cut a write after its commit",
    "rcm.bulk.after_one": "tests/rcm/ui carry a bulk act out twice",
    "online_payment.created": _IN_PROCESS,
    "online_payment.opened": _IN_PROCESS,
    "online_payment.asked": _IN_PROCESS,
    "online_payment.taken": _IN_PROCESS,
    "receipt.sent": _IN_PROCESS,
}
"""Points that no scene here comes past, and why that is right."""
