"""Addresses of the desk: /schedule/, /patients/, /eligibility/."""

from django.urls import path

from patients.views import booking, coverage, eligibility, people, queues, record, schedule, slots, visit

app_name = "patients"

_COVERAGE = "patients/<uuid:patient_id>/coverages"

urlpatterns = [
    path("schedule/", schedule.schedule, name="schedule"),
    path("schedule/booking/", booking.whom, name="book"),
    path("schedule/booking/<uuid:public_id>/", booking.booking, name="booking"),
    path("schedule/booking/<uuid:public_id>/times/", booking.times, name="times"),
    path("schedule/<uuid:public_id>/", visit.visit, name="visit"),
    path("schedule/<uuid:public_id>/row/", schedule.row, name="visit_row"),
    path("schedule/<uuid:public_id>/eligibility/", schedule.ask, name="visit_eligibility"),
    path("schedule/<uuid:public_id>/time/", visit.time, name="visit_time"),
    path("schedule/<uuid:public_id>/cancellation/", visit.cancellation, name="visit_cancellation"),
    path("schedule/<uuid:public_id>/absence/", visit.absence, name="visit_absence"),
    path("schedule/<uuid:public_id>/reopening/", visit.reopening, name="visit_reopening"),
    path("patients/", people.search, name="search"),
    path("patients/registration/", people.registration, name="registration"),
    path("patients/<uuid:relative_id>/family/", people.registration, name="family"),
    path("patients/<uuid:public_id>/", record.patient, name="patient"),
    path("patients/<uuid:public_id>/details/", people.details, name="details"),
    path("patients/<uuid:public_id>/guarantor/", people.guarantor, name="guarantor"),
    path(f"{_COVERAGE}/new/", coverage.new, name="new_coverage"),
    path(f"{_COVERAGE}/<uuid:public_id>/correction/", coverage.correction, name="coverage_correction"),
    path(f"{_COVERAGE}/<uuid:public_id>/end/", coverage.end, name="coverage_end"),
    path(f"{_COVERAGE}/<uuid:public_id>/authorization/", coverage.authorization, name="authorization"),
    path(f"{_COVERAGE}/<uuid:public_id>/eligibility/", coverage.ask, name="coverage_eligibility"),
    path("eligibility/", queues.problems, name="problems"),
    path("eligibility/bulk/", queues.problems_bulk, name="problems_bulk"),
    path("eligibility/of-file/<uuid:public_id>/", slots.of_interchange, name="interchange_slot"),
    path("eligibility/<uuid:public_id>/", eligibility.answer, name="eligibility"),
    path("eligibility/<uuid:public_id>/repetition/", eligibility.repetition, name="repetition"),
]
