"""Addresses of the claims app."""

from django.urls import path

from claims.views import queues, record

app_name = "claims"

urlpatterns = [
    path("claims/held/", queues.held, name="held"),
    path("claims/held/bulk/", queues.held_bulk, name="held_bulk"),
    path("claims/<uuid:public_id>/", record.claim, name="claim"),
]
