"""The vocabulary of the templates: money, days, ages, codes with their words, pills, icons, and the frame."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from rcm import clock
from rcm.ui import words
from rcm.ui.cells import Coded, Status
from rcm.ui.doors import opens
from rcm.ui.frame import Frame, frame_of
from rcm.ui.icons import ICONS
from rcm.ui.place import Place, place_of
from rcm.ui.timeline import Tone

register = template.Library()

_SIGNS = {"good": "check", "attention": "alert", "bad": "cross", "information": "info"}


@register.filter
def money(amount: Decimal | None) -> str:
    """`$1,234.56`."""
    return words.dollars(amount)


@register.filter
def day(value: date | datetime | None) -> str:
    """`03/10/2026`."""
    return words.day(value)


@register.filter
def moment(value: datetime | None) -> str:
    """`03/10/2026 2:05 PM`."""
    return words.moment(value)


@register.filter
def clock_time(value: datetime | None) -> str:
    """`2:05 PM`."""
    return words.clock_time(value)


@register.filter
def age(since: date | datetime | None) -> str:
    """`12 days`."""
    return words.age(since, today=_today())


@register.filter
def years_old(born: date) -> str:
    """`42 y`."""
    return words.years_old(born, today=_today())


@register.filter
def phone(digits: str) -> str:
    """`(312) 555-0142`."""
    return words.phone(digits)


@register.filter
def percent(share: Decimal | float | None) -> str:
    """`94.2%`."""
    return words.percent(share)


@register.filter
def counted(number: int, noun: str) -> str:
    """`12 claims` of 12 and "claim"; a plural of its own comes after a comma: "policy,policies"."""
    one, _, many = noun.partition(",")
    return words.counted(number, one, many)


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value of a mapping under a key that the template holds in a variable."""
    return mapping.get(key)


@register.simple_tag(takes_context=True)
def way_to(context: template.Context, url_name: str, *ids: object) -> str:
    """The address of a page, perhaps of an app above; empty where it is closed to who asks, or is none."""
    try:
        url = reverse(url_name, args=ids)
    except NoReverseMatch:
        return ""
    return url if opens(url, getattr(context["request"], "roles", ())) else ""


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """One of our icons, drawn in the color of the text around it; silent to screen readers."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        css,
        ICONS[name],
    )


@register.simple_tag
def pill(label: str | Status, tone: Tone = "plain") -> SafeString:
    """A state in words, with a sign as well as a color."""
    state = label if isinstance(label, Status) else Status(label, tone)
    sign = icon(_SIGNS[state.tone]) if state.tone in _SIGNS else ""
    return format_html('<span class="pill pill-{}">{}{}</span>', state.tone, sign, state.label)


@register.simple_tag
def code(value: str | Coded, meaning: str = "") -> SafeString:
    """A code with its words: `CO-197 · authorization missing`."""
    coded = value if isinstance(value, Coded) else Coded(value, meaning)
    if not coded.words:
        return format_html('<span class="code">{}</span>', coded.code)
    return format_html(
        '<span class="coded"><span class="code">{}</span> <span class="coded-words">{}</span></span>',
        coded.code,
        coded.words,
    )


@register.simple_tag(takes_context=True)
def frame(context: template.Context) -> Frame:
    """What the frame shows to whoever asks: areas, practices, counts as last known."""
    return frame_of(_request(context))


@register.simple_tag(takes_context=True)
def next_url(context: template.Context, public_id: object) -> str:
    """Where the queue that the reader came from leads after this record."""
    return place_of(_request(context)).next_url(str(public_id))


@register.simple_tag(takes_context=True)
def place(context: template.Context) -> Place:
    """Where in which queue the reader is."""
    return place_of(_request(context))


@register.simple_tag(takes_context=True)
def place_fields(context: template.Context) -> SafeString:
    """Hidden fields by which a form takes the reader's place in a queue along."""
    here = place_of(_request(context))
    if not here.back_url:
        return SafeString("")
    return format_html(
        '<input type="hidden" name="from" value="{}"><input type="hidden" name="at" value="{}">',
        here.back_url,
        here.at,
    )


def _request(context: template.Context) -> HttpRequest:
    request: HttpRequest = context["request"]
    return request


def _today() -> date:
    return clock.today(timezone.get_current_timezone_name())
