"""Addresses of the denials app."""

from django.urls import path

from denials.views import appeal, queues, record, slots

app_name = "denials"

urlpatterns = [
    path("denials/", queues.queue, name="queue"),
    path("denials/bulk/", queues.queue_bulk, name="queue_bulk"),
    path("denials/all/", queues.every, name="all"),
    path("denials/<uuid:public_id>/", record.denial, name="denial"),
    path("denials/<uuid:public_id>/owner/", record.owner, name="owner"),
    path("denials/<uuid:public_id>/correction/", record.correction, name="correction"),
    path("denials/<uuid:public_id>/write-off/", record.write_off, name="write_off"),
    path("denials/<uuid:public_id>/appeal/", appeal.workbench, name="appeal"),
    path("denials/of-claim/<uuid:public_id>/", slots.of_claim, name="claim_slot"),
    path("denials/letters/<uuid:public_id>/", appeal.letter, name="letter"),
]
