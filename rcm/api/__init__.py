"""What every endpoint of the API shares: shapes, refusals in words, paging, and writes that happen once."""

from rcm.api.fields import (
    Balance,
    Choice,
    Code,
    Day,
    Flag,
    Moment,
    Money,
    Record,
    Ref,
    Shape,
    Text,
    Why,
    record_of,
)
from rcm.api.problems import Refusal, Refusals
from rcm.api.resource import Asked, Resource, asks, pdf, router
from rcm.api.writing import writes

__all__ = [
    "Asked",
    "Balance",
    "Choice",
    "Code",
    "Day",
    "Flag",
    "Moment",
    "Money",
    "Record",
    "Ref",
    "Refusal",
    "Refusals",
    "Resource",
    "Shape",
    "Text",
    "Why",
    "asks",
    "pdf",
    "record_of",
    "router",
    "writes",
]
