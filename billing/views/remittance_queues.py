"""Remittances that wait for a person, and the list of all."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from billing.actions.remittance import NotParked, post_parked
from billing.models import Remittance
from billing.queries.remittances import known_remittances, parked_remittances
from billing.states import RemittanceStatus
from billing.views.remittance_words import method_words, status_of
from practice.access import StaffRequest, allow
from practice.models import Payer, Role, User
from rcm.ui.cells import Column, Kind
from rcm.ui.filters import Choices, Filter, choices_of
from rcm.ui.pages import bulk_page, queue_page
from rcm.ui.queue import Bulk, Queue

READERS = (Role.BILLER, Role.MANAGER, Role.AUDITOR)


class StillParked(Exception):
    """It stays where it is; the text is the first of today's reasons."""


def _all(practices: Sequence[int], _now: datetime) -> QuerySet[Remittance]:
    return known_remittances(practices=practices)


def _parked(practices: Sequence[int], _now: datetime) -> QuerySet[Remittance]:
    return parked_remittances(practices=practices)


def _payers(practices: Sequence[int]) -> Choices:
    payers = Payer.objects.filter(remittances__practice__in=practices).distinct().order_by("name")
    return choices_of(payers)


def _states(_practices: Sequence[int]) -> Choices:
    return list(RemittanceStatus.choices)


def _try_again(remittance: Remittance, by: User, now: datetime) -> str:
    try:
        tried = post_parked(remittance=remittance, now=now, by=by)
    except NotParked as error:
        raise StillParked("It is not parked any more.") from error
    if tried.status != RemittanceStatus.POSTED:
        raise StillParked(tried.reasons[0])
    return "Posted."


def _reason(remittance: Remittance) -> str:
    return remittance.reasons[0] if remittance.reasons else ""


def _more(remittance: Remittance) -> str:
    more = len(remittance.reasons) - 1
    return f"and {more} more" if more > 0 else ""


_TRACE: Column[Remittance] = Column(
    "trace",
    "Check or EFT",
    lambda remittance: remittance.trace_number,
    sort=("trace_number",),
    detail=method_words,
)
_PAYER: Column[Remittance] = Column(
    "payer",
    "Payer",
    lambda remittance: remittance.payer.name if remittance.payer else remittance.payer_name,
    sort=("payer_name",),
)
_DATED: Column[Remittance] = Column(
    "paid_on", "Paid", lambda remittance: remittance.effective_on, Kind.AGE, ("effective_on",)
)
_CLAIMS: Column[Remittance] = Column(
    "claims", "Claims", attrgetter("claim_count"), Kind.NUMBER, ("claim_count",), wide=True
)
_AMOUNT: Column[Remittance] = Column(
    "amount", "Amount", lambda remittance: remittance.amount, Kind.MONEY, ("amount",)
)
_FILTERS = (
    Filter("payer", "Payer", lambda value: Q(payer__public_id=value), _payers),
    Filter("since", "Paid from", lambda day: Q(effective_on__gte=day), kind="day"),
    Filter("until", "Paid until", lambda day: Q(effective_on__lte=day), kind="day"),
)

PARKED = Queue(
    name="billing.parked",
    title="Parked remittances",
    noun="remittance",
    url_name="billing:parked",
    bulk_url_name="billing:parked_bulk",
    intro="Nothing of these is in the books: each waits whole until a person has looked.",
    rows=_parked,
    columns=(
        _TRACE,
        _PAYER,
        Column("why", "Parked because", _reason, detail=_more),
        _DATED,
        _CLAIMS,
        _AMOUNT,
    ),
    file_columns=(
        _TRACE,
        _PAYER,
        Column("why", "Parked because", lambda remittance: " ".join(remittance.reasons)),
        _DATED,
        _CLAIMS,
        _AMOUNT,
    ),
    label=lambda remittance: remittance.trace_number,
    record_url=lambda remittance: reverse("billing:remittance", args=[remittance.public_id]),
    dollars="amount",
    empty="Nothing is parked. One that does not balance or match will wait here, with the difference.",
    filters=_FILTERS,
    acts_for=frozenset({Role.BILLER}),
    bulk=(
        Bulk(
            "again",
            "Try again",
            "Each is matched and balanced anew; what fits now is posted, the rest stays parked.",
            _try_again,
            (StillParked,),
        ),
    ),
    preview="billing/remittances/_preview.html",
)

ALL = Queue(
    name="billing.remittances",
    title="Remittances",
    noun="remittance",
    url_name="billing:remittances",
    rows=_all,
    columns=(
        _TRACE,
        _PAYER,
        _DATED,
        _CLAIMS,
        _AMOUNT,
        Column("status", "State", status_of, Kind.STATUS, ("status",)),
    ),
    label=lambda remittance: remittance.trace_number,
    record_url=lambda remittance: reverse("billing:remittance", args=[remittance.public_id]),
    dollars="amount",
    empty="No payer has sent a remittance yet. Each 835 that arrives is posted, or parked with its reasons.",
    filters=(Filter("status", "State", lambda value: Q(status=value), _states), *_FILTERS),
    taken_by_hand=False,
)


@require_GET
@allow(*READERS)
def parked(request: StaffRequest) -> HttpResponse:
    """Remittances that could not be posted."""
    return queue_page(request, PARKED)


@require_POST
@allow(Role.BILLER)
def parked_bulk(request: StaffRequest) -> HttpResponse:
    """Try the ticked ones again."""
    return bulk_page(request, PARKED, by=request.user)


@require_GET
@allow(*READERS)
def remittances(request: StaffRequest) -> HttpResponse:
    """Every remittance."""
    return queue_page(request, ALL)
