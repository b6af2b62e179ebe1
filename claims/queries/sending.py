"""Claims in portions, and the files that they went out in."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db.models import Exists, OuterRef, QuerySet

from claims.models import Batch, StatusEvent, Submission
from clearinghouse.models import Document

It = TypeVar("It")
ACKNOWLEDGMENTS = ("TA1", "999", "277CA")


def chunks(claims: Sequence[It], most: int) -> list[Sequence[It]]:
    """The claims in their order, at most so many together."""
    return [claims[start : start + most] for start in range(0, len(claims), most)]


def batches(practices: Iterable[int]) -> QuerySet[Batch]:
    """The files of claims of these practices, the latest first."""
    found = Batch.objects.of(practices).select_related("practice", "interchange__delivery")
    return found.order_by("-queued_at", "-pk")


def answers_to(batch: Batch) -> list[Document]:
    """The acknowledgments of a batch, in the order in which they came.

    They are those that said something of its claims before the claims went out again.
    """
    sent_again = Submission.objects.filter(
        claim=OuterRef("claim"), batch__gt=batch.pk, queued_at__lte=OuterRef("happened_at")
    )
    about = StatusEvent.objects.filter(
        claim__submissions__batch=batch, kind__in=ACKNOWLEDGMENTS, happened_at__gte=batch.queued_at
    ).exclude(Exists(sent_again))
    told = Document.objects.filter(pk__in=about.values("document"))
    return list(told.select_related("interchange").order_by("interchange__stored_at", "pk"))
