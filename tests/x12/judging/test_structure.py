"""One defect seeded into a good claim gives one finding, at the right place: SNIP types 1 and 2."""

import pytest

from tests.x12.judging.texts import INST, PRO, Text

CASES = [
    # what is done, what is found: code, where (segment that begins so in the damaged text), loop, element, component
    ("segment nobody knows", PRO.add("REF*EA", "ZZZ*1"), ("unknown_segment", "ZZZ", "2300", 0, 0)),
    ("misspelt segment id", PRO.put("AMT*F5", "AMTX*F5*30"), ("unknown_segment", "AMTX", "2300", 0, 0)),
    (
        "segment of another loop",
        PRO.add("HI*ABK:I10", "DMG*D8*19500514*F"),
        ("unexpected_segment", "DMG*D8*1950#2", "2300", 0, 0),
    ),
    ("no BHT", PRO.drop("BHT"), ("missing_segment", "NM1*41", "", 0, 0)),
    ("no PER of the submitter", PRO.drop("PER*IC*OFFICE"), ("missing_segment", "NM1*40", "1000A", 0, 0)),
    ("no receiver", PRO.drop("NM1*40"), ("missing_segment", "HL*1", "1000B", 0, 0)),
    (
        "no N3 of the billing provider",
        PRO.drop("N3*100"),
        ("missing_segment", "N4*AUSTIN*TX*787011234", "2010AA", 0, 0),
    ),
    (
        "no N4 of the billing provider",
        PRO.drop("N4*AUSTIN*TX*787011234"),
        ("missing_segment", "REF*EI", "2010AA", 0, 0),
    ),
    ("no tax number", PRO.drop("REF*EI"), ("missing_segment", "PER*IC*BILLING", "2010AA", 0, 0)),
    ("no billing provider name", PRO.drop("NM1*85"), ("missing_segment", "N3*100", "2010AA", 0, 0)),
    ("no HL of the billing provider", PRO.drop("HL*1"), ("missing_segment", "PRV*BI", "2000A", 0, 0)),
    ("no HL of the subscriber", PRO.drop("HL*2"), ("missing_segment", "SBR*P*18", "2000B", 0, 0)),
    ("no HL of the second subscriber", PRO.drop("HL*3"), ("missing_segment", "SBR*S", "2000B", 0, 0)),
    ("no HL of the patient", PRO.drop("HL*4"), ("missing_segment", "PAT*19", "2000C", 0, 0)),
    ("no SBR", PRO.drop("SBR*P*18"), ("missing_segment", "NM1*IL", "2000B", 0, 0)),
    ("no subscriber name", PRO.drop("NM1*IL*1*ELLISON"), ("missing_segment", "N3*22", "2010BA", 0, 0)),
    ("no payer", PRO.drop("NM1*PR*2*BLUEPEAK"), ("missing_segment", "HL*4", "2010BB", 0, 0)),
    (
        "no payer name above its address",
        PRO.drop("NM1*PR*2*MEDICARE"),
        ("missing_segment", "N3*1 PLAN", "2010BB", 0, 0),
    ),
    ("no PAT", PRO.drop("PAT*19"), ("missing_segment", "NM1*QC", "2000C", 0, 0)),
    ("no patient name", PRO.drop("NM1*QC"), ("missing_segment", "N3*1 ELM", "2010CA", 0, 0)),
    ("no birth date of the patient", PRO.drop("DMG*D8*2015"), ("missing_segment", "CLM*B1", "2010CA", 0, 0)),
    ("no CLM", PRO.drop("CLM*A1"), ("missing_segment", "REF*EA", "2300", 0, 0)),
    ("no CLM of the patient", PRO.drop("CLM*B1"), ("missing_segment", "DTP*439", "2300", 0, 0)),
    ("no HI", PRO.drop("HI*ABK:I10"), ("missing_segment", "NM1*82", "2300", 0, 0)),
    ("no LX", PRO.drop("LX*1"), ("missing_segment", "SV1*HC:99214", "2400", 0, 0)),
    ("no LX of the second line", PRO.drop("LX*2"), ("missing_segment", "SV1*HC:93000", "2400", 0, 0)),
    ("no service date", PRO.drop("DTP*472"), ("missing_segment", "REF*6R*A1L1", "2400", 0, 0)),
    ("no OI", PRO.drop("OI"), ("missing_segment", "NM1*IL*1*ORTEGA*ROSA", "2320", 0, 0)),
    (
        "no other subscriber",
        PRO.drop("NM1*IL*1*ORTEGA*ROSA"),
        ("missing_segment", "N3*1 ELM STREET#2", "2330A", 0, 0),
    ),
    ("no date of another payer's decision", PRO.drop("DTP*573"), ("missing_segment", "SE", "2430", 0, 0)),
    ("no CTP", PRO.drop("CTP"), ("missing_segment", "NM1*82*1*OTHER", "2410", 0, 0)),
    ("no rendering name", PRO.drop("NM1*82*1*NGUYEN"), ("unexpected_segment", "PRV*PE", "2300", 0, 0)),
    ("no facility name", PRO.drop("NM1*77"), ("unexpected_segment", "N3*2 SIDE", "2310A", 0, 0)),
    (
        "BHT twice",
        PRO.add("BHT", "BHT*0019*00*B1*20260311*0915*CH"),
        ("too_many_segments", "BHT#2", "", 0, 0),
    ),
    (
        "CLM twice",
        PRO.add("CLM*A1", "CLM*A1*270***11:B:1*Y*A*Y*Y"),
        ("too_many_segments", "CLM*A1#2", "2300", 0, 0),
    ),
    ("HL twice", PRO.add("HL*2", "HL*2*1*22*0"), ("too_many_segments", "HL*2#2", "2000B", 0, 0)),
    ("LX twice", PRO.add("LX*2", "LX*2"), ("too_many_segments", "LX*2#2", "2400", 0, 0)),
    (
        "SV1 twice",
        PRO.add("SV1*HC:93000", "SV1*HC:93000*60*UN*1***2"),
        ("too_many_segments", "SV1*HC:93000#2", "2400", 0, 0),
    ),
    ("N3 twice", PRO.add("N3*100", "N3*100 MAIN STREET"), ("too_many_segments", "N3*100#2", "2010AA", 0, 0)),
    ("reference twice", PRO.add("REF*G1", "REF*G1*AUTH2"), ("too_many_segments", "REF*G1#2", "2300", 0, 0)),
    (
        "billing provider twice",
        PRO.add("NM1*85", "NM1*85*2*LAKESIDE CLINIC*****XX*1234567893"),
        ("too_many_segments", "NM1*85#2", "2010AA", 0, 0),
    ),
    (
        "rendering provider twice",
        PRO.add("NM1*82*1*NGUYEN", "NM1*82*1*OTHER*LINH****XX*1334455668"),
        ("too_many_loops", "NM1*82*1*OTHER", "2310B", 0, 0),
    ),
    ("N3 and N4 changed about", PRO.swap("N3*100"), ("out_of_sequence", "N3*100", "2010AA", 0, 0)),
    ("CLM after its reference", PRO.swap("CLM*A1"), ("out_of_sequence", "CLM*A1", "2300", 0, 0)),
    ("LX after its service", PRO.swap("LX*1"), ("out_of_sequence", "LX*1", "2400", 0, 0)),
    ("HI before the reference", PRO.swap("REF*EA"), ("out_of_sequence", "REF*EA", "2300", 0, 0)),
    ("provider before HI", PRO.swap("HI*ABK:I10"), ("out_of_sequence", "HI*ABK:I10", "2300", 0, 0)),
    (
        "wrong qualifier, required segment",
        PRO.put("DTP*472", "DTP*999*D8*20260310"),
        ("bad_code", "DTP*999", "2400", 1, 0),
    ),
    (
        "wrong qualifier, situational segment",
        PRO.put("REF*G1", "REF*Q9*AUTH1"),
        ("bad_code", "REF*Q9", "2300", 1, 0),
    ),
    (
        "wrong entity",
        PRO.put("NM1*85", "NM1*8X*2*LAKESIDE CLINIC*****XX*1234567893"),
        ("bad_code", "NM1*8X", "2010AA", 1, 0),
    ),
    ("wrong level", PRO.put("HL*3", "HL*3*1*99*1"), ("bad_code", "HL*3", "2000B", 3, 0)),
    ("wrong level of the patient", PRO.put("HL*4", "HL*4*3*24*0"), ("bad_code", "HL*4", "2000C", 3, 0)),
    ("level number skipped", PRO.put("HL*2", "HL*7*1*22*0"), ("level_number", "HL*7", "2000B", 1, 0)),
    ("level under a wrong parent", PRO.put("HL*4", "HL*4*1*23*0"), ("level_parent", "HL*4", "2000C", 2, 0)),
    (
        "level with no level below",
        PRO.put("HL*2", "HL*2*1*22*1"),
        ("missing_segment", "CLM*A1", "2000C", 0, 0),
    ),
    (
        "level denies the level below",
        PRO.put("HL*3", "HL*3*1*22*0"),
        ("level_children", "HL*3", "2000B", 4, 0),
    ),
    (
        "empty required element",
        PRO.put("NM1*41", "NM1*41*2******46*LAKESIDE01"),
        ("missing_element", "NM1*41", "1000A", 3, 0),
    ),
    (
        "segment cut short",
        PRO.put("CLM*A1", "CLM*A1*270***11:B:1*Y*A*Y"),
        ("missing_element", "CLM*A1", "2300", 9, 0),
    ),
    (
        "required component missing",
        PRO.put("CLM*A1", "CLM*A1*270***11:B*Y*A*Y*Y"),
        ("missing_element", "CLM*A1", "2300", 5, 3),
    ),
    (
        "half of a pair",
        PRO.put("N4*AUSTIN*TX*78704", "N4*AUSTIN*TX*78704**A1"),
        ("not_used_element", "N4*AUSTIN*TX*78704", "2010BA", 5, 0),
    ),
    (
        "pair without its first",
        PRO.put("PER*IC*BILLING", "PER*IC*BILLING*TE*5125550100**17"),
        ("missing_paired_element", "PER*IC*BILLING", "2010AA", 5, 0),
    ),
    (
        "pair without its second",
        PRO.put("PER*IC*BILLING", "PER*IC*BILLING*TE*5125550100*EX"),
        ("missing_paired_element", "PER*IC*BILLING", "2010AA", 6, 0),
    ),
    (
        "conditional trio",
        PRO.put("CAS*CO", "CAS*CO*45*100****5"),
        ("missing_paired_element", "CAS*CO", "2430", 5, 0),
    ),
    ("element too many", PRO.put("LX*2", "LX*2*1"), ("too_many_elements", "LX*2", "2400", 2, 0)),
    ("trailing separators", PRO.put("LX*2", "LX*2*"), ("too_many_elements", "LX*2", "2400", 2, 0)),
    (
        "trailing separators within the segment",
        PRO.put("N3*22", "N3*22 OAK LANE*"),
        ("trailing_separator", "N3*22", "2010BA", 2, 0),
    ),
    ("element not used", PRO.put("REF*EA", "REF*EA*MRN1*X"), ("not_used_element", "REF*EA", "2300", 3, 0)),
    (
        "component not used",
        PRO.put("HI*ABK:I10", "HI*ABK:I10:X*ABF:R002"),
        ("not_used_element", "HI*ABK:I10", "2300", 1, 3),
    ),
    (
        "component too many",
        PRO.put("CLM*A1", "CLM*A1*270***11:B:1:2*Y*A*Y*Y"),
        ("too_many_components", "CLM*A1", "2300", 5, 0),
    ),
    (
        "repeated where nothing repeats",
        PRO.put("REF*EA", "REF*EA*MRN1^MRN2"),
        ("too_many_repetitions", "REF*EA", "2300", 2, 0),
    ),
    ("too short", PRO.put("N4*AUSTIN*TX*78704", "N4*A*TX*78704"), ("too_short", "N4*A*", "2010BA", 1, 0)),
    ("too long", PRO.put("NTE*ADD", f"NTE*ADD*{'A' * 81}"), ("too_long", "NTE*ADD", "2300", 2, 0)),
    (
        "claim number too long",
        PRO.put("CLM*A1", f"CLM*{'A' * 39}*270***11:B:1*Y*A*Y*Y"),
        ("too_long", "CLM*AA", "2300", 1, 0),
    ),
    ("letters in an amount", PRO.put("AMT*F5", "AMT*F5*3O"), ("bad_character", "AMT*F5", "2300", 2, 0)),
    ("thousands separator", PRO.put("AMT*F5", "AMT*F5*1,000"), ("bad_character", "AMT*F5", "2300", 2, 0)),
    ("control character", PRO.put("NTE*ADD", "NTE*ADD*A\x07B"), ("bad_character", "NTE*ADD", "2300", 2, 0)),
    (
        "letter beyond the character set",
        PRO.put("NM1*82*1*NGUYEN", "NM1*82*1*PEÑA*LINH****XX*1334455668"),
        ("bad_character", "NM1*82", "2310B", 3, 0),
    ),
    (
        "blank at the end",
        PRO.put("NM1*82*1*NGUYEN", "NM1*82*1*NGUYEN *LINH****XX*1334455668"),
        ("bad_character", "NM1*82", "2310B", 3, 0),
    ),
    (
        "code that may not stand here",
        PRO.put("CLM*A1", "CLM*A1*270***11:B:1*Y*Q*Y*Y"),
        ("bad_code", "CLM*A1", "2300", 7, 0),
    ),
    (
        "code of a component",
        PRO.put("HI*ABK:I10", "HI*ABK:I10*XXX:R002"),
        ("bad_code", "HI*ABK:I10", "2300", 2, 1),
    ),
    (
        "sex nobody knows",
        PRO.put("DMG*D8*1950", "DMG*D8*19500514*X"),
        ("bad_code", "DMG*D8*1950", "2010BA", 3, 0),
    ),
    ("day there is not", PRO.put("DTP*472", "DTP*472*D8*20260230"), ("bad_date", "DTP*472", "2400", 3, 0)),
    (
        "month there is not",
        PRO.put("DMG*D8*1950", "DMG*D8*19501314*F"),
        ("bad_date", "DMG*D8*1950", "2010BA", 2, 0),
    ),
    ("short date", PRO.put("BHT", "BHT*0019*00*B1*260311*0915*CH"), ("too_short", "BHT", "", 4, 0)),
    (
        "range where a day is said",
        PRO.put("DTP*472", "DTP*472*D8*20260310-20260311"),
        ("bad_date", "DTP*472", "2400", 3, 0),
    ),
    ("time there is not", PRO.put("BHT", "BHT*0019*00*B1*20260311*2561*CH"), ("bad_time", "BHT", "", 5, 0)),
    ("no statement dates", INST.drop("DTP*434"), ("missing_segment", "DTP*435", "2300", 0, 0)),
    ("no CL1", INST.drop("CL1"), ("missing_segment", "REF*EA", "2300", 0, 0)),
    (
        "no principal diagnosis",
        INST.drop("HI*ABK:S060X0A"),
        ("missing_segment", "HI*APR", "2300", 0, 0),
    ),
    ("no revenue code", INST.put("SV2*0120", "SV2***4000*DA*4"), ("missing_element", "SV2", "2400", 1, 0)),
    (
        "discharge hour there is not",
        INST.put("DTP*096", "DTP*096*TM*2530"),
        ("bad_time", "DTP*096", "2300", 3, 0),
    ),
    (
        "admission with a bad hour",
        INST.put("DTP*435", "DTP*435*DT*202603012560"),
        ("bad_date", "DTP*435", "2300", 3, 0),
    ),
    (
        "present on admission",
        INST.put("HI*ABK:I214", "HI*ABK:I214:::::::Q"),
        ("bad_code", "HI*ABK:I214", "2300", 1, 9),
    ),
    (
        "occurrence without date",
        INST.put("HI*BH", "HI*BH:11:D8*BH:A1:D8:19500514"),
        ("missing_element", "HI*BH", "2300", 1, 4),
    ),
    (
        "value without amount",
        INST.put("HI*BE", "HI*BE:80*BE:A2:::15.31"),
        ("missing_element", "HI*BE", "2300", 1, 5),
    ),
    ("HI of a kind nobody knows", INST.put("HI*DR", "HI*XX:280"), ("bad_code", "HI*XX", "2300", 1, 1)),
]


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_a_defect_gives_one_finding_at_its_place(
    text: Text, expected: tuple[str, str, str, int, int]
) -> None:
    found = text.findings()

    seen = [(f.code, f.position, f.loop, f.element, f.component) for f in found]
    code, begins, loop, element, component = expected
    assert seen == [(code, text.where(begins), loop, element, component)]
    assert all(f.ack and f.ack_at in ("segment", "element") for f in found)


def test_an_address_abroad_needs_no_state() -> None:
    assert PRO.put("N4*AUSTIN*TX*78704", "N4*PARIS**75001*FR").findings() == ()


@pytest.mark.parametrize("text", [PRO, INST], ids=["837P", "837I"])
def test_good_claims_give_none(text: Text) -> None:
    assert text.findings() == ()


def test_a_patient_without_first_name_is_a_warning() -> None:
    (finding,) = PRO.put("NM1*QC", "NM1*QC*1*ORTEGA").findings()

    assert (finding.code, finding.severity, finding.element) == ("first_name", "warning", 4)
