"""The answers of a queue: the page, its parts, its file, its next row, and its bulk acts."""

from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Model, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from rcm import audit, clock
from rcm.db import current_scope
from rcm.models import BulkWork
from rcm.ui import assignment
from rcm.ui.answers import page_or_part
from rcm.ui.exports import as_csv, as_xlsx
from rcm.ui.listing import Listing
from rcm.ui.queue import Bulk, Queue
from rcm.ui.work import begin

M = TypeVar("M", bound=Model)

_TEMPLATE = "components/queue/page.html"
_BULK = "components/queue/bulk.html"
_GONE = "components/queue/gone.html"
_LONGEST_PLACE = 8


def queue_page(request: HttpRequest, queue: Queue[M]) -> HttpResponse:
    """Answer a GET of the queue: the page or its list, `preview=<id>`, `export=csv|xlsx`, or `open=next`."""
    listing = listing_of(request, queue, request.GET.dict())
    if "preview" in request.GET:
        return _preview(request, listing, request.GET["preview"])
    if request.GET.get("export") in ("csv", "xlsx"):
        return _export(request, listing, request.GET["export"])
    if request.GET.get("open") == "next":
        return _next(request, listing)
    return page_or_part(request, _TEMPLATE, "list", {"listing": listing, "queue": queue})


def bulk_page(request: HttpRequest, queue: Queue[M], *, by: AbstractBaseUser) -> HttpResponse:
    """Answer a POST of ticked rows: first what would happen, then, confirmed, do it and show how it goes.

    Taking rows and letting them go asks nothing first.
    """
    listing = listing_of(request, queue, dict(parse_qsl(request.POST.get("query", ""))))
    if request.POST.get("act") in ("take", "let_go") and queue.taken_by_hand:
        return _take(request, listing, by=by)
    act = next((each for each in queue.bulk if each.name == request.POST.get("act")), None)
    if act is None:
        raise Http404
    ticked = [each for each in request.POST.getlist("selected") if _is_uuid(each)]
    chosen = listing.rows if "all" in request.POST else listing.chosen(ticked)
    if not chosen.exists():
        messages.warning(request, f"No {queue.noun} was ticked, or none is here any more.")
        return redirect(listing.url)
    if "confirmed" not in request.POST:
        return render(
            request, _BULK, _asked(listing, act, chosen) | {"ticked": ticked, "all": "all" in request.POST}
        )
    work = _work(request, listing, act, [row.pk for row in chosen])
    begin(work, now=clock.now())
    return redirect("practice:work", work.public_id)


def _take(request: HttpRequest, listing: Listing[M], *, by: AbstractBaseUser) -> HttpResponse:
    rows = list(listing.chosen([each for each in request.POST.getlist("selected") if _is_uuid(each)]))
    if request.POST.get("act") == "take":
        assignment.take(rows, by=by, now=clock.now())
    else:
        assignment.let_go(rows, by=by, now=clock.now())
    return redirect(listing.url)


def listing_of(request: HttpRequest, queue: Queue[M], given: dict[str, str]) -> Listing[M]:
    """The queue as this person sees it through these filters."""
    zone = timezone.get_current_timezone_name()
    return Listing(
        queue,
        given=given,
        user_id=request.user.pk or 0,
        practices=current_scope(),
        now=clock.now(),
        today=clock.today(zone),
        roles=getattr(request, "roles", ()),
    )


def _asked(listing: Listing[M], act: Bulk[M], chosen: QuerySet[M]) -> dict[str, object]:
    queue = listing.queue
    dollars = chosen.order_by().aggregate(sum=Sum(queue.dollars))["sum"] if queue.dollars else None
    named = [queue.label(row) for row in chosen[:8]]
    return {
        "listing": listing,
        "queue": queue,
        "act": act,
        "count": chosen.count(),
        "dollars": dollars,
        "named": named,
    }


def _work(request: HttpRequest, listing: Listing[Any], act: Bulk[Any], ids: list[int]) -> BulkWork:
    return BulkWork(
        queue=listing.queue.name,
        act=act.name,
        asked_by_id=cast(int, request.user.pk),
        practice_ids=list(current_scope()),
        subject_ids=ids,
        back_to=listing.url[:600],
        asked_at=clock.now(),
    )


def _preview(request: HttpRequest, listing: Listing[M], public_id: str) -> HttpResponse:
    row = listing.rows.filter(public_id=public_id).first() if _is_uuid(public_id) else None
    if not listing.queue.preview:
        raise Http404
    if row is None:
        return render(request, _GONE)
    at = request.GET.get("at", "0")
    context = {
        "row": row,
        "queue": listing.queue,
        "may_act": listing.may_act,
        "url": listing.record_url(row, int(at) if at.isdecimal() else 0),
    }
    return render(request, listing.queue.preview, context | listing.queue.beside(row))


def _export(request: HttpRequest, listing: Listing[M], kind: str) -> HttpResponse:
    queue, by = listing.queue, cast(AbstractBaseUser, request.user)
    header = [column.label for column in queue.in_file]
    with transaction.atomic():
        data: audit.Data = {
            "queue": queue.name,
            "filters": urlencode(listing.given),
            "rows": listing.total.count,
            "kind": kind,
        }
        for practice_id in current_scope():
            audit.record("export", by, now=clock.now(), by=by, data=data, practice_id=practice_id)
    make = as_csv if kind == "csv" else as_xlsx
    return make(queue.name.replace(".", "-"), header, listing.lines())


def _next(request: HttpRequest, listing: Listing[M]) -> HttpResponse:
    at = request.GET.get("at", "0")
    place = int(at) if at.isdecimal() and len(at) < _LONGEST_PLACE else 0
    row = listing.after(place, request.GET.get("done", ""))
    if row is None:
        messages.success(request, f"That was the last {listing.queue.noun} of this list.")
        return redirect(listing.url)
    return redirect(f"{listing.queue.record_url(row)}?{listing.place_query(place)}")


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
