"""The only door to the books.

An account is named by what it is about (`insurance_ar(...)`, `patient_ar(...)`, ...): naming is free, and the
row is made when money first moves there. What was posted stays; a mistake is reversed. The fingerprint of an
entry's legs makes a repeat harmless and a changed repeat loud.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum

from billing.models import Charge, WriteOffReason
from billing.models.ledger import Account, AccountKind, Entry, Transfer
from practice.models import Practice, User
from rcm.money import ZERO, money

BATCH = 2000


class KeyReused(Exception):
    """The key was posted before, with other legs."""


class NothingToPost(Exception):
    """An entry moves money or is not an entry."""


class AlreadyReversed(Exception):
    """An entry is taken back once."""


@dataclass(frozen=True, slots=True)
class AccountRef:
    """Which account: its kind, and the ids of what it is about. Made by the functions of this module."""

    kind: AccountKind
    encounter_id: int | None = None
    coverage_id: int | None = None
    guarantor_id: int | None = None
    deposit_id: int | None = None
    payer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """Money from the credited account to the debited one; `charge` is the line whose cents they are.

    `group_code` and `reason_code` are the CAS codes when a payer's adjustment moved the money. Raises
    ValueError unless the amount is positive, in whole cents, and the accounts differ.
    """

    debit: AccountRef
    credit: AccountRef
    amount: Decimal
    charge: Charge | None = None
    group_code: str = ""
    reason_code: str = ""

    def __post_init__(self) -> None:
        if self.amount <= 0 or self.amount != money(self.amount):
            raise ValueError("a leg moves a positive amount of whole cents")
        if self.debit == self.credit:
            raise ValueError("a leg moves money between two accounts")


@dataclass(frozen=True, slots=True)
class Posting:
    """One entry to be posted. `key` is its own idempotency key in the practice, at most 80 characters."""

    key: str
    source: str
    legs: Sequence[Leg]
    occurred_on: date
    reason: str = ""
    reverses: Entry | None = None


def insurance_ar(*, encounter_id: int, coverage_id: int) -> AccountRef:
    """What one policy owes for one visit; every version of its claim shares it."""
    return AccountRef(AccountKind.INSURANCE_AR, encounter_id=encounter_id, coverage_id=coverage_id)


def patient_ar(*, guarantor_id: int) -> AccountRef:
    """What a guarantor owes."""
    return AccountRef(AccountKind.PATIENT_AR, guarantor_id=guarantor_id)


def cash_clearing(*, deposit_id: int | None = None) -> AccountRef:
    """Money on its way to the bank: one payer deposit, or (without one) what patients paid."""
    return AccountRef(AccountKind.CASH_CLEARING, deposit_id=deposit_id)


def cash() -> AccountRef:
    """Money seen at the bank."""
    return AccountRef(AccountKind.CASH)


def unapplied_payer(*, deposit_id: int) -> AccountRef:
    """A payer's deposit that no claim has relieved yet; zero once its remittance is posted."""
    return AccountRef(AccountKind.UNAPPLIED_PAYER, deposit_id=deposit_id)


def unapplied_patient(*, guarantor_id: int) -> AccountRef:
    """A guarantor's money that is not applied to charges yet: ours to give back, never below zero."""
    return AccountRef(AccountKind.UNAPPLIED_PATIENT, guarantor_id=guarantor_id)


def revenue() -> AccountRef:
    """Gross charges."""
    return AccountRef(AccountKind.REVENUE)


def contractual() -> AccountRef:
    """What contracts take off charges."""
    return AccountRef(AccountKind.CONTRACTUAL)


def sequestration() -> AccountRef:
    """What the law takes off Medicare payments (CO-253)."""
    return AccountRef(AccountKind.SEQUESTRATION)


def written_off(reason: WriteOffReason) -> AccountRef:
    """Where a balance forgiven for this reason goes."""
    return AccountRef(_FORGIVEN[reason])


def bad_debt_recovery() -> AccountRef:
    """What was collected after it had been given up."""
    return AccountRef(AccountKind.BAD_DEBT_RECOVERY)


def interest_income() -> AccountRef:
    """Interest that payers paid for being late (PLB L6)."""
    return AccountRef(AccountKind.INTEREST_INCOME)


def refunds_payable(*, guarantor_id: int | None = None, payer_id: int | None = None) -> AccountRef:
    """A refund approved and not yet paid, to a guarantor or to a payer."""
    return AccountRef(AccountKind.REFUNDS_PAYABLE, guarantor_id=guarantor_id, payer_id=payer_id)


def payer_recoupment(*, payer_id: int | None) -> AccountRef:
    """What a payer takes back by withholding (PLB WO, 72): opened in one remittance, closed in another."""
    return AccountRef(AccountKind.PAYER_RECOUPMENT, payer_id=payer_id)


def forward_balance(*, payer_id: int | None) -> AccountRef:
    """What a payer carried into a later remittance (PLB FB); nets to zero in the end."""
    return AccountRef(AccountKind.FORWARD_BALANCE, payer_id=payer_id)


def capitation_revenue() -> AccountRef:
    """Income per member and month (PLB CT)."""
    return AccountRef(AccountKind.CAPITATION_REVENUE)


_FORGIVEN = {
    WriteOffReason.DENIAL: AccountKind.DENIAL_WRITE_OFF,
    WriteOffReason.SMALL_BALANCE: AccountKind.SMALL_BALANCE,
    WriteOffReason.CHARITY: AccountKind.CHARITY,
    WriteOffReason.BAD_DEBT: AccountKind.BAD_DEBT,
}


def post(
    *,
    practice: Practice,
    key: str,
    source: str,
    legs: Sequence[Leg],
    occurred_on: date,
    now: datetime,
    by: User | None = None,
    reason: str = "",
) -> Entry:
    """Write one entry. The same key and legs again give the first entry and write nothing.

    Raises KeyReused when the key stands for other legs, NothingToPost without legs.
    """
    posting = Posting(key=key, source=source, legs=legs, occurred_on=occurred_on, reason=reason)
    return post_all(practice=practice, postings=[posting], now=now, by=by)[0]


def post_all(
    *, practice: Practice, postings: Sequence[Posting], now: datetime, by: User | None = None
) -> list[Entry]:
    """Write many entries in one transaction and a handful of statements; as `post`, one entry per posting.

    Raises KeyReused, NothingToPost, or AlreadyReversed when a posting reverses what was reversed before.
    """
    if not all(posting.legs for posting in postings):
        raise NothingToPost
    with transaction.atomic():
        refs = {ref for posting in postings for leg in posting.legs for ref in (leg.debit, leg.credit)}
        accounts = _account_ids(practice, refs)
        entries = {
            posting.key: Entry(
                practice=practice,
                key=posting.key,
                fingerprint=_fingerprint(posting.legs, accounts),
                source=posting.source,
                reason=posting.reason,
                reverses=posting.reverses,
                occurred_on=posting.occurred_on,
                recorded_at=now,
                recorded_by=by,
            )
            for posting in postings
        }
        standing = _write_entries(practice, entries)
        fresh = [posting for posting in postings if posting.key not in standing]
        _write_transfers(fresh, entries, accounts)
    return [standing.get(posting.key) or entries[posting.key] for posting in postings]


def reverse(
    *,
    entry: Entry,
    key: str,
    source: str,
    occurred_on: date,
    now: datetime,
    by: User | None = None,
    reason: str = "",
    redirect: Mapping[AccountRef, AccountRef] | None = None,
) -> Entry:
    """Take an entry back by its exact mirror.

    `redirect` replaces accounts in the mirror, so that the cash of a payer's reversal is taken from the
    deposit that carries it. Raises AlreadyReversed and KeyReused.
    """
    legs = mirrored([entry], redirect=redirect)[entry.pk]
    posting = Posting(key, source, legs, occurred_on, reason, reverses=entry)
    return post_all(practice=entry.practice, postings=[posting], now=now, by=by)[0]


def mirrored(
    entries: Iterable[Entry], *, redirect: Mapping[AccountRef, AccountRef] | None = None
) -> dict[int, list[Leg]]:
    """The legs that take each entry back, by the entry's id."""
    elsewhere = redirect or {}
    found: dict[int, list[Leg]] = {entry.pk: [] for entry in entries}
    transfers = Transfer.objects.filter(entry_id__in=found).select_related("debit", "credit", "charge")
    for transfer in transfers.order_by("pk"):
        debit, credit = _ref(transfer.debit), _ref(transfer.credit)
        found[transfer.entry_id].append(
            Leg(
                debit=elsewhere.get(credit, credit),
                credit=elsewhere.get(debit, debit),
                amount=transfer.amount,
                charge=transfer.charge,
                group_code=transfer.group_code,
                reason_code=transfer.reason_code,
            )
        )
    return found


def entries_by_key(*, practice: Practice, keys: Iterable[str]) -> dict[str, Entry]:
    """The entries that stand under these keys; keys never posted are left out."""
    return {entry.key: entry for entry in Entry.objects.filter(practice=practice, key__in=list(keys))}


def balance(*, practice: Practice, ref: AccountRef) -> Decimal:
    """What stands in one account, debit positive: the sum of its transfers."""
    account = Account.objects.filter(practice=practice, **_fields(ref))
    debited = Transfer.objects.filter(debit__in=account).aggregate(total=Sum("amount"))["total"]
    credited = Transfer.objects.filter(credit__in=account).aggregate(total=Sum("amount"))["total"]
    return (debited or ZERO) - (credited or ZERO)


def held_of_charges(
    *, practice: Practice, encounter_ids: Iterable[int]
) -> dict[tuple[AccountRef, int], Decimal]:
    """What each policy still owes of each charge of these visits, by (account, charge id)."""
    held: dict[tuple[AccountRef, int], Decimal] = {}
    accounts = Account.objects.filter(
        practice=practice, kind=AccountKind.INSURANCE_AR, encounter_id__in=list(encounter_ids)
    )
    refs = {account.pk: _ref(account) for account in accounts}
    for side, sign in (("debit_id", 1), ("credit_id", -1)):
        sums = Transfer.objects.filter(**{f"{side}__in": refs}, charge__isnull=False)
        for account_id, charge_id, total in sums.values_list(side, "charge_id").annotate(Sum("amount")):
            place = (refs[account_id], charge_id)
            held[place] = held.get(place, ZERO) + sign * total
    return held


def _write_entries(practice: Practice, entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """Insert the entries whose keys are free; gives those that stood before. A race is lost to the other."""
    standing = entries_by_key(practice=practice, keys=entries)
    for key, entry in standing.items():
        if entry.fingerprint != entries[key].fingerprint:
            raise KeyReused(key)
    fresh = [entry for key, entry in entries.items() if key not in standing]
    taken_back = [entry.reverses_id for entry in fresh if entry.reverses_id]
    if taken_back and Entry.objects.filter(reverses_id__in=taken_back).exists():
        raise AlreadyReversed
    try:
        with transaction.atomic():
            Entry.objects.bulk_create(fresh, batch_size=BATCH)
    except IntegrityError:
        if not entries_by_key(practice=practice, keys=[entry.key for entry in fresh]):
            if taken_back:
                raise AlreadyReversed from None
            raise
        for entry in fresh:
            entry.pk = None
        return _write_entries(practice, entries)
    return standing


def _write_transfers(
    postings: Sequence[Posting], entries: Mapping[str, Entry], accounts: Mapping[AccountRef, int]
) -> None:
    """In the order of charges: their positions are locked in one order, whoever else is posting."""
    transfers = [
        Transfer(
            practice_id=entries[posting.key].practice_id,
            entry=entries[posting.key],
            debit_id=accounts[leg.debit],
            credit_id=accounts[leg.credit],
            amount=leg.amount,
            charge=leg.charge,
            group_code=leg.group_code,
            reason_code=leg.reason_code,
        )
        for posting in postings
        for leg in posting.legs
    ]
    transfers.sort(key=lambda transfer: transfer.charge_id or 0)
    Transfer.objects.bulk_create(transfers, batch_size=BATCH)


def _account_ids(practice: Practice, refs: set[AccountRef]) -> dict[AccountRef, int]:
    """The rows of these accounts, made where missing; whoever made one meanwhile, it is the same one."""
    known = _known_accounts(practice, refs)
    if missing := [ref for ref in refs if ref not in known]:
        Account.objects.bulk_create(
            (Account(practice=practice, **_fields(ref)) for ref in sorted(missing, key=repr)),
            ignore_conflicts=True,
            batch_size=BATCH,
        )
        known = _known_accounts(practice, refs)
    return known


def _known_accounts(practice: Practice, refs: set[AccountRef]) -> dict[AccountRef, int]:
    visits = {ref.encounter_id for ref in refs if ref.encounter_id}
    about = Q(encounter_id__in=visits)
    for field in ("guarantor_id", "deposit_id", "payer_id"):
        ids = {getattr(ref, field) for ref in refs if getattr(ref, field)}
        about |= Q(encounter=None, **{f"{field}__in": ids})
    about |= Q(encounter=None, guarantor=None, deposit=None, payer=None)
    rows = Account.objects.filter(about, practice=practice, kind__in={ref.kind for ref in refs})
    return {ref: account.pk for account in rows if (ref := _ref(account)) in refs}


def _ref(account: Account) -> AccountRef:
    return AccountRef(
        AccountKind(account.kind),
        account.encounter_id,
        account.coverage_id,
        account.guarantor_id,
        account.deposit_id,
        account.payer_id,
    )


def _fields(ref: AccountRef) -> dict[str, AccountKind | int | None]:
    names = ("kind", "encounter_id", "coverage_id", "guarantor_id", "deposit_id", "payer_id")
    return dict(zip(names, astuple(ref), strict=True))


def _fingerprint(legs: Sequence[Leg], accounts: Mapping[AccountRef, int]) -> str:
    """sha256 over the legs in byte order; `billing.queries.proofs` computes the same in SQL."""
    texts = sorted(
        f"{accounts[leg.debit]}>{accounts[leg.credit]}:{leg.amount:.2f}"
        f":{leg.charge.pk if leg.charge else ''}:{leg.group_code}:{leg.reason_code}"
        for leg in legs
    )
    return hashlib.sha256(";".join(texts).encode()).hexdigest()
