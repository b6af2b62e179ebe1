"""One page, whole or in part."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """A request that knows whether htmx asked."""

    htmx: HtmxDetails


def page_or_part(
    request: HttpRequest, template: str, part: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    """Answer htmx with one named part of the page, and everyone else with the page."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    name = f"{template}#{part}" if htmx and not htmx.boosted else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
