"""The three worked cases of domain.md section 11, to the cent, through real 835 text."""

from decimal import Decimal

import pytest

from billing import ledger
from billing.ledger import Leg
from billing.queries import prove
from claims.states import ClaimStatus
from tests.billing.scenario import billed_visit, taken_in, text_835
from tests.conftest import NOW
from tests.factories import SERVICE_DATE

pytestmark = pytest.mark.slow
D = Decimal


def balance(practice, ref):
    return ledger.balance(practice=practice, ref=ref)


def differences():
    """What verify_ledger would complain about."""
    return {verdict.proof.name: verdict.differences for verdict in prove() if not verdict.holds}


def test_case_1_medicare_with_automatic_crossover_to_medigap(practice):
    visit = billed_visit(
        practice,
        number="26070001A",
        lines=[("99214", "210"), ("93000", "60")],
        payers={"P": ("04412", "MEDICARE PART B TX"), "S": ("59999", "STATEWIDE MEDIGAP")},
    )
    assert visit.owed_by_payer("P") == D("270.00")

    first = taken_in(
        practice,
        text_835(
            "CLP*26070001A*19*270*82.32*61*MB*0226070123450*11*1~NM1*QC*1*ELLISON*MARGARET~"
            "NM1*TT*2*STATEWIDE MEDIGAP*****PI*59999~MOA***MA01*MA18~"
            "SVC*HC:99214*210*70.56**1~DTM*472*20260310~CAS*CO*45*80**253*1.44~CAS*PR*1*40**2*18~"
            "REF*6R*26070001A1~AMT*B6*130~"
            "SVC*HC:93000*60*11.76**1~DTM*472*20260310~CAS*CO*45*45**253*.24~CAS*PR*2*3~"
            "REF*6R*26070001A2~AMT*B6*15~",
            paid="82.32",
            trace="EFT0326001",
            originator="1234567890",
            payer="MEDICARE PART B TX",
            payer_number="04412",
        ),
    )

    assert (first.status, first.reasons) == ("posted", [])
    assert visit.owed_by_payer("P") == 0
    assert visit.owed_by_payer("S") == D("61.00")
    assert visit.owed_by_patient() == 0
    assert balance(practice, ledger.contractual()) == D("125.00")
    assert balance(practice, ledger.sequestration()) == D("1.68")
    assert balance(practice, ledger.cash_clearing(deposit_id=first.deposit_id)) == D("82.32")
    visit.claim.refresh_from_db()
    assert visit.claim.status == ClaimStatus.PAID
    crossed = visit.encounter.claims.get(coverage=visit.coverages["S"])
    assert crossed.status == ClaimStatus.CROSSED_OVER

    second = taken_in(
        practice,
        text_835(
            "CLP*26070001A*2*270*21*40*HM*MG2026040012*11*1~NM1*QC*1*ELLISON*MARGARET~"
            "SVC*HC:99214*210*18**1~DTM*472*20260310~CAS*OA*23*152~CAS*PR*1*40~"
            "SVC*HC:93000*60*3**1~DTM*472*20260310~CAS*OA*23*57~",
            paid="21",
            trace="MG0407778",
            originator="9876543210",
            payer="STATEWIDE MEDIGAP",
            payer_number="59999",
        ),
    )

    assert (second.status, second.reasons) == ("posted", [])
    assert visit.owed_by_payer("S") == 0
    assert visit.owed_by_patient() == D("40.00")
    crossed.refresh_from_db()
    assert crossed.status == ClaimStatus.PAID

    pay(practice, visit, D("40.00"))
    assert visit.owed_by_patient() == 0
    assert visit.owners() == {"paid": D("143.32"), "adjusted": D("126.68")}
    assert balance(practice, ledger.revenue()) == D("-270.00")
    assert differences() == {}


def pay(practice, visit, amount):
    """A patient's payment, taken and applied to the oldest open charge: the least of the payment actions."""
    guarantor = visit.patient.guarantor_id
    money = ledger.unapplied_patient(guarantor_id=guarantor)
    ledger.post(
        practice=practice,
        key=f"payment:test:{visit.claim.pk}",
        source="payment",
        legs=[Leg(ledger.cash_clearing(), money, amount)],
        occurred_on=SERVICE_DATE,
        now=NOW,
    )
    apply(practice, visit, amount)


def apply(practice, visit, amount):
    guarantor = visit.patient.guarantor_id
    ledger.post(
        practice=practice,
        key=f"application:test:{visit.claim.pk}",
        source="payment",
        legs=[
            Leg(
                ledger.unapplied_patient(guarantor_id=guarantor),
                ledger.patient_ar(guarantor_id=guarantor),
                amount,
                visit.charges[0],
            )
        ],
        occurred_on=SERVICE_DATE,
        now=NOW,
    )


def test_case_2_dependent_child_with_copay_reversal_correction_and_interest(practice):
    child = billed_visit(practice, number="26040077A", lines=[("99213:25", "150"), ("12001", "260")])
    hall = billed_visit(practice, number="26010015A", lines=[("99213", "150")])
    copay = ledger.unapplied_patient(guarantor_id=child.patient.guarantor_id)
    ledger.post(
        practice=practice,
        key="payment:copay",
        source="payment",
        legs=[Leg(ledger.cash_clearing(), copay, D("30.00"))],
        occurred_on=SERVICE_DATE,
        now=NOW,
    )
    earlier = taken_in(
        practice,
        text_835(
            "CLP*26010015A*1*150*90*20*12*BPK26020000777*11*1~NM1*QC*1*HALL*PETER~"
            "SVC*HC:99213*150*90**1~DTM*472*20260310~CAS*CO*45*40~CAS*PR*3*20~REF*6R*26010015A1~",
            paid="90",
            trace="BPK20260205001",
        ),
    )
    assert earlier.status == "posted"
    assert hall.owed_by_patient() == D("20.00")

    remittance = taken_in(
        practice,
        text_835(
            "CLP*26040077A*1*410*81*134*12*BPK26094000111*11*1~NM1*QC*1*ORTEGA*SOFIA~"
            "NM1*IL*1*ORTEGA*DANIEL****MI*BPK900112233~"
            "SVC*HC:99213:25*150*65**1~DTM*472*20260310~CAS*CO*45*55~CAS*PR*3*30~REF*6R*26040077A1~AMT*B6*95~"
            "SVC*HC:12001*260*16**1~DTM*472*20260310~CAS*CO*45*140~CAS*PR*1*100**2*4~REF*6R*26040077A2~"
            "CLP*26010015A*22*-150*-90*-20*12*BPK26020000777*11*1~NM1*QC*1*HALL*PETER~"
            "SVC*HC:99213*-150*-90**1~DTM*472*20260310~CAS*CO*45*-40~CAS*PR*3*-20~REF*6R*26010015A1~"
            "CLP*26010015A*1*150*60*50*12*BPK26107000888*11*7~NM1*QC*1*HALL*PETER~"
            "SVC*HC:99213*150*60**1~DTM*472*20260310~CAS*CO*45*40~CAS*PR*3*20**1*30~REF*6R*26010015A1~"
            "PLB*1234567893*20261231*L6:BPK26107000888*-1.25~",
            paid="52.25",
            trace="BPK20260420991",
        ),
    )

    assert (remittance.status, remittance.reasons) == ("posted", [])
    apply(practice, child, D("30.00"))
    assert child.owed_by_patient() == D("104.00")
    assert child.owed_by_payer() == 0
    assert hall.owed_by_patient() == D("50.00")
    assert hall.owed_by_payer() == 0
    assert hall.owners() == {"paid": D("60.00"), "adjusted": D("40.00"), "patient": D("50.00")}
    assert balance(practice, ledger.interest_income()) == D("-1.25")
    assert balance(practice, ledger.unapplied_payer(deposit_id=remittance.deposit_id)) == 0
    assert balance(practice, ledger.cash_clearing(deposit_id=remittance.deposit_id)) == D("52.25")
    original = earlier.claims.get()
    reversal = remittance.claims.get(status_code="22")
    assert reversal.reverses == original
    keys = [f"remittance:{earlier.pk}:0", f"remittance:{remittance.pk}:1", f"remittance:{remittance.pk}:2"]
    sets = ledger.entries_by_key(practice=practice, keys=keys)
    assert sets[keys[1]].reverses == sets[keys[0]]
    assert len(sets) == 3
    hall.claim.refresh_from_db()
    assert (hall.claim.status, hall.claim.payer_control_number) == (ClaimStatus.PAID, "BPK26107000888")
    assert differences() == {}


def test_case_3_denial_for_authorization_appealed_and_paid_with_interest(practice):
    visit = billed_visit(
        practice,
        number="26050031A",
        lines=[("64483:RT", "900")],
        payers={"P": ("NSH01", "NORTHSTAR HEALTH")},
    )
    northstar = {"originator": "4567891230", "payer": "NORTHSTAR HEALTH", "payer_number": "NSH01"}

    denial = taken_in(
        practice,
        text_835(
            "CLP*26050031A*4*900*0**12*NSH2612700456*11*1~NM1*QC*1*X*Y~"
            "SVC*HC:64483:RT*900*0**0~DTM*472*20260310~CAS*CO*197*900~LQ*HE*M62~",
            paid="0",
            trace="NSHNP20260522001",
            method="NON",
            **northstar,
        ),
    )

    assert (denial.status, denial.reasons) == ("posted", [])
    assert visit.owed_by_payer() == D("900.00")
    assert balance(practice, ledger.contractual()) == 0
    visit.claim.refresh_from_db()
    assert visit.claim.status == ClaimStatus.DENIED

    appeal = taken_in(
        practice,
        text_835(
            "CLP*26050031A*22*-900*0**12*NSH2612700456*11*1~NM1*QC*1*X*Y~"
            "SVC*HC:64483:RT*-900*0**0~DTM*472*20260310~CAS*CO*197*-900~"
            "CLP*26050031A*1*900*248*62*12*NSH2619400999*11*1~NM1*QC*1*X*Y~REF*G1*AUTH778812~"
            "SVC*HC:64483:RT*900*248**1~DTM*472*20260310~CAS*CO*45*590~CAS*PR*2*62~AMT*B6*310~"
            "PLB*1234567893*20261231*L6:NSH2619400999*-3.1~",
            paid="251.1",
            trace="NSHEFT07150042",
            **northstar,
        ),
    )

    assert (appeal.status, appeal.reasons) == ("posted", [])
    assert visit.owners() == {"paid": D("248.00"), "adjusted": D("590.00"), "patient": D("62.00")}
    assert visit.owed_by_patient() == D("62.00")
    assert balance(practice, ledger.interest_income()) == D("-3.10")
    assert balance(practice, ledger.cash_clearing(deposit_id=appeal.deposit_id)) == D("251.10")
    visit.claim.refresh_from_db()
    assert visit.claim.status == ClaimStatus.PAID
    assert differences() == {}
