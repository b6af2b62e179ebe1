"""The fields of a CORE envelope as the rest of the product sees them, whichever form it travels in."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from clearinghouse import core_names as names


class NotAnEnvelope(Exception):
    """What came is no CORE envelope in the form that was asked for; why, in words without content."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One request or answer. Absent fields are empty; `payload` is the document, byte for byte."""

    payload_type: str
    mode: str
    payload_id: str
    time_stamp: str
    sender: str
    receiver: str
    payload: bytes = b""
    username: str = ""
    password: str = field(default="", repr=False)
    rule_version: str = names.RULE_VERSION
    check_sum: str = ""
    length: str = ""
    error_code: str = ""
    error_message: str = ""

    @property
    def is_success(self) -> bool:
        """Whether an answer reports no error."""
        return self.error_code in ("", names.SUCCESS)

    @property
    def is_intact(self) -> bool:
        """Whether length and checksum, as far as given, are those of the payload."""
        summed = not self.check_sum or self.check_sum.lower() == checksum(self.payload)
        return summed and (not self.length or self.length == str(len(self.payload)))

    def texts(self) -> dict[str, str]:
        """Every field that is said but the payload, by its name on the wire, in the order of the schema."""
        said = {
            "PayloadType": self.payload_type,
            "ProcessingMode": self.mode,
            "PayloadID": self.payload_id,
            "PayloadLength": self.length,
            "TimeStamp": self.time_stamp,
            "UserName": self.username,
            "Password": self.password,
            "SenderID": self.sender,
            "ReceiverID": self.receiver,
            "CORERuleVersion": self.rule_version,
            "CheckSum": self.check_sum,
            "ErrorCode": self.error_code,
            "ErrorMessage": self.error_message,
        }
        return {name: said[name] for name in names.FIELDS if said.get(name)}


def checksum(payload: bytes) -> str:
    """CheckSum: SHA-1 in hexadecimal. It tells damage, and proves nothing about who sent it."""
    return hashlib.sha1(payload, usedforsecurity=False).hexdigest()


def envelope_of(texts: Mapping[str, str], payload: bytes) -> Envelope:
    """An envelope from its fields by their names on the wire; what is not said is empty."""

    def text(name: str) -> str:
        return texts.get(name, "").strip()

    return Envelope(
        payload_type=text("PayloadType"),
        mode=text("ProcessingMode"),
        payload_id=text("PayloadID"),
        time_stamp=text("TimeStamp"),
        sender=text("SenderID"),
        receiver=text("ReceiverID"),
        payload=payload,
        rule_version=text("CORERuleVersion"),
        check_sum=text("CheckSum"),
        length=text("PayloadLength"),
        error_code=text("ErrorCode"),
        error_message=text("ErrorMessage"),
    )
