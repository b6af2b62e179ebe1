"""The kernel's own pages, then each app's."""

from django.urls import path

from rcm import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
