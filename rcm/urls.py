"""The kernel's own pages, then each app's."""

from django.urls import include, path

from rcm import health
from rcm.start import start

urlpatterns = [
    path("", start, name="start"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("practice.urls")),
    path("", include("billing.urls")),
]
