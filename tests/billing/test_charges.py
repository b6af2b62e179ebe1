"""Coded lines into the books."""

import datetime as dt
from decimal import Decimal

from billing import handlers, ledger
from billing.actions.charge import book_charges
from billing.models import Charge
from tests.billing.scenario import payer_named
from tests.conftest import NOW
from tests.factories import CoverageFactory, EncounterFactory, ServiceLineFactory

D = Decimal


def coded(practice, *charges, covered=True):
    encounter = EncounterFactory(practice=practice, status="coded")
    if covered:
        payer = payer_named(practice, "BPK01", "BluePeak")
        CoverageFactory(practice=practice, patient=encounter.patient, payer=payer)
    for position, charge in enumerate(charges, 1):
        ServiceLineFactory(encounter=encounter, position=position, charge=D(charge))
    return encounter


def owed_by_payer(encounter):
    coverage = encounter.patient.coverages.first()
    account = ledger.insurance_ar(encounter_id=encounter.pk, coverage_id=coverage.pk)
    return ledger.balance(practice=encounter.practice, ref=account)


def test_book_charges_owes_every_line_to_the_primary_payer(practice):
    encounter = coded(practice, "210", "60")

    charges = book_charges(encounter=encounter, now=NOW)

    assert [charge.amount for charge in charges] == [D("210"), D("60")]
    assert owed_by_payer(encounter) == D("270.00")
    assert ledger.balance(practice=practice, ref=ledger.revenue()) == D("-270.00")
    entry = ledger.entries_by_key(practice=practice, keys=[f"charge:{encounter.pk}"])
    assert entry[f"charge:{encounter.pk}"].occurred_on == encounter.service_date


def test_book_charges_of_a_patient_without_coverage_owes_them_to_the_guarantor(practice):
    encounter = coded(practice, "210", covered=False)

    book_charges(encounter=encounter, now=NOW)

    account = ledger.patient_ar(guarantor_id=encounter.patient.guarantor_id)
    assert ledger.balance(practice=practice, ref=account) == D("210.00")


def test_book_charges_goes_by_the_coverage_of_the_service_date(practice):
    encounter = coded(practice, "210")
    encounter.patient.coverages.update(ended_on=encounter.service_date - dt.timedelta(days=1))

    book_charges(encounter=encounter, now=NOW)

    assert owed_by_payer(encounter) == 0


def test_book_charges_twice_books_once(practice):
    encounter = coded(practice, "210")
    book_charges(encounter=encounter, now=NOW)
    encounter.patient.coverages.update(ended_on=encounter.service_date - dt.timedelta(days=1))

    assert book_charges(encounter=encounter, now=NOW) == []
    assert owed_by_payer(encounter) == D("210.00")


def test_book_charges_books_a_line_added_later_by_itself(practice):
    encounter = coded(practice, "210")
    book_charges(encounter=encounter, now=NOW)
    ServiceLineFactory(encounter=encounter, position=2, charge=D("60"))

    book_charges(encounter=encounter, now=NOW)

    assert owed_by_payer(encounter) == D("270.00")


def test_book_charges_leaves_out_lines_without_a_charge(practice):
    encounter = coded(practice, "0")

    assert book_charges(encounter=encounter, now=NOW) == []


def test_book_charges_hears_that_a_visit_was_coded(practice):

    encounter = coded(practice, "210")

    handlers.book_charges(encounter_id=encounter.pk, now=NOW)
    handlers.book_charges(encounter_id=encounter.pk, now=NOW)

    assert Charge.objects.count() == 1
