"""Pages of a list, newest record first, by the public id of the last record seen."""

from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from rest_framework import serializers
from rest_framework.request import Request

MOST = 200
USUAL = 50


class PageQuery(serializers.Serializer[Any]):
    """Which part of the list."""

    after = serializers.UUIDField(
        required=False, help_text="The id of the last record seen: the page goes on behind it"
    )
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST, default=USUAL, help_text="Records on a page"
    )


def page_of(
    rows: QuerySet[Any], *, after: UUID | None, limit: int, request: Request
) -> tuple[list[Model], str | None]:
    """The records of one page, and the address of the next one; None behind the last.

    Rows added meanwhile stand before the first page and shift nothing. Raises ValidationError for an `after`
    that is no record of this list's kind.
    """
    if after is not None:
        last = rows.model._default_manager.filter(public_id=after).values_list("pk", flat=True).first()
        if last is None:
            raise serializers.ValidationError({"after": ["There is no such record."]}, "does_not_exist")
        rows = rows.filter(pk__lt=last)
    found = list(rows.order_by("-pk")[: limit + 1])
    page = found[:limit]
    if len(found) <= limit:
        return page, None
    query = request.query_params.copy()
    query["after"] = str(page[-1].public_id)
    return page, f"{request.path}?{query.urlencode()}"
