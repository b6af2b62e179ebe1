"""Forms that notice when somebody else changed the record meanwhile."""

from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict

_SALT = "rcm.ui.forms.seen"


class GuardedForm(forms.Form):
    """A form over a record's current values (`initial`) that refuses to overwrite what it did not show.

    What the page showed travels in a signed hidden field. When the record says otherwise by the time the form
    comes back, it is invalid, and `conflicts` has for each such field its label, the record's value and the
    value entered. Sent again, it stands: the page has shown both.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts: list[tuple[str, str, str]] = []
        self.guard()

    def guard(self) -> None:
        """Take down what is shown; a form that adds fields of its own does it again afterwards."""
        self.initial["seen"] = signing.dumps(self._shown(), salt=_SALT, compress=True)

    def clean(self) -> dict[str, Any]:
        """Compare what was shown with what the record says now."""
        cleaned = super().clean() or {}
        if not self.data.get(self.add_prefix("seen")):
            return cleaned
        try:
            seen = signing.loads(self.data[self.add_prefix("seen")], salt=_SALT)
        except signing.BadSignature as problem:
            raise forms.ValidationError(
                "This page is out of date. Reload it and enter the change again."
            ) from problem
        self.conflicts = [
            (str(self[name].label), now, str(self.data.get(self.add_prefix(name), "")))
            for name, now in self._shown().items()
            if name in seen and seen[name] != now
        ]
        if self.conflicts:
            again = QueryDict(mutable=True)
            again.update(self.data)
            again[self.add_prefix("seen")] = self.initial["seen"]
            self.data = again
            raise forms.ValidationError(
                "Somebody changed this record since you opened it. Compare, then save again."
            )
        return cleaned

    def _shown(self) -> dict[str, str]:
        names = (name for name in self.fields if name != "seen")
        return {name: "" if (value := self.initial.get(name)) is None else str(value) for name in names}
