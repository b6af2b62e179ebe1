"""A form that notices what changed meanwhile."""

from django import forms
from django.http import QueryDict

from rcm.ui.forms import GuardedForm


class Name(GuardedForm):
    last_name = forms.CharField()
    city = forms.CharField(required=False)


def sent(shown: dict, entered: str, now: dict) -> Name:
    """The form shown over one state of the record and sent back over another."""
    data = QueryDict(mutable=True)
    data.update({"last_name": entered, "city": "", "seen": Name(initial=shown).initial["seen"]})
    return Name(data, initial=now)


def test_record_as_it_was_shown_is_overwritten():
    assert sent({"last_name": "Reyes"}, "Reyes-Diaz", {"last_name": "Reyes"}).is_valid()


def test_record_changed_meanwhile_is_shown_beside_the_entry():
    form = sent({"last_name": "Reyes"}, "Reyes-Diaz", {"last_name": "Diaz"})
    assert not form.is_valid()
    assert form.conflicts == [("Last name", "Diaz", "Reyes-Diaz")]


def test_entry_sent_again_with_both_in_sight_stands():
    form = sent({"last_name": "Reyes"}, "Reyes-Diaz", {"last_name": "Diaz"})
    form.is_valid()
    assert Name(form.data, initial={"last_name": "Diaz"}).is_valid()


def test_forged_state_is_refused():
    data = QueryDict(mutable=True)
    data.update({"last_name": "Reyes", "seen": "rubbish"})
    form = Name(data, initial={"last_name": "Diaz"})
    assert form.non_field_errors() == ["This page is out of date. Reload it and enter the change again."]
