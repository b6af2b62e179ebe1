"""One of each component, for the page that shows developers what there is."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import get_args

from django import forms

from rcm.ui import words
from rcm.ui.forms import GuardedForm
from rcm.ui.icons import ICONS
from rcm.ui.timeline import Moment, Tone, newest_first


class Specimen(GuardedForm):
    """A form with a little of everything."""

    last_name = forms.CharField(max_length=60)
    birth_date = forms.DateField(label="Date of birth", widget=forms.DateInput(attrs={"type": "date"}))
    copay = forms.DecimalField(required=False, help_text="As the card says.")
    relation = forms.ChoiceField(label="Relation to subscriber", choices=[("18", "Self"), ("01", "Spouse")])


def specimens(*, now: datetime) -> dict[str, object]:
    """What the components page shows. Its form has been sent with one field wrong."""
    day = date(2026, 3, 10)
    moments = newest_first(
        [Moment(now, "Paid", "$67.36 by check 88412", "835 of Prairie Health", "good")],
        [Moment(now - timedelta(days=9), "Sent", "In a file of 12 claims", "Bill Ing", "information")],
    )
    return {
        "values": [
            ("Money", "|money", words.dollars(Decimal("1234.56"))),
            ("Negative money", "|money", words.dollars(Decimal(-12))),
            ("Day", "|day", words.day(day)),
            ("Moment", "|moment", words.moment(now)),
            ("Age", "|age", words.age(day - timedelta(days=12), today=day)),
            ("Telephone", "|phone", words.phone("3125550142")),
            ("Share", "|percent", words.percent(Decimal("0.942"))),
            ("Count", '|counted:"claim"', words.counted(1204, "claim")),
        ],
        "tones": get_args(Tone),
        "icons": list(ICONS),
        "notices": [
            ("info", "The sweep runs at 6 AM."),
            ("success", "12 claims are ready to send."),
            ("warning", "The filing limit is in 4 days."),
            ("error", "The check does not balance by $12.00."),
        ],
        "moments": moments,
        "form": Specimen({"last_name": "Reyes", "relation": "18"}, initial={"last_name": "Reyes"}),
    }
