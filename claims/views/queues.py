"""The queues of claims that wait for a biller: held, turned down, silent; and the lists of what is out."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST

from claims.actions.scrub import release_claim
from claims.actions.status import ask_about_claim
from claims.models import Claim
from claims.queries import (
    claims_out,
    every_claim,
    held_claims,
    rejected_claims,
    silent_claims,
    with_deadline,
    with_reasons,
)
from claims.states import ClaimStatus
from claims.views import columns
from claims.views.beside import beside
from claims.views.columns import claim_url
from claims.views.refusals import in_words
from practice.access import StaffRequest, allow
from practice.models import Role, User
from rcm.ui.cells import Column, Fields, Kind
from rcm.ui.pages import bulk_page, queue_page
from rcm.ui.queue import Act, Bulk, Queue
from rcm.ui.refusals import Refused

BILLERS = frozenset({Role.BILLER})
PREVIEW = "claims/_preview.html"


def worded(act: Callable[[Claim, User, datetime], str]) -> Callable[[Claim, User, datetime], str]:
    """The act on one row, its named refusals in words."""

    def do(claim: Claim, by: User, now: datetime) -> str:
        with in_words():
            return act(claim, by, now)

    return do


def _scrub(claim: Claim, by: User, now: datetime) -> str:
    released = release_claim(claim=claim, by=by, now=now)
    return "Ready to send." if released.status == ClaimStatus.READY else "Still held."


def _ask(claim: Claim, by: User, now: datetime) -> str:
    ask_about_claim(claim=claim, by=by, now=now)
    return "The question is on its way to the payer."


SCRUB = Bulk[Claim](
    "scrub",
    "Scrub again",
    "Each claim goes through every edit again. What passes is ready to send; the rest stays held.",
    worded(_scrub),
    (Refused,),
)
ASK = Bulk[Claim](
    "ask",
    "Ask the payer now",
    "A status question (276) about each claim goes to its payer. The answers appear on the claims.",
    worded(_ask),
    (Refused,),
)

HELD = Queue[Claim](
    name="claims.held",
    title="Held claims",
    noun="claim",
    url_name="claims:held",
    bulk_url_name="claims:held_bulk",
    intro="Our own edits stopped these before they cost money. Fix what each says, then scrub it again.",
    rows=lambda practices, _now: with_reasons(with_deadline(held_claims(practices))),
    label=lambda claim: claim.control_number,
    record_url=claim_url,
    dollars="total_charge",
    empty="No claim is held. A claim that an edit stops waits here, with what to do about it.",
    empty_action=Act("See what is ready to send", "claims:ready"),
    columns=(
        columns.NUMBER,
        columns.PATIENT_AND_PAYER,
        columns.VISIT_AND_DEADLINE,
        columns.HELD_BECAUSE,
        columns.CHARGE,
    ),
    file_columns=(
        columns.NUMBER,
        columns.PATIENT,
        columns.PAYER,
        columns.VISIT,
        columns.FILE_BY,
        columns.EVERY_REASON,
        columns.CHARGE,
    ),
    filters=columns.FILTERS,
    acts_for=BILLERS,
    bulk=(SCRUB,),
    preview=PREVIEW,
    beside=beside,
)

REJECTED = Queue[Claim](
    name="claims.rejected",
    title="Rejected claims",
    noun="claim",
    url_name="claims:rejected",
    bulk_url_name="claims:rejected_bulk",
    intro=(
        "Clearinghouse or payer turned these down before judging them. No appeal is needed:"
        " fix the claim and send it as new, in time."
    ),
    rows=lambda practices, _now: with_reasons(with_deadline(rejected_claims(practices))),
    label=lambda claim: claim.control_number,
    record_url=claim_url,
    dollars="total_charge",
    empty="No claim is rejected. What a 999 or 277CA turns down waits here, with its reason in words.",
    columns=(
        columns.NUMBER,
        columns.PATIENT_AND_PAYER,
        columns.VISIT_AND_DEADLINE,
        columns.TURNED_DOWN_BECAUSE,
        columns.CHARGE,
    ),
    file_columns=(
        columns.NUMBER,
        columns.PATIENT,
        columns.PAYER,
        columns.VISIT,
        columns.FILE_BY,
        columns.TURNED_DOWN_BECAUSE,
        columns.CHARGE,
    ),
    filters=columns.FILTERS,
    acts_for=BILLERS,
    bulk=(SCRUB,),
    preview=PREVIEW,
    beside=beside,
)

SENT_AT = Column[Claim](
    "sent",
    "Sent",
    Fields(("last_sent_at",)),
    Kind.AGE,
    ("last_sent_at",),
)


def _silent(practices: Sequence[int], now: datetime) -> QuerySet[Claim]:
    return with_reasons(silent_claims(practices, now=now))


AGREED = Column[Claim](
    "agreed",
    "Agreed days",
    lambda claim: getattr(claim, "days_to_pay", None),
    Kind.NUMBER,
    ("days_to_pay",),
    wide=True,
)
ASKED = Column[Claim](
    "asked",
    "Last asked",
    lambda claim: getattr(claim, "last_tried_at", None),
    Kind.AGE,
    ("last_tried_at",),
)

SILENT = Queue[Claim](
    name="claims.silent",
    title="No response",
    noun="claim",
    url_name="claims:silent",
    bulk_url_name="claims:silent_bulk",
    intro="The payer has had these for longer than its contract gives it, and has not decided.",
    rows=_silent,
    label=lambda claim: claim.control_number,
    record_url=claim_url,
    dollars="total_charge",
    empty="No payer is silent for too long. A claim without an answer in the contract's days waits here.",
    columns=(
        columns.NUMBER,
        columns.PATIENT_AND_PAYER,
        SENT_AT,
        AGREED,
        ASKED,
        columns.STATUS,
        columns.CHARGE,
    ),
    file_columns=(
        columns.NUMBER,
        columns.PATIENT,
        columns.PAYER,
        SENT_AT,
        AGREED,
        ASKED,
        columns.STATUS,
        columns.CHARGE,
    ),
    filters=columns.FILTERS,
    acts_for=BILLERS,
    bulk=(ASK,),
    preview=PREVIEW,
    beside=beside,
)

OUT = Queue[Claim](
    name="claims.out",
    title="With payers",
    noun="claim",
    url_name="claims:out",
    bulk_url_name="claims:out_bulk",
    intro="Everything that is out and undecided, the longest out first.",
    rows=lambda practices, _now: with_reasons(claims_out(practices)),
    label=lambda claim: claim.control_number,
    record_url=claim_url,
    dollars="total_charge",
    empty="No claim is out. What you send waits here for the payer's decision.",
    columns=(
        columns.NUMBER,
        columns.PATIENT,
        columns.PAYER,
        columns.VISIT,
        SENT_AT,
        columns.STATUS,
        columns.CHARGE,
    ),
    filters=(columns.BY_STATUS, *columns.FILTERS),
    acts_for=BILLERS,
    bulk=(ASK,),
    preview=PREVIEW,
    beside=beside,
    taken_by_hand=False,
)

ALL = Queue[Claim](
    name="claims.all",
    title="All claims",
    noun="claim",
    url_name="claims:list",
    rows=lambda practices, _now: with_reasons(every_claim(practices)),
    label=lambda claim: claim.control_number,
    record_url=claim_url,
    dollars="total_charge",
    empty="No claim yet. A claim is made when a visit is coded.",
    columns=(
        columns.NUMBER,
        columns.PATIENT,
        columns.PAYER,
        columns.PROVIDER,
        columns.VISIT,
        columns.STATUS,
        columns.CHARGE,
    ),
    filters=(columns.BY_STATUS, *columns.FILTERS),
    preview=PREVIEW,
    beside=beside,
    taken_by_hand=False,
)


@require_GET
@allow(Role.BILLER, Role.MANAGER, Role.AUDITOR)
def held(request: StaffRequest) -> HttpResponse:
    """Claims that our own edits stopped."""
    return queue_page(request, HELD)


@require_POST
@allow(Role.BILLER)
def held_bulk(request: StaffRequest) -> HttpResponse:
    """Scrub the ticked claims again."""
    return bulk_page(request, HELD, by=request.user)


@require_GET
@allow(Role.BILLER, Role.MANAGER, Role.AUDITOR)
def rejected(request: StaffRequest) -> HttpResponse:
    """Claims that clearinghouse or payer turned down."""
    return queue_page(request, REJECTED)


@require_POST
@allow(Role.BILLER)
def rejected_bulk(request: StaffRequest) -> HttpResponse:
    """Scrub the ticked claims again."""
    return bulk_page(request, REJECTED, by=request.user)


@require_GET
@allow(Role.BILLER, Role.MANAGER, Role.AUDITOR)
def silent(request: StaffRequest) -> HttpResponse:
    """Claims on which the payer is silent."""
    return queue_page(request, SILENT)


@require_POST
@allow(Role.BILLER)
def silent_bulk(request: StaffRequest) -> HttpResponse:
    """Ask the payers of the ticked claims."""
    return bulk_page(request, SILENT, by=request.user)


@require_GET
@allow(Role.BILLER, Role.MANAGER, Role.AUDITOR)
def out(request: StaffRequest) -> HttpResponse:
    """Claims that are out and undecided."""
    return queue_page(request, OUT)


@require_POST
@allow(Role.BILLER)
def out_bulk(request: StaffRequest) -> HttpResponse:
    """Ask the payers of the ticked claims."""
    return bulk_page(request, OUT, by=request.user)


@require_GET
@allow(Role.BILLER, Role.CODER, Role.MANAGER, Role.AUDITOR)
def every(request: StaffRequest) -> HttpResponse:
    """All claims."""
    return queue_page(request, ALL)
