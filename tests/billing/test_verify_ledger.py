"""verify_ledger sees every kind of damage. The damage is done as the owner, past triggers and rights."""

import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connections, transaction

from billing import ledger
from billing.ledger import Leg
from billing.queries import PROOFS, prove
from rcm.db import practice_scope
from tests.billing.scenario import billed_visit, taken_in
from tests.billing.test_remittance import TAKEN_BACK, paid
from tests.conftest import NOW
from tests.factories import SERVICE_DATE, PracticeFactory

D = Decimal
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, databases=["default", "owner"])]


@pytest.fixture
def books(practice):
    """Books with a charge, a payment, a reversal and a patient's money."""
    visit = billed_visit(practice, number="A1")
    taken_in(practice, paid())
    taken_in(practice, paid("T2", TAKEN_BACK + "PLB*1234567893*20261231*WO*-90~", "0"))
    ledger.post(
        practice=practice,
        key="payment:1",
        source="payment",
        legs=[
            Leg(
                ledger.cash_clearing(),
                ledger.unapplied_patient(guarantor_id=visit.patient.guarantor_id),
                D("25"),
            )
        ],
        occurred_on=SERVICE_DATE,
        now=NOW,
    )
    return visit


def damage(statement):
    """Change the books behind their back: as the owner of the tables, with their triggers off."""
    tables = ("billing_entry", "billing_transfer")
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        assert cursor.rowcount != 0
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def verified(*, code, **options):
    out = StringIO()
    try:
        call_command("verify_ledger", stdout=out, **options)
        exited = 0
    except SystemExit as end:
        exited = end.code
    assert exited == code
    return out.getvalue()


def failing():
    return {verdict.proof.name for verdict in prove() if not verdict.holds}


def test_verify_ledger_proves_good_books(books):
    text = verified(code=0)

    assert text.count("holds") == len(PROOFS)
    assert "FAILS" not in text


def test_verify_ledger_as_json(books):
    found = json.loads(verified(code=0, json=True))

    assert found["holds"] is True
    assert [proof["name"] for proof in found["proofs"]] == [proof.name for proof in PROOFS]
    assert {proof["name"]: proof["checked"] for proof in found["proofs"]}["entries"] == 6


def test_verify_ledger_states_all_practices_by_itself(books, practice):
    other = PracticeFactory(organization=practice.organization)
    with practice_scope([other.pk]):
        found = json.loads(verified(code=0, json=True))

    assert found["proofs"][0]["checked"] == 6


OF = "FROM billing_entry e WHERE e.id = t.entry_id AND e.key LIKE"
OTHER = "(SELECT max(id) FROM practice_practice)"
ONE_MORE = "UPDATE billing_transfer t SET amount = amount + 1"
DAMAGE = [
    ("entries", f"DELETE {OF.replace('FROM', 'FROM billing_transfer t USING')} 'payment:1'"),
    ("entries", f"UPDATE billing_entry SET practice_id = {OTHER}"),
    ("fingerprints", ONE_MORE),
    ("fingerprints", "UPDATE billing_entry SET fingerprint = ''"),
    ("fingerprints", "UPDATE billing_transfer SET reason_code = '999'"),
    ("reversals", f"{ONE_MORE} FROM billing_entry e WHERE e.id = t.entry_id AND e.reverses_id IS NOT NULL"),
    ("positions", "UPDATE billing_position SET amount = amount + 1"),
    ("positions", "DELETE FROM billing_position"),
    ("policy balances", "UPDATE billing_policybalance SET amount = amount + 1"),
    ("policy balances", "DELETE FROM billing_policybalance"),
    ("receivable moves", "UPDATE billing_receivablemove SET amount = amount + 1"),
    ("receivable moves", "UPDATE billing_receivablemove SET occurred_on = occurred_on - 1"),
    ("receivable moves", "UPDATE billing_receivablemove SET coverage_id = NULL"),
    ("receivable moves", "DELETE FROM billing_receivablemove"),
    ("deposits", "UPDATE billing_deposit SET amount = amount + 1"),
    ("deposits", "UPDATE billing_remittance SET amount = amount + 1"),
    ("deposits", "UPDATE billing_remittance SET deposit_id = NULL"),
    ("deposits", "UPDATE billing_remittanceclaim SET paid = paid + 1"),
    ("deposits", "UPDATE billing_provideradjustment SET amount = amount + 1"),
    ("deposits", f"{ONE_MORE} {OF} 'deposit:%'"),
    ("charges", "UPDATE billing_charge SET amount = amount + 1"),
    ("charges", "UPDATE billing_transfer SET charge_id = NULL"),
    ("charges", "UPDATE billing_account SET kind = 'cash' WHERE kind = 'insurance_ar'"),
    (
        "accounts",
        f"UPDATE billing_account SET practice_id = {OTHER} WHERE kind = 'revenue'",
    ),
    (
        "patient credits",
        f"UPDATE billing_transfer t SET debit_id = credit_id, credit_id = debit_id {OF} 'payment:1'",
    ),
]


@pytest.mark.parametrize(("name", "statement"), DAMAGE)
def test_verify_ledger_sees_damage(books, practice, name, statement):
    other = PracticeFactory(organization=practice.organization)

    damage(statement)

    with practice_scope([practice.pk, other.pk]):
        assert name in failing()
    found = json.loads(verified(code=1, json=True))
    assert found["holds"] is False
    assert "FAILS" in verified(code=1)
