"""Drafts from coded visits."""

import datetime as dt
from decimal import Decimal

import pytest

from claims.actions import build
from claims.actions.build import NotCoded, build_claim
from claims.handlers import bill_visit
from claims.models import Claim
from claims.states import ClaimStatus
from coding.states import EncounterStatus
from patients.models import Authorization
from tests.claims.scenes import ECG, coded_visit, insured_patient, payer
from tests.conftest import NOW
from tests.factories import EncounterFactory


def test_build_claim_bills_the_visit_as_coded(practice, connection):
    visit = coded_visit(insured_patient(practice))

    claim = build_claim(encounter=visit, now=NOW)

    assert claim.status == ClaimStatus.READY
    assert claim.control_number == f"{practice.claim_prefix}0000001A"
    assert claim.total_charge == Decimal("270.00")
    assert claim.diagnosis_codes == ["I10", "R002"]
    rows = claim.lines.values_list("control_number", "procedure_code", "units", "charge", "pointers")
    assert list(rows) == [
        (f"{claim.control_number}1", "99214", Decimal(1), Decimal("210.00"), [1, 2]),
        (f"{claim.control_number}2", "93000", Decimal(1), Decimal("60.00"), [2]),
    ]


def test_build_claim_twice_is_one_claim(practice, connection):
    visit = coded_visit(insured_patient(practice))

    first = build_claim(encounter=visit, now=NOW)
    second = build_claim(encounter=visit, now=NOW)

    assert first == second
    assert Claim.objects.count() == 1


def test_build_claim_numbers_are_never_given_twice(practice, connection):
    coverage = insured_patient(practice)
    numbers = [build_claim(encounter=coded_visit(coverage), now=NOW).control_number for _ in range(3)]

    assert numbers == [f"{practice.claim_prefix}000000{n}A" for n in (1, 2, 3)]


def test_build_claim_without_coverage_bills_nobody(practice):
    coverage = insured_patient(practice, ended_on=dt.date(2026, 1, 31))

    assert build_claim(encounter=coded_visit(coverage), now=NOW) is None
    assert Claim.objects.count() == 0


def test_build_claim_refuses_a_visit_without_codes(practice):
    with pytest.raises(NotCoded):
        build_claim(encounter=EncounterFactory(practice=practice), now=NOW)


@pytest.mark.parametrize(("wanted", "sent"), [(True, "30.00"), (False, "0.00")])
def test_build_claim_sends_the_copay_where_the_payer_wants_it(practice, connection, wanted, sent):
    coverage = insured_patient(practice, payer=payer(practice, send_patient_paid=wanted))

    claim = build_claim(encounter=coded_visit(coverage), now=NOW, patient_paid=Decimal("30.00"))

    assert claim.patient_paid == Decimal(sent)


def test_build_claim_names_the_authorization_that_covers_a_procedure(practice, connection):
    coverage = insured_patient(practice)
    Authorization.objects.create(
        practice=practice,
        coverage=coverage,
        number="AUTH778812",
        procedure_codes=["93000"],
        effective_on=dt.date(2026, 1, 1),
        ended_on=dt.date(2026, 12, 31),
    )

    other = build_claim(encounter=coded_visit(coverage, lines=[("99214", "210.00", (1,))]), now=NOW)
    covered = build_claim(encounter=coded_visit(coverage, lines=[ECG]), now=NOW)

    assert other.authorization_number == ""
    assert covered.authorization_number == "AUTH778812"


def test_build_claim_takes_the_authorization_chosen_for_the_visit(practice, connection):
    coverage = insured_patient(practice)
    chosen = Authorization.objects.create(
        practice=practice,
        coverage=coverage,
        number="CHOSEN1",
        procedure_codes=["93000"],
        effective_on=dt.date(2026, 1, 1),
        ended_on=dt.date(2026, 12, 31),
    )

    claim = build_claim(encounter=coded_visit(coverage, authorization=chosen), now=NOW)

    assert claim.authorization_number == "CHOSEN1"


def test_bill_visit_builds_the_claim_of_a_coded_visit_once(practice, connection):
    visit = coded_visit(insured_patient(practice))

    bill_visit(encounter_id=visit.pk, now=NOW)
    bill_visit(encounter_id=visit.pk, now=NOW)

    assert Claim.objects.get().encounter == visit


def test_bill_visit_leaves_a_visit_alone_that_was_opened_again(practice):
    visit = coded_visit(insured_patient(practice))
    type(visit).objects.filter(pk=visit.pk).update(status=EncounterStatus.OPEN)

    bill_visit(encounter_id=visit.pk, now=NOW)

    assert Claim.objects.count() == 0


def test_bill_visit_after_a_crash_leaves_one_whole_claim(practice, connection, monkeypatch):
    visit = coded_visit(insured_patient(practice))
    with monkeypatch.context() as crash:

        def power_cut(**_kwargs: object) -> None:
            raise ConnectionError

        crash.setattr(build, "judge", power_cut)
        with pytest.raises(ConnectionError):
            bill_visit(encounter_id=visit.pk, now=NOW)
    assert Claim.objects.count() == 0

    bill_visit(encounter_id=visit.pk, now=NOW)

    assert Claim.objects.get().lines.count() == 2
