"""The description for programs, and a page for people on which it can be read and tried."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from drf_spectacular.views import SpectacularJSONAPIView

schema = SpectacularJSONAPIView.as_view(authentication_classes=[], permission_classes=[], throttle_classes=[])
"""The API in OpenAPI 3.1, as JSON. It tells nothing of any practice, so anybody may read it."""


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """The description as a page (Swagger UI from our own server)."""
    return render(request, "api/docs.html")
