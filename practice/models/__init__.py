"""Master data: who bills, where, through whom, to whom and at what price."""

from practice.models.base import Address, PracticeOwned, PracticeQuerySet
from practice.models.fees import Fee, FeeSchedule
from practice.models.payer import (
    Contract,
    Enrollment,
    EnrollmentStatus,
    Payer,
    PayerIdentifier,
    WireTransaction,
)
from practice.models.practice import Counter, Location, Organization, Practice
from practice.models.provider import Credential, Provider, called
from practice.models.staff import Membership, Role, User
from practice.models.token import ApiToken, KeptAnswer

__all__ = [
    "Address",
    "ApiToken",
    "Contract",
    "Counter",
    "Credential",
    "Enrollment",
    "EnrollmentStatus",
    "Fee",
    "FeeSchedule",
    "KeptAnswer",
    "Location",
    "Membership",
    "Organization",
    "Payer",
    "PayerIdentifier",
    "Practice",
    "PracticeOwned",
    "PracticeQuerySet",
    "Provider",
    "Role",
    "User",
    "WireTransaction",
    "called",
]
