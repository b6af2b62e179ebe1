"""The books. Rows are added, never changed: the database refuses UPDATE and DELETE of what was posted."""

from django.db import models
from django.db.models import F, Q

from billing.models.charge import Charge
from practice.models import PracticeOwned, PracticeQuerySet
from rcm.fields import MoneyField


class AccountKind(models.TextChoices):
    """The chart of accounts (domain.md section 9)."""

    INSURANCE_AR = "insurance_ar", "Insurance receivable"
    PATIENT_AR = "patient_ar", "Patient receivable"
    CASH_CLEARING = "cash_clearing", "Cash clearing"
    CASH = "cash", "Cash in bank"
    UNAPPLIED_PAYER = "unapplied_payer", "Unapplied payer cash"
    UNAPPLIED_PATIENT = "unapplied_patient", "Unapplied patient cash"
    REVENUE = "revenue", "Gross revenue"
    CONTRACTUAL = "contractual", "Contractual adjustment"
    SEQUESTRATION = "sequestration", "Sequestration"
    CHARITY = "charity", "Charity"
    SMALL_BALANCE = "small_balance", "Small balance and administrative"
    DENIAL_WRITE_OFF = "denial_write_off", "Denial write-off"
    BAD_DEBT = "bad_debt", "Bad debt"
    BAD_DEBT_RECOVERY = "bad_debt_recovery", "Bad debt recovery"
    INTEREST_INCOME = "interest_income", "Interest income"
    REFUNDS_PAYABLE = "refunds_payable", "Refunds payable"
    PAYER_RECOUPMENT = "payer_recoupment", "Payer recoupment"
    FORWARD_BALANCE = "forward_balance", "Forward-balance clearing"
    CAPITATION_REVENUE = "capitation_revenue", "Capitation revenue"


class Account(PracticeOwned):
    """One account: its kind and whom it is about. Payer receivables are per encounter and coverage, so every
    version of a claim shares one; payer cash is per deposit, so it can return to zero per remittance."""

    kind = models.CharField(max_length=20, choices=AccountKind)
    encounter = models.ForeignKey("coding.Encounter", models.PROTECT, null=True, related_name="+")
    coverage = models.ForeignKey("patients.Coverage", models.PROTECT, null=True, related_name="+")
    guarantor = models.ForeignKey("patients.Guarantor", models.PROTECT, null=True, related_name="+")
    deposit = models.ForeignKey("billing.Deposit", models.PROTECT, null=True, related_name="+")
    payer = models.ForeignKey("practice.Payer", models.PROTECT, null=True, related_name="+")

    objects: PracticeQuerySet["Account"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "kind", "encounter", "coverage", "guarantor", "deposit", "payer"],
                nulls_distinct=False,
                name="account_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=AccountKind.values), name="account_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind=AccountKind.INSURANCE_AR)
                | Q(encounter__isnull=False, coverage__isnull=False),
                name="account_receivable_names_its_payer",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[AccountKind.PATIENT_AR, AccountKind.UNAPPLIED_PATIENT])
                | Q(guarantor__isnull=False),
                name="account_of_patient_names_guarantor",
            ),
            models.CheckConstraint(
                condition=~Q(kind=AccountKind.UNAPPLIED_PAYER) | Q(deposit__isnull=False),
                name="account_payer_cash_names_deposit",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Entry(PracticeOwned):
    """One business event in the books, with its own idempotency key and the fingerprint of its legs."""

    append_only = True

    key = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64)
    source = models.CharField(max_length=20, help_text="charge, remittance, payment, write_off, ...")
    reason = models.CharField(max_length=200, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    occurred_on = models.DateField(help_text="The business date")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("practice.User", models.PROTECT, null=True, related_name="+")

    objects: PracticeQuerySet["Entry"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "entries"
        constraints = [models.UniqueConstraint(fields=["practice", "key"], name="entry_key_once")]
        indexes = [models.Index(fields=["practice", "occurred_on"], name="entry_by_day")]

    def __str__(self) -> str:
        return self.key


class Transfer(PracticeOwned):
    """Money from one account to another. Both legs sit in one row, so an entry cannot be out of balance."""

    append_only = True

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="transfers")
    debit = models.ForeignKey(Account, models.PROTECT, related_name="debits")
    credit = models.ForeignKey(Account, models.PROTECT, related_name="credits")
    amount = MoneyField()
    charge = models.ForeignKey(Charge, models.PROTECT, null=True, related_name="transfers")
    group_code = models.CharField(
        max_length=2, blank=True, help_text="CAS01, when an adjustment moved the money"
    )
    reason_code = models.CharField(max_length=5, blank=True, help_text="The adjustment reason")

    objects: PracticeQuerySet["Transfer"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_amount_positive"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="transfer_between_two_accounts"),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"


class Position(PracticeOwned):
    """How much of one charge sits in one kind of account, debit positive.

    Kept by a trigger on Transfer: a cache that `verify_ledger` rebuilds and compares. Over all kinds of
    account the amounts of one charge add up to zero.
    """

    kept_by_trigger = True

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="positions")
    kind = models.CharField(max_length=20, choices=AccountKind)
    amount = MoneyField()

    objects: PracticeQuerySet["Position"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["charge", "kind"], name="position_once")]
        indexes = [
            models.Index(
                fields=["practice", "kind"],
                condition=Q(kind__in=[AccountKind.INSURANCE_AR, AccountKind.PATIENT_AR]) & ~Q(amount=0),
                name="position_receivable",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.amount}"


class PolicyBalance(PracticeOwned):
    """What one policy owes of one visit: the balance of its INSURANCE_AR account, debit positive.

    Kept by the trigger that keeps positions, for the same reason: lists and aging read it, `verify_ledger`
    compares it with the transfers.
    """

    kept_by_trigger = True

    account = models.OneToOneField(Account, models.PROTECT, related_name="policy_balance")
    amount = MoneyField()

    objects: PracticeQuerySet["PolicyBalance"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(
                fields=["practice"],
                include=["account", "amount"],
                condition=~Q(amount=0),
                name="policy_balance_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"


class ReceivableMove(PracticeOwned):
    """What one entry changed of what one party owes of a charge: up for more owed, down for less.

    The policy of `coverage` owes it, or the guarantor where there is none; what the entry passed on from one
    party to another is a move of each. Written by a trigger on Transfer as the entry is posted, so that
    trends need not read every transfer; `verify_ledger` compares the two.
    """

    kept_by_trigger = True

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", db_index=False)
    charge = models.ForeignKey(Charge, models.PROTECT, null=True, related_name="+", db_index=False)
    coverage = models.ForeignKey(
        "patients.Coverage", models.PROTECT, null=True, related_name="+", db_index=False
    )
    occurred_on = models.DateField(help_text="The entry's")
    service_date = models.DateField(null=True, help_text="The charge's")
    amount = MoneyField()

    objects: PracticeQuerySet["ReceivableMove"] = PracticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(
                fields=["practice", "occurred_on"],
                include=["service_date", "coverage", "charge", "amount"],
                name="receivable_move_by_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount}"
