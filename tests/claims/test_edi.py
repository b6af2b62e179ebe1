"""Bills on the wire, judged against the worked example and by an outside referee."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from claims.actions.build import build_claim
from claims.edi import Letterhead, claim_interchange, set_words, status_interchange
from claims.edi.answers import BECAUSE_OF_ANOTHER
from claims.queries import bill_of
from claims.rules.bill import Bill, Clinician, Facility, Place
from patients.models import Rank, Relation
from tests.claims.bills import BILL, MEDIGAP, OFFICE_VISIT, PATIENT, SECONDARY
from tests.claims.referee import second_verdicts, verdicts
from tests.claims.scenes import coded_visit, insured_patient, medicare, medigap
from tests.conftest import NOW
from tests.factories import ConnectionFactory, CoverageFactory, LocationFactory
from x12 import claim_837
from x12.ack_999 import Context, ContextName, ElementError, SegmentError, TransactionResponse
from x12.envelope import read
from x12.status_276_277 import read_request

GOLDEN = Path(__file__).resolve().parents[1] / "x12" / "golden" / "medicare.837"
HEAD = Letterhead(
    sender_number="LAKESIDE01",
    receiver_number="CLEARHSE",
    receiver_name="Example Clearinghouse",
    usage="T",
    control_number="000000001",
    reference="CLM26070001",
    written_at=dt.datetime(2026, 3, 11, 9, 15),
)
CHILD = replace(PATIENT, first_name="Sofia", birth_date=dt.date(2015, 8, 22), death_date=dt.date(2026, 3, 20))
DOCTOR = Clinician(last_name="Referrer", first_name="Ann", npi="1234567893")
HOSPITAL = Facility(
    name="General Hospital",
    npi="1234567893",
    place=Place(street="1 Way", street_2="Floor 2", city="Austin", state="TX", postal_code="787011234"),
)
FULL = replace(
    BILL,
    frequency="7",
    original_reference_number="NSH2612700456",
    authorization_number="AUTH778812",
    note="Corrected claim: auth number added, Pe\u00f1a",
    patient_paid=Decimal("30.00"),
    related_cause="AA",
    accident_state="TX",
    accident_date=dt.date(2026, 3, 9),
    admission_date=dt.date(2026, 3, 9),
    place_of_service_code="21",
    referring=DOCTOR,
    facility=HOSPITAL,
    lines=(
        replace(OFFICE_VISIT, procedure_code="64999", description="Nerve procedure", modifiers=("25", "RT")),
        replace(
            BILL.lines[1],
            drug_code="00002751001",
            drug_quantity=Decimal("2.5"),
            drug_unit="ML",
            units=Decimal("1.50"),
        ),
    ),
)
MEDICARE_SECOND = replace(
    SECONDARY,
    policy=replace(SECONDARY.others[0].policy, rank="S", medicare_secondary_code="12"),
    others=(replace(SECONDARY.others[0], policy=replace(MEDIGAP, rank="P", payer_number="04412")),),
)


def text(*bills: Bill) -> str:
    return claim_interchange([("0001", bills)], HEAD).decode()


BILLS = {
    "the worked example": (BILL,),
    "to the secondary": (SECONDARY,),
    "a dependent": (
        replace(
            BILL,
            patient=CHILD,
            policy=replace(MEDIGAP, rank="P", relation="19", group_number="GRP88210", subscriber=PATIENT),
            others=(),
        ),
    ),
    "everything": (FULL,),
    "Medicare second": (MEDICARE_SECOND,),
    "a void": (replace(BILL, frequency="8", original_reference_number="NSH2612700456"),),
    "who bills rendered": (replace(BILL, rendering=replace(BILL.rendering, npi=BILL.biller.npi)),),
    "a subscriber who died": (
        replace(
            BILL,
            policy=replace(BILL.policy, subscriber=PATIENT),
            patient=replace(PATIENT, death_date=dt.date(2026, 3, 12)),
        ),
    ),
    "many": (BILL, SECONDARY, FULL),
}


@pytest.mark.referee
@pytest.mark.slow
def test_the_referee_accepts_every_837p():
    found = verdicts({name: text(*bills) for name, bills in BILLS.items()})

    assert found == {name: [True, []] for name in BILLS}


def test_claim_interchange_writes_the_worked_example():
    assert text(BILL) == GOLDEN.read_text().replace("\n", "")


def test_bill_of_reads_the_worked_example_from_rows(practice):
    ConnectionFactory(practice=practice)
    coverage = insured_patient(practice, payer=medicare(practice), member_number="1EG4TE5MK73")
    coverage.patient.medical_record_number = "MRN004711"
    coverage.patient.save()
    CoverageFactory(
        practice=practice,
        patient=coverage.patient,
        payer=medigap(practice),
        rank=Rank.SECONDARY,
        member_number="MG55512345",
    )
    visit = coded_visit(coverage, location=LocationFactory(practice=practice))
    claim = build_claim(encounter=visit, now=NOW)

    bill = bill_of(claim)

    own = {line.control_number: n for n, line in enumerate(bill.lines, 1)}
    renumbered = replace(
        bill,
        control_number="26070001A",
        lines=tuple(
            replace(line, control_number=f"26070001A{own[line.control_number]}") for line in bill.lines
        ),
    )
    assert text(renumbered) == GOLDEN.read_text().replace("\n", "")


def test_bill_of_a_dependent_seen_elsewhere(practice):
    ConnectionFactory(practice=practice)
    coverage = insured_patient(
        practice,
        relation=Relation.CHILD,
        subscriber_first_name="Daniel",
        subscriber_last_name="Ortega",
        subscriber_birth_date=dt.date(1985, 2, 3),
        subscriber_sex="M",
    )
    clinic = LocationFactory(
        practice=practice, name="South Clinic", street="9 South Street", npi="1234567893"
    )

    bill = bill_of(build_claim(encounter=coded_visit(coverage, location=clinic), now=NOW))

    assert (bill.policy.subscriber.last_name, bill.policy.subscriber.sex) == ("Ortega", "M")
    assert (bill.facility.name, bill.facility.npi, bill.facility.place.street) == (
        "South Clinic",
        "1234567893",
        "9 South Street",
    )


def claim_in(content: str) -> claim_837.ClaimInContext:
    (transaction,) = read(content).transactions
    (found,) = claim_837.read(transaction).claims()
    return found


def test_a_secondary_claim_carries_what_the_primary_decided():
    claim = claim_in(text(SECONDARY)).claim

    (primary,) = claim.other_coverages
    assert (primary.sequence, primary.paid, primary.remaining_patient_liability) == (
        "P",
        Decimal("82.32"),
        Decimal("61"),
    )
    assert (primary.payer.name.id, primary.payer.claim_control_number) == ("04412", "0226070123450")
    (first,) = claim.lines[0].adjudications
    assert (first.payer_id, first.paid, first.adjudicated_on) == (
        "04412",
        Decimal("70.56"),
        dt.date(2026, 3, 26),
    )
    assert [(it.group, it.reason, it.amount) for it in first.adjustments] == [
        ("CO", "45", Decimal("80")),
        ("CO", "253", Decimal("1.44")),
        ("PR", "1", Decimal("40")),
        ("PR", "2", Decimal("18")),
    ]


def test_a_dependent_has_a_loop_of_their_own():
    (bill,) = BILLS["a dependent"]
    found = claim_in(text(bill))

    assert (found.subscriber.relationship, found.subscriber.group_number) == ("", "GRP88210")
    assert found.subscriber.party.birth_date is None
    assert (found.patient.relationship, found.patient.party.name.first) == ("19", "SOFIA")
    assert found.patient.party.name.id == ""


def test_a_replacement_names_the_original_the_authorization_and_its_reason():
    claim = claim_in(text(FULL)).claim

    assert (claim.frequency, claim.payer_claim_control_number) == ("7", "NSH2612700456")
    assert claim.prior_authorization == "AUTH778812"
    assert [(note.code, note.text) for note in claim.notes] == [
        ("ADD", "CORRECTED CLAIM  AUTH NUMBER ADDED, PENA")
    ]
    assert claim.patient_paid == Decimal("30")
    assert claim.service_facility.name.last == "GENERAL HOSPITAL"
    assert claim.lines[0].procedure.description == "NERVE PROCEDURE"


def test_rendering_is_left_out_when_the_biller_rendered():
    (bill,) = BILLS["who bills rendered"]

    assert claim_in(text(bill)).claim.rendering_provider is None


def test_medicare_second_says_why():
    assert claim_in(text(MEDICARE_SECOND)).subscriber.medicare_secondary_reason == "12"


def test_a_batch_of_several_sets_numbers_each():
    mail = read(claim_interchange([("0001", [BILL]), ("0002", [SECONDARY])], HEAD))

    assert [it.control_number for it in mail.transactions] == ["0001", "0002"]
    assert mail.all_findings == ()


@pytest.mark.parametrize("dependent", [False, True])
def test_status_interchange_asks_about_the_claim(dependent):
    bill = BILLS["a dependent"][0] if dependent else BILL
    content = status_interchange(
        bill, HEAD, payer_number="04412", payer_control_number="0226070123450", trace="L00S0000001"
    )

    (transaction,) = read(content).transactions
    (found,) = read_request(transaction).inquiries()
    asked = found.inquiry
    assert found.payer.name.id == "04412"
    assert found.provider.name.id == "1234567893"
    assert (found.dependent is not None) is dependent
    assert (asked.trace, asked.patient_account, asked.payer_control_number) == (
        "L00S0000001",
        "26070001A",
        "0226070123450",
    )
    assert (asked.charge, asked.service_date) == (Decimal("270"), dt.date(2026, 3, 10))


@pytest.mark.referee
@pytest.mark.slow
def test_the_second_referee_accepts_every_276(tmp_path):
    files = {}
    for name, (bill, *_) in BILLS.items():
        files[name] = tmp_path / f"{len(files)}.276"
        content = status_interchange(
            bill, HEAD, payer_number="04412", payer_control_number="NSH1", trace="L00S0000001"
        )
        files[name].write_bytes(content)

    assert second_verdicts(files) == {name: (True, []) for name in BILLS}


def rejection(claim_number: str) -> TransactionResponse:
    error = SegmentError(
        segment_id="CLM",
        position=22,
        loop_id="2300",
        code="8",
        contexts=(Context(of=ContextName(name="CLM01", value=claim_number)),) if claim_number else (),
        element_errors=(ElementError(element=2, code="1"),),
    )
    return TransactionResponse(
        code="837", control_number="0001", acceptance="R", error_codes=("5",), segment_errors=(error,)
    )


OWN = (
    "Segment CLM at position 22 in loop 2300: segment has errors in its elements, CLM02: required element is"
    " missing. Correct it and release the claim."
)


@pytest.mark.parametrize(
    ("named", "words"), [("26070001A", OWN), ("", OWN), ("26070009A", BECAUSE_OF_ANOTHER)]
)
def test_set_words_tell_the_claim_in_error_from_the_others(named, words):
    assert set_words(rejection(named), claim_number="26070001A") == words


def test_set_words_without_located_errors_give_the_verdict():
    response = TransactionResponse(code="837", control_number="0001", acceptance="R", error_codes=("2",))

    assert set_words(response, claim_number="26070001A") == (
        "Rejected; Trailer (SE) is missing. Correct it and release the claim."
    )
