"""A page that holds one form: what it is called, where it leads back to, and how a refusal reads in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from practice.access import StaffRequest
from practice.models import Practice

Refusals = Mapping[type[Exception], tuple[str | None, str]]
"""The field that a refusal points to (None: the whole form), and what is said there."""


@dataclass(frozen=True, slots=True)
class Editing:
    """The words around a form."""

    title: str
    back: str
    back_label: str
    label: str = "Save"
    intro: str = ""
    danger: bool = False


def form_page(request: HttpRequest, form: forms.Form, editing: Editing) -> HttpResponse:
    """The page; 422 when the form came back with errors."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "practice/form.html", {"form": form, "editing": editing}, status=status)


def say_refusal(form: forms.Form, refusal: Exception, refusals: Refusals) -> None:
    """Put a named refusal of an action beside the field that it is about."""
    field, words = refusals[type(refusal)]
    form.add_error(field if field in form.fields else None, words)


def chosen_practice(request: StaffRequest) -> Practice:
    """The practice that a new row is for: the only one in play, or the one that `practice` names.

    Raises Http404 for one that is not in play.
    """
    if len(request.practices) == 1:
        return request.practices[0]
    asked = request.POST.get("practice") or request.GET.get("practice", "")
    found = next((each for each in request.practices if str(each.public_id) == asked), None)
    if found is None:
        raise Http404
    return found


def ids(request: StaffRequest) -> list[int]:
    """The practices in play, by primary key."""
    return [practice.pk for practice in request.practices]


def is_uuid(text: str) -> bool:
    """Whether it can be a public_id."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
