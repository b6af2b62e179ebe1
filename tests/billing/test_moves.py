"""The books' transfers in words."""

import pytest

from billing.models.ledger import AccountKind
from billing.rules import moves


@pytest.mark.parametrize(
    ("debit", "credit", "words"),
    [
        ("insurance_ar", "revenue", "Charged; owed by Prairie Health"),
        ("revenue", "insurance_ar", "Charge taken back"),
        ("insurance_ar", "patient_ar", "Owed again by Prairie Health"),
        ("patient_ar", "insurance_ar", "Moved to the patient"),
        ("cash", "cash_clearing", "Cash in bank"),
    ],
)
def test_move_in_words(debit, credit, words):
    said = moves.move_in_words(debit=debit, credit=credit, payer="Prairie Health", otherwise="Cash in bank")
    assert said == words


def test_kinds_are_those_of_the_books():
    assert set(moves._INTO) <= set(AccountKind.values)
