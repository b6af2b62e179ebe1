"""Records of the 271 that say more of a benefit or a member (005010X279A1)."""

from decimal import Decimal

from x12.loops import el, record


@record
class Delivery:
    """HSD: how a benefit may be used: `quantity` of `quantity_qualifier` (VS visits) `per` so many of `unit`.

    It holds for `period_count` times `period` (EB06's codes); `frequency` and `pattern` are HSD07 and HSD08.
    """

    quantity_qualifier: str = el(1)
    quantity: Decimal | None = el(2)
    unit: str = el(3)
    per: Decimal | None = el(4)
    period: str = el(5)
    period_count: Decimal | None = el(6)
    frequency: str = el(7)
    pattern: str = el(8)


@record
class Circumstance:
    """III (2115): where a benefit applies: a place of service (ZZ), a nature of injury (GR), or a text."""

    qualifier: str = el(1)
    code: str = el(2)
    category: str = el(3)
    text: str = el(4)


@record
class Message:
    """MSG: free text of the payer."""

    text: str = el(1)


@record
class MilitaryService:
    """MPI: a member's service: status of the information (A, C, L, O, P, S, T), employment, branch, rank, and
    the period as text in the format MPI06 names.
    """

    status: str = el(1)
    employment: str = el(2)
    branch: str = el(3)
    description: str = el(4)
    rank: str = el(5)
    format: str = el(6)
    period: str = el(7)
