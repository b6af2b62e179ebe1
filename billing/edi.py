"""The 835 in our own words. Texts are cut to what their columns hold; the document keeps the whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from billing.rules.advice import Advice, ClaimAdvice, LineAdvice, ProviderReduction, Reduction
from billing.rules.balance import gate
from billing.rules.separated import joined
from clearinghouse.models import Document
from clearinghouse.queries import transaction_of
from rcm.money import money
from x12.errors import X12Error
from x12.records import Adjustment
from x12.remittance_835 import ClaimPayment, Remittance, ServicePayment, read
from x12.segments import Segment

LIMIT = Decimal(10) ** 10


class UnreadableRemittance(Exception):
    """An 835 that cannot even be put on the list of exceptions. `reason` is worded for a person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Read:
    """An 835 in our words, and why it may not be posted (empty when it may)."""

    advice: Advice
    objections: list[str]


def read_advice(document: Document) -> Read:
    """What an 835 document says. Raises UnreadableRemittance without a trace, or with absurd amounts."""
    transaction = transaction_of(document)
    try:
        remittance = read(transaction)
    except X12Error as error:
        raise UnreadableRemittance(f"It cannot be read: {error}.") from error
    if not _text(remittance.trace_number, 60):
        raise UnreadableRemittance("It has no trace number (TRN02), so it cannot be told from another.")
    if len(remittance.trace_number) > 50:
        raise UnreadableRemittance("Its trace number (TRN02) is longer than 50 characters.")
    if any(abs(amount) >= LIMIT for amount in _amounts(remittance)):
        raise UnreadableRemittance("An amount is beyond ten digits.")
    if remittance.paid < 0:
        raise UnreadableRemittance(f"Its payment amount (BPR02) is negative: {remittance.paid:.2f}.")
    return Read(_advice(remittance), gate(remittance, complete=transaction.complete))


def same_text(document: Document, other: Document) -> bool:
    """Whether two documents say the same between ST and SE, whatever envelopes they came in."""
    return _body(document) == _body(other)


def _body(document: Document) -> tuple[Segment, ...]:
    return transaction_of(document).segments[1:-1]


def _advice(remittance: Remittance) -> Advice:
    payer, payee = remittance.payer, remittance.payee
    numbers = [
        payer.id,
        *(ref.value for ref in payer.references if ref.qualifier in {"2U", "EO", "NF", "HI"}),
    ]
    tax_numbers = [ref.value for ref in payee.references if ref.qualifier == "TJ"]
    if payee.id_qualifier == "FI":
        tax_numbers.insert(0, payee.id)
    return Advice(
        trace_number=_text(remittance.trace_number, 50),
        originator_number=_text(remittance.originator, 10),
        method=_text(remittance.method, 3),
        amount=money(remittance.paid),
        effective_on=remittance.effective_on,
        produced_on=remittance.produced_on,
        payer_name=_text(payer.name, 60),
        payer_numbers=tuple(filter(None, (_text(number, 40) for number in numbers))),
        payee_npi=_text(payee.id, 20) if payee.id_qualifier == "XX" else "",
        payee_tax_number=_text(next(iter(tax_numbers), ""), 20).replace("-", ""),
        claims=joined([_claim(claim, place) for place, claim in enumerate(remittance.claims())]),
        provider_reductions=tuple(
            ProviderReduction(place, _text(item.reason, 2), _text(item.reference, 50), money(item.amount))
            for place, item in enumerate(remittance.provider_adjustments)
        ),
    )


def _claim(claim: ClaimPayment, place: int) -> ClaimAdvice:
    remarks: list[str] = list(claim.outpatient.remarks) if claim.outpatient else []
    if claim.inpatient:
        remarks += [claim.inpatient.remark, *claim.inpatient.remarks]
    crossover = claim.crossover_payer
    return ClaimAdvice(
        position=place,
        control_number=_text(claim.control_number, 38),
        status_code=_text(claim.status, 2),
        charge=money(claim.charge),
        paid=money(claim.paid),
        patient_responsibility=money(claim.patient_responsibility or 0),
        payer_control_number=_text(claim.payer_claim_control_number, 50),
        reductions=_reductions(claim.adjustments),
        remark_codes=_codes(remarks),
        crossover_payer=_text(crossover.last, 60) if crossover else "",
        lines=tuple(_line(line, claim) for line in claim.lines),
    )


def _line(line: ServicePayment, claim: ClaimPayment) -> LineAdvice:
    procedure = line.submitted_procedure or line.procedure
    return LineAdvice(
        charge=money(line.charge),
        paid=money(line.paid),
        reductions=_reductions(line.adjustments),
        control_number=_text(line.control_number, 50),
        procedure_code=_text(procedure.code, 48),
        modifiers=tuple(_text(modifier, 2) for modifier in procedure.modifiers if modifier),
        service_date=line.service_date or line.service_from or claim.statement_from,
        units=line.units if line.units is None or abs(line.units) < LIMIT else None,
        allowed=None if line.allowed is None else money(line.allowed),
        remark_codes=_codes(remark.code for remark in line.remarks if remark.qualifier == "HE"),
    )


def _reductions(adjustments: Iterable[Adjustment]) -> tuple[Reduction, ...]:
    return tuple(
        Reduction(
            _text(item.group, 2),
            _text(item.reason, 5),
            money(item.amount),
            None if item.quantity is None or abs(item.quantity) >= LIMIT else item.quantity,
        )
        for item in adjustments
    )


def _codes(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(filter(None, (_text(code, 10) for code in codes)))


def _text(text: str, limit: int) -> str:
    """Printable characters only: the database takes no NUL."""
    return "".join(filter(str.isprintable, text)).strip()[:limit]


def _amounts(remittance: Remittance) -> Iterable[Decimal]:
    yield remittance.paid
    yield from (item.amount for item in remittance.provider_adjustments)
    for claim in remittance.claims():
        yield from (claim.charge, claim.paid, claim.patient_responsibility or Decimal(0))
        yield from (item.amount for item in claim.all_adjustments)
        for line in claim.lines:
            yield from (line.charge, line.paid, line.allowed or Decimal(0))
