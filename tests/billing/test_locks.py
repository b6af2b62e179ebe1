"""Who holds a guarantor or a charge does not hold up the rows that only refer to it: else two would wait for each
other in a circle, one at the charge's position and one at the end of its transaction.
"""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, transaction

from billing import ledger
from billing.actions.charge import book_charges
from billing.actions.payment import apply_unapplied, take_payment, void_payment
from billing.actions.statement import issue_statement, place_hold
from billing.actions.write_off import request_write_off
from billing.models import HoldReason, PaymentMethod, WriteOffReason
from rcm.db import practice_scope
from tests.conftest import NOW
from tests.factories import DiagnosisFactory, EncounterFactory, ServiceLineFactory, UserFactory

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TODAY = NOW.date()


@pytest.fixture
def charge(practice):
    visit = EncounterFactory(practice=practice)
    ServiceLineFactory(encounter=visit)
    return book_charges(encounter=visit, now=NOW)[0]


def pay(charge):
    return take_payment(
        guarantor=charge.guarantor,
        amount=Decimal("50.00"),
        method=PaymentMethod.CASH,
        request_key="k",
        received_on=TODAY,
        by=None,
        now=NOW,
    )


def meanwhile(practice, act):
    """Do it in another session that waits for nobody."""

    def run():
        try:
            with practice_scope([practice.pk]), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


@pytest.mark.parametrize("act", ["apply", "void", "bill"])
def test_an_account_of_a_guarantor_is_opened_while_their_money_is_moved(practice, charge, act):
    payment = pay(charge) if act == "void" else None
    with transaction.atomic():
        if act == "apply":
            apply_unapplied(guarantor=charge.guarantor, today=TODAY, now=NOW)
        elif act == "bill":
            issue_statement(guarantor=charge.guarantor, today=TODAY, now=NOW)
        else:
            void_payment(payment=payment, by=UserFactory(), today=TODAY, now=NOW, why="bounced")
        meanwhile(
            practice,
            lambda: place_hold(guarantor=charge.guarantor, reason=HoldReason.MANUAL, by=None, now=NOW),
        )


def test_a_charge_is_paid_while_somebody_asks_to_forgive_it(practice, charge):
    with transaction.atomic():
        request_write_off(
            charge=charge,
            amount=Decimal("100.00"),
            reason=WriteOffReason.CHARITY,
            by=UserFactory(),
            today=TODAY,
            now=NOW,
        )
        meanwhile(practice, lambda: pay(charge))

    assert ledger.balance(
        practice=practice, ref=ledger.patient_ar(guarantor_id=charge.guarantor_id)
    ) == Decimal("160.00")


def test_a_visit_is_diagnosed_while_it_is_booked(practice):
    visit = EncounterFactory(practice=practice)
    ServiceLineFactory(encounter=visit)
    with transaction.atomic():
        book_charges(encounter=visit, now=NOW)
        meanwhile(practice, lambda: DiagnosisFactory(encounter=visit))
