"""Reads of the denial queue."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Count, F, Func, IntegerField, Q, QuerySet, Value

from billing.models import Adjustment, Remittance, RemittanceLine, WriteOff
from billing.rules.advice import Reduction
from billing.rules.posting import DUPLICATE, PATIENT_SHARE, is_refusal
from claims.models import ClaimLine
from denials.models import Appeal, Denial
from denials.rules.category import Category
from denials.rules.priority import Score, Stakes, score
from denials.states import LIVE, UNWORKED, AppealStatus, DenialStatus
from patients.models import Guarantor
from rcm.money import ZERO
from x12.codes import adjustment_reason

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


def work_queue(*, practices: Collection[int], today: date) -> list[tuple[int, Score]]:
    """What waits for a person, by primary key, the most pressing first.

    A deadline within five business days goes before everything; then what is worth most and lasts least.
    """
    record = _record(practices)
    waiting = Denial.objects.of(practices).filter(status__in=UNWORKED)
    scored = [
        (pk, score(Stakes(Category(category), amount, last_day, *record.get(category, (0, 0))), today=today))
        for pk, category, amount, last_day in waiting.values_list("pk", "category", "amount", "deadline_on")
    ]
    return sorted(scored, key=lambda pair: (not pair[1].jumps_the_queue, -pair[1].value, pair[0]))


def waiting_denials(*, practices: Collection[int], today: date) -> QuerySet[Denial]:
    """The same as rows, in the same order."""
    ranked = [pk for pk, _ in work_queue(practices=practices, today=today)]
    ids = Value(ranked, output_field=ArrayField(BigIntegerField()))
    rank = Func(ids, F("pk"), function="array_position", output_field=IntegerField())
    return known_denials(practices=practices).filter(status__in=UNWORKED).order_by(rank, "pk")


def known_denials(*, practices: Collection[int]) -> QuerySet[Denial]:
    """Every denial with what a page says of it, the latest first."""
    denials = Denial.objects.of(practices).select_related(
        "claim__encounter__patient", "claim__coverage__payer", "remittance_line", "assigned_to"
    )
    return denials.order_by("-opened_at", "-pk")


def score_of(denial: Denial, *, today: date) -> Score:
    """Why a denial stands where it does in the queue."""
    won, worked = _record([denial.practice_id]).get(denial.category, (0, 0))
    stakes = Stakes(Category(denial.category), denial.amount, denial.deadline_on, won, worked)
    return score(stakes, today=today)


def _record(practices: Collection[int]) -> dict[str, tuple[int, int]]:
    """By category: how many denials were won, of how many that came to an end."""
    ended = (DenialStatus.WON, DenialStatus.LOST, DenialStatus.WRITTEN_OFF)
    rows = Denial.objects.of(practices).filter(status__in=ended).values("category")
    counted = rows.annotate(won=Count("pk", filter=Q(status=DenialStatus.WON)), worked=Count("pk"))
    return {row["category"]: (row["won"], row["worked"]) for row in counted}


def _is_patient_share(item: Adjustment) -> bool:
    return item.group_code == "PR" and item.reason_code in PATIENT_SHARE


def _reduction(item: Adjustment) -> Reduction:
    return Reduction(item.group_code, item.reason_code, item.amount)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One adjustment of the denied line, as received."""

    group: str
    reason: str
    amount: Decimal
    refused: bool

    @property
    def code(self) -> str:
        """`CO-197`."""
        return f"{self.group}-{self.reason}"

    @property
    def words(self) -> str:
        """What the code says."""
        return adjustment_reason(self.reason).label

    @property
    def segment(self) -> str:
        """The adjustment as a CAS writes it."""
        return f"CAS*{self.group}*{self.reason}*{self.amount}"


def refused_amounts(denial: Denial) -> list[Refusal]:
    """Every adjustment of the line; `refused` marks those that the denial is about."""
    items = denial.remittance_line.adjustments.order_by("pk")
    return [
        Refusal(item.group_code, item.reason_code, item.amount, is_refusal(_reduction(item)))
        for item in items
    ]


def write_offs_of(denial: Denial) -> list[WriteOff]:
    """What was asked to be given up of it, oldest first."""
    links = denial.write_offs.select_related("write_off__requested_by", "write_off__decided_by")
    return [link.write_off for link in links.order_by("pk")]


def open_letter(denial: Denial) -> Appeal | None:
    """The letter that is being written; None when none is."""
    return denial.appeals.filter(status=AppealStatus.DRAFT).first()
