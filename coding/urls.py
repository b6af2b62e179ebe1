"""Addresses of the coder: /coding/."""

from django.urls import path

from coding.views import codes, notes, queues, record, workbench

app_name = "coding"

urlpatterns = [
    path("coding/", queues.to_code, name="queue"),
    path("coding/bulk/", queues.to_code_bulk, name="queue_bulk"),
    path("coding/done/", queues.done, name="done"),
    path("coding/notes/", notes.unwritten, name="unwritten"),
    path("coding/notes/<uuid:public_id>/", notes.note, name="note"),
    path("coding/codes/", codes.lookup, name="codes"),
    path("coding/codes/<slug:system>/<slug:code>/", codes.code, name="code"),
    path("coding/questions/<uuid:public_id>/", record.answer, name="answer"),
    path("coding/<uuid:public_id>/", record.encounter, name="encounter"),
    path("coding/<uuid:public_id>/bench/", workbench.bench, name="bench"),
    path("coding/<uuid:public_id>/hits/", workbench.hits, name="hits"),
    path("coding/<uuid:public_id>/draft/", workbench.draft, name="draft"),
    path("coding/<uuid:public_id>/signature/", workbench.signature, name="signature"),
    path("coding/<uuid:public_id>/question/", record.question, name="question"),
    path("coding/<uuid:public_id>/reopening/", record.reopening, name="reopening"),
    path("coding/<uuid:public_id>/voiding/", record.voiding, name="voiding"),
]
