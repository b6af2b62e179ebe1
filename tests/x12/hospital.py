"""Institutional claims built from typed models: a stay with everything on it, and an outpatient visit."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from tests.x12.examples import CLEARINGHOUSE, LAKESIDE, organization, person
from x12 import claim_837i as inst
from x12.outbound import OutboundGroup, write
from x12.records import (
    PERSON,
    Adjustment,
    Attachment,
    Condition,
    Contact,
    DateReference,
    FreeText,
    HealthCode,
    Name,
    Party,
    Procedure,
    Reference,
)

HOME = {"street": "22 OAK LANE", "city": "AUSTIN", "state": "TX", "postal_code": "78704"}


def codes(qualifier: str, *values: str, day: str = "", present: str = "") -> tuple[HealthCode, ...]:
    form = "D8" if len(day) == 8 else "RD8" if day else ""
    return tuple(
        HealthCode(qualifier=qualifier, code=value, date_format=form, date=day, present_on_admission=present)
        for value in values
    )


def doctor(last: str, first: str, npi: str) -> Party:
    return Party(name=person(last, first, "XX", npi), references=(Reference(qualifier="0B", value="TX77"),))


def drug_line() -> inst.ServiceLine:
    return inst.ServiceLine(
        number=2,
        revenue_code="0636",
        procedure=Procedure(code="J1745", modifiers=("JZ",)),
        charge=Decimal("900.50"),
        quantity=Decimal(10),
        noncovered=Decimal("10.5"),
        attachments=(
            Attachment(report_type="OZ", transmission="EL", control_qualifier="AC", control_number="A7"),
        ),
        service_date=date(2026, 3, 2),
        control_number="STAY0001A2",
        service_tax=Decimal("1.5"),
        notes=(FreeText(code="TPO", text="PRICED BY AGREEMENT"),),
        drug=inst.Drug(
            ndc="57894003001",
            quantity=Decimal(1),
            unit="UN",
            references=(Reference(qualifier="XZ", value="RX12"),),
        ),
        operating_physician=doctor("REYES", "ANA", "1467560003"),
        adjudications=(
            inst.LineAdjudication(
                payer_id="00431",
                paid=Decimal(800),
                procedure=Procedure(code="J1745", modifiers=("JZ",)),
                revenue_code="0636",
                quantity=Decimal(10),
                adjustments=(Adjustment("CO", "45", Decimal("100.5")),),
                adjudicated_on=date(2026, 3, 20),
                remaining_patient_liability=Decimal(0),
            ),
        ),
    )


def first_payer() -> inst.OtherCoverage:
    return inst.OtherCoverage(
        sequence="P",
        relationship="18",
        group_name="RETIREES",
        filing_indicator="MA",
        adjustments=(Adjustment("PR", "1", Decimal(1676)),),
        paid=Decimal(5224),
        remaining_patient_liability=Decimal(1676),
        inpatient=inst.InpatientAdjudication(
            covered_days=Decimal(3), drg_amount=Decimal("4424"), remark="MA01", remarks=("MA07",)
        ),
        subscriber=Party(name=person("ELLISON", "MARGARET", "MI", "1EG4TE5MK73", "R"), **HOME),
        payer=inst.OtherPayer(
            name=organization("MEDICARE PART A TX", "PI", "00431"),
            adjudicated_on=date(2026, 3, 20),
            claim_control_number="20260320001",
        ),
        attending_provider=Party(name=Name(kind=PERSON), references=(Reference(qualifier="G2", value="A1"),)),
    )


def stay() -> inst.Claim:
    return inst.Claim(
        control_number="STAY0001A",
        charge=Decimal("7000.50"),
        facility_type="11",
        discharge_hour="1430",
        statement_from=date(2026, 3, 1),
        statement_through=date(2026, 3, 4),
        admission=DateReference(qualifier="435", format="DT", value="202603010915"),
        admission_type="1",
        admission_source="7",
        patient_status="01",
        attachments=(Attachment(report_type="AS", transmission="AA"),),
        contract=inst.Contract(type_code="01", amount=Decimal(6000)),
        patient_estimated_due=Decimal("50"),
        prior_authorization="AUTH77",
        clearinghouse_trace="TRACE1",
        accident_state="TX",
        medical_record_number="MRN004711",
        notes=(FreeText(code="DCP", text="WALKS WITH HELP"), FreeText(code="ADD", text="SEE LETTER")),
        conditions=(Condition(category="ZZ", applies="Y", codes=("ST",)),),
        principal_diagnoses=codes("ABK", "I214", present="Y"),
        admitting_diagnoses=codes("ABJ", "R079"),
        external_causes=codes("ABN", "W19XXXA", present="Y"),
        related_groups=codes("DR", "282"),
        other_diagnoses=codes("ABF", "I10", "E119", present="Y"),
        principal_procedures=codes("BBR", "027034Z", day="20260302"),
        other_procedures=codes("BBQ", "4A023N7", day="20260302"),
        occurrence_spans=codes("BI", "74", day="20260301-20260302"),
        occurrences=codes("BH", "11", day="20260228"),
        value_codes=(HealthCode(qualifier="BE", code="80", amount="3"),),
        condition_codes=codes("BG", "05"),
        attending_provider=inst.AttendingProvider(
            name=person("NGUYEN", "LINH", "XX", "1334455668"), specialty="207R00000X"
        ),
        operating_physician=doctor("REYES", "ANA", "1467560003"),
        referring_provider=Party(name=person("OKAFOR", "JOHN", "XX", "1245319599")),
        other_coverages=(first_payer(),),
        lines=(
            inst.ServiceLine(
                number=1,
                revenue_code="0120",
                charge=Decimal(6100),
                unit="DA",
                quantity=Decimal(3),
                service_date=date(2026, 3, 1),
                service_through=date(2026, 3, 4),
                control_number="STAY0001A1",
                adjudications=(),
            ),
            drug_line(),
        ),
    )


def visit() -> inst.Claim:
    """An outpatient visit: no admission, a reason of the visit, one line with a procedure."""
    return inst.Claim(
        control_number="VISIT0001A",
        charge=Decimal(150),
        facility_type="13",
        statement_from=date(2026, 3, 10),
        statement_through=date(2026, 3, 10),
        admission_type="3",
        admission_source="1",
        patient_status="01",
        principal_diagnoses=codes("ABK", "J069"),
        visit_reasons=codes("APR", "R05"),
        attending_provider=inst.AttendingProvider(name=person("NGUYEN", "LINH", "XX", "1334455668")),
        lines=(
            inst.ServiceLine(
                number=1,
                revenue_code="0510",
                procedure=Procedure(code="99213"),
                charge=Decimal(150),
                service_date=date(2026, 3, 10),
                control_number="VISIT0001A1",
            ),
        ),
    )


def subscriber(*claims: inst.Claim) -> inst.Subscriber:
    return inst.Subscriber(
        sequence="S",
        relationship="18",
        group_number="GRP7",
        filing_indicator="CI",
        party=Party(
            name=person("ELLISON", "MARGARET", "MI", "MG55512345", "R"),
            birth_date=date(1950, 5, 14),
            gender="F",
            **HOME,
        ),
        payer=Party(name=organization("STATEWIDE", "PI", "59999")),
        claims=claims,
    )


def hospital_batch(*subscribers: inst.Subscriber) -> inst.ClaimBatch:
    hospital = "LAKESIDE HOSPITAL"
    return inst.ClaimBatch(
        batch_id="HOSP0001",
        created_on=date(2026, 3, 25),
        created_time="0915",
        submitter=Party(
            name=organization(hospital, "46", "LAKESIDE01"),
            contacts=(Contact(name="BILLING OFFICE", numbers=("TE", "5125550100")),),
        ),
        receiver=Party(name=organization("EXAMPLE CLEARINGHOUSE", "46", "CLEARHSE")),
        providers=(
            inst.BillingProvider(
                taxonomy="282N00000X",
                party=Party(
                    name=organization(hospital, "XX", "1234567893"),
                    street="100 MAIN STREET",
                    city="AUSTIN",
                    state="TX",
                    postal_code="787011234",
                    references=(Reference(qualifier="EI", value="741234567"),),
                ),
                subscribers=subscribers or (subscriber(stay()),),
            ),
        ),
    )


def a_child() -> inst.Subscriber:
    """The child of the subscriber is the patient, first payer and only."""
    parent = replace(subscriber(), sequence="P", relationship="")
    child = inst.Patient(
        relationship="19",
        party=Party(
            name=replace(person("ELLISON", "TOM"), id_qualifier="", id=""),
            birth_date=date(2015, 1, 2),
            gender="M",
            **HOME,
        ),
        claims=(visit(),),
    )
    return replace(parent, patients=(child,))


def posted_837i(batch: inst.ClaimBatch) -> str:
    """An interchange from the hospital to the clearinghouse."""
    group = OutboundGroup(
        functional_id="HC", version=inst.VERSION, control_number=1, transactions=[inst.render(batch)]
    )
    return write(
        sender=LAKESIDE,
        receiver=CLEARINGHOUSE,
        control_number=1,
        written_at=datetime(2026, 3, 25, 9, 15),
        usage="T",
        groups=[group],
    )
