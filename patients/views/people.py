"""Finding, registering and correcting patients."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from patients.actions.intake import (
    BornInFuture,
    DeathBeforeBirth,
    LooksLikeKnownPatient,
    MinorNeedsGuarantor,
    correct_guarantor,
    correct_patient,
    register_patient,
)
from patients.forms import DetailsForm, GuarantorForm, RegistrationForm, SearchForm
from patients.forms.people import REFUSALS
from patients.models import Patient
from patients.queries import find_patients, patients_sounding_like, recently_opened
from patients.views.doors import (
    DESK,
    KEEPERS,
    READERS,
    may_keep,
    patient_of,
    practice_ids,
    say_refusal,
    way_back,
    works_at_desk,
)
from practice.access import StaffRequest, allow
from rcm import clock
from rcm.ui import page_or_part, words

AT_MOST = 40
REMEMBERED = timedelta(days=14)
LATELY = 10


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def search(request: StaffRequest) -> HttpResponse:
    """Find a patient. The words are posted, so that no name is in an address or a log."""
    form = SearchForm(request.POST or None)
    asked = form.cleaned_data["q"].strip() if form.is_valid() else ""
    practices = practice_ids(request)
    found = find_patients(practices=practices, words=asked, limit=AT_MOST + 1)
    alike = [] if found else patients_sounding_like(practices=practices, words=asked, limit=LATELY)
    since = clock.now() - REMEMBERED
    context: dict[str, object] = {
        "form": form,
        "asked": asked,
        "found": found[:AT_MOST],
        "alike": alike,
        "more": len(found) > AT_MOST,
        "at_most": AT_MOST,
        "booking": request.POST.get("then") == "booking",
        "lately": []
        if asked
        else recently_opened(practices=practices, by_id=request.user.pk, since=since, limit=LATELY),
        "at_desk": works_at_desk(request),
        "may_keep": may_keep(request),
    }
    return page_or_part(request, "patients/search.html", "found", context)


@require_http_methods(["GET", "POST"])
@allow(*DESK)
def registration(request: StaffRequest, relative_id: UUID | None = None) -> HttpResponse:
    """A new patient; with a relative, that one's guarantor and address are offered."""
    relative = patient_of(request, relative_id) if relative_id else None
    form = RegistrationForm(
        request.POST or None,
        practices=request.practices,
        family=relative.guarantor if relative else None,
        initial=_of_family(relative),
    )
    changes_mind = request.POST.get("then") == "change"
    if request.method == "POST" and form.is_valid() and not changes_mind:
        try:
            patient = _register(request, form)
        except LooksLikeKnownPatient as refused:
            return _ask_who(request, form, refused.matches)
        except (BornInFuture, MinorNeedsGuarantor) as refused:
            say_refusal(form, refused, REFUSALS)
        else:
            messages.success(request, f"Registered under number {patient.medical_record_number}.")
            return redirect("patients:patient", patient.public_id)
    context = {"form": form, "relative": relative}
    return render(request, "patients/registration.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(*KEEPERS)
def details(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What is known of a patient, put right."""
    patient = patient_of(request, public_id)
    way = way_back(request, patient)
    form = DetailsForm(request.POST or None, patient=patient)
    if request.method == "POST" and form.is_valid():
        now, today = clock.now(), clock.today(patient.practice.time_zone)
        try:
            changed = correct_patient(
                patient=patient, details=form.demographics(), by=request.user, now=now, today=today
            )
        except (BornInFuture, DeathBeforeBirth) as refused:
            say_refusal(form, refused, REFUSALS)
        else:
            messages.success(request, _said_changed(changed))
            return redirect(way.url)
    context = {"form": form, "patient": patient, "way": way, "title": "Correct details"}
    return render(request, "patients/person_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(*KEEPERS)
def guarantor(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What is known of the person who answers for the bills, put right."""
    patient = patient_of(request, public_id)
    way = way_back(request, patient)
    form = GuarantorForm(request.POST or None, guarantor=patient.guarantor)
    if request.method == "POST" and form.is_valid():
        changes = form.changes(now=clock.now())
        changed = correct_guarantor(
            guarantor=patient.guarantor, changes=changes, by=request.user, now=clock.now()
        )
        messages.success(request, _said_changed(changed))
        return redirect(way.url)
    context = {"form": form, "patient": patient, "way": way, "title": "Correct the guarantor"}
    return render(request, "patients/person_form.html", context, status=422 if form.errors else 200)


def _register(request: StaffRequest, form: RegistrationForm) -> Patient:
    told = form.cleaned_data
    practice = told.get("practice") or form.only_practice
    return register_patient(
        practice=practice,
        details=form.demographics(),
        guarantor=form.guarantor(),
        is_new_person=bool(told["why_new"]),
        why_new=told["why_new"],
        email_consented_at=clock.now() if told["email_agreed"] else None,
        by=request.user,
        now=clock.now(),
        today=clock.today(practice.time_zone),
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing about the person at the desk, and what each look-alike's record says of it."""

    label: str
    typed: str
    known: list[tuple[str, bool]]


def _ask_who(request: StaffRequest, form: RegistrationForm, matches: list[Patient]) -> HttpResponse:
    """The look-alikes beside what was typed: one of them is it, or it is another person, because ..."""
    told = form.demographics()
    typed = Patient(**{name: getattr(told, name) for name in _COMPARED})
    sides = [_sides(each) for each in (typed, *matches)]
    rows = [
        Compared(label, mine, [(side[label], side[label] == mine) for side in sides[1:]])
        for label, mine in sides[0].items()
    ]
    context = {"form": form, "matches": matches, "rows": rows}
    return render(request, "patients/look_alikes.html", context, status=422)


_COMPARED = (
    "first_name",
    "middle_name",
    "last_name",
    "suffix",
    "birth_date",
    "sex",
    "phone",
    "email",
    "street",
    "city",
    "state",
    "postal_code",
)


def _sides(patient: Patient) -> dict[str, str]:
    place = " ".join(part for part in (patient.city, patient.state, patient.postal_code) if part)
    return {
        "Name": patient.full_name,
        "Date of birth": words.day(patient.birth_date),
        "Sex": patient.get_sex_display(),
        "Phone": words.phone(patient.phone),
        "E-mail": patient.email,
        "Address": ", ".join(part for part in (patient.street, place) if part),
    }


def _of_family(relative: Patient | None) -> dict[str, object]:
    """What a family mostly shares."""
    if relative is None:
        return {}
    shared = ("last_name", "phone", "street", "street_2", "city", "state", "postal_code")
    return {name: getattr(relative, name) for name in shared}


def _said_changed(changed: list[str]) -> str:
    if not changed:
        return "Nothing was changed."
    return f"Saved: {', '.join(name.replace('_', ' ') for name in changed)}."
