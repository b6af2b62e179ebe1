"""Small charts in a template, drawn on the server; each says in words what it shows."""

from collections.abc import Sequence
from decimal import Decimal

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from rcm.ui.charts import HEIGHT, WIDTH, bar, sparkline, stacked

register = template.Library()


@register.simple_tag(name="sparkline")
def sparkline_of(values: Sequence[Decimal | None], label: str) -> SafeString:
    """A trend as a line; nothing where there are no two values to see one in."""
    if sum(value is not None for value in values) < 2:
        return SafeString("")
    line = sparkline(values)
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<path class="spark-area" d="{}"/><path d="{}"/></svg>',
        WIDTH,
        HEIGHT,
        label,
        line.area,
        line.path,
    )


@register.simple_tag(name="bar")
def bar_of(share: Decimal | None, css: str = "") -> SafeString:
    """A share of the whole as a bar; silent, for the number stands beside it."""
    return format_html(
        '<svg class="bar {}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar-ground" width="100" height="8"/><rect width="{}" height="8"/></svg>',
        css,
        bar(share),
    )


@register.simple_tag(name="stacked")
def stacked_of(parts: Sequence[tuple[Decimal, str]]) -> SafeString:
    """A whole divided into parts (amount, class) as one bar; silent, for the numbers stand beside it."""
    pieces = stacked(parts)
    drawn = format_html_join(
        "",
        '<rect class="{}" x="{}" width="{}" height="8"/>',
        ((piece.css, piece.x, piece.width) for piece in pieces),
    )
    return format_html(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{}</svg>', drawn
    )
