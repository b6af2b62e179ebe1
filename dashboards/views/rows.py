"""The lists behind the figures. Count, dollars or days on top of each equal what the figure is made of."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from dashboards.views import lists, money_lists
from dashboards.views.columns import READERS
from practice.access import StaffRequest, allow
from rcm.ui.pages import queue_page
from rcm.ui.queue import Queue

LISTS: tuple[Queue[Any], ...] = (
    money_lists.OWED_BY_PAYERS,
    money_lists.OWED_BY_PATIENTS,
    money_lists.CHARGED,
    money_lists.COLLECTED,
    money_lists.COLLECTIBLE,
    money_lists.CASH,
    lists.CLEAN,
    lists.SENT,
    lists.SIGNED,
    lists.DECIDED,
    lists.ANSWERED,
    lists.DENIED,
)


def list_view(queue: Queue[Any]) -> Callable[..., HttpResponse]:
    """The page of one list."""

    @require_GET
    @allow(*READERS)
    def view(request: StaffRequest) -> HttpResponse:
        return queue_page(request, queue)

    return view
