"""Each blocking edit of domain.md section 6: a bill that trips it, and a clean one that does not."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from claims.rules.bill import Adjustment, Bill, Clinician, Consent, Facility, Line, Place
from claims.rules.edits import EDITS, Edit
from claims.rules.scrub import scrub
from claims.rules.timely import correct_by, days_left, file_by, is_timely
from tests.claims.bills import BILL, ECG, MEDICARE, OFFICE_VISIT, PATIENT, SECONDARY, TODAY, VISIT_DECIDED

LATER = dt.date(2026, 4, 1)
CHILD = replace(PATIENT, first_name="Sofia", birth_date=dt.date(2015, 8, 22))


def with_patient(**changes: object) -> Bill:
    """The same person as patient and subscriber, changed."""
    patient = replace(PATIENT, **changes)
    return replace(BILL, patient=patient, policy=replace(MEDICARE, subscriber=patient))


def with_policy(**changes: object) -> Bill:
    return replace(BILL, policy=replace(MEDICARE, **changes))


def with_biller(**changes: object) -> Bill:
    return replace(BILL, biller=replace(BILL.biller, **changes))


def with_line(**changes: object) -> Bill:
    return replace(BILL, lines=(replace(OFFICE_VISIT, **changes), ECG))


def with_around(**changes: object) -> Bill:
    return replace(BILL, around=replace(BILL.around, **changes))


def with_decision(**changes: object) -> Bill:
    """The secondary bill with another decision on its first line."""
    first = replace(SECONDARY.lines[0], decisions=(replace(VISIT_DECIDED, **changes),))
    return replace(SECONDARY, lines=(first, SECONDARY.lines[1]))


def many_lines(count: int) -> tuple[Line, ...]:
    return tuple(replace(OFFICE_VISIT, control_number=f"26070001A{n}") for n in range(1, count + 1))


def place(**changes: object) -> Place:
    return replace(BILL.biller.place, **changes)


CONSENT = Consent(
    procedure_codes=frozenset({"99214"}),
    effective_on=dt.date(2026, 1, 1),
    ended_on=dt.date(2026, 12, 31),
    units_left=Decimal(1),
)


def with_consent(**changes: object) -> Bill:
    around = replace(BILL.around, consent_needed=frozenset({"99214"}), consent=replace(CONSENT, **changes))
    return replace(BILL, authorization_number="AUTH1", around=around)


TRIPPED: list[tuple[str, str, Bill]] = [
    ("P01", "patient.last_name", with_patient(last_name=" ")),
    ("P01", "patient.first_name", with_patient(first_name="")),
    ("P02", "patient.birth_date", with_patient(birth_date=dt.date(2026, 3, 12))),
    ("P02", "patient.birth_date", with_patient(birth_date=dt.date(1876, 3, 1))),
    ("P03", "patient.sex", with_patient(sex="X")),
    ("P04", "patient.street", with_patient(place=place(street=""))),
    ("P04", "patient.city", with_patient(place=place(city=""))),
    ("P04", "patient.state", with_patient(place=place(state="ZZ"))),
    ("P04", "patient.postal_code", with_patient(place=place(postal_code="7870"))),
    ("P05", "patient.death_date", with_patient(death_date=dt.date(2026, 3, 9))),
    ("P07", "coverage.relation", with_policy(subscriber=CHILD)),
    ("P07", "coverage.relation", with_policy(relation="19")),
    ("P07", "coverage.subscriber", with_policy(relation="19", subscriber=None)),
    ("P08", "patient.sex", with_patient(sex="")),
    ("P08", "patient.birth_date", with_patient(birth_date=None)),
    ("C01", "payer.payer_number", with_policy(payer_number="")),
    ("C01", "payer.enrollment", with_around(enrolled=False)),
    ("C02", "coverage.member_number", with_policy(member_number="1EG4-TE5-MK73")),
    ("C02", "coverage.member_number", with_policy(member_number="B1", member_number_pattern=r"BPK\d{9}")),
    ("C02", "coverage.member_number", with_policy(member_number="", filing_indicator_code="CI")),
    ("C04", "coverage.rank", replace(BILL, others=(replace(BILL.others[0], policy=MEDICARE),))),
    ("C05", "coverage.rank", replace(BILL, others=BILL.others * 2)),
    ("C06", "claim.prior_payments", replace(SECONDARY, lines=BILL.lines, others=SECONDARY.others)),
    (
        "C07",
        "coverage.medicare_secondary_code",
        replace(
            SECONDARY,
            policy=replace(SECONDARY.policy, filing_indicator_code="MB", member_number="1EG4TE5MK73"),
        ),
    ),
    ("C08", "lines[26070002A1].prior_payments", with_decision(paid=Decimal("70.00"))),
    (
        "C09",
        "claim.prior_payments",
        replace(SECONDARY, others=(replace(SECONDARY.others[0], paid=Decimal("82.00")),)),
    ),
    (
        "C10",
        "lines[26070002A1].prior_payments",
        with_decision(
            adjustments=(*VISIT_DECIDED.adjustments, Adjustment(group="CO", reason="", amount=Decimal(0)))
        ),
    ),
    (
        "C10",
        "lines[26070002A1].prior_payments",
        with_decision(
            adjustments=(*VISIT_DECIDED.adjustments, Adjustment(group="CO", reason="97", amount=None))
        ),
    ),
    ("C11", "lines[26070002A1].prior_payments", with_decision(paid=Decimal("-70.56"))),
    ("C12", "lines[26070002A1].prior_payments", with_decision(decided_on=None)),
    ("C12", "lines[26070002A1].prior_payments", with_decision(decided_on=dt.date(2026, 5, 1))),
    ("C12", "lines[26070002A1].prior_payments", with_decision(decided_on=dt.date(2026, 3, 9))),
    ("C13", "lines[26070002A1].prior_payments", with_decision(payer_number="99999")),
    ("N01", "practice.npi", with_biller(npi="1234567890")),
    ("N01", "rendering.npi", replace(BILL, rendering=replace(BILL.rendering, npi="1334455660"))),
    ("N01", "referring.npi", replace(BILL, referring=Clinician(last_name="R", first_name="A", npi="1"))),
    ("N01", "location.npi", replace(BILL, facility=Facility(name="South", npi="12", place=place()))),
    ("N02", "practice.tax_number", with_biller(tax_number="74-123456")),
    ("N03", "practice.street", with_biller(place=place(street="P.O. Box 12"))),
    ("N03", "practice.postal_code", with_biller(place=place(postal_code="78701"))),
    ("N04", "practice.taxonomy_code", with_biller(taxonomy_code="")),
    (
        "N04",
        "rendering.taxonomy_code",
        replace(BILL, rendering=replace(BILL.rendering, taxonomy_code="207Q")),
    ),
    ("N05", "rendering", replace(BILL, rendering=None)),
    ("N05", "rendering", replace(BILL, rendering=replace(BILL.rendering, first_name=""))),
    ("N09", "location", replace(BILL, place_of_service_code="22")),
    ("D01", "claim.diagnosis_codes", replace(BILL, diagnoses=(), lines=BILL.lines)),
    ("D01", "claim.diagnosis_codes", replace(BILL, diagnoses=tuple(f"I{n}" for n in range(10, 23)))),
    ("D02", "claim.diagnosis_codes", with_around(unknown_diagnoses=frozenset({"R002"}))),
    ("D03", "claim.diagnosis_codes", replace(BILL, diagnoses=("W260XXA", "I10"))),
    ("D05", "claim.diagnosis_codes", replace(BILL, diagnoses=("I10", "I10"))),
    ("L01", "lines", replace(BILL, lines=(), total_charge=Decimal("0.00"))),
    ("L01", "lines", replace(BILL, lines=many_lines(51), total_charge=Decimal("10710.00"))),
    ("L03", "lines[26070001A1].modifiers", with_line(modifiers=("2",))),
    ("L03", "lines[26070001A1].modifiers", with_line(modifiers=("25", "25"))),
    ("L03", "lines[26070001A1].modifiers", with_line(modifiers=("25", "59", "76", "77", "GT"))),
    ("L04", "lines[26070001A1].service_date", with_line(service_date=None)),
    ("L04", "lines[26070001A1].service_date", with_line(service_date=dt.date(2026, 4, 2))),
    ("L05", "lines[26070001A1].units", with_line(units=Decimal(0))),
    ("L06", "lines[26070001A1].pointers", with_line(pointers=())),
    ("L06", "lines[26070001A1].pointers", with_line(pointers=(3,))),
    ("L07", "lines[26070001A1].charge", replace(with_line(charge=Decimal(0)), total_charge=Decimal(60))),
    ("L08", "claim.total_charge", replace(BILL, total_charge=Decimal("271.00"))),
    (
        "L16",
        "lines[26070001A1].drug_code",
        with_line(drug_code="0000-2751-01", drug_quantity=Decimal(1), drug_unit="ML"),
    ),
    ("L16", "lines[26070001A1].drug_quantity", with_line(drug_code="00002751001")),
    ("L22", "lines[26070001A1].description", with_line(procedure_code="64999")),
    ("L27", "lines", with_line(control_number="")),
    ("L27", "lines", with_line(control_number="26070001A2")),
    ("A01", "claim.authorization_number", with_around(consent_needed=frozenset({"93000"}))),
    ("A02", "claim.authorization_number", with_consent(ended_on=dt.date(2026, 3, 9))),
    ("A02", "claim.authorization_number", with_consent(procedure_codes=frozenset({"93000"}))),
    ("A02", "claim.authorization_number", with_consent(units_left=Decimal(0))),
    ("T01", "claim.frequency", replace(BILL, frequency="5")),
    ("T02", "claim.original_reference_number", replace(BILL, frequency="7")),
    ("T04", "claim.service_date", with_around(file_by=LATER)),
    ("T05", "claim.control_number", replace(BILL, control_number="2" * 21)),
    ("T06", "note", replace(BILL, note="X" * 81)),
    ("T06", "patient.last_name", with_patient(last_name="Эллисон")),
    ("T07", "encounter.accident_state", replace(BILL, related_cause="AA")),
    (
        "T08",
        "encounter.admission_date",
        replace(
            BILL,
            place_of_service_code="21",
            facility=Facility(name="General Hospital", npi="", place=place()),
        ),
    ),
    ("T12", "claim.patient_paid", replace(BILL, patient_paid=Decimal("270.01"))),
    ("T13", "claim.signatures", replace(BILL, release_of_information="")),
    ("T14", "connection.usage", with_around(usage="P")),
]

CLEAN: dict[str, Bill] = {
    "the worked example": BILL,
    "its secondary": SECONDARY,
    "a dependent": replace(BILL, patient=CHILD, policy=replace(MEDICARE, relation="19", subscriber=PATIENT)),
    "accents": with_patient(last_name="Pe\u00f1a-O\u2019Brien"),
    "a replacement": replace(BILL, frequency="7", original_reference_number="NSH2612700456"),
    "authorized": with_consent(),
    "authorized for anything": with_consent(procedure_codes=frozenset(), units_left=None),
    "an authorization that is not on file": replace(
        with_around(consent_needed=frozenset({"99214"})), authorization_number="BY PHONE"
    ),
    "unlisted, but described": with_line(procedure_code="64999", description="Nerve procedure"),
    "a drug": with_line(drug_code="00002751001", drug_quantity=Decimal("2.5"), drug_unit="ML"),
    "no contract": with_around(file_by=None),
    "no connection yet": with_around(usage=""),
    "outside the practice": replace(
        BILL,
        place_of_service_code="22",
        facility=Facility(name="General Hospital", npi="1234567893", place=place()),
    ),
    "a payer's own form of member id": with_policy(
        member_number="BPK900112233", member_number_pattern=r"BPK\d{9}", filing_indicator_code="CI"
    ),
    "fifty lines": replace(BILL, lines=many_lines(50), total_charge=Decimal("10500.00")),
}


@pytest.mark.parametrize(
    ("edit", "field", "bill"), TRIPPED, ids=[f"{e}-{n}" for n, (e, _, _) in enumerate(TRIPPED)]
)
def test_edit_stops_the_bill(edit: str, field: str, bill: Bill):
    verdicts = [verdict for verdict in scrub(bill, today=LATER) if verdict.edit == edit]

    assert [(verdict.field, verdict.severity) for verdict in verdicts] == [(field, "stop")]
    assert verdicts[0].message.endswith(".")


@pytest.mark.parametrize("name", CLEAN)
def test_scrub_passes_a_clean_bill(name: str):
    assert scrub(CLEAN[name], today=TODAY if name != "its secondary" else LATER) == []


def test_every_edit_has_a_bill_that_trips_it():
    assert [edit.id for edit in EDITS if edit.id not in {tripped for tripped, _, _ in TRIPPED}] == []
    assert len({edit.id for edit in EDITS}) == len(EDITS)


def test_messages_carry_no_patient_data():
    secrets = {PATIENT.last_name, PATIENT.first_name, MEDICARE.member_number, "Sofia"}
    messages = [verdict.message for _, _, bill in TRIPPED for verdict in scrub(bill, today=LATER)]

    assert [message for message in messages if any(secret in message for secret in secrets)] == []


def test_edits_apply_on_their_days_only():
    def judge(_bill: Bill, _today: dt.date):
        yield from ()

    edit = Edit("X01", judge, effective_on=dt.date(2026, 1, 1), ended_on=dt.date(2026, 6, 30))

    days = (dt.date(2025, 12, 31), dt.date(2026, 1, 1), dt.date(2026, 6, 30), dt.date(2026, 7, 1))
    assert [edit.applies_on(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (lambda: file_by(service_date=TODAY, timely_filing_days=90), dt.date(2026, 6, 9)),
        (
            lambda: file_by(
                service_date=TODAY,
                timely_filing_days=90,
                decided_by_earlier_payer_on=dt.date(2026, 6, 1),
            ),
            dt.date(2026, 8, 30),
        ),
        (lambda: correct_by(decided_on=TODAY, corrected_claim_days=30), dt.date(2026, 4, 10)),
        (lambda: days_left(last_day=dt.date(2026, 3, 26), today=TODAY), 15),
        (lambda: is_timely(last_day=TODAY + dt.timedelta(days=1), today=TODAY), True),
        (lambda: is_timely(last_day=TODAY, today=TODAY), False),
        (lambda: is_timely(last_day=None, today=TODAY), True),
    ],
)
def test_deadlines(rule: Callable[[], object], expected: object):
    assert rule() == expected
