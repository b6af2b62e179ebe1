"""Claims by their numbers, and what belongs to one."""

from claims.models import Claim, ClaimLine, Finding, Frequency, Submission
from claims.states import REPLACED
from clearinghouse.models import Interchange
from patients.queries import covers
from practice.models import Practice


def claim_numbered(*, practice: Practice, control_number: str) -> Claim | None:
    """The claim with this CLM01, as an 835 or 277CA names it; None when the practice has no such claim."""
    found = Claim.objects.filter(practice=practice, control_number=control_number.strip().upper())
    return found.select_related("encounter", "coverage", "coverage__payer").first()


def claim_for_turn(*, claim: Claim, rank: str) -> Claim | None:
    """The live claim about the same visit to the payer of that rank (P, S, T); None when there is none."""
    same_visit = Claim.objects.filter(encounter_id=claim.encounter_id, coverage__rank=rank)
    live = same_visit.exclude(status__in=REPLACED).exclude(frequency=Frequency.VOID)
    return live.select_related("encounter", "coverage", "coverage__payer").order_by("-pk").first()


def lines_of(claim: Claim) -> list[ClaimLine]:
    """The service lines as billed, in order."""
    return list(claim.lines.order_by("position"))


def authorization_for(claim: Claim) -> str:
    """The number of the payer's prior consent: the visit's own, else the first that covers a procedure of it.

    Empty without one.
    """
    chosen = claim.encounter.authorization
    if chosen is not None and chosen.coverage_id == claim.coverage_id:
        return chosen.number
    for line in claim.encounter.service_lines.order_by("position"):
        found = covers(coverage=claim.coverage, procedure_code=line.procedure_code, day=line.service_date)
        if found is not None:
            return found.number
    return ""


def open_findings(claim: Claim) -> list[Finding]:
    """Why the claim is held, oldest first; empty when nothing holds it."""
    return list(claim.findings.filter(cleared_at=None).order_by("pk"))


def claims_of_interchange(interchange: Interchange) -> list[Submission]:
    """Every claim's place in an interchange of ours, in order; empty when it carried no claims."""
    placed = Submission.objects.filter(batch__interchange=interchange)
    return list(placed.select_related("claim", "batch").order_by("pk"))
