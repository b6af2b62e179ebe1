"""Copays, payments, write-offs: what patients owe and pay."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction

from billing import handlers, ledger
from billing.actions.charge import book_charges
from billing.actions.payment import (
    AmountNotPositive,
    PaymentVoided,
    ReceivedInFuture,
    RequestKeyReused,
    apply_unapplied,
    collect_copay,
    take_payment,
    void_payment,
)
from billing.actions.write_off import (
    MoreThanOwed,
    SamePerson,
    approve_write_off,
    refuse_write_off,
    request_write_off,
)
from billing.models import PatientPayment, PaymentMethod, WriteOffReason
from billing.models.ledger import Entry
from billing.queries import guarantor_owes
from billing.queries.patients import patient_owes
from billing.states import WriteOffStatus
from claims.actions.build import build_claim
from claims.models import Claim
from patients.states import AppointmentStatus
from rcm.state import IllegalMove
from tests.conftest import NOW
from tests.factories import (
    AppointmentFactory,
    CoverageFactory,
    EncounterFactory,
    ServiceLineFactory,
    UserFactory,
)

TODAY = NOW.date()


@pytest.fixture
def biller(practice):
    return UserFactory()


@pytest.fixture
def self_pay(practice):
    """A visit of 210.00 that no payer covers, in the books."""
    visit = EncounterFactory(practice=practice)
    ServiceLineFactory(encounter=visit)
    return book_charges(encounter=visit, now=NOW)[0]


@pytest.fixture
def insured(practice):
    """A visit of 210.00 that a payer owes, in the books."""
    visit = EncounterFactory(practice=practice)
    CoverageFactory(practice=practice, patient=visit.patient)
    ServiceLineFactory(encounter=visit)
    return book_charges(encounter=visit, now=NOW)[0]


def pay(charge, amount="50.00", key="k1", by=None, received_on=TODAY):
    return take_payment(
        guarantor=charge.guarantor,
        amount=Decimal(amount),
        method=PaymentMethod.CHECK,
        request_key=key,
        received_on=received_on,
        by=by,
        now=NOW,
    )


def waiting(guarantor) -> Decimal:
    ref = ledger.unapplied_patient(guarantor_id=guarantor.pk)
    return -ledger.balance(practice=guarantor.practice, ref=ref)


def test_collect_copay_checks_in_and_keeps_the_money_as_a_liability(practice, biller):
    appointment = AppointmentFactory(practice=practice)

    collect_copay(
        appointment=appointment,
        amount=Decimal("30.00"),
        method=PaymentMethod.CARD,
        request_key="desk-1",
        by=biller,
        now=NOW,
    )

    appointment.refresh_from_db()
    assert appointment.status == AppointmentStatus.ARRIVED
    assert waiting(appointment.patient.guarantor) == Decimal("30.00")


def test_the_same_request_twice_is_one_payment(self_pay, biller):
    assert pay(self_pay, by=biller) == pay(self_pay, by=biller)

    assert PatientPayment.objects.count() == 1
    assert guarantor_owes(guarantor=self_pay.guarantor) == Decimal("160.00")


def test_a_used_request_key_with_another_amount_is_refused(self_pay):
    pay(self_pay)
    with pytest.raises(RequestKeyReused):
        pay(self_pay, amount="51.00")


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_a_payment_is_positive(self_pay, amount):
    with pytest.raises(AmountNotPositive):
        pay(self_pay, amount=amount)


def test_money_is_not_taken_tomorrow(self_pay):
    with pytest.raises(ReceivedInFuture):
        pay(self_pay, received_on=TODAY + dt.timedelta(days=1))


def test_who_takes_and_applies_money_stands_in_the_books(self_pay, biller):
    pay(self_pay, by=biller)
    applied = Entry.objects.filter(source="payment", key__startswith="apply:").latest("pk")
    assert applied.recorded_by == biller


def test_what_is_paid_beyond_the_balance_waits(self_pay):
    pay(self_pay, amount="250.00")

    assert guarantor_owes(guarantor=self_pay.guarantor) == Decimal("0.00")
    assert waiting(self_pay.guarantor) == Decimal("40.00")
    assert apply_unapplied(guarantor=self_pay.guarantor, today=TODAY, now=NOW) == Decimal("0.00")


def test_money_goes_to_the_oldest_service_first(practice, self_pay):
    older = EncounterFactory(
        practice=practice, patient=self_pay.service_line.encounter.patient, service_date=dt.date(2026, 1, 5)
    )
    ServiceLineFactory(encounter=older, charge=Decimal("40.00"), service_date=older.service_date)
    [old_charge] = book_charges(encounter=older, now=NOW)

    pay(self_pay, amount="50.00")

    assert patient_owes(charge=old_charge) == Decimal("0.00")
    assert patient_owes(charge=self_pay) == Decimal("200.00")


def test_void_payment_makes_the_balance_owed_again(self_pay, biller):
    payment = pay(self_pay)

    void_payment(payment=payment, by=biller, today=TODAY, now=NOW, why="check returned")

    assert guarantor_owes(guarantor=self_pay.guarantor) == Decimal("210.00")
    assert waiting(self_pay.guarantor) == Decimal("0.00")
    with pytest.raises(PaymentVoided):
        void_payment(payment=payment, by=biller, today=TODAY, now=NOW, why="again")


def test_money_of_an_overpaid_charge_waits_again(practice, self_pay):
    """A payer's later decision can leave less to the patient than was paid."""
    pay(self_pay, amount="210.00")
    leg = ledger.Leg(
        ledger.contractual(),
        ledger.patient_ar(guarantor_id=self_pay.guarantor_id),
        Decimal("10.00"),
        self_pay,
    )
    with transaction.atomic():
        ledger.post(practice=practice, key="x", source="test", legs=[leg], occurred_on=TODAY, now=NOW)

    apply_unapplied(guarantor=self_pay.guarantor, today=TODAY, now=NOW)

    assert patient_owes(charge=self_pay) == Decimal("0.00")
    assert waiting(self_pay.guarantor) == Decimal("10.00")


def test_what_was_forgiven_does_not_become_a_patients_money(practice, self_pay):
    """A payer's later decision leaves less to the patient than was paid and written off together."""
    pay(self_pay, amount="50.00")
    forgive(self_pay, "20.00")
    leg = ledger.Leg(
        ledger.contractual(),
        ledger.patient_ar(guarantor_id=self_pay.guarantor_id),
        Decimal("210.00"),
        self_pay,
    )
    ledger.post(practice=practice, key="x", source="test", legs=[leg], occurred_on=TODAY, now=NOW)

    apply_unapplied(guarantor=self_pay.guarantor, today=TODAY, now=NOW)

    assert waiting(self_pay.guarantor) == Decimal("50.00")
    assert patient_owes(charge=self_pay) == Decimal("-20.00")


def forgive(charge, amount, reason=WriteOffReason.SMALL_BALANCE, by=None):
    return request_write_off(
        charge=charge, amount=Decimal(amount), reason=reason, by=by or UserFactory(), today=TODAY, now=NOW
    )


def test_a_write_off_within_the_limit_is_done_at_once(self_pay):
    write_off = forgive(self_pay, "25.00")

    assert write_off.status == WriteOffStatus.APPROVED
    assert patient_owes(charge=self_pay) == Decimal("185.00")


def test_many_small_write_offs_of_one_charge_need_another_person_like_a_large_one(self_pay):
    first, second = forgive(self_pay, "20.00"), forgive(self_pay, "5.01")

    assert (first.status, second.status) == (WriteOffStatus.APPROVED, WriteOffStatus.REQUESTED)
    assert patient_owes(charge=self_pay) == Decimal("190.00")


def test_what_another_person_approved_leaves_the_limit_as_it_was(self_pay):
    large = forgive(self_pay, "100.00")
    approve_write_off(write_off=large, by=UserFactory(), today=TODAY, now=NOW)

    assert forgive(self_pay, "25.00").status == WriteOffStatus.APPROVED


def test_a_write_off_above_the_limit_waits_for_another_person(self_pay, biller):
    write_off = forgive(self_pay, "100.00", by=biller)
    assert patient_owes(charge=self_pay) == Decimal("210.00")
    with pytest.raises(SamePerson):
        approve_write_off(write_off=write_off, by=biller, today=TODAY, now=NOW)

    approve_write_off(write_off=write_off, by=UserFactory(), today=TODAY, now=NOW)

    assert patient_owes(charge=self_pay) == Decimal("110.00")
    with pytest.raises(IllegalMove):
        approve_write_off(write_off=write_off, by=UserFactory(), today=TODAY, now=NOW)


def test_a_denial_is_forgiven_to_the_payer(insured):
    write_off = forgive(insured, "210.00", WriteOffReason.DENIAL)

    approve_write_off(write_off=write_off, by=UserFactory(), today=TODAY, now=NOW)

    assert ledger.held_of_charges(
        practice=insured.practice, encounter_ids=[insured.service_line.encounter_id]
    ) == {
        (
            ledger.insurance_ar(
                encounter_id=insured.service_line.encounter_id,
                coverage_id=insured.service_line.encounter.patient.coverages.get().pk,
            ),
            insured.pk,
        ): Decimal("0.00")
    }


def test_more_than_is_owed_cannot_be_forgiven(insured):
    with pytest.raises(MoreThanOwed):
        forgive(insured, "1.00", WriteOffReason.SMALL_BALANCE)
    with pytest.raises(MoreThanOwed):
        forgive(insured, "210.01", WriteOffReason.DENIAL)


def test_a_refused_write_off_leaves_the_balance(self_pay):
    write_off = forgive(self_pay, "100.00")

    refuse_write_off(write_off=write_off, by=UserFactory(), now=NOW, why="the patient can pay")

    assert write_off.status == WriteOffStatus.REFUSED
    assert patient_owes(charge=self_pay) == Decimal("210.00")


@pytest.mark.parametrize("built_first", [True, False])
def test_the_claim_says_what_was_paid_at_check_in(practice, biller, built_first):
    """Whichever handler of the coded visit runs first."""
    appointment = AppointmentFactory(practice=practice)
    CoverageFactory(practice=practice, patient=appointment.patient)
    visit = EncounterFactory(
        practice=practice, patient=appointment.patient, appointment=appointment, status="coded"
    )
    ServiceLineFactory(encounter=visit)
    collect_copay(
        appointment=appointment,
        amount=Decimal("30.00"),
        method=PaymentMethod.CARD,
        request_key="desk-2",
        by=biller,
        now=NOW,
    )
    if built_first:
        build_claim(encounter=visit, now=NOW)

    for _ in range(2):
        handlers.tell_claim_of_copay(encounter_id=visit.pk, now=NOW)

    assert Claim.objects.get().patient_paid == Decimal("30.00")
