"""Institutional claims at the box: taken in, judged, paid. No servers."""

import datetime as dt
import subprocess
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from clearinghouse.simulator.plans import BLUEPEAK
from clearinghouse.simulator.reading import read_claims
from clearinghouse.simulator.scenario import Scenario, Shares
from tests.clearinghouse.simulator.claims import ORTEGA, PRACTICE
from tests.clearinghouse.simulator.submitting import Desk
from x12 import ack_999
from x12 import claim_837i as x837i
from x12.envelope import read
from x12.outbound import Address, OutboundGroup, write
from x12.records import Contact, DateReference, HealthCode, Name, Party, Procedure, Reference

NOW = dt.datetime(2026, 6, 8, 15, 0, tzinfo=dt.UTC)
FROM, THROUGH = dt.date(2026, 6, 1), dt.date(2026, 6, 4)
ROOT = Path(__file__).parents[3]
PYX12 = ROOT / ".local" / "referee" / "pyx12" / "bin" / "python"
REFEREE = ROOT.parent / "shared" / "tools" / "referee_pyx12.py"


def lines() -> tuple[x837i.ServiceLine, ...]:
    return (
        x837i.ServiceLine(
            number=1,
            revenue_code="0120",
            charge=Decimal("3000.00"),
            unit="DA",
            quantity=Decimal(3),
            control_number="H1",
        ),
        x837i.ServiceLine(
            number=2,
            revenue_code="0300",
            procedure=Procedure(code="80053"),
            charge=Decimal("90.00"),
            service_date=FROM,
            control_number="H2",
        ),
    )


def stay(**more: object) -> x837i.Claim:
    """Three days in a hospital."""
    values: dict[str, object] = {
        "control_number": "LH1001",
        "charge": Decimal("3090.00"),
        "facility_type": "11",
        "statement_from": FROM,
        "statement_through": THROUGH,
        "admission": DateReference(qualifier="435", format="DT", value="202606010930"),
        "discharge_hour": "1100",
        "admission_type": "1",
        "admission_source": "1",
        "patient_status": "01",
        "principal_diagnoses": (HealthCode(qualifier="ABK", code="I10"),),
        "admitting_diagnoses": (HealthCode(qualifier="ABJ", code="I10"),),
        "related_groups": (HealthCode(qualifier="DR", code="305"),),
        "attending_provider": x837i.AttendingProvider(
            name=Name(kind="1", last="NGUYEN", first="LINH", id_qualifier="XX", id="1334455668")
        ),
        "lines": lines(),
    }
    return x837i.Claim(**(values | more))  # type: ignore[arg-type]


def interchange(number: int, *claims: x837i.Claim) -> str:
    subscriber = Party(
        name=Name(
            kind="1", last=ORTEGA.last_name, first=ORTEGA.first_name, id_qualifier="MI", id=ORTEGA.member_id
        ),
        street="22 OAK LANE",
        city="AUSTIN",
        state="TX",
        postal_code="78704",
        birth_date=ORTEGA.birth_date,
        gender="M",
    )
    batch = x837i.ClaimBatch(
        batch_id=f"H{number}",
        created_on=NOW.date(),
        created_time="1500",
        submitter=Party(
            name=Name(kind="2", last="LAKESIDE HOSPITAL", id_qualifier="46", id="LAKESIDE01"),
            contacts=(Contact(name="BILLING OFFICE", numbers=("TE", "5125550100")),),
        ),
        receiver=Party(name=Name(kind="2", last="EXAMPLE CLEARINGHOUSE", id_qualifier="46", id="CLEARHSE")),
        providers=(
            x837i.BillingProvider(
                party=Party(
                    name=Name(kind="2", last="LAKESIDE HOSPITAL", id_qualifier="XX", id=PRACTICE.npi),
                    street="100 MAIN STREET",
                    city="AUSTIN",
                    state="TX",
                    postal_code="787011234",
                    references=(Reference(qualifier="EI", value=PRACTICE.tin),),
                ),
                subscribers=(
                    x837i.Subscriber(
                        sequence="P",
                        relationship="18",
                        filing_indicator="12",
                        party=subscriber,
                        payer=Party(name=Name(kind="2", last="BLUEPEAK", id_qualifier="PI", id=BLUEPEAK)),
                        claims=claims,
                    ),
                ),
            ),
        ),
    )
    group = OutboundGroup(
        functional_id="HC", version=x837i.VERSION, control_number=number, transactions=[x837i.render(batch)]
    )
    return write(
        sender=Address(id="LAKESIDE01"),
        receiver=Address(id="CLEARHSE"),
        control_number=number,
        written_at=NOW,
        usage="T",
        groups=[group],
    )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "box", NOW)


def test_stay_is_accepted_and_acknowledged_with_its_type_of_bill(desk: Desk) -> None:
    desk.put(interchange(1, stay()))
    desk.work()
    (transaction,) = desk.fetch()
    assert ack_999.read(transaction).accepted
    desk.work(seconds=1)
    (acknowledgment,) = desk.acknowledgments()
    (found,) = acknowledgment.claims()
    assert found.claim.in_adjudication
    assert found.claim.bill_type == "111"


def test_stay_is_paid_by_revenue_code_and_procedure(desk: Desk) -> None:
    desk.put(interchange(1, stay()))
    desk.work()
    (remittance,) = desk.pay()
    (paid,) = remittance.claims()
    room, laboratory = paid.lines
    assert (paid.facility_code, paid.frequency, paid.drg) == ("11", "1", "305")
    assert paid.inpatient is not None
    assert paid.inpatient.covered_days == 3
    assert (room.procedure.qualifier, room.procedure.code, room.control_number) == ("NU", "0120", "H1")
    assert (laboratory.procedure.code, laboratory.revenue_code) == ("80053", "0300")
    assert paid.paid > 0


def test_outpatient_visit_has_no_inpatient_days(desk: Desk) -> None:
    visit = stay(facility_type="13", statement_through=FROM, admission=None, related_groups=())
    desk.put(interchange(1, visit))
    desk.work()
    (remittance,) = desk.pay()
    (paid,) = remittance.claims()
    assert (paid.inpatient, paid.drg, paid.patient_status) == (None, "", "01")


def test_replacement_reverses_the_stay(desk: Desk) -> None:
    desk.put(interchange(1, stay()))
    desk.work()
    (first,) = desk.pay()
    icn = next(first.claims()).payer_claim_control_number
    again = stay(frequency="7", payer_claim_control_number=icn, lines=lines()[:1], charge=Decimal("3000.00"))
    desk.put(interchange(2, again))
    desk.work()
    (second,) = desk.pay()
    back, paid = second.claims()
    assert (back.status, back.paid, paid.frequency) == ("22", -first.paid, "7")


def test_interim_bill_is_a_claim_of_its_own(desk: Desk) -> None:
    (sent,) = read_claims(x837i.read(read(interchange(1, stay(frequency="2"))).transactions[0]))
    assert sent.is_first
    assert not replace(sent, frequency="8").is_first


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [("DTP*434*", ("DTP", "3")), ("SV2*0300*", ("SV2", "3")), ("CLM*LH1001*3090***11:A:1", ("CLM", "8"))],
)
def test_what_an_institution_must_say_is_missed(desk: Desk, wrong: str, expected: tuple[str, str]) -> None:
    changed = "CLM*LH1001*3090***11:B:1" if wrong.startswith("CLM") else wrong.replace(wrong[:3], "ZZZ")
    text = interchange(1, stay())
    assert wrong in text
    desk.put(text.replace(wrong, changed))
    desk.work()
    (transaction,) = desk.fetch()
    (response,) = ack_999.read(transaction).transactions
    assert response.rejected
    assert expected in {(error.segment_id, error.code) for error in response.segment_errors}


@pytest.mark.referee
@pytest.mark.slow
def test_every_document_about_a_stay_passes_the_referee(tmp_path: Path) -> None:
    if not PYX12.exists() or not REFEREE.exists():
        pytest.skip("the pyx12 referee is not installed: ./manage.py referees")
    texts = []
    for place, name in enumerate(("", "claim_level", "split_lines", "unnumbered", "split_claim", "bundled")):
        shares = Shares(**{name: Decimal(1)}) if name else Shares()
        desk = Desk(tmp_path / str(place), NOW, Scenario(shares=shares))
        desk.put(interchange(1, stay()))
        desk.work()
        desk.work(seconds=10)
        texts += desk.fetch_texts()
    files = []
    for number, text in enumerate([interchange(1, stay()), *texts]):
        files.append(tmp_path / f"{number:03d}.x12")
        files[-1].write_text(text)
    done = subprocess.run([PYX12, REFEREE, *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
