from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.x12.examples import golden, medicare_batch, peak_remittance, posted_837
from tests.x12.samples import ABSENT, SAMPLES, samples, slow_when_large
from x12 import claim_837 as pro
from x12 import remittance_835 as era
from x12.envelope import read
from x12.errors import WrongTransaction, X12Error
from x12.records import ORGANIZATION, Adjustment, FreeText, HealthCode, Name, Party, Procedure
from x12.segments import Segment

READABLE = [slow_when_large(sample) for sample in samples("837p")]


def transaction(text):
    (found,) = read(text).transactions
    return found


def lines_of(batch):
    return [segment.text() for segment in pro.render(batch)]


def changed(batch, **changes):
    """The batch with its only claim changed."""
    (provider,) = batch.providers
    (subscriber,) = provider.subscribers
    claim = replace(subscriber.claims[0], **changes)
    provider = replace(provider, subscribers=(replace(subscriber, claims=(claim,)),))
    return replace(batch, providers=(provider,))


def test_worked_example_is_written_to_the_letter():
    assert posted_837(pro.render(medicare_batch())) == golden("medicare.837")


def test_worked_example_is_read_typed():
    batch = pro.read(transaction(golden("medicare.837")))

    assert batch == medicare_batch()
    assert batch.findings == ()
    (found,) = batch.claims()
    assert found.patient is None
    assert found.subscriber.party.birth_date == date(1950, 5, 14)
    assert found.claim.charge == Decimal("270")
    assert [line.control_number for line in found.claim.lines] == ["26070001A1", "26070001A2"]
    assert found.claim.other_coverages[0].payer.name.id == "59999"


def test_a_dependent_stands_under_the_subscriber():
    batch = medicare_batch()
    (provider,) = batch.providers
    (subscriber,) = provider.subscribers
    child = pro.Patient(
        relationship="19",
        party=Party(
            name=Name(kind="1", last="ORTEGA", first="SOFIA"), birth_date=date(2015, 8, 22), gender="F"
        ),
        claims=subscriber.claims,
    )
    subscriber = replace(subscriber, relationship="", claims=(), patients=(child,))
    batch = replace(batch, providers=(replace(provider, subscribers=(subscriber, subscriber)),))

    levels = [line for line in lines_of(batch) if line.startswith("HL*")]

    assert levels == ["HL*1**20*1", "HL*2*1*22*1", "HL*3*2*23*0", "HL*4*1*22*1", "HL*5*4*23*0"]
    again = pro.read(transaction(posted_837(pro.render(batch))))
    assert again == batch
    assert [found.patient.relationship for found in again.claims()] == ["19", "19"]


def test_secondary_claim_carries_what_the_primary_decided():
    adjustments = (
        Adjustment("CO", "45", Decimal("80")),
        Adjustment("CO", "253", Decimal("1.44")),
        Adjustment("PR", "1", Decimal("40")),
        Adjustment("PR", "2", Decimal("18")),
    )
    line = medicare_batch().providers[0].subscribers[0].claims[0].lines[0]
    decided = pro.LineAdjudication(
        payer_id="04412",
        paid=Decimal("70.56"),
        procedure=Procedure(code="99214"),
        quantity=Decimal(1),
        adjustments=adjustments,
        adjudicated_on=date(2026, 3, 26),
    )
    primary = pro.OtherCoverage(
        sequence="P",
        relationship="18",
        filing_indicator="MB",
        paid=Decimal("82.32"),
        remaining_patient_liability=Decimal("61.00"),
        outpatient=pro.OutpatientAdjudication(remarks=("MA01",)),
        payer=pro.OtherPayer(
            name=Name(kind=ORGANIZATION, last="MEDICARE PART B TX", id_qualifier="PI", id="04412"),
            claim_control_number="0226070123450",
        ),
    )
    batch = changed(
        medicare_batch(), other_coverages=(primary,), lines=(replace(line, adjudications=(decided,)),)
    )

    written = lines_of(batch)

    start = written.index("SBR*P*18*******MB", 20)
    assert written[start : start + 7] == [
        "SBR*P*18*******MB",
        "AMT*D*82.32",
        "AMT*EAF*61",
        "OI***Y***Y",
        "MOA***MA01",
        "NM1*PR*2*MEDICARE PART B TX*****PI*04412",
        "REF*F8*0226070123450",
    ]
    assert written[-5:-1] == [
        "SVD*04412*70.56*HC:99214**1",
        "CAS*CO*45*80**253*1.44",
        "CAS*PR*1*40**2*18",
        "DTP*573*D8*20260326",
    ]
    assert pro.read(transaction(posted_837(pro.render(batch)))) == batch


def test_replacement_claim_names_what_it_replaces():
    batch = changed(
        medicare_batch(),
        frequency="7",
        prior_authorization="AUTH778812",
        payer_claim_control_number="NSH2612700456",
        notes=(FreeText(text="CORRECTED CLAIM"),),
    )

    written = lines_of(batch)

    claim = next(n for n, line in enumerate(written) if line.startswith("CLM"))
    assert written[claim : claim + 5] == [
        "CLM*26070001A*270***11:B:7*Y*A*Y*Y",
        "REF*G1*AUTH778812",
        "REF*F8*NSH2612700456",
        "REF*EA*MRN004711",
        "NTE*ADD*CORRECTED CLAIM",
    ]


def test_more_than_twelve_codes_go_into_another_segment():
    diagnoses = tuple(HealthCode(qualifier="ABF", code=f"R{n:03}") for n in range(14))

    batch = changed(medicare_batch(), diagnoses=diagnoses)

    assert [line.count("ABF:") for line in lines_of(batch) if line.startswith("HI*")] == [12, 2]
    assert pro.read(transaction(posted_837(pro.render(batch)))) == batch


def test_service_through_another_day_is_a_range():
    line = replace(
        medicare_batch().providers[0].subscribers[0].claims[0].lines[0], service_through=date(2026, 3, 12)
    )

    batch = changed(medicare_batch(), lines=(line,))

    assert "DTP*472*RD8*20260310-20260312" in lines_of(batch)
    assert pro.read(transaction(posted_837(pro.render(batch)))) == batch


def test_read_refuses_another_transaction():
    with pytest.raises(WrongTransaction, match="expected 837P"):
        pro.read(transaction(posted_837(era.render(peak_remittance()))))


def test_read_refuses_a_body_without_st():
    with pytest.raises(X12Error):
        pro.read(replace(transaction(golden("medicare.837")), segments=()))


@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
@pytest.mark.parametrize("sample", READABLE)
def test_every_sample_keeps_every_segment(sample):
    for found in read(sample.data).transactions:
        assert tuple(pro.render(pro.read(found))) == found.segments


@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
@pytest.mark.parametrize("sample", READABLE)
def test_every_sample_has_the_totals_of_the_index(sample):
    batches = [pro.read(found) for found in read(sample.data).transactions]
    claims = [found.claim for batch in batches for found in batch.claims()]

    assert len(claims) == sample.number("claims")
    assert sum(claim.charge for claim in claims) == sample.number("sum_clm02")
    if sample.label != "invalid":
        lines = [line for claim in claims for line in claim.lines]
        assert len(lines) == sample.number("services")
        assert sum(line.charge for line in lines) == sample.number("sum_lines")
    if sample.label == "valid":
        assert [batch.findings for batch in batches if batch.findings] == []


def test_unknown_segments_stay_where_they_stood():
    text = golden("medicare.837").replace("HI*ABK", "ZZZ*1*2~HI*ABK").replace("LX*2~", "LX*2~N3*NOWHERE~")

    batch = pro.read(transaction(text))

    claim = next(batch.claims()).claim
    assert claim.unread == (Segment(("ZZZ", "1", "2")),)
    assert claim.lines[1].unread == (Segment(("N3", "NOWHERE")),)
    assert [(f.code, f.segment) for f in batch.findings] == [
        ("unread_segment", "ZZZ"),
        ("unread_segment", "N3"),
    ]
    assert tuple(pro.render(batch)) == transaction(text).segments


def test_a_change_rewrites_only_what_changed():
    text = golden("medicare.837").replace("*270*", "*270.00*").replace("*210*", "*210.00*")
    text = text.replace("HI*ABK", "ZZZ*1*2~HI*ABK").replace("HL*2*1", "HL*22*1").replace("SE*38", "SE*39")
    batch = pro.read(transaction(text))

    before = [segment.text() for segment in transaction(text).segments]
    after = lines_of(changed(batch, medical_record_number="MRN1"))

    assert [line for line in after if line not in before] == ["HL*2*1*22*0", "REF*EA*MRN1"]
    assert len(after) == len(before)
    assert "ZZZ*1*2" in after
    assert "CLM*26070001A*270.00***11:B:1*Y*A*Y*Y" in after
    assert "SV1*HC:99214*210.00*UN*1***1:2" in after


def test_a_line_taken_away_is_not_written():
    batch = pro.read(transaction(golden("medicare.837")))
    claim = next(batch.claims()).claim

    written = lines_of(changed(batch, lines=claim.lines[:1]))

    assert "LX*2" not in written
    assert written[-1] == f"SE*{len(written)}*0001"


def test_what_cannot_be_converted_is_noted_and_kept():
    text = golden("medicare.837").replace("*270*", "*27O*").replace("*19500514*", "*19501314*")

    batch = pro.read(transaction(text))

    assert [(f.code, f.segment, f.element) for f in batch.findings] == [
        ("bad_value", "DMG", 2),
        ("bad_value", "CLM", 2),
    ]
    assert next(batch.claims()).claim.charge == 0
    assert tuple(pro.render(batch)) == transaction(text).segments


def test_a_level_left_out_hides_no_claim():
    text = golden("medicare.837")
    start, end = text.index("HL*1**20"), text.index("HL*2*1*22")

    batch = pro.read(transaction(text[:start] + text[end:]))

    assert [found.claim.control_number for found in batch.claims()] == ["26070001A"]


def test_no_value_can_change_the_segments_around_it():
    batch = changed(medicare_batch(), medical_record_number="A\x1dB\x1eC\x1fD~E*F:G\x1c")

    (found,) = read(posted_837(pro.render(batch))).transactions

    assert next(pro.read(found).claims()).claim.medical_record_number == "A B C D E F G "


def test_a_format_is_written_only_with_its_date():
    batch = medicare_batch()
    (provider,) = batch.providers
    (subscriber,) = provider.subscribers
    subscriber = replace(subscriber, party=replace(subscriber.party, birth_date=None), pregnant="Y")
    batch = replace(batch, providers=(replace(provider, subscribers=(subscriber,)),))

    assert "DMG***F" in lines_of(batch)
    assert "PAT*********Y" in lines_of(batch)


def test_what_is_no_segment_is_kept_but_not_told():
    text = golden("medicare.837").replace("HI*ABK", "ELLISON MARGARET~HI*ABK")

    batch = pro.read(transaction(text))

    assert [(f.segment, "ELLISON" in f.message) for f in batch.findings] == [("?", False)]
    assert tuple(pro.render(batch)) == transaction(text).segments


def test_pointers_that_are_no_numbers_are_noted():
    batch = pro.read(transaction(golden("medicare.837").replace("***1:2~", "***1:B~")))

    assert [(f.segment, f.element) for f in batch.findings] == [("SV1", 7)]
    assert next(batch.claims()).claim.lines[0].pointers == ()
