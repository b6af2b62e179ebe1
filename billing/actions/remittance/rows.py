"""What an 835 says, as rows."""

from billing.actions.remittance.matching import Match
from billing.models import Adjustment, ProviderAdjustment, Remittance, RemittanceClaim, RemittanceLine
from billing.rules.advice import Advice, Reduction

BATCH = 2000


def store_rows(remittance: Remittance, advice: Advice, matches: list[Match], *, posting: bool) -> None:
    """Write claims, lines and adjustments, in the place of what an earlier try left.

    Only one that is being posted lays hold of the decisions it reverses.
    """
    remittance.claims.all().delete()
    remittance.provider_adjustments.all().delete()
    claims = RemittanceClaim.objects.bulk_create(
        (_claim(remittance, match, posting=posting) for match in matches), batch_size=BATCH
    )
    lines: list[RemittanceLine] = []
    adjustments: list[Adjustment] = []
    for row, match in zip(claims, matches, strict=True):
        adjustments += [_adjustment(row, None, reduction) for reduction in match.advice.reductions]
        for place, (said, ours, _) in enumerate(match.decided_lines()):
            line = RemittanceLine(
                practice_id=remittance.practice_id,
                remittance_claim=row,
                position=place,
                control_number=said.control_number,
                procedure_code=said.procedure_code,
                modifiers=list(said.modifiers),
                service_date=said.service_date,
                charge=said.charge,
                paid=said.paid,
                units=said.units,
                allowed=said.allowed,
                remark_codes=list(said.remark_codes),
                claim_line=ours,
                derived=said.derived,
            )
            lines.append(line)
            adjustments += [_adjustment(row, line, reduction) for reduction in said.reductions]
    RemittanceLine.objects.bulk_create(lines, batch_size=BATCH)
    Adjustment.objects.bulk_create(adjustments, batch_size=BATCH)
    ProviderAdjustment.objects.bulk_create(
        ProviderAdjustment(
            practice_id=remittance.practice_id,
            remittance=remittance,
            position=item.position,
            reason_code=item.reason_code,
            reference=item.reference,
            amount=item.amount,
        )
        for item in advice.provider_reductions
    )


def _claim(remittance: Remittance, match: Match, *, posting: bool) -> RemittanceClaim:
    said = match.advice
    return RemittanceClaim(
        practice_id=remittance.practice_id,
        remittance=remittance,
        position=said.position,
        control_number=said.control_number,
        status_code=said.status_code,
        charge=said.charge,
        paid=said.paid,
        patient_responsibility=said.patient_responsibility,
        payer_control_number=said.payer_control_number,
        remark_codes=list(said.remark_codes),
        crossover_payer=said.crossover_payer,
        claim=match.claim,
        coverage_id=match.claim.coverage_id if match.claim else None,
        reverses=match.reverses if posting else None,
    )


def _adjustment(row: RemittanceClaim, line: RemittanceLine | None, reduction: Reduction) -> Adjustment:
    return Adjustment(
        practice_id=row.practice_id,
        remittance_claim=row,
        line=line,
        group_code=reduction.group,
        reason_code=reduction.reason,
        amount=reduction.amount,
        quantity=reduction.quantity,
    )
