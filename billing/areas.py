"""What of the money is on the rail, and what the search finds."""

from collections.abc import Sequence

from django.urls import reverse

from billing.models import PatientQuestion, Remittance, WriteOff
from billing.queries.accounts import accounts_owing, known_statements
from billing.queries.online import held_online_payments
from billing.queries.remittances import known_remittances
from billing.states import RemittanceStatus, WriteOffStatus
from practice.models import Role
from rcm.ui import words
from rcm.ui.alarms import alarm
from rcm.ui.navigation import Hit, area, finder

_READERS = (Role.BILLER, Role.MANAGER, Role.AUDITOR)
_FOUND = 8


def _parked(practices: Sequence[int]) -> int:
    return Remittance.objects.of(practices).filter(status=RemittanceStatus.PARKED).count()


def _accounts(practices: Sequence[int]) -> int:
    return accounts_owing(practices=practices).count()


def _questions(practices: Sequence[int]) -> int:
    return PatientQuestion.objects.of(practices).filter(answered_at=None).count()


def _held_payments(practices: Sequence[int]) -> int:
    return held_online_payments(practices=practices).count()


def _write_offs(practices: Sequence[int]) -> int:
    return WriteOff.objects.of(practices).filter(status=WriteOffStatus.REQUESTED).count()


def _checks(practices: Sequence[int], typed: str) -> list[Hit]:
    found = known_remittances(practices=practices).filter(trace_number__istartswith=typed)[:_FOUND]
    return [
        Hit(
            remittance.trace_number,
            f"{remittance.payer_name}, {words.dollars(remittance.amount)}",
            reverse("billing:remittance", args=[remittance.public_id]),
        )
        for remittance in found
    ]


def _statements(practices: Sequence[int], typed: str) -> list[Hit]:
    """By the number that a guarantor reads from the letter, or its last digits, three at least."""
    if not typed[-3:].isdecimal() or len(typed) < 3:
        return []
    found = known_statements(practices=practices).filter(number__iendswith=typed)[:_FOUND]
    return [
        Hit(
            statement.number,
            f"statement of {words.day(statement.issued_on)}, {words.dollars(statement.amount)}",
            reverse("billing:statement", args=[statement.public_id]),
        )
        for statement in found
    ]


area("Parked", "billing:parked", roles=_READERS, group="Payments", icon="inbox", count=_parked, urgent=True)
area(
    "Remittances",
    "billing:remittances",
    roles=_READERS,
    group="Payments",
    icon="cash",
    about="Every payment of a payer, how it was posted, and the proof that it balances.",
)
_ACCOUNTS = (Role.BILLER, Role.FRONT_DESK, Role.MANAGER, Role.AUDITOR)
_BILLS = "Patients' bills"

area("Patient accounts", "billing:accounts", roles=_ACCOUNTS, group=_BILLS, icon="wallet", count=_accounts)
area(
    "Statements",
    "billing:statements",
    roles=_ACCOUNTS,
    group=_BILLS,
    icon="file",
    about="Every statement that went out, with its letters and what became of it.",
)
area(
    "Questions",
    "billing:questions",
    roles=_ACCOUNTS,
    group=_BILLS,
    icon="help",
    count=_questions,
    urgent=True,
    about="What patients ask from the page behind their statement. An answer appears there.",
)
area(
    "Online payments",
    "billing:held_payments",
    roles=_ACCOUNTS,
    group=_BILLS,
    icon="cash",
    count=_held_payments,
    urgent=True,
)
area("Write-offs", "billing:write_offs", roles=_READERS, group=_BILLS, icon="scale", count=_write_offs)
alarm(
    "parked_remittances",
    "remittance parked,remittances parked",
    todo="The money is at the bank and not in the books: a biller matches them by hand.",
    count=_parked,
    url_name="billing:parked",
    grave=False,
)
finder("Checks and EFTs", roles=_READERS, find=_checks)
finder("Statements", roles=_ACCOUNTS, find=_statements)
