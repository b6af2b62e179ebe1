"""Documents as people read them."""

import pytest

from tests.x12.samples import ABSENT, SAMPLES, samples
from x12.envelope import read
from x12.errors import NotX12
from x12.explain import envelope_of, explain, explain_segment
from x12.explain.lists import element_name, segment_name, word
from x12.segments import Segment

CLAIM_FILE = (
    "ISA*00*          *00*          *ZZ*LAKESIDE       *ZZ*CLEARHSE       *260311*0915*^*00501*000000007*0*T*:~"
    "GS*HC*LAKESIDE*CLEARHSE*20260311*0915*7*X*005010X222A1~"
    "ST*837*0001*005010X222A1~BHT*0019*00*B1*20260311*0915*CH~"
    "NM1*41*2*LAKESIDE*****46*L1~PER*IC*BILLING*TE*5125550100~NM1*40*2*CLEARHSE*****46*C1~"
    "HL*1**20*1~NM1*85*2*LAKESIDE*****XX*1234567893~N3*100 MAIN~N4*AUSTIN*TX*787011234~REF*EI*741234567~"
    "HL*2*1*22*0~SBR*P*18*******CI~NM1*IL*1*ELLISON*MARGARET****MI*BPK1~NM1*PR*2*BLUEPEAK*****PI*BPK01~"
    "CLM*L1A*270***11:B:1*Y*A*Y*Y~HI*ABK:I10*ABF:R002~LX*1~SV1*HC:99214:25*210*UN*1***1:2~DTP*472*D8*20260310~"
    "HL*3*1*22*0~SBR*P*18*******CI~NM1*IL*1*OTHER*PERSON****MI*BPK2~NM1*PR*2*BLUEPEAK*****PI*BPK01~"
    "CLM*L2A*60***11:B:1*Y*A*Y*Y~HI*ABK:I10~LX*1~SV1*HC:93000*60*UN*1***1~DTP*472*D8*20260310~"
    "SE*31*0001~GE*1*7~IEA*1*000000007~"
)


@pytest.fixture
def claims():
    return read(CLAIM_FILE).transactions[0]


def of(lines, segment_id):
    return [line for line in lines if line.id == segment_id]


def test_explain_gives_every_segment_in_its_place(claims):
    lines = explain(claims)
    assert [line.position for line in lines] == [segment.position for segment in claims.segments]
    assert "".join(line.text for line in lines) in CLAIM_FILE


def test_explain_names_values_and_spells_codes(claims):
    claim = of(explain(claims), "CLM")[0]
    assert (claim.name, claim.loop, claim.depth) == ("Claim information", "2300", 2)
    said = {value.place: (value.name, value.text, value.words) for value in claim.values}
    assert said["CLM01"] == ("Claim number", "L1A", "")
    assert said["CLM02"] == ("Total charge", "270", "$270.00")
    assert said["CLM05-1"] == ("Place of service", "11", "Office")
    assert said["CLM05-3"] == ("Frequency", "1", "Original")


def test_explain_names_a_value_by_its_qualifier(claims):
    lines = explain(claims)
    tax = of(lines, "REF")[0]
    assert (tax.name, tax.values[1].name) == ("Reference · Tax id", "Tax id")
    health = of(lines, "HI")[0]
    assert [(value.name, value.words) for value in health.values[1::2]] == [
        ("Principal diagnosis", ""),
        ("Diagnosis", "R00.2"),
    ]
    payer = of(lines, "NM1")[4]
    assert (payer.name, payer.loop, payer.values[-1].name) == ("Payer", "2010BB", "Payer id")


def test_explain_about_one_claim_tells_nothing_of_another(claims):
    lines = explain(claims, about=["L1A"])
    assert [line.values[0].text for line in of(lines, "CLM")] == ["L1A"]
    assert "OTHER" not in "".join(line.text for line in lines)
    assert [line.id for line in lines][:2] == ["ST", "BHT"]
    assert lines[-1].id == "SE"
    assert of(lines, "HL")[0].values[1].words == "Payer or information source"


def test_explain_about_a_claim_that_is_not_there_tells_of_no_patient(claims):
    assert of(explain(claims, about=["L9A"]), "NM1")[-1].name == "Billing provider"


def test_explain_repeats_the_names_of_repeating_elements():
    cas = explain_segment(Segment.of("CAS", "PR", "1", "150", "", "2", "-70"))
    assert [(value.place, value.name, value.words) for value in cas.values] == [
        ("CAS01", "Group", "Patient responsibility"),
        ("CAS02", "Reason", "Deductible"),
        ("CAS03", "Amount", "$150.00"),
        ("CAS05", "Reason", "Coinsurance"),
        ("CAS06", "Amount", "\N{MINUS SIGN}$70.00"),
    ]


def test_explain_bears_what_it_does_not_know():
    strange = explain_segment(Segment.of("ZZZ", "A", ("B", "C")))
    assert strange.name == "Segment ZZZ"
    assert [(value.name, value.text) for value in strange.values] == [
        ("Element 01", "A"),
        ("Element 02", "B"),
        ("Element 02", "C"),
    ]
    wrong = explain_segment(Segment.of("BPR", "I", "abc", "C", "CHK"))
    assert (wrong.values[1].text, wrong.values[1].words) == ("abc", "")


@pytest.mark.parametrize(
    ("segment", "words"),
    [
        (Segment.of("GS", "HC", "A", "B", "20260311", "0005"), "12:05 AM"),
        (Segment.of("TA1", "1", "260311", "1530", "R", "025"), "3:30 PM"),
        (Segment.of("N4", "AUSTIN", "TX", "787011234"), "78701-1234"),
        (Segment.of("PER", "IC", "A", "TE", "5125550100"), "(512) 555-0100"),
        (Segment.of("DTP", "472", "RD8", "20260310-20260312"), "03/10/2026 to 03/12/2026"),
        (Segment.of("EB", "A", "IND", "98", "", "", "", "", ".2"), "20%"),
    ],
)
def test_explain_spells_values_as_people_write_them(segment, words):
    assert words in [value.words for value in explain_segment(segment).values]


def test_envelope_of_shows_separators_as_they_stand():
    isa, gs, ge, iea = envelope_of(CLAIM_FILE)
    said = {value.name: value.text for value in isa.values}
    assert (said["Repetition separator"], said["Component separator"], said["Sender"]) == (
        "^",
        ":",
        "LAKESIDE",
    )
    assert [line.id for line in (gs, ge, iea)] == ["GS", "GE", "IEA"]
    assert isa.text == CLAIM_FILE[:106]
    with pytest.raises(NotX12):
        envelope_of("nothing of the kind")


def test_lists_have_words_only_for_what_they_know():
    assert word("adjustment_reason", "45") == "Charge above fee schedule or contract"
    assert word("adjustment_reason", "XX9") == ""
    assert word("entity", "??") == ""
    assert segment_name("CLP").name == "Claim payment"
    assert element_name("835", "TRN", 2, 0).name == "Check or EFT number"
    assert element_name("277", "TRN", 2, 0).name == "Trace number"


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["835", "837p", "999", "277ca", "277", "276", "270", "271"])
def test_explain_reads_every_sample_without_losing_a_segment(folder):
    if not SAMPLES.exists():
        pytest.skip(ABSENT)
    for sample in samples(folder):
        try:
            mail = read(sample.data)
        except NotX12:
            continue
        for transaction in mail.transactions:
            positions = [line.position for line in explain(transaction)]
            assert positions == [segment.position for segment in transaction.segments], sample.label


def test_explain_names_what_only_institutions_send():
    lines = explain(next(_transactions("837i")))
    (stay,) = of(lines, "CL1")
    assert stay.values[-1].name == "Patient's status"
    attending = next(line for line in of(lines, "NM1") if line.values[0].text == "71")
    assert (attending.name, attending.loop) == ("Attending physician", "2310A")
    service = of(lines, "SV2")[0]
    assert (service.name, service.values[0].name) == ("Institutional service", "Revenue code")
    form = next(value for value in of(lines, "CLM")[0].values if value.place == "CLM05-1")
    assert (form.name, form.words) == ("Facility type", "")


def _transactions(folder):
    for sample in samples(folder):
        if sample.label == "valid":
            yield from read(sample.data).transactions
