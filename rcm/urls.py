"""The kernel's own pages, then each app's."""

from django.urls import include, path

from rcm import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("practice.sign_in.urls")),
    path("api/v1/", include("rcm.api.urls")),
    path("", include("practice.urls")),
    path("", include("clearinghouse.urls")),
    path("", include("patients.urls")),
    path("", include("coding.urls")),
    path("", include("claims.urls")),
    path("", include("billing.urls")),
    path("", include("denials.urls")),
    path("", include("dashboards.urls")),
    path("", include("demonstration.urls")),
]

handler400 = "rcm.api.problems.bad_request"
handler404 = "rcm.api.problems.not_found"  # a page of the house, or a problem where programs ask
handler500 = "rcm.api.problems.server_error"
