"""Reads of the denial queue."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from billing.models import Adjustment, Remittance, RemittanceLine
from billing.rules.advice import Reduction
from billing.rules.posting import DUPLICATE, PATIENT_SHARE, is_refusal
from claims.models import ClaimLine
from denials.models import Denial
from denials.rules.category import Category
from denials.rules.priority import Score, Stakes, score
from denials.states import LIVE, UNWORKED, DenialStatus
from patients.models import Guarantor
from practice.models import Practice
from rcm.money import ZERO

REVERSAL = "22"
PATIENT_RESPONSIBILITY = "PR"


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line a payer refused, with the weightiest reason and all dollars refused on it."""

    line: RemittanceLine
    group: str
    reason: str
    amount: Decimal


def decided_lines(*, remittance: Remittance) -> QuerySet[RemittanceLine]:
    """The lines of a posted remittance that decide something about a claim of ours; reversals left out."""
    lines = RemittanceLine.objects.filter(remittance_claim__remittance=remittance, claim_line__isnull=False)
    return (
        lines.exclude(remittance_claim__status_code=REVERSAL)
        .select_related(
            "remittance_claim__claim__coverage__payer", "remittance_claim__remittance", "claim_line"
        )
        .prefetch_related("adjustments")
        .order_by("remittance_claim__position", "position")
    )


def refusal_of(line: RemittanceLine) -> RefusedLine | None:
    """What was refused of a line; None when nothing was, or when the payer says that it decided before."""
    refused = [item for item in line.adjustments.all() if is_refusal(_reduction(item))]
    if not line.paid and {item.reason_code for item in refused} == {DUPLICATE}:
        return None
    amount = sum((item.amount for item in refused), ZERO)
    if not refused or amount <= ZERO:
        return None
    weightiest = max(refused, key=lambda item: (item.amount, -item.pk))
    return RefusedLine(line, weightiest.group_code, weightiest.reason_code, amount)


def is_granted(line: RemittanceLine) -> bool:
    """Whether a payer allowed something of a line: it pays, or leaves the plan's share to the patient."""
    shares = (item.amount for item in line.adjustments.all() if _is_patient_share(item))
    return line.paid > ZERO or sum(shares, ZERO) > ZERO


def earlier_denials(*, claim_line: ClaimLine, before: RemittanceLine) -> QuerySet[Denial]:
    """Denials of the same service and policy that wait for an end, older than this line."""
    return Denial.objects.filter(
        remittance_line__claim_line__coded_line_id=claim_line.coded_line_id,
        claim__coverage_id=claim_line.claim.coverage_id,
        remittance_line_id__lt=before.pk,
        status__in=LIVE,
    ).order_by("pk")


def guarantor_of(denial: Denial) -> Guarantor:
    """Who answers for what the payer leaves of the denied line."""
    return denial.claim.encounter.patient.guarantor


def has_open_appeal(guarantor: Guarantor) -> bool:
    """Whether a payer still thinks about an appeal that can change what this guarantor owes."""
    appealed = Denial.objects.filter(status=DenialStatus.APPEALED, group_code=PATIENT_RESPONSIBILITY)
    return appealed.filter(claim__encounter__patient__guarantor=guarantor).exists()


def work_queue(*, practice: Practice, today: date) -> list[tuple[Denial, Score]]:
    """What waits for a person, the most pressing first; a deadline within five business days goes first."""
    waiting = Denial.objects.filter(practice=practice, status__in=UNWORKED)
    record = _record(practice)
    scored = [(denial, _score(denial, record, today)) for denial in waiting]
    return sorted(scored, key=lambda pair: (not pair[1].jumps_the_queue, -pair[1].value, pair[0].pk))


def _score(denial: Denial, record: dict[str, tuple[int, int]], today: date) -> Score:
    won, worked = record.get(denial.category, (0, 0))
    stakes = Stakes(Category(denial.category), denial.amount, denial.deadline_on, won, worked)
    return score(stakes, today=today)


def _record(practice: Practice) -> dict[str, tuple[int, int]]:
    """By category: how many denials were won, of how many that came to an end."""
    ended = (DenialStatus.WON, DenialStatus.LOST, DenialStatus.WRITTEN_OFF)
    record: dict[str, tuple[int, int]] = {}
    rows = Denial.objects.filter(practice=practice, status__in=ended).values_list("category", "status")
    for category, status in rows:
        won, worked = record.get(category, (0, 0))
        record[category] = (won + (status == DenialStatus.WON), worked + 1)
    return record


def _is_patient_share(item: Adjustment) -> bool:
    return item.group_code == "PR" and item.reason_code in PATIENT_SHARE


def _reduction(item: Adjustment) -> Reduction:
    return Reduction(item.group_code, item.reason_code, item.amount)
