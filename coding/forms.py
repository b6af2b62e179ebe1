"""The shapes of what a coder enters. None of them saves."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from coding.models import Encounter, RelatedCause
from coding.queries import authorizations_for
from coding.rules.bench import CIRCUMSTANCES, Bench, BenchLine
from coding.rules.lines import MOST_DIAGNOSES, MOST_LINES, bare
from coding.rules.lists import places_of_service
from coding.rules.us import STATES
from patients.models import Authorization
from practice.models import Provider
from rcm.ui import words
from rcm.ui.fields import DayField

_CODE: dict[str, str] = {"class": "form-control", "autocomplete": "off", "spellcheck": "false"}


class DiagnosisForm(forms.Form):
    """One diagnosis on the bench; it is changed by moving, removing and adding."""

    code = forms.CharField(max_length=8, required=False, widget=forms.HiddenInput)


class LineForm(forms.Form):
    """One service line as typed. What is wrong with it the checks say."""

    procedure_code = forms.CharField(
        label="Procedure", required=False, widget=forms.TextInput(_CODE | {"maxlength": "5"})
    )
    modifiers = forms.CharField(
        label="Modifiers", required=False, widget=forms.TextInput(_CODE | {"maxlength": "14"})
    )
    units = forms.CharField(
        label="Units",
        required=False,
        widget=forms.TextInput(_CODE | {"maxlength": "8", "inputmode": "decimal"}),
    )
    pointers = forms.CharField(
        label="Diagnoses", required=False, widget=forms.TextInput(_CODE | {"maxlength": "8"})
    )
    description = forms.CharField(
        label="Words of your own",
        required=False,
        widget=forms.TextInput({"class": "form-control", "maxlength": "80"}),
    )


DiagnosisFormSet = forms.formset_factory(
    DiagnosisForm, extra=0, max_num=MOST_DIAGNOSES, absolute_max=MOST_DIAGNOSES + 1
)
LineFormSet = forms.formset_factory(LineForm, extra=0, max_num=MOST_LINES, absolute_max=MOST_LINES + 1)


class CircumstancesForm(forms.Form):
    """What the claim tells of a visit beside its codes."""

    place_of_service_code = forms.ChoiceField(label="Place of service")
    authorization = forms.ModelChoiceField(
        Authorization.objects.none(), required=False, to_field_name="public_id", empty_label="None"
    )
    referring_provider = forms.ModelChoiceField(
        Provider.objects.none(), required=False, to_field_name="public_id", empty_label="None"
    )
    related_cause = forms.ChoiceField(label="Related to", choices=RelatedCause.choices, required=False)
    accident_date = DayField(label="Date of accident", required=False)
    accident_state = forms.ChoiceField(label="State of accident", required=False)
    admission_date = DayField(label="Date of admission", required=False)

    prefix = "visit"

    def __init__(self, *args: Any, encounter: Encounter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = places_of_service()
        own = encounter.place_of_service_code
        places = [(code, f"{code} · {meaning}") for code, meaning in known.items()]
        fields: dict[str, Any] = self.fields
        fields["place_of_service_code"].choices = places if own in known else [(own, own), *places]
        fields["accident_state"].choices = [("", "None"), *((code, code) for code in sorted(STATES.values()))]
        on_file = authorizations_for(encounter)
        fields["authorization"].queryset = Authorization.objects.filter(pk__in=[each.pk for each in on_file])
        fields["authorization"].label_from_instance = _authorization
        providers = Provider.objects.filter(practice=encounter.practice_id, ended_on=None)
        fields["referring_provider"].queryset = providers.order_by("last_name", "first_name")


class QuestionForm(forms.Form):
    """A question to the provider."""

    question = forms.CharField(
        label="Question to the provider",
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Ask openly, without naming the code you hope for (AHIMA and ACDIS, compliant queries).",
    )


class AnswerForm(forms.Form):
    """What the provider said."""

    answer = forms.CharField(label="Answer", max_length=4000, widget=forms.Textarea({"rows": 3}))


class WhyForm(forms.Form):
    """A person's reason."""

    why = forms.CharField(label="Why", max_length=300, widget=forms.Textarea({"rows": 3}))


class Sheet:
    """The whole bench as a page sends and shows it: two formsets and a form."""

    def __init__(
        self, *, encounter: Encounter, data: QueryDict | None = None, bench: Bench | None = None
    ) -> None:
        if data is not None:
            bench = _typed(data)
        self.bench = bench or Bench()
        self.encounter = encounter
        self.diagnoses = DiagnosisFormSet(
            initial=[{"code": code} for code in self.bench.diagnoses], prefix="dx"
        )
        self.lines = LineFormSet(initial=[_line(line) for line in self.bench.lines], prefix="line")
        if data is None:
            self.circumstances = CircumstancesForm(initial=self.bench.circumstances, encounter=encounter)
        else:
            self.circumstances = CircumstancesForm(data, encounter=encounter)


def _typed(data: QueryDict) -> Bench:
    """What was sent, leniently: a formset without its count has no forms."""
    diagnoses = [form["code"].data or "" for form in _forms(DiagnosisFormSet(data, prefix="dx"))]
    return Bench(
        diagnoses=tuple(bare(code) for code in diagnoses if bare(code)),
        lines=tuple(
            BenchLine(**{name: (form[name].data or "").strip()[:80] for name in BenchLine.__slots__})
            for form in _forms(LineFormSet(data, prefix="line"))
        ),
        circumstances={name: data.get(f"visit-{name}", "") for name in CIRCUMSTANCES},
    )


def _forms(formset: Any) -> list[forms.Form]:
    return list(formset.forms) if formset.management_form.is_valid() else []


def _line(line: BenchLine) -> Mapping[str, str]:
    return {name: getattr(line, name) for name in BenchLine.__slots__}


def _authorization(each: Authorization) -> str:
    span = f"{words.day(each.effective_on)} to {words.day(each.ended_on)}"
    return f"{each.number} · {each.coverage.payer.name} · {span}"


class NoteForm(forms.Form):
    """The provider's note of a visit, as it was written."""

    note = forms.CharField(
        label="Note",
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="As the provider wrote or dictated it. It supports the codes.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A browser that knows the limit cuts a pasted note without a word.
        self.fields["note"].widget.attrs.pop("maxlength", None)
