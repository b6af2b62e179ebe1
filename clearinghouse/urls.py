"""Addresses of the exchange browser, and of the connections' settings."""

from django.urls import path

from clearinghouse.views import exchange, interchange, settings

app_name = "clearinghouse"

urlpatterns = [
    path("settings/clearinghouse/", settings.connections, name="connections"),
    path("settings/clearinghouse/new/", settings.connection_new, name="connection_new"),
    path("settings/clearinghouse/<uuid:public_id>/", settings.connection, name="connection"),
    path(
        "settings/clearinghouse/<uuid:public_id>/record/",
        settings.connection_record,
        name="connection_record",
    ),
    path("settings/clearinghouse/<uuid:public_id>/test/", settings.connection_test, name="connection_test"),
    path("settings/clearinghouse/<uuid:public_id>/host-key/", settings.connection_key, name="connection_key"),
    path(
        "settings/clearinghouse/<uuid:public_id>/pause/", settings.connection_pause, name="connection_pause"
    ),
    path(
        "settings/clearinghouse/<uuid:public_id>/resumption/",
        settings.connection_resumption,
        name="connection_resumption",
    ),
    path("operations/mailboxes/", settings.mailboxes_slot, name="mailboxes_slot"),
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
