"""What the queues of claims show of a claim, how they filter, and what status means."""

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse

from claims.models import Claim, Finding, StatusEvent
from claims.queries import OUTSIDE
from claims.states import ClaimStatus
from patients.models import listed
from practice.models import Payer, called
from practice.queries import providers_by_name
from rcm.ui.cells import Coded, Column, Fields, Kind, Status
from rcm.ui.filters import Choices, Filter, choices_of
from rcm.ui.timeline import Tone
from rcm.ui.words import day
from x12.ack_999 import ACCEPTANCE, INTERCHANGE_NOTES
from x12.claim_status import CATEGORIES

TONES: dict[str, Tone] = {
    ClaimStatus.HELD: "attention",
    ClaimStatus.REJECTED: "bad",
    ClaimStatus.READY: "information",
    ClaimStatus.QUEUED: "information",
    ClaimStatus.SENT: "information",
    ClaimStatus.RECEIVED: "information",
    ClaimStatus.ACCEPTED: "information",
    ClaimStatus.PENDING: "information",
    ClaimStatus.CROSSED_OVER: "information",
    ClaimStatus.UNKNOWN: "attention",
    ClaimStatus.PAID: "good",
    ClaimStatus.PARTIALLY_PAID: "attention",
    ClaimStatus.DENIED: "bad",
}
"""What a status means; the others are plain."""

_LABELS: dict[str, str] = dict(ClaimStatus.choices)


def _status(status: str) -> Status:
    return Status(_LABELS[status], TONES.get(status, "plain"))


def status_of(claim: Claim) -> Status:
    """The claim's status in words, with its meaning."""
    return _status(claim.status)


def claim_url(claim: Claim) -> str:
    """Where the claim is shown."""
    return reverse("claims:claim", args=[claim.public_id])


def words_of(said: StatusEvent) -> Coded:
    """The code by which a document judged a claim, with its words: A7:21, R, 000."""
    if said.kind == "999":
        return Coded(said.category_code, ACCEPTANCE.get(said.category_code, said.message))
    if said.kind == "TA1":
        return Coded(said.category_code, INTERCHANGE_NOTES.get(said.status_code, said.message))
    code = ":".join(part for part in (said.category_code, said.status_code) if part)
    return Coded(code, CATEGORIES.get(said.category_code, said.message) if code else said.message)


def rejection_of(claim: Claim) -> Coded:
    """Who turned the claim down, by which code; needs `with_reasons`."""
    finding = next((found for found in findings_of(claim) if found.edit in OUTSIDE), None)
    if finding is None:
        return Coded("", "")
    said = [event for event in getattr(claim, "said", []) if event.kind == finding.edit]
    code = words_of(said[-1]).code if said else ""
    return Coded(f"{finding.edit} {code}".strip(), finding.message)


def findings_of(claim: Claim) -> list[Finding]:
    """What holds the claim; needs `with_reasons`."""
    found: list[Finding] = getattr(claim, "open_findings", [])
    return found


def _first_reason(claim: Claim) -> Coded:
    found = findings_of(claim)
    return Coded(found[0].edit, found[0].message) if found else Coded("", "")


def _every_reason(claim: Claim) -> str:
    return "; ".join(f"{found.edit} {found.message}" for found in findings_of(claim))


def _more_reasons(claim: Claim) -> str:
    more = len(findings_of(claim)) - 1
    return f"and {more} more" if more > 0 else ""


def _deadline(claim: Claim) -> str:
    last_day = getattr(claim, "file_by", None)
    return f"file by {day(last_day)}" if last_day else day(claim.encounter.service_date)


_PATIENT = Fields(
    (
        "encounter__patient__last_name",
        "encounter__patient__suffix",
        "encounter__patient__first_name",
        "encounter__patient__middle_name",
    ),
    listed,
)
_PROVIDER = Fields(
    (
        "encounter__rendering_provider__first_name",
        "encounter__rendering_provider__last_name",
        "encounter__rendering_provider__credential",
    ),
    called,
)
_VISIT = Fields(("encounter__service_date",))

NUMBER = Column[Claim]("claim", "Claim", Fields(("control_number",)), sort=("control_number",))
PATIENT = Column[Claim](
    "patient",
    "Patient",
    _PATIENT,
    sort=("encounter__patient__last_name", "encounter__patient__first_name"),
)
PATIENT_AND_PAYER = Column[Claim](
    "patient",
    "Patient and payer",
    _PATIENT,
    sort=("encounter__patient__last_name", "encounter__patient__first_name"),
    detail=lambda claim: f"{claim.coverage.payer.name}, {claim.coverage.get_rank_display().lower()}",
)
PAYER = Column[Claim](
    "payer",
    "Payer",
    Fields(("coverage__payer__name",)),
    sort=("coverage__payer__name",),
    detail=lambda claim: claim.coverage.get_rank_display(),
    wide=True,
)
PROVIDER = Column[Claim](
    "provider",
    "Provider",
    _PROVIDER,
    sort=("encounter__rendering_provider__last_name",),
    wide=True,
)
VISIT = Column[Claim](
    "visit",
    "Visit",
    _VISIT,
    Kind.AGE,
    ("encounter__service_date",),
)
VISIT_AND_DEADLINE = Column[Claim](
    "visit",
    "Visit",
    _VISIT,
    Kind.AGE,
    ("encounter__service_date",),
    detail=lambda claim: _deadline(claim),
)
FILE_BY = Column[Claim](
    "file_by",
    "File by",
    lambda claim: getattr(claim, "file_by", None),
    Kind.DAY,
    ("file_by",),
    wide=True,
)
CHARGE = Column[Claim]("charge", "Charge", Fields(("total_charge",)), Kind.MONEY, ("total_charge",))
STATUS = Column[Claim]("status", "Status", Fields(("status",), _status), Kind.STATUS, ("status",))
HELD_BECAUSE = Column[Claim]("why", "Held because", _first_reason, detail=_more_reasons)
EVERY_REASON = Column[Claim]("why", "Held because", _every_reason)
"""For a file: all that holds the claim."""
TURNED_DOWN_BECAUSE = Column[Claim]("why", "Turned down by", rejection_of, detail=_more_reasons)


def _payers(practices: Sequence[int]) -> Choices:
    payers = Payer.objects.filter(coverages__practice__in=practices).distinct().order_by("name")
    return choices_of(payers)


def _providers(practices: Sequence[int]) -> Choices:
    return choices_of(providers_by_name(practices))


def _statuses(_practices: Sequence[int]) -> Choices:
    return [(status.value, status.label) for status in ClaimStatus]


FILTERS = (
    Filter("payer", "Payer", lambda value: Q(coverage__payer__public_id=value), _payers),
    Filter(
        "provider", "Provider", lambda value: Q(encounter__rendering_provider__public_id=value), _providers
    ),
    Filter("since", "Visit from", lambda day: Q(encounter__service_date__gte=day), kind="day"),
    Filter("until", "Visit to", lambda day: Q(encounter__service_date__lte=day), kind="day"),
    Filter("least", "Charge from", lambda amount: Q(total_charge__gte=amount), kind="amount"),
)
BY_STATUS = Filter("status", "Status", lambda value: Q(status=value), _statuses)
