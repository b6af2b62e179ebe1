"""Reads of master data by the work: numbers on the wire, contracts, prices."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Q

from practice.models import Contract, Fee, Payer, PayerIdentifier, Practice, WireTransaction


def all_practice_ids() -> list[int]:
    """Every practice, for background work that goes through all of them and states so."""
    return list(Practice.objects.order_by("pk").values_list("pk", flat=True))


def wire_number(*, payer: Payer, clearinghouse: str, transaction: WireTransaction) -> str:
    """The id by which this clearinghouse knows the payer for this transaction; else its own number."""
    return wire_numbers(payers=[payer], clearinghouse=clearinghouse, transaction=transaction)[payer.pk]


def wire_numbers(
    *, payers: Iterable[Payer], clearinghouse: str, transaction: WireTransaction
) -> dict[int, str]:
    """`wire_number` of many payers, by primary key, in one statement."""
    own = {payer.pk: payer.payer_number for payer in payers}
    known = PayerIdentifier.objects.filter(
        payer__in=own, clearinghouse=clearinghouse, transaction=transaction
    ).exclude(number="")
    return own | dict(known.values_list("payer_id", "number"))


def contract_on(*, practice: Practice, payer: Payer, day: date) -> Contract | None:
    """The agreement in force on that day, the latest if several overlap; None without one."""
    in_force = Contract.objects.filter(practice=practice, payer=payer, effective_on__lte=day)
    return in_force.filter(Q(ended_on=None) | Q(ended_on__gte=day)).order_by("-effective_on").first()


def charge_for(*, practice: Practice, procedure_code: str, modifiers: list[str], day: date) -> Decimal | None:
    """What the practice charges for one unit on that day; None without a fee.

    A fee for one of the modifiers goes before the plain one.
    """
    return _price(Q(fee_schedule__contract=None), practice, procedure_code, modifiers, day)


def fees_for(
    *, practice: Practice, wanted: Iterable[tuple[str, tuple[str, ...]]], day: date
) -> dict[tuple[str, tuple[str, ...]], Fee]:
    """`charge_for` of many (procedure, modifiers) in one statement: the fees, with their schedules.

    What has no fee on that day is left out.
    """
    asked = list(wanted)
    fees = Fee.objects.filter(
        Q(fee_schedule__ended_on=None) | Q(fee_schedule__ended_on__gte=day),
        practice=practice,
        fee_schedule__contract=None,
        fee_schedule__effective_on__lte=day,
        procedure_code__in={code for code, _ in asked},
    )
    in_order = list(
        fees.select_related("fee_schedule").order_by("-modifier", "-fee_schedule__effective_on", "pk")
    )
    found = {
        (code, modifiers): next(
            (fee for fee in in_order if fee.procedure_code == code and fee.modifier in ("", *modifiers)), None
        )
        for code, modifiers in asked
    }
    return {key: fee for key, fee in found.items() if fee is not None}


def allowed_for(
    *, contract: Contract, procedure_code: str, modifiers: list[str], day: date
) -> Decimal | None:
    """What the contract allows for one unit on that day; None where its fee schedule is silent."""
    return _price(Q(fee_schedule__contract=contract), contract.practice, procedure_code, modifiers, day)


def _price(of: Q, practice: Practice, code: str, modifiers: list[str], day: date) -> Decimal | None:
    fees = Fee.objects.filter(
        of,
        Q(fee_schedule__ended_on=None) | Q(fee_schedule__ended_on__gte=day),
        practice=practice,
        procedure_code=code,
        modifier__in=["", *modifiers],
        fee_schedule__effective_on__lte=day,
    )
    return fees.order_by("-modifier", "-fee_schedule__effective_on").values_list("amount", flat=True).first()
