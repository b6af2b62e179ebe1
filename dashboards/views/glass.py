"""What a request asks to look at: a period, a payer, a provider, all of it from the URL."""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from dashboards.queries.counting import Lens, payers_named, providers_named
from dashboards.rules import Span, periods, span_of
from practice.access import StaffRequest
from practice.models import Payer, Provider
from rcm import clock

T = TypeVar("T", Payer, Provider)


@dataclass(frozen=True, slots=True)
class Glass:
    """The period, payer and provider looked at, and what there is to choose from."""

    lens: Lens
    period: str
    span: Span
    payers: list[Payer]
    providers: list[Provider]

    @property
    def today(self) -> date:
        """The practice's day."""
        return self.lens.today

    @property
    def periods(self) -> list[tuple[str, str]]:
        """The periods to choose from."""
        return periods(self.today)

    @property
    def query(self) -> str:
        """What is chosen, as a query string."""
        return self.query_with()

    @property
    def narrowed(self) -> bool:
        """Whether a payer or provider is chosen."""
        return self.lens.payer is not None or self.lens.provider is not None

    def query_with(self, **changed: str) -> str:
        """The same with some of it changed."""
        chosen = {"period": self.period, "payer": _id(self.lens.payer), "provider": _id(self.lens.provider)}
        return urlencode({name: value for name, value in (chosen | changed).items() if value})

    def rows_url(self, name: str, span: Span | None = None, **more: str) -> str:
        """The list of that name through this glass: of these days, of this payer and provider."""
        days = {"since": span.first.isoformat(), "until": span.last.isoformat()} if span else {}
        seen = {"payer": _id(self.lens.payer), "provider": _id(self.lens.provider)}
        query = {key: value for key, value in (days | seen | more).items() if value}
        return f"{reverse(f'dashboards:{name}')}?{urlencode(query)}".rstrip("?")


def glass_of(request: StaffRequest) -> Glass:
    """What this request asks for; what cannot be read, or is not theirs, is not looked for."""
    practices = tuple(practice.pk for practice in request.practices)
    today = clock.today(timezone.get_current_timezone_name())
    payers, providers = list(payers_named(practices)), list(providers_named(practices))
    payer = _chosen(payers, request.GET.get("payer", ""))
    provider = _chosen(providers, request.GET.get("provider", ""))
    period, span = span_of(request.GET.get("period", ""), today=today)
    lens = Lens(practices, today, payer, provider)
    return Glass(lens, period, span, payers, providers)


def _chosen(among: list[T], public_id: str) -> T | None:
    return next((each for each in among if str(each.public_id) == public_id), None)


def _id(record: Payer | Provider | None) -> str:
    return str(record.public_id) if record is not None else ""
