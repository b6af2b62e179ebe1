"""Addresses of the claims app."""

from django.urls import path

from claims.views import acts, batches, correction, evidence, queues, record, sending, slots

app_name = "claims"

urlpatterns = [
    path("claims/", queues.every, name="list"),
    path("claims/ready/", sending.ready, name="ready"),
    path("claims/ready/bulk/", sending.ready_bulk, name="ready_bulk"),
    path("claims/held/", queues.held, name="held"),
    path("claims/held/bulk/", queues.held_bulk, name="held_bulk"),
    path("claims/rejected/", queues.rejected, name="rejected"),
    path("claims/rejected/bulk/", queues.rejected_bulk, name="rejected_bulk"),
    path("claims/silent/", queues.silent, name="silent"),
    path("claims/silent/bulk/", queues.silent_bulk, name="silent_bulk"),
    path("claims/out/", queues.out, name="out"),
    path("claims/out/bulk/", queues.out_bulk, name="out_bulk"),
    path("claims/batches/", batches.every_batch, name="batches"),
    path("claims/batches/<uuid:public_id>/", batches.batch, name="batch"),
    path("claims/<uuid:public_id>/", record.claim, name="claim"),
    path("claims/<uuid:public_id>/scrub/", acts.scrub, name="scrub"),
    path("claims/<uuid:public_id>/submission/", acts.submission, name="submission"),
    path("claims/<uuid:public_id>/inquiry/", acts.inquiry, name="inquiry"),
    path("claims/<uuid:public_id>/correction/", correction.correction, name="correction"),
    path("claims/<uuid:public_id>/voiding/", correction.voiding, name="voiding"),
    path("claims/<uuid:public_id>/decision/", slots.decision, name="decision"),
    path("claims/<uuid:public_id>/sent/<uuid:submission_id>/", evidence.sent_file, name="sent_file"),
    path("claims/<uuid:public_id>/answers/<uuid:event_id>/", evidence.answer, name="answer"),
    path("claims/<uuid:public_id>/questions/<uuid:inquiry_id>/", evidence.question, name="question"),
    path("claims/of-patient/<uuid:public_id>/", slots.of_patient, name="patient_slot"),
    path("claims/of-visit/<uuid:public_id>/", slots.of_visit, name="encounter_slot"),
    path("claims/of-file/<uuid:public_id>/", slots.of_interchange, name="interchange_slot"),
]
