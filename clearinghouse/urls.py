"""Addresses of the exchange browser, and of the connections' settings."""

from django.urls import path

from clearinghouse.views import exchange, interchange, routes, search, settings

app_name = "clearinghouse"

_SETTINGS = "settings/clearinghouse"

urlpatterns = [
    path(f"{_SETTINGS}/", settings.connections, name="connections"),
    path(f"{_SETTINGS}/new/", settings.connection_new, name="connection_new"),
    path(f"{_SETTINGS}/<uuid:public_id>/", settings.connection, name="connection"),
    path(
        f"{_SETTINGS}/<uuid:public_id>/record/",
        settings.connection_record,
        name="connection_record",
    ),
    path(f"{_SETTINGS}/<uuid:public_id>/test/", settings.connection_test, name="connection_test"),
    path(f"{_SETTINGS}/<uuid:public_id>/host-key/", settings.connection_key, name="connection_key"),
    path(f"{_SETTINGS}/<uuid:public_id>/pause/", settings.connection_pause, name="connection_pause"),
    path(
        f"{_SETTINGS}/<uuid:public_id>/resumption/",
        settings.connection_resumption,
        name="connection_resumption",
    ),
    path(
        f"{_SETTINGS}/files/<uuid:public_id>/",
        settings.waiting_file_taking,
        name="waiting_file_taking",
    ),
    path(f"{_SETTINGS}/routes/", routes.routes, name="routes"),
    path(f"{_SETTINGS}/routes/new/", routes.route_new, name="route_new"),
    path(f"{_SETTINGS}/routes/<uuid:public_id>/", routes.route, name="route"),
    path(f"{_SETTINGS}/routes/<uuid:public_id>/removal/", routes.route_removal, name="route_removal"),
    path("operations/mailboxes/", settings.mailboxes_slot, name="mailboxes_slot"),
    path("exchange/", exchange.exchange, name="exchange"),
    path("exchange/<uuid:public_id>/", interchange.interchange, name="interchange"),
    path("exchange/search/", search.exchange_search, name="exchange_search"),
    path("exchange/alarms/", search.alarms_slot, name="alarms_slot"),
    path("exchange/<uuid:public_id>/replay/", interchange.replay, name="replay"),
    path("exchange/<uuid:public_id>/raw/", interchange.raw, name="raw"),
    path("exchange/<uuid:public_id>/resending/", interchange.resending, name="resending"),
    path(
        "exchange/<uuid:public_id>/transactions/<int:position>/",
        interchange.transaction,
        name="transaction",
    ),
    path("exchange/documents/<uuid:public_id>/", interchange.document, name="document"),
]
