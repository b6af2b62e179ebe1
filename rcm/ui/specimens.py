"""One of each component, for the page that shows developers what there is."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, get_args

from django import forms
from django.db.models import Q

from rcm.ui import words
from rcm.ui.cells import Cell, Column, Kind
from rcm.ui.filters import Bound, Filter
from rcm.ui.forms import GuardedForm
from rcm.ui.icons import ICONS
from rcm.ui.listing import Heading, Row
from rcm.ui.timeline import Moment, Tone, newest_first


class Specimen(GuardedForm):
    """A form with a little of everything."""

    last_name = forms.CharField(max_length=60)
    birth_date = forms.DateField(label="Date of birth", widget=forms.DateInput(attrs={"type": "date"}))
    copay = forms.DecimalField(required=False, help_text="As the card says.")
    relation = forms.ChoiceField(label="Relation to subscriber", choices=[("18", "Self"), ("01", "Spouse")])


COLUMNS: tuple[Column[Any], ...] = (
    Column("claim", "Claim", str, sort=("number",)),
    Column("reason", "Reason", str, Kind.CODE),
    Column("state", "State", str, Kind.STATUS),
    Column("dollars", "Charge", str, Kind.MONEY),
)


def queue_specimen(*, now: datetime) -> dict[str, object]:
    """A queue with its filters, bulk acts, rows and preview: made up, without a database."""
    claim, reason, state, charge = COLUMNS
    rows = [
        Row(
            public_id=f"{place}",
            label=number,
            url="#queue",
            cells=[
                Cell(claim, number, "Prairie Health"),
                Cell(reason, "authorization missing", code="CO-197"),
                Cell(state, "Denied", tone="bad"),
                Cell(charge, words.dollars(Decimal(120 * place))),
            ],
            holder=holder,
            held_since=now - timedelta(days=2) if holder else None,
        )
        for place, number, holder in ((1, "LS0000012A", "You"), (2, "LS0000031A", ""))
    ]
    payer = Filter("payer", "Payer", lambda _value: Q(), lambda _practices: [])
    since = Filter("since", "Service from", lambda _day: Q(), kind="day")
    queue = SimpleNamespace(
        title="Denied",
        noun="claim",
        intro="One sentence that says what waits here, and what to do about it.",
        preview="components/all.html",
        columns=COLUMNS,
        bulk=(SimpleNamespace(name="send", label="Send again"),),
        bulk_url_name="practice:components",
        taken_by_hand=True,
    )
    listing = SimpleNamespace(
        total=SimpleNamespace(count=2, dollars=Decimal(360), days=None),
        filters=[Bound(payer, "", [("1", "Prairie Health")]), Bound(since, "2026-03-01", [])],
        owners=[("mine", "Mine"), ("nobody", "Nobody's")],
        headings=[Heading(column, "sort=claim" if column is claim else "", "none") for column in COLUMNS],
        shown=rows,
        may_act=True,
        pages=1,
        first=0,
        query="",
        saved=[],
    )
    return {"queue": queue, "listing": listing}


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
        **queue_specimen(now=now),
        "form": Specimen({"last_name": "Reyes", "relation": "18"}, initial={"last_name": "Reyes"}),
    }
