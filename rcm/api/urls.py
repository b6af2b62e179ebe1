"""The addresses under /api/v1/: the description, its page, and each app's own."""

from django.urls import include, path

from rcm.api.docs import docs, schema

urlpatterns = [
    path("schema", schema, name="api-schema"),
    path("docs", docs, name="api-docs"),
    path("", include("practice.api.master")),
    path("", include("patients.api.routes")),
    path("", include("coding.api")),
    path("", include("claims.api.routes")),
    path("", include("billing.api.routes")),
    path("", include("denials.api")),
]
