"""What we know of the claims that an 835 speaks of, read in a handful of statements whatever its size."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Prefetch, Q

from billing.models import Adjustment, Charge, Remittance, RemittanceClaim
from billing.rules.advice import REVERSAL, Advice, ClaimAdvice, LineAdvice, Reduction
from billing.rules.match import BilledLine, rank_answered
from billing.states import RemittanceStatus
from claims.models import Claim, ClaimLine, Frequency
from claims.states import REPLACED
from patients.models import Coverage, Rank
from practice.models import Payer, PayerIdentifier, Practice, WireTransaction

T = TypeVar("T")

TURNS = {rank: turn for turn, rank in enumerate(Rank.values)}


@dataclass(frozen=True, slots=True)
class Known:
    """Our side of an 835. Claims by number, and by visit and rank; the rest by the ids named."""

    numbered: dict[str, Claim]
    in_turn: dict[tuple[int, str], Claim]
    lines: dict[int, list[ClaimLine]]
    numbers_of_coded_line: dict[int, frozenset[str]]
    charges: dict[int, Charge]
    coverages: dict[int, list[Coverage]]
    decided: dict[int, list[RemittanceClaim]]

    def claim_answered(self, advice: ClaimAdvice, payer: Payer | None) -> Claim | None:
        """The claim whose turn an advised claim answers: CLP01, and CLP02 where a later payer got it by
        crossover and answers under the first one's number (domain.md section 11, case 1). A payer that has
        one of both turns is believed by its name, not by CLP02. None when unknown.
        """
        claim = self.numbered.get(advice.control_number)
        rank = rank_answered(advice.status_code)
        if claim is None or not rank or rank == claim.coverage.rank:
            return claim
        other = self.in_turn.get((claim.encounter_id, rank))
        own = payer is not None and payer.pk == claim.coverage.payer_id
        others = payer is not None and other is not None and payer.pk == other.coverage.payer_id
        return claim if own and not others else other

    def billed_lines(self, claim: Claim) -> list[BilledLine]:
        """The claim's lines as the matching rule sees them, in their order."""
        return [
            BilledLine(
                control_numbers=self.numbers_of_coded_line[line.coded_line_id],
                procedure_code=line.procedure_code,
                modifiers=tuple(line.modifiers),
                service_date=line.service_date,
                charge=line.charge,
            )
            for line in self.lines[claim.pk]
        ]

    def next_coverage(self, claim: Claim) -> Coverage | None:
        """Who is to be asked after this claim's payer: the next policy in force on the day of service."""
        day, turn = claim.encounter.service_date, TURNS[claim.coverage.rank]
        later = [
            coverage
            for coverage in self.coverages[claim.encounter.patient_id]
            if TURNS[coverage.rank] > turn and coverage.is_in_force(day)
        ]
        return min(later, key=lambda coverage: TURNS[coverage.rank], default=None)


def known_of(*, practice: Practice, advice: Advice) -> Known:
    """Everything of ours that an 835 may speak of."""
    numbers = {claim.control_number for claim in advice.claims}
    named = Claim.objects.filter(practice=practice, control_number__in=numbers)
    visits = set(named.values_list("encounter_id", flat=True))
    claims = list(
        Claim.objects.filter(practice=practice, encounter_id__in=visits)
        .select_related("encounter__patient", "coverage__payer")
        .order_by("pk")
    )
    lines = list(ClaimLine.objects.filter(claim__in=[claim.pk for claim in claims]).order_by("position"))
    charges = Charge.objects.filter(practice=practice, service_line__encounter_id__in=visits)
    return Known(
        numbered={claim.control_number: claim for claim in claims},
        in_turn={
            (claim.encounter_id, claim.coverage.rank): claim
            for claim in claims
            if claim.status not in REPLACED and claim.frequency != Frequency.VOID
        },
        lines=_grouped(lines, "claim_id"),
        numbers_of_coded_line={
            coded: frozenset(line.control_number for line in same)
            for coded, same in _grouped(lines, "coded_line_id").items()
        },
        charges={charge.service_line_id: charge for charge in charges},
        coverages=_coverages({claim.encounter.patient_id for claim in claims}),
        decided=_decided(practice, visits),
    )


def payer_of(*, practice: Practice, advice: Advice) -> Payer | None:
    """Who sent an 835: by its originator id (TRN03), else by the payer's own numbers; None when unknown."""
    payers = Payer.objects.filter(organization_id=practice.organization_id)
    identified = PayerIdentifier.objects.filter(
        transaction=WireTransaction.REMITTANCE, number=advice.originator_number
    )
    by_originator = payers.filter(pk__in=identified.values("payer_id"))
    by_number = payers.filter(payer_number__in=advice.payer_numbers)
    return by_originator.order_by("pk").first() or by_number.order_by("pk").first()


def as_advice(row: RemittanceClaim) -> ClaimAdvice:
    """A stored decision in the words of the 835. Prefetch lines, their adjustments, and adjustments."""
    return ClaimAdvice(
        position=row.position,
        control_number=row.control_number,
        status_code=row.status_code,
        charge=row.charge,
        paid=row.paid,
        patient_responsibility=row.patient_responsibility,
        payer_control_number=row.payer_control_number,
        reductions=_reductions(item for item in row.adjustments.all() if item.line_id is None),
        lines=tuple(
            LineAdvice(
                charge=line.charge,
                paid=line.paid,
                reductions=_reductions(line.adjustments.all()),
                control_number=line.control_number,
                procedure_code=line.procedure_code,
                modifiers=tuple(line.modifiers),
                service_date=line.service_date,
                derived=line.derived,
            )
            for line in row.lines.all()
        ),
    )


def entry_key(row: RemittanceClaim) -> str:
    """The key of the entry that posted a decision."""
    return f"remittance:{row.remittance_id}:{row.position}"


def parked_about_the_same_visits(remittance: Remittance) -> list[Remittance]:
    """Parked remittances that speak of a visit which this one has just decided, oldest first."""
    visits = remittance.claims.filter(claim__isnull=False).values("claim__encounter_id")
    numbers = Claim.objects.filter(encounter_id__in=visits).values("control_number")
    parked = Remittance.objects.filter(
        practice_id=remittance.practice_id,
        status=RemittanceStatus.PARKED,
        claims__control_number__in=numbers,
    )
    return list(parked.distinct().order_by("pk"))


def _decided(practice: Practice, visits: set[int]) -> dict[int, list[RemittanceClaim]]:
    """By visit, the decisions that stand: posted, and not taken back since."""
    rows = RemittanceClaim.objects.filter(
        ~Q(status_code=REVERSAL),
        practice=practice,
        remittance__status=RemittanceStatus.POSTED,
        claim__encounter_id__in=visits,
        reversed_by=None,
    ).select_related("claim", "remittance")
    reasons = Adjustment.objects.order_by("pk")
    rows = rows.prefetch_related(Prefetch("adjustments", reasons), Prefetch("lines__adjustments", reasons))
    found: dict[int, list[RemittanceClaim]] = defaultdict(list)
    for row in rows.order_by("pk"):
        assert row.claim is not None
        found[row.claim.encounter_id].append(row)
    return found


def _coverages(patients: set[int]) -> dict[int, list[Coverage]]:
    return _grouped(Coverage.objects.filter(patient_id__in=patients).order_by("pk"), "patient_id")


def _reductions(adjustments: Iterable[Adjustment]) -> tuple[Reduction, ...]:
    return tuple(Reduction(item.group_code, item.reason_code, item.amount) for item in adjustments)


def _grouped(rows: Iterable[T], by: str) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for row in rows:
        found[getattr(row, by)].append(row)
    return found
