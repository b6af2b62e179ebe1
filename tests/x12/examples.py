"""The two complete interchanges of the domain handbook (11.4), built from typed models; names are synthetic."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from x12 import claim_837 as pro
from x12 import remittance_835 as era
from x12.outbound import Address, OutboundGroup, write
from x12.records import (
    ORGANIZATION,
    PERSON,
    Adjustment,
    Contact,
    HealthCode,
    Name,
    Party,
    Procedure,
    Reference,
)
from x12.segments import Segment

GOLDEN = Path(__file__).parent / "golden"
LAKESIDE = Address(id="LAKESIDE01")
CLEARINGHOUSE = Address(id="CLEARHSE")


def golden(file: str) -> str:
    """A golden interchange without the line breaks that are for reading only."""
    return (GOLDEN / file).read_text(encoding="ascii").replace("\n", "")


def organization(name: str, qualifier: str, number: str) -> Name:
    return Name(kind=ORGANIZATION, last=name, id_qualifier=qualifier, id=number)


def person(last: str, first: str, qualifier: str = "", number: str = "", middle: str = "") -> Name:
    return Name(kind=PERSON, last=last, first=first, middle=middle, id_qualifier=qualifier, id=number)


def service_line(number: int, code: str, charge: str, pointers: tuple[int, ...]) -> pro.ServiceLine:
    return pro.ServiceLine(
        number=number,
        procedure=Procedure(code=code),
        charge=Decimal(charge),
        pointers=pointers,
        service_date=date(2026, 3, 10),
        control_number=f"26070001A{number}",
    )


def medicare_claim() -> pro.Claim:
    home = {"street": "22 OAK LANE", "city": "AUSTIN", "state": "TX", "postal_code": "78704"}
    return pro.Claim(
        control_number="26070001A",
        charge=Decimal("270.00"),
        place_of_service="11",
        medical_record_number="MRN004711",
        diagnoses=(HealthCode(qualifier="ABK", code="I10"), HealthCode(qualifier="ABF", code="R002")),
        rendering_provider=Party(name=person("NGUYEN", "LINH", "XX", "1334455668"), specialty="207Q00000X"),
        other_coverages=(
            pro.OtherCoverage(
                sequence="S",
                relationship="18",
                filing_indicator="CI",
                subscriber=Party(name=person("ELLISON", "MARGARET", "MI", "MG55512345", "R"), **home),
                payer=pro.OtherPayer(name=organization("STATEWIDE MEDIGAP", "PI", "59999")),
            ),
        ),
        lines=(service_line(1, "99214", "210.00", (1, 2)), service_line(2, "93000", "60.00", (2,))),
    )


def medicare_batch() -> pro.ClaimBatch:
    lakeside = "LAKESIDE FAMILY MEDICINE PLLC"
    return pro.ClaimBatch(
        batch_id="CLM26070001",
        created_on=date(2026, 3, 11),
        created_time="0915",
        submitter=Party(
            name=organization(lakeside, "46", "LAKESIDE01"),
            contacts=(Contact(name="BILLING OFFICE", numbers=("TE", "5125550100")),),
        ),
        receiver=Party(name=organization("EXAMPLE CLEARINGHOUSE", "46", "CLEARHSE")),
        providers=(
            pro.BillingProvider(
                taxonomy="207Q00000X",
                party=Party(
                    name=organization(lakeside, "XX", "1234567893"),
                    street="100 MAIN STREET",
                    city="AUSTIN",
                    state="TX",
                    postal_code="787011234",
                    references=(Reference(qualifier="EI", value="741234567"),),
                ),
                subscribers=(medicare_subscriber(),),
            ),
        ),
    )


def medicare_subscriber() -> pro.Subscriber:
    return pro.Subscriber(
        sequence="P",
        relationship="18",
        filing_indicator="MB",
        party=Party(
            name=person("ELLISON", "MARGARET", "MI", "1EG4TE5MK73", "R"),
            street="22 OAK LANE",
            city="AUSTIN",
            state="TX",
            postal_code="78704",
            birth_date=date(1950, 5, 14),
            gender="F",
        ),
        payer=Party(name=organization("MEDICARE PART B TX", "PI", "04412")),
        claims=(medicare_claim(),),
    )


def adjusted(group: str, *reasons: tuple[str, str]) -> tuple[Adjustment, ...]:
    return tuple(Adjustment(group, reason, Decimal(amount)) for reason, amount in reasons)


def paid_line(
    code: str, modifiers: tuple[str, ...], amounts: tuple[str, str, str], day: date, control_number: str,
    *adjustments: Adjustment,
) -> era.ServicePayment:  # fmt: skip
    charge, paid, allowed = amounts
    return era.ServicePayment(
        procedure=Procedure(code=code, modifiers=modifiers),
        charge=Decimal(charge),
        paid=Decimal(paid),
        units=Decimal(1),
        service_date=day,
        control_number=control_number,
        allowed=Decimal(allowed) if allowed else None,
        adjustments=adjustments,
    )


def child_payment() -> era.ClaimPayment:
    day = date(2026, 4, 2)
    return era.ClaimPayment(
        control_number="26040077A",
        status="1",
        charge=Decimal("410.00"),
        paid=Decimal("81.00"),
        patient_responsibility=Decimal("134.00"),
        filing_indicator="12",
        payer_claim_control_number="BPK26094000111",
        facility_code="11",
        frequency="1",
        patient=person("ORTEGA", "SOFIA"),
        subscriber=person("ORTEGA", "DANIEL", "MI", "BPK900112233"),
        lines=(
            paid_line("99213", ("25",), ("150", "65", "95"), day, "26040077A1",
                      *adjusted("CO", ("45", "55")), *adjusted("PR", ("3", "30"))),
            paid_line("12001", (), ("260", "16", "120"), day, "26040077A2",
                      *adjusted("CO", ("45", "140")), *adjusted("PR", ("1", "100"), ("2", "4"))),
        ),
    )  # fmt: skip


def hall_payment(
    status: str, sign: int, number: str, allowed: str, *adjustments: Adjustment
) -> era.ClaimPayment:
    paid, owed = (90, 20) if status == "22" else (60, 50)
    return era.ClaimPayment(
        control_number="26010015A",
        status=status,
        charge=Decimal(150 * sign),
        paid=Decimal(paid * sign),
        patient_responsibility=Decimal(owed * sign),
        filing_indicator="12",
        payer_claim_control_number=number,
        facility_code="11",
        frequency="1" if status == "22" else "7",
        patient=person("HALL", "PETER", "MI", "BPK900555666"),
        lines=(
            paid_line("99213", (), (str(150 * sign), str(paid * sign), allowed), date(2026, 1, 12), "26010015A1",
                      *adjustments),
        ),
    )  # fmt: skip


def peak_remittance() -> era.Remittance:
    reversal = adjusted("CO", ("45", "-40")) + adjusted("PR", ("3", "-20"))
    correction = adjusted("CO", ("45", "40")) + adjusted("PR", ("3", "20"), ("1", "30"))
    return era.Remittance(
        paid=Decimal("52.25"),
        method="ACH",
        format="CCP",
        sender_routing_qualifier="01",
        sender_routing="111000012",
        sender_account_qualifier="DA",
        sender_account="555666777",
        company_id="3216549870",
        receiver_routing_qualifier="01",
        receiver_routing="114000093",
        receiver_account_qualifier="DA",
        receiver_account="987654321",
        effective_on=date(2026, 4, 20),
        trace_number="BPK20260420991",
        originator="3216549870",
        produced_on=date(2026, 4, 17),
        payer=peak_payer(),
        payee=era.Payee(
            name="LAKESIDE FAMILY MEDICINE PLLC",
            id="1234567893",
            references=(Reference(qualifier="TJ", value="741234567"),),
        ),
        groups=(
            era.ClaimGroup(
                number=1,
                claims=(
                    child_payment(),
                    hall_payment("22", -1, "BPK26020000777", "", *reversal),
                    hall_payment("1", 1, "BPK26107000888", "110", *correction),
                ),
            ),
        ),
        provider_adjustments=(
            era.ProviderAdjustment(
                "1234567893", date(2026, 12, 31), "L6", "BPK26107000888", Decimal("-1.25")
            ),
        ),
    )


def peak_payer() -> era.Payer:
    return era.Payer(
        name="BLUEPEAK HEALTH PLAN",
        street="1 PLAN WAY",
        city="AUSTIN",
        state="TX",
        postal_code="78701",
        references=(Reference(qualifier="2U", value="BPK01"),),
        contacts=(
            Contact(function="CX", name="PROVIDER SERVICES", numbers=("TE", "8005550100")),
            Contact(function="BL", name="EDI HELP", numbers=("TE", "8005550122")),
        ),
    )


def posted_837(*bodies: list[Segment], control_number: int = 1) -> str:
    """An interchange from the practice to the clearinghouse."""
    group = OutboundGroup(
        functional_id="HC", version=pro.VERSION, control_number=control_number, transactions=bodies
    )
    return write(
        sender=LAKESIDE,
        receiver=CLEARINGHOUSE,
        control_number=control_number,
        written_at=datetime(2026, 3, 11, 9, 15),
        usage="T",
        groups=[group],
    )


def posted_835(*bodies: list[Segment], control_number: int = 2003) -> str:
    """An interchange from the payer to the practice."""
    group = OutboundGroup(
        functional_id="HP", version=era.VERSION, control_number=control_number, transactions=bodies
    )
    return write(
        sender=Address(id="BPK01"),
        receiver=LAKESIDE,
        control_number=control_number,
        written_at=datetime(2026, 4, 17, 9, 15),
        usage="T",
        groups=[group],
    )
