"""Remittances as pages show them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from billing.models import Adjustment, Remittance, RemittanceClaim, RemittanceLine
from billing.states import RemittanceStatus
from claims.models import Claim
from rcm.money import ZERO


@dataclass(frozen=True, slots=True)
class Proof:
    """What the 835 says of itself: claims paid, less the adjustments beside them, is the payment."""

    claims_paid: Decimal
    beside: Decimal
    stated: Decimal

    @property
    def difference(self) -> Decimal:
        """Zero when it balances."""
        return self.claims_paid - self.beside - self.stated

    @property
    def balances(self) -> bool:
        """Whether the sum is the payment."""
        return self.difference == ZERO


def known_remittances(*, practices: Collection[int]) -> QuerySet[Remittance]:
    """Every remittance with its number of claims, the latest first."""
    remittances = Remittance.objects.of(practices).select_related("payer", "document__interchange")
    return remittances.annotate(claim_count=Count("claims")).order_by("-document__pk")


def parked_remittances(*, practices: Collection[int]) -> QuerySet[Remittance]:
    """What waits for a person, the oldest first."""
    parked = known_remittances(practices=practices).filter(status=RemittanceStatus.PARKED)
    return parked.order_by("document__pk")


def proof_of(remittance: Remittance) -> Proof:
    """The payment against what it is made of."""
    paid = remittance.claims.aggregate(sum=Sum("paid"))["sum"] or ZERO
    beside = remittance.provider_adjustments.aggregate(sum=Sum("amount"))["sum"] or ZERO
    return Proof(paid, beside, remittance.amount)


def decisions_of(remittance: Remittance) -> QuerySet[RemittanceClaim]:
    """The claims decided, in the payer's order, with lines, reasons and our claims."""
    on_line = Prefetch("adjustments", Adjustment.objects.order_by("pk"))
    lines = RemittanceLine.objects.select_related("claim_line").prefetch_related(on_line)
    of_claim = Adjustment.objects.filter(line=None).order_by("pk")
    decided = remittance.claims.select_related("claim__encounter__patient", "claim__coverage__payer")
    return decided.prefetch_related(
        Prefetch("lines", lines.order_by("position")),
        Prefetch("adjustments", of_claim, to_attr="claim_level"),
    ).order_by("position")


def unmatched_decisions(remittance: Remittance) -> QuerySet[RemittanceClaim]:
    """The claims decided of which one line or all is not known to be ours."""
    strange = RemittanceLine.objects.filter(remittance_claim=OuterRef("pk"), claim_line=None)
    return decisions_of(remittance).filter(Q(claim=None) | Exists(strange))


def likely_claims(decision: RemittanceClaim) -> list[Claim]:
    """Claims of ours that a decision may mean: the same charge, on a day of service it names."""
    days: set[date] = {line.service_date for line in decision.lines.all() if line.service_date}
    claims = Claim.objects.filter(practice_id=decision.practice_id, total_charge=decision.charge)
    if days:
        claims = claims.filter(encounter__service_date__in=days)
    named = claims.select_related("encounter__patient", "coverage__payer")
    return list(named.order_by("-encounter__service_date", "-pk")[:5])
