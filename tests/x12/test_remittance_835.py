from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.x12.examples import golden, peak_remittance, posted_835
from tests.x12.samples import ABSENT, SAMPLES, samples, slow_when_large
from x12 import remittance_835 as era
from x12.envelope import read
from x12.records import Adjustment, Name, Procedure
from x12.segments import Segment

READABLE = [slow_when_large(sample) for sample in samples("835")]


def transaction(text):
    (found,) = read(text).transactions
    return found


def lines_of(remittance):
    return [segment.text() for segment in era.render(remittance)]


def with_claims(*claims):
    group = era.ClaimGroup(number=1, claims=claims)
    return replace(peak_remittance(), groups=(group,))


def test_worked_example_is_written_to_the_letter():
    assert posted_835(era.render(peak_remittance())) == golden("peak.835")


def test_worked_example_is_read_typed():
    remittance = era.read(transaction(golden("peak.835")))

    assert remittance == peak_remittance()
    assert remittance.findings == ()
    assert (remittance.paid, remittance.trace_number) == (Decimal("52.25"), "BPK20260420991")
    assert remittance.effective_on == date(2026, 4, 20)
    child, reversal, correction = remittance.claims()
    assert child.patient == Name(kind="1", last="ORTEGA", first="SOFIA")
    assert reversal.is_reversal
    assert not correction.is_reversal
    assert reversal.paid == Decimal("-90")
    assert child.lines[1].adjusted == Decimal("244")
    assert child.lines[1].patient_responsibility == Decimal("104")
    (interest,) = remittance.provider_adjustments
    assert (interest.reason, interest.reference, interest.amount) == (
        "L6",
        "BPK26107000888",
        Decimal("-1.25"),
    )


def test_adjustments_fill_six_trios_and_then_another_segment():
    adjustments = tuple(Adjustment("CO", str(n), Decimal(n)) for n in range(1, 9))
    claim = replace(next(peak_remittance().claims()), lines=(), adjustments=adjustments)

    written = [line for line in lines_of(with_claims(claim)) if line.startswith("CAS*")]

    assert written == ["CAS*CO*1*1**2*2**3*3**4*4**5*5**6*6", "CAS*CO*7*7**8*8"]
    assert next(era.read(transaction(posted_835(era.render(with_claims(claim))))).claims()) == claim


def test_everything_a_claim_may_carry_comes_back():
    claim = replace(
        next(peak_remittance().claims()),
        status="19",
        adjustments=(Adjustment("OA", "23", Decimal("1.5"), Decimal(2)),),
        corrected_patient=Name(kind="1", last="ORTEGA-DIAZ", first="SOFIA"),
        crossover_payer=Name(kind="2", last="STATEWIDE MEDIGAP", id_qualifier="PI", id="59999"),
        inpatient=era.InpatientAdjudication(covered_days=Decimal(3), remark="MA01", remarks=("N1", "N2")),
        outpatient=era.OutpatientAdjudication(remarks=("MA01", "MA18")),
        statement_from=date(2026, 4, 1),
        statement_through=date(2026, 4, 2),
        received_on=date(2026, 4, 3),
    )
    line = replace(
        claim.lines[0],
        submitted_procedure=Procedure(code="99214"),
        submitted_units=Decimal("1.5"),
        remarks=(era.RemarkCode(code="M62"), era.RemarkCode(code="N115")),
    )
    remittance = with_claims(replace(claim, lines=(line,)))

    written = lines_of(remittance)

    assert "NM1*74*1*ORTEGA-DIAZ*SOFIA" in written
    assert "NM1*TT*2*STATEWIDE MEDIGAP*****PI*59999" in written
    assert "MOA***MA01*MA18" in written
    assert "SVC*HC:99213:25*150*65**1*HC:99214*1.5" in written
    assert written[-4:-2] == ["LQ*HE*M62", "LQ*HE*N115"]
    again = era.read(transaction(posted_835(era.render(remittance))))
    assert again == remittance
    assert next(again.claims()).is_forwarded


def test_provider_adjustments_are_packed_by_six():
    plb = peak_remittance().provider_adjustments[0]
    remittance = replace(
        peak_remittance(), provider_adjustments=(plb,) * 7 + (replace(plb, provider_id="1999999984"),)
    )

    written = [line for line in lines_of(remittance) if line.startswith("PLB*")]

    assert [line.count("L6:") for line in written] == [6, 1, 1]
    assert era.read(transaction(posted_835(era.render(remittance)))) == remittance


def test_claims_without_lx_are_found():
    text = golden("peak.835").replace("LX*1~", "")

    remittance = era.read(transaction(text))

    assert [claim.control_number for claim in remittance.claims()] == ["26040077A", "26010015A", "26010015A"]
    assert remittance.findings == ()
    assert tuple(era.render(remittance)) == transaction(text).segments


@pytest.mark.parametrize(
    ("old", "new", "segment", "element"),
    [
        ("*81*134*", "*8I*134*", "CLP", 4),
        ("CAS*CO*45*55", "CAS*CO*45*5_5", "CAS", 3),
        ("BPR*I*52.25", "BPR*I*5e1", "BPR", 2),
        ("*-1.25~", "*NaN~", "PLB", 4),
        ("*20261231*", "*20261331*", "PLB", 2),
    ],
)
def test_an_amount_or_day_that_is_none_is_noted(old, new, segment, element):
    remittance = era.read(transaction(golden("peak.835").replace(old, new, 1)))

    assert [(f.code, f.segment, f.element) for f in remittance.findings] == [("bad_value", segment, element)]


def test_a_segment_out_of_its_place_is_kept_there():
    text = golden("peak.835").replace("AMT*B6*95~", "AMT*B6*95~MOA***MA01~")

    remittance = era.read(transaction(text))

    assert next(remittance.claims()).lines[0].unread == (Segment(("MOA", "", "", "MA01")),)
    assert [f.code for f in remittance.findings] == ["unread_segment"]
    assert tuple(era.render(remittance)) == transaction(text).segments


@pytest.mark.parametrize("cut", range(48))
def test_a_remittance_cut_at_any_segment_gives_what_was_whole_and_says_so(cut):
    text = "~".join(golden("peak.835").split("~")[: cut + 1]) + "~"

    mail = read(text)

    assert mail.complete == (cut == 48)
    for found in mail.transactions:
        remittance = era.read(found)
        assert found.complete == (cut >= 46)
        assert tuple(era.render(remittance)) == found.segments
        if found.complete:
            assert remittance == peak_remittance()


@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
@pytest.mark.parametrize("sample", READABLE)
def test_every_sample_keeps_every_segment(sample):
    for found in read(sample.data).transactions:
        assert tuple(era.render(era.read(found))) == found.segments


@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
@pytest.mark.parametrize("sample", READABLE)
def test_every_sample_has_the_totals_of_the_index(sample):
    remittances = [era.read(found) for found in read(sample.data).transactions]
    claims = [claim for remittance in remittances for claim in remittance.claims()]
    lines = [line for claim in claims for line in claim.lines]
    totals = {
        "bpr02": sum(remittance.paid for remittance in remittances),
        "claims": len(claims),
        "services": len(lines),
        "sum_clp03": sum(claim.charge for claim in claims),
        "sum_clp04": sum(claim.paid for claim in claims),
        "sum_clp05": sum(claim.patient_responsibility or 0 for claim in claims),
        "cas_claim": sum(a.amount for claim in claims for a in claim.adjustments),
        "cas_service": sum(line.adjusted for line in lines),
        "plb": sum(a.amount for remittance in remittances for a in remittance.provider_adjustments),
        "sum_lines": sum(line.charge for line in lines),
        "sum_svc03": sum(line.paid for line in lines),
    }

    assert totals == {column: sample.number(column) for column in totals}
    if sample.label == "valid":
        assert [remittance.findings for remittance in remittances if remittance.findings] == []
