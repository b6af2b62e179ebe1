"""The money of an 835, as entries: the deposit, one per claim, one for what is beside the claims."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import DataError

from billing import ledger
from billing.actions.remittance.matching import Match
from billing.ledger import AccountRef, Leg, Posting
from billing.models import Charge, Deposit, Remittance
from billing.queries import TURNS, entry_key
from billing.rules.advice import Advice, ProviderReduction
from billing.rules.posting import Side, Treatment, movements
from patients.models import Rank
from practice.models import User
from rcm import faults
from rcm.money import ZERO, dollars

Held = dict[tuple[AccountRef, int], Decimal]


class CannotPost(Exception):
    """The books do not take this remittance. `reason` is worded for a person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def book(
    remittance: Remittance,
    advice: Advice,
    matches: list[Match],
    treatments: Mapping[str, Treatment],
    *,
    day: date,
    now: datetime,
    by: User | None,
) -> None:
    """Post everything an 835 moves; the deposit's unapplied cash is zero afterwards.

    Raises CannotPost otherwise, when the deposit seen at the bank is another amount, and when a balance would
    be too large to keep.
    """
    deposit = _deposit(remittance)
    practice = remittance.practice
    cash = ledger.unapplied_payer(deposit_id=deposit.pk)
    postings = [
        *_deposited(deposit, cash, day),
        *_taken_back(remittance, matches, cash, day),
    ]
    held = _held(remittance, matches, postings)
    postings += [
        posting for match in matches if (posting := _decided(remittance, match, cash, held, day)) is not None
    ]
    postings += _beside_the_claims(remittance, advice, treatments, cash, day)
    faults.point("posting.before_entries")
    try:
        ledger.post_all(practice=practice, postings=postings, now=now, by=by)
    except DataError:
        raise CannotPost("A balance would grow beyond ten digits.") from None
    faults.point("posting.entries_written")
    if left := ledger.balance(practice=practice, ref=cash):
        raise CannotPost(
            f"The deposit would not be used up: {dollars(-left)} of {dollars(deposit.amount)} would be left."
        )


def _deposit(remittance: Remittance) -> Deposit:
    """The deposit this remittance explains, known to the bank already or announced here."""
    deposit, _ = Deposit.objects.get_or_create(
        practice=remittance.practice,
        originator_number=remittance.originator_number,
        trace_number=remittance.trace_number,
        defaults={
            "payer": remittance.payer,
            "method": remittance.method,
            "amount": remittance.amount,
            "effective_on": remittance.effective_on,
        },
    )
    if deposit.amount != remittance.amount:
        raise CannotPost(
            f"The deposit is {dollars(deposit.amount)}, the remittance says"
            f" {dollars(remittance.amount)}; difference {dollars(remittance.amount - deposit.amount)}."
        )
    remittance.deposit = deposit
    return deposit


def _deposited(deposit: Deposit, cash: AccountRef, day: date) -> list[Posting]:
    if not deposit.amount:
        return []
    leg = Leg(ledger.cash_clearing(deposit_id=deposit.pk), cash, deposit.amount)
    return [Posting(f"deposit:{deposit.pk}", "deposit", [leg], day)]


def _taken_back(remittance: Remittance, matches: list[Match], cash: AccountRef, day: date) -> list[Posting]:
    """The mirror of every decision taken back, its cash out of this deposit. Refusals had moved nothing."""
    originals = {
        entry_key(match.reverses): (match.advice.position, match.reverses)
        for match in matches
        if match.reverses is not None
    }
    entries = ledger.entries_by_key(practice=remittance.practice, keys=originals)
    redirect = {
        ledger.unapplied_payer(deposit_id=original.remittance.deposit_id): cash
        for _, original in originals.values()
        if original.remittance.deposit_id is not None
    }
    legs = ledger.mirrored(entries.values(), redirect=redirect)
    return [
        Posting(
            _key(remittance, originals[key][0]), "remittance", legs[entry.pk], day, "reversal", reverses=entry
        )
        for key, entry in entries.items()
    ]


def _held(remittance: Remittance, matches: list[Match], postings: list[Posting]) -> Held:
    """What later payers owe of the charges that this remittance decides, its reversals taken into account."""
    visits = {
        match.claim.encounter_id
        for match in matches
        if match.outcome and match.claim and TURNS[match.claim.coverage.rank] > TURNS[Rank.PRIMARY]
    }
    held = ledger.held_of_charges(practice=remittance.practice, encounter_ids=visits) if visits else {}
    for leg in (leg for posting in postings for leg in posting.legs):
        _note(held, leg)
    return held


def _note(held: Held, leg: Leg) -> None:
    if leg.charge is not None:
        for ref, amount in ((leg.debit, leg.amount), (leg.credit, -leg.amount)):
            place = (ref, leg.charge.pk)
            held[place] = held.get(place, ZERO) + amount


def _decided(remittance: Remittance, match: Match, cash: AccountRef, held: Held, day: date) -> Posting | None:
    """The entry of one decision; None for one that moves nothing."""
    claim = match.claim
    if match.outcome is None or claim is None:
        return None
    sides = _sides(match, cash)
    is_later = TURNS[claim.coverage.rank] > TURNS[Rank.PRIMARY]
    legs: list[Leg] = []
    for line, _, charge in match.decided_lines():
        owed = held.get((sides[Side.THIS_PAYER], _id(charge)), ZERO) if is_later else None
        for moved in movements(line, has_next_payer=match.next_coverage is not None, held=owed):
            leg = Leg(
                sides[moved.debit], sides[moved.credit], moved.amount, charge, moved.group, moved.reason
            )
            legs.append(leg)
            _note(held, leg)
    key = _key(remittance, match.advice.position)
    return Posting(key, "remittance", legs, day) if legs else None


def _sides(match: Match, cash: AccountRef) -> dict[Side, AccountRef]:
    claim = match.claim
    assert claim is not None
    sides = {
        Side.PAYER_CASH: cash,
        Side.THIS_PAYER: ledger.insurance_ar(encounter_id=claim.encounter_id, coverage_id=claim.coverage_id),
        Side.PATIENT: ledger.patient_ar(guarantor_id=claim.encounter.patient.guarantor_id),
        Side.CONTRACTUAL: ledger.contractual(),
        Side.SEQUESTRATION: ledger.sequestration(),
    }
    if match.next_coverage is not None:
        sides[Side.NEXT_PAYER] = ledger.insurance_ar(
            encounter_id=claim.encounter_id, coverage_id=match.next_coverage.pk
        )
    return sides


def _beside_the_claims(
    remittance: Remittance,
    advice: Advice,
    treatments: Mapping[str, Treatment],
    cash: AccountRef,
    day: date,
) -> list[Posting]:
    legs = [
        _beside(remittance, item, treatments[item.reason_code], cash)
        for item in advice.provider_reductions
        if item.amount
    ]
    return [Posting(f"remittance:{remittance.pk}:plb", "remittance", legs, day)] if legs else []


def _beside(remittance: Remittance, item: ProviderReduction, treatment: Treatment, cash: AccountRef) -> Leg:
    """A positive PLB takes from the payment, a negative one adds to it."""
    account = {
        Treatment.INTEREST: ledger.interest_income(),
        Treatment.RECOUPMENT: ledger.payer_recoupment(payer_id=remittance.payer_id),
        Treatment.FORWARD: ledger.forward_balance(payer_id=remittance.payer_id),
        Treatment.CAPITATION: ledger.capitation_revenue(),
    }[treatment]
    debit, credit = (account, cash) if item.amount > 0 else (cash, account)
    return Leg(debit, credit, abs(item.amount), reason_code=item.reason_code)


def _key(remittance: Remittance, position: int) -> str:
    return f"remittance:{remittance.pk}:{position}"


def _id(charge: Charge | None) -> int:
    return charge.pk if charge is not None else 0
