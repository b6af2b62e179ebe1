"""A claim that its payer took apart (MA15) and decided in several CLPs of one remittance."""

from collections.abc import Sequence
from dataclasses import replace

from billing.rules.advice import ClaimAdvice
from rcm.money import ZERO

SEPARATED = "MA15"
"""The claim was separated; the other services are reported apart."""


def joined(claims: Sequence[ClaimAdvice]) -> tuple[ClaimAdvice, ...]:
    """The claims with the parts of a separated one put together where its first part stands.

    Parts bear our number, the same CLP02 and the remark; each keeps its lines and reasons. The whole bears
    the payer's number of the first. Parts that come in another remittance are not seen here.
    """
    parts: dict[tuple[str, str], list[ClaimAdvice]] = {}
    for claim in claims:
        if SEPARATED in claim.remark_codes and claim.lines:
            parts.setdefault((claim.control_number, claim.status_code), []).append(claim)
    wholes = {found[0].position: _whole(found) for found in parts.values()}
    further = {part.position for found in parts.values() for part in found[1:]}
    return tuple(wholes.get(claim.position, claim) for claim in claims if claim.position not in further)


def _whole(parts: Sequence[ClaimAdvice]) -> ClaimAdvice:
    return replace(
        parts[0],
        charge=sum((part.charge for part in parts), ZERO),
        paid=sum((part.paid for part in parts), ZERO),
        patient_responsibility=sum((part.patient_responsibility for part in parts), ZERO),
        reductions=tuple(reduction for part in parts for reduction in part.reductions),
        remark_codes=tuple(dict.fromkeys(code for part in parts for code in part.remark_codes)),
        lines=tuple(line for part in parts for line in part.lines),
    )
