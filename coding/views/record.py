"""A visit's record: what was coded, by whom, what came of it; opening it again, voiding, asking."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coding.actions.encounter import AlreadyBilled, NotOpen, reopen_encounter, void_encounter
from coding.actions.question import AlreadyAnswered, answer_question, ask_provider
from coding.forms import AnswerForm, QuestionForm, Sheet, WhyForm
from coding.models import Encounter, ProviderQuestion
from coding.queries import coverage_on
from coding.rules.bench import LETTERS
from coding.rules.lines import dotted
from coding.rules.lists import places_of_service
from coding.states import EncounterStatus
from coding.views.benches import bench_page, code_words, found, may_code, starting_bench
from coding.views.queues import READERS
from practice.access import StaffRequest, allow
from practice.models import Role
from rcm import audit, clock
from rcm.state import IllegalMove, LostRace
from rcm.ui.history import history
from rcm.ui.place import on_to
from rcm.ui.timeline import Moment, Tone, newest_first

_TITLES: dict[str, tuple[str, Tone]] = {
    "encounter.opened": ("Visit opened", "plain"),
    "encounter.corrected": ("Details corrected", "plain"),
    "encounter.taken": ("Taken to code", "plain"),
    "encounter.let_go": ("Let go", "plain"),
    "encounter.draft_saved": ("Draft saved", "plain"),
    "encounter.draft_removed": ("Draft removed", "plain"),
    "encounter.asked_provider": ("Provider asked", "attention"),
    "encounter.provider_answered": ("Provider's answer written down", "information"),
    "encounter.status:coded": ("Signed", "good"),
    "encounter.status:open": ("Opened again", "attention"),
    "encounter.status:voided": ("Voided", "bad"),
}


@require_safe
@allow(*READERS)
def encounter(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The workbench for a coder while the visit is open; else its record."""
    visit = found(request, public_id)
    audit.read(visit, now=clock.now(), by=request.user)
    if visit.status == EncounterStatus.OPEN and may_code(request, visit):
        return bench_page(request, visit, Sheet(encounter=visit, bench=starting_bench(visit)))
    return render(request, "coding/encounter.html", _record(request, visit))


@require_http_methods(["GET", "HEAD", "POST"])
@allow(Role.CODER)
def reopening(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take the codes back to the bench, as long as nobody has billed them."""
    visit = found(request, public_id)

    def do(why: str) -> None:
        reopen_encounter(encounter=visit, by=request.user, now=clock.now(), why=why)

    return _asked_why(
        request,
        visit,
        do,
        title="Open this visit again",
        tells="Its signature is taken back. The codes stay on the bench as a draft.",
        label="Open again",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allow(Role.CODER)
def voiding(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Void a visit that should not be there."""
    visit = found(request, public_id)

    def do(why: str) -> None:
        void_encounter(encounter=visit, by=request.user, now=clock.now(), why=why)

    return _asked_why(
        request,
        visit,
        do,
        title="Void this visit",
        tells="It will never be coded or billed. This cannot be undone.",
        label="Void the visit",
        permanent=True,
    )


@require_POST
@allow(Role.CODER)
def question(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Ask the provider about the note."""
    visit = found(request, public_id)
    form = QuestionForm(request.POST)
    if not form.is_valid():
        return _form_page(request, visit, form, title="Ask the provider", label="Ask", action=request.path)
    try:
        ask_provider(
            encounter=visit, question=form.cleaned_data["question"], by=request.user, now=clock.now()
        )
    except NotOpen:
        messages.error(request, "This visit is not open any more.")
        return redirect("coding:encounter", public_id)
    messages.success(request, "The question is on the visit. It shows as asked in the queue.")
    return on_to(request, str(public_id), reverse("coding:encounter", args=[public_id]))


@require_http_methods(["GET", "HEAD", "POST"])
@allow(Role.CODER, Role.MANAGER)
def answer(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Write down what the provider said."""
    mine = ProviderQuestion.objects.of([practice.pk for practice in request.practices])
    asked = get_object_or_404(mine.select_related("encounter__patient"), public_id=public_id)
    form = AnswerForm(request.POST or None)
    if not form.is_valid():
        return _form_page(
            request,
            asked.encounter,
            form,
            title="The provider's answer",
            tells=asked.question,
            label="Save the answer",
            action=request.path,
        )
    try:
        answer_question(question=asked, answer=form.cleaned_data["answer"], by=request.user, now=clock.now())
        messages.success(request, "The answer is on the visit.")
    except AlreadyAnswered:
        messages.error(request, "Somebody wrote down an answer before.")
    return redirect("coding:encounter", asked.encounter.public_id)


def _asked_why(
    request: StaffRequest, visit: Encounter, do: Callable[[str], None], *, label: str, **words: object
) -> HttpResponse:
    """A page that says what will happen and asks for the reason; posted, it happens."""
    form = WhyForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _form_page(request, visit, form, label=label, action=request.path, **words)
    try:
        do(form.cleaned_data["why"])
        messages.success(request, "Done.")
    except AlreadyBilled:
        messages.error(request, "A claim is made of these codes already. Correct the claim instead.")
    except (IllegalMove, LostRace):
        messages.error(request, "The visit's state has changed meanwhile. Nothing was done.")
    return redirect("coding:encounter", visit.public_id)


def _form_page(request: StaffRequest, visit: Encounter, form: Form, **words: object) -> HttpResponse:
    context = {"form": form, "record": visit, **words}
    return render(request, "coding/form.html", context, status=422 if form.is_bound else 200)


def _record(request: StaffRequest, visit: Encounter) -> dict[str, object]:
    words = code_words(visit)
    lines = [
        (line, "".join(LETTERS[place - 1] for place in line.pointers)) for line in visit.service_lines.all()
    ]
    return {
        "record": visit,
        "diagnoses": [
            (LETTERS[each.position - 1], dotted(each.code), words.get(each.code, ""))
            for each in visit.diagnoses.all()
        ],
        "lines": lines,
        "total": sum(line.charge for line, _ in lines) if lines else None,
        "place_of_service": places_of_service().get(visit.place_of_service_code, ""),
        "coverage": coverage_on(visit),
        "questions": visit.questions.select_related("asked_by", "answered_by"),
        "moments": newest_first(history([visit], _TITLES), _came_from(visit)),
        "may_code": may_code(request, visit),
        "claims_url": _slot("claims:encounter_slot", visit),
    }


def _came_from(visit: Encounter) -> list[Moment]:
    if visit.appointment is None or visit.appointment.arrived_at is None:
        return []
    return [Moment(visit.appointment.arrived_at, "Patient arrived", visit.appointment.reason)]


def _slot(name: str, visit: Encounter) -> str:
    try:
        return reverse(name, args=[visit.public_id])
    except NoReverseMatch:
        return ""
