"""Addresses of the exchange browser."""

from django.urls import path

from clearinghouse.views import exchange, interchange

app_name = "clearinghouse"

urlpatterns = [
    path("exchange/", exchange.exchange, name="exchange"),
    path("exchange/<uuid:public_id>/", interchange.interchange, name="interchange"),
    path("exchange/<uuid:public_id>/raw/", interchange.raw, name="raw"),
    path("exchange/<uuid:public_id>/resending/", interchange.resending, name="resending"),
    path(
        "exchange/<uuid:public_id>/transactions/<int:position>/",
        interchange.transaction,
        name="transaction",
    ),
    path("exchange/documents/<uuid:public_id>/", interchange.document, name="document"),
]
