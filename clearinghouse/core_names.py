"""The names of CAQH CORE connectivity, rule vC2.2.0 (Phase II), as they stand on the wire.

An envelope has the same fields in either form. In MIME they are the parts of a multipart/form-data; in SOAP
1.2 they are the children of one element of `NAMESPACE` in the body, without a namespace of their own.

How a batch goes (all by POST to the batch address, `ProcessingMode` "Batch"):

1. Submit: `submission_type(kind)` with the payload, its `PayloadLength` (bytes) and `CheckSum` (SHA-1, hex).
   `PayloadID` is ours and names the batch: the same id again is the same batch, and is taken once.
   Answer: `RECEIPT`, no payload, the same `PayloadID`.
2. Fetch: one of `RETRIEVALS`, without payload. Answer: the oldest batch of that kind that was not confirmed,
   with `PayloadLength`, `CheckSum` and a `PayloadID` of theirs; or `NO_ACKNOWLEDGMENT` (of 999 and TA1) or
   `NO_RESULTS` (of everything else), no payload.
3. Confirm: `CONFIRMATION` under the `PayloadID` of the fetched batch, the payload our 999 about it; without
   payload where the batch was a 999 or TA1, since acknowledgments are not acknowledged.
   Answer: `CONFIRMED`. Until then the same batch is given again.

SOAP in real time carries the payload as text; a batch travels by MTOM: multipart/related, the root an
`application/xop+xml`, the payload in a part of its own that an `xop:Include` names.
"""

from typing import Final

RULE_VERSION: Final = "2.2.0"
REAL_TIME: Final = "RealTime"
BATCH: Final = "Batch"
SUCCESS: Final = "Success"
ENVELOPE_ERROR: Final = "CoreEnvelopeError"

NAMESPACE: Final = "http://www.caqh.org/SOAP/WSDL/CORERule2.2.0.xsd"
SOAP_NAMESPACE: Final = "http://www.w3.org/2003/05/soap-envelope"
XOP_NAMESPACE: Final = "http://www.w3.org/2004/08/xop/include"
_OASIS: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
SECURITY_NAMESPACE: Final = f"{_OASIS}wssecurity-secext-1.0.xsd"
PASSWORD_TEXT: Final = f"{_OASIS}username-token-profile-1.0#PasswordText"

FIELDS: Final = (
    "PayloadType",
    "ProcessingMode",
    "PayloadID",
    "PayloadLength",
    "TimeStamp",
    "UserName",
    "Password",
    "SenderID",
    "ReceiverID",
    "CORERuleVersion",
    "CheckSum",
    "ErrorCode",
    "ErrorMessage",
    "Payload",
)
"""Every field, in the order of the schema. UserName and Password stand in the SOAP header."""

REAL_TIME_TYPES: Final = {
    "270": "X12_270_Request_005010X279A1",
    "276": "X12_276_Request_005010X212",
}
_SUBMISSIONS: Final = REAL_TIME_TYPES | {
    "837P": "X12_837_Request_005010X222A1",
    "837I": "X12_837_Request_005010X223A2",
}
ACKNOWLEDGMENTS: Final = {
    "TA1": "X12_TA1_RetrievalRequest_00501X231A1",
    "999": "X12_999_RetrievalRequest_005010X231A1",
}
RESULTS: Final = {kind: f"X12_005010_Request_Batch_Results_{kind}" for kind in ("277CA", "271", "277", "835")}
RETRIEVALS: Final = ACKNOWLEDGMENTS | RESULTS

RECEIPT: Final = "X12_BatchReceiptConfirmation"
NO_ACKNOWLEDGMENT: Final = "X12_005010_Response_NoBatchAckFile"
NO_RESULTS: Final = "X12_005010_Response_NoBatchResultsFile"
CONFIRMATION: Final = "X12_999_SubmissionRequest_005010X231A1"
CONFIRMED: Final = "X12_Response_ConfirmReceiptReceived"

REAL_TIME_REQUEST: Final = "COREEnvelopeRealTimeRequest"
SUBMISSION: Final = "COREEnvelopeBatchSubmission"
ACKNOWLEDGMENT_REQUEST: Final = "COREEnvelopeBatchSubmissionAckRetrievalRequest"
RESULTS_REQUEST: Final = "COREEnvelopeBatchResultsRetrievalRequest"
RESULTS_CONFIRMATION: Final = "COREEnvelopeBatchResultsAckSubmission"
ACTIONS: Final = {
    REAL_TIME_REQUEST: "RealTimeTransaction",
    SUBMISSION: "BatchSubmitTransaction",
    ACKNOWLEDGMENT_REQUEST: "BatchSubmitAckRetrievalTransaction",
    RESULTS_REQUEST: "BatchResultsRetrievalTransaction",
    RESULTS_CONFIRMATION: "BatchResultsAckSubmitTransaction",
}
"""SOAP body element of a request -> the `action` of its content type."""

ANSWERS: Final = {
    REAL_TIME_REQUEST: "COREEnvelopeRealTimeResponse",
    SUBMISSION: "COREEnvelopeBatchSubmissionResponse",
    ACKNOWLEDGMENT_REQUEST: "COREEnvelopeBatchSubmissionAckRetrievalResponse",
    RESULTS_REQUEST: "COREEnvelopeBatchResultsRetrievalResponse",
    RESULTS_CONFIRMATION: "COREEnvelopeBatchResultsAckSubmissionResponse",
}
"""SOAP body element of a request -> that of its answer."""


def submission_type(kind: str) -> str:
    """The PayloadType under which a file of that kind is submitted. Raises KeyError for one never sent."""
    return _SUBMISSIONS[kind]


def request_element(payload_type: str, mode: str) -> str:
    """The SOAP body element in which a request of that PayloadType travels."""
    if mode == REAL_TIME:
        return REAL_TIME_REQUEST
    if payload_type == CONFIRMATION:
        return RESULTS_CONFIRMATION
    if payload_type in ACKNOWLEDGMENTS.values():
        return ACKNOWLEDGMENT_REQUEST
    return RESULTS_REQUEST if payload_type in RESULTS.values() else SUBMISSION
