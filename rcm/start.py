"""The page behind the bare address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What this is and the way to sign in, for whoever opens the address. Shows nothing of any practice."""
    return render(request, "start.html")
