"""The one door to the books."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing import ledger
from billing.ledger import AlreadyReversed, KeyReused, Leg, NothingToPost, Posting
from billing.models import WriteOffReason
from billing.models.ledger import Account, Entry, Position, Transfer
from billing.queries import positions_of, prove
from rcm.db import practice_scope
from tests.billing.scenario import billed_visit
from tests.conftest import NOW
from tests.factories import SERVICE_DATE, PracticeFactory

D = Decimal
CASH, INCOME = ledger.cash(), ledger.interest_income()


def post(practice, key="interest:1", legs=None, **fields):
    legs = [Leg(CASH, INCOME, D("5.00"))] if legs is None else legs
    fields = {"source": "test", "occurred_on": SERVICE_DATE, "now": NOW, **fields}
    return ledger.post(practice=practice, key=key, legs=legs, **fields)


def test_post_moves_money_between_two_accounts(practice):
    entry = post(practice, reason="late")

    assert ledger.balance(practice=practice, ref=CASH) == D("5.00")
    assert ledger.balance(practice=practice, ref=INCOME) == D("-5.00")
    assert (entry.key, entry.reason, entry.occurred_on) == ("interest:1", "late", SERVICE_DATE)
    assert ledger.balance(practice=practice, ref=ledger.capitation_revenue()) == 0


def test_post_again_gives_the_first_entry(practice):
    first = post(practice)

    assert post(practice) == first
    assert Transfer.objects.count() == 1


def test_post_takes_legs_in_any_order_for_the_same_entry(practice):
    legs = [Leg(CASH, INCOME, D("5.00")), Leg(CASH, ledger.revenue(), D("1.00"))]
    first = post(practice, legs=legs)

    assert post(practice, legs=legs[::-1]) == first


def test_post_under_a_used_key_refuses_other_legs(practice):
    visit = billed_visit(practice, number="A1")
    charge = visit.charges[0]
    post(practice)

    for legs in (
        [Leg(CASH, INCOME, D("5.01"))],
        [Leg(INCOME, CASH, D("5.00"))],
        [Leg(CASH, INCOME, D("5.00"), charge)],
        [Leg(CASH, INCOME, D("5.00"), reason_code="45")],
        [Leg(CASH, INCOME, D("5.00"), group_code="CO")],
        [Leg(CASH, INCOME, D("2.50")), Leg(CASH, INCOME, D("2.50"))],
    ):
        with pytest.raises(KeyReused):
            post(practice, legs=legs)
    assert ledger.balance(practice=practice, ref=CASH) == D("5.00")


def test_post_without_legs_is_refused(practice):
    with pytest.raises(NothingToPost):
        post(practice, legs=[])


@pytest.mark.parametrize("amount", [D("0.00"), D("-1.00"), D("1.005")])
def test_leg_moves_a_positive_amount_of_whole_cents(amount):
    with pytest.raises(ValueError, match="positive amount"):
        Leg(CASH, INCOME, amount)


def test_leg_moves_between_two_accounts():
    with pytest.raises(ValueError, match="two accounts"):
        Leg(CASH, ledger.cash(), D("1.00"))


def test_post_all_writes_many_entries_in_few_statements(practice, django_assert_max_num_queries):
    postings = [
        Posting(
            f"many:{n}", "test", [Leg(CASH, INCOME, D("1.00")), Leg(CASH, INCOME, D("2.00"))], SERVICE_DATE
        )
        for n in range(300)
    ]

    with django_assert_max_num_queries(12):
        entries = ledger.post_all(practice=practice, postings=postings, now=NOW)

    assert [entry.key for entry in entries] == [posting.key for posting in postings]
    assert ledger.balance(practice=practice, ref=CASH) == D("900.00")
    assert ledger.post_all(practice=practice, postings=postings, now=NOW) == entries


def test_reverse_mirrors_the_entry(practice):
    visit = billed_visit(practice, number="A1")
    charge = visit.charges[0]
    entry = post(
        practice,
        legs=[
            Leg(ledger.contractual(), visit.insurance(), D("40.00"), charge, "CO", "45"),
            Leg(CASH, visit.insurance(), D("90.00"), charge),
        ],
    )

    mirror = ledger.reverse(
        entry=entry, key="reversal:1", source="test", occurred_on=SERVICE_DATE, now=NOW, reason="mistake"
    )

    assert mirror.reverses == entry
    assert visit.owed_by_payer() == D("150.00")
    assert ledger.balance(practice=practice, ref=ledger.contractual()) == 0
    codes = mirror.transfers.order_by("amount").values_list("amount", "group_code", "reason_code")
    assert list(codes) == [(D("40.00"), "CO", "45"), (D("90.00"), "", "")]


def test_reverse_takes_the_cash_from_where_it_is_told(practice):
    entry = post(practice)

    ledger.reverse(
        entry=entry,
        key="reversal:1",
        source="test",
        occurred_on=SERVICE_DATE,
        now=NOW,
        redirect={CASH: ledger.cash_clearing()},
    )

    assert ledger.balance(practice=practice, ref=CASH) == D("5.00")
    assert ledger.balance(practice=practice, ref=ledger.cash_clearing()) == D("-5.00")


def test_reverse_happens_once(practice):
    entry = post(practice)
    again = {"entry": entry, "source": "test", "occurred_on": SERVICE_DATE, "now": NOW}
    first = ledger.reverse(key="reversal:1", **again)

    assert ledger.reverse(key="reversal:1", **again) == first
    with pytest.raises(AlreadyReversed):
        ledger.reverse(key="reversal:2", **again)


def test_every_write_off_reason_has_an_account():
    assert len({ledger.written_off(reason) for reason in WriteOffReason}) == len(WriteOffReason)


def test_an_account_is_one_row_per_practice_and_subject(practice):
    post(practice, key="1")
    post(practice, key="2")
    other = PracticeFactory(organization=practice.organization)
    with practice_scope([practice.pk, other.pk]):
        post(other, key="1")

        assert Account.objects.count() == 4
        assert ledger.balance(practice=other, ref=CASH) == D("5.00")


def test_the_database_refuses_a_transfer_across_practices(practice):
    visit = billed_visit(practice, number="A1")
    other = PracticeFactory(organization=practice.organization)
    with practice_scope([practice.pk, other.pk]), pytest.raises(DatabaseError), transaction.atomic():
        post(other, legs=[Leg(CASH, INCOME, D("1.00"), visit.charges[0])])


@pytest.mark.parametrize("table", ["billing_entry", "billing_transfer"])
def test_the_database_refuses_to_change_the_books(practice, table):
    post(practice)

    for change in (f"UPDATE {table} SET practice_id = practice_id", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_concurrent_posts_of_one_key_make_one_entry(practice):
    def once(_):
        try:
            with practice_scope([practice.pk]):
                return post(practice).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(once, range(16)))

    assert len(made) == 1
    assert Entry.objects.count() == 1
    assert Account.objects.count() == 2


amounts = st.integers(1, 100_000).map(lambda cents: D(cents) / 100)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_of_postings_keeps_the_books(practice, data):
    with transaction.atomic():
        visit = billed_visit(
            practice, number=f"H{Entry.objects.count()}", lines=[("99213", "1000"), ("93000", "500")]
        )
        parties = [
            visit.insurance(),
            ledger.patient_ar(guarantor_id=visit.patient.guarantor_id),
            ledger.contractual(),
            ledger.sequestration(),
            ledger.written_off(WriteOffReason.BAD_DEBT),
        ]
        moves = data.draw(
            st.lists(
                st.tuples(st.permutations(parties), st.sampled_from(visit.charges), amounts, st.booleans()),
                max_size=8,
            )
        )
        for place, (order, charge, amount, taken_back) in enumerate(moves):
            key = f"any:{visit.encounter.pk}:{place}"
            entry = post(practice, key=key, legs=[Leg(order[0], order[1], amount, charge, "CO", "45")])
            if taken_back:
                ledger.reverse(
                    entry=entry, key=f"{key}:back", source="test", occurred_on=SERVICE_DATE, now=NOW
                )

        assert [verdict.differences for verdict in prove()] == [[]] * len(prove())
        for charge, kinds in zip(
            visit.charges, map(positions_of(visit.charges).get, _ids(visit)), strict=True
        ):
            assert kinds["revenue"] == -charge.amount
            assert sum(kinds.values()) == 0
        transaction.set_rollback(True)
    assert not Position.objects.filter(charge__in=_ids(visit)).exists()


def _ids(visit):
    return [charge.pk for charge in visit.charges]
