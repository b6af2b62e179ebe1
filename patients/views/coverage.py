"""A patient's coverages and authorizations."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from clearinghouse.queries import NoConnection
from patients.actions.coverage import (
    AuthorizationKnown,
    CoverageOverlaps,
    MemberNumberNotValid,
    SpanBackward,
    SubscriberMissing,
    add_authorization,
    add_coverage,
    correct_coverage,
    end_coverage,
)
from patients.actions.eligibility import VISIT, NotEnrolled, request_eligibility
from patients.forms import AuthorizationForm, CoverageCorrectionForm, CoverageEndForm, CoverageForm
from patients.forms.coverage import REFUSALS
from patients.models import Coverage, Patient
from patients.queries import other_holder
from patients.views.doors import (
    KEEPERS,
    coverage_of,
    patient_of,
    say_refusal,
    visit_named,
    way_back,
)
from patients.views.schedule import CANNOT_ASK
from practice.access import StaffRequest, allow
from practice.models import Payer
from rcm import clock

REFUSED = (MemberNumberNotValid, CoverageOverlaps, SpanBackward, SubscriberMissing)


@require_http_methods(["GET", "POST"])
@allow(*KEEPERS)
def new(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """A policy from a card; "and ask the payer" asks at once."""
    patient = patient_of(request, patient_id)
    way = way_back(request, patient)
    today = clock.today(patient.practice.time_zone)
    form = CoverageForm(
        request.POST or None, payers=_payers(patient), initial={"effective_on": today.replace(month=1, day=1)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            coverage = _add(request, patient, form)
        except REFUSED as error:
            say_refusal(form, error, REFUSALS)
        else:
            messages.success(request, f"{coverage.payer} is on file.")
            _warn_of_other_holder(request, coverage)
            if request.POST.get("then") == "ask":
                return _ask(request, coverage)
            return redirect(way.url)
    context = {"form": form, "patient": patient, "way": way, "title": "Add a coverage", "asks": True}
    return render(request, "patients/person_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(*KEEPERS)
def correction(request: StaffRequest, patient_id: UUID, public_id: UUID) -> HttpResponse:
    """What stands on the card, put right."""
    coverage = coverage_of(request, patient_id, public_id)
    way = way_back(request, coverage.patient)
    form = CoverageCorrectionForm(request.POST or None, coverage=coverage)
    if request.method == "POST" and form.is_valid():
        changes = form.changes()
        try:
            changed = correct_coverage(coverage=coverage, changes=changes, by=request.user, now=clock.now())
        except REFUSED as error:
            say_refusal(form, error, REFUSALS)
        else:
            messages.success(request, "Saved." if changed else "Nothing was changed.")
            _warn_of_other_holder(request, coverage)
            if request.POST.get("then") == "ask":
                return _ask(request, coverage)
            return redirect(way.url)
    title = f"Correct the coverage by {coverage.payer}"
    context = {"form": form, "patient": coverage.patient, "way": way, "title": title, "asks": True}
    return render(request, "patients/person_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(*KEEPERS)
def end(request: StaffRequest, patient_id: UUID, public_id: UUID) -> HttpResponse:
    """The last day of a policy."""
    coverage = coverage_of(request, patient_id, public_id)
    way = way_back(request, coverage.patient)
    today = clock.today(coverage.practice.time_zone)
    form = CoverageEndForm(request.POST or None, initial={"ended_on": coverage.ended_on or today})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["ended_on"]
        try:
            end_coverage(coverage=coverage, ended_on=day, by=request.user, now=clock.now())
        except (SpanBackward, CoverageOverlaps) as error:
            say_refusal(form, error, REFUSALS)
        else:
            messages.success(request, "The coverage has a last day.")
            return redirect(way.url)
    title = f"End the coverage by {coverage.payer}"
    context = {"form": form, "patient": coverage.patient, "way": way, "title": title}
    return render(request, "patients/person_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(*KEEPERS)
def authorization(request: StaffRequest, patient_id: UUID, public_id: UUID) -> HttpResponse:
    """A payer's prior consent."""
    coverage = coverage_of(request, patient_id, public_id)
    way = way_back(request, coverage.patient)
    form = AuthorizationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_authorization(coverage=coverage, by=request.user, now=clock.now(), **form.cleaned_data)
        except (AuthorizationKnown, SpanBackward) as error:
            say_refusal(form, error, REFUSALS)
        else:
            messages.success(request, "The authorization is on file.")
            return redirect(way.url)
    title = f"Add an authorization of {coverage.payer}"
    context = {"form": form, "patient": coverage.patient, "way": way, "title": title}
    return render(request, "patients/person_form.html", context, status=422 if form.errors else 200)


@require_POST
@allow(*KEEPERS)
def ask(request: StaffRequest, patient_id: UUID, public_id: UUID) -> HttpResponse:
    """Ask the payer about today."""
    return _ask(request, coverage_of(request, patient_id, public_id))


def _ask(request: StaffRequest, coverage: Coverage) -> HttpResponse:
    """About the day of the visit that somebody prepares, else about today."""
    today = clock.today(coverage.practice.time_zone)
    visit = visit_named(request, coverage.patient)
    day = max(visit.service_date, today) if visit else today
    try:
        check = request_eligibility(
            coverage=coverage, service_date=day, service_types=VISIT, by=request.user, now=clock.now()
        )
    except (NoConnection, NotEnrolled) as error:
        messages.error(request, CANNOT_ASK[type(error)])
        return redirect(way_back(request, coverage.patient).url)
    return redirect("patients:eligibility", check.public_id)


def _add(request: StaffRequest, patient: Patient, form: CoverageForm) -> Coverage:
    told = dict(form.cleaned_data)
    for name in [name for name in told if name.startswith("subscriber_")]:
        del told[name]
    return add_coverage(
        patient=patient, subscriber=form.subscriber(), by=request.user, now=clock.now(), **told
    )


def _warn_of_other_holder(request: StaffRequest, coverage: Coverage) -> None:
    if other := other_holder(coverage):
        who = f"{other.full_name}, record {other.medical_record_number},"
        messages.warning(
            request,
            f"{who} is the subscriber under this member id too. One person registered twice, or a slip?",
        )


def _payers(patient: Patient) -> QuerySet[Payer]:
    return Payer.objects.filter(organization=patient.practice.organization_id).order_by("name", "pk")
