"""What is typed about visits."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from patients.actions.visit import AlreadyBooked, VisitNotBooked
from patients.forms.fields import DayField, text
from practice.models import Location, Practice, Provider

REFUSALS: dict[type[Exception], tuple[str, str]] = {
    AlreadyBooked: ("time", "The patient has a visit with this provider at this time."),
    VisitNotBooked: ("time", "Only a visit that is booked can be put to another time."),
}
"""The field that a refusal points to, and what is said there."""


LONGEST_BACK, LONGEST_AHEAD = timedelta(days=90), timedelta(days=2 * 365)
"""How far from today a visit is entered by hand: beyond, the year is mistyped."""


class TimeForm(forms.Form):
    """When a visit is, in the practice's own time."""

    day = DayField(label="Day")
    time = forms.TimeField(
        label="Time", widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": 300})
    )

    def __init__(self, data: Any = None, *, today: date, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._today = today

    def clean_day(self) -> date:
        """A day near enough to be meant."""
        day: date = self.cleaned_data["day"]
        if day < self._today - LONGEST_BACK:
            raise forms.ValidationError("This is more than 90 days ago: check the year.")
        if day > self._today + LONGEST_AHEAD:
            raise forms.ValidationError("This is more than two years away: check the year.")
        return day

    def starts_at(self, practice: Practice) -> datetime:
        """The moment that day and time are in this practice."""
        told = self.cleaned_data
        return datetime.combine(told["day"], told["time"], ZoneInfo(practice.time_zone))


class BookingForm(TimeForm):
    """A visit to book."""

    provider = forms.ModelChoiceField(
        Provider.objects.none(), label="Provider", to_field_name="public_id", empty_label="Choose a provider"
    )
    location = forms.ModelChoiceField(
        Location.objects.none(), label="Place", to_field_name="public_id", empty_label="Choose a place"
    )
    reason = text("Reason", 80, help_text="A few words, such as: annual physical")
    field_order = ("provider", "location", "day", "time", "reason")

    def __init__(self, data: Any = None, *, practice: Practice, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        provider: Any = self.fields["provider"]
        provider.queryset = Provider.objects.filter(practice=practice, ended_on=None).order_by(
            "last_name", "pk"
        )
        location: Any = self.fields["location"]
        location.queryset = Location.objects.filter(practice=practice).order_by("name", "pk")
        if (only := location.queryset[:2]) and len(only) == 1:
            self.initial.setdefault("location", only[0].public_id)


class WhyForm(forms.Form):
    """A reason in words."""

    why = text("Why", 200, required=True)
