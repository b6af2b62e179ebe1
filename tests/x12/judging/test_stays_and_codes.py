"""One defect in a stay, or in a code of others, gives one finding at the right place: SNIP types 4 and 5."""

from datetime import date

import pytest

from tests.x12.judging.texts import INST, PRO, Text

TODAY = date(2026, 11, 22)

# what is done, what is found: code, where (segment that begins so in the damaged text), loop, element, component, SNIP
STAYS = [
    ("from where, untold", INST.put("CL1", "CL1*1**01"), ("admission_source", "CL1", "2300", 2, 0, 4)),
    (
        "outpatient's day untold",
        INST.put("DTP*434*RD8*202604", "DTP*434*RD8*20260401-20260402").drop("DTP*472"),
        ("service_date", "SV2*0450", "2400", 0, 0, 4),
    ),
    ("stay without admission", INST.drop("DTP*435"), ("admission_date", "CLM*A1", "2300", 5, 1, 4)),
    (
        "stay without admitting diagnosis",
        INST.drop("HI*ABJ"),
        ("admitting_diagnosis", "CLM*A1", "2300", 5, 1, 4),
    ),
    ("nobody attends", INST.drop("NM1*71", count=2), ("attending_provider", "CLM*A1", "2300", 0, 0, 4)),
    (
        "still a patient, all billed",
        INST.put("CL1", "CL1*1*1*30"),
        ("patient_status", "CL1", "2300", 3, 0, 4),
    ),
    (
        "interim, but gone",
        INST.put("CLM*A1", "CLM*A1*5000***11:A:2**A*Y*Y"),
        ("patient_status", "CL1", "2300", 3, 0, 4),
    ),
    ("status nobody knows", INST.put("CL1", "CL1*1*1*99"), ("bad_patient_status", "CL1", "2300", 3, 0, 5)),
    (
        "admission type nobody knows",
        INST.put("CL1", "CL1*7*1*01"),
        ("bad_admission_type", "CL1", "2300", 1, 0, 5),
    ),
    (
        "type of bill nobody knows",
        INST.put("CLM*B1", "CLM*B1*410***00:A:7**A*Y*Y"),
        ("bad_type_of_bill", "CLM*B1", "2300", 5, 1, 5),
    ),
    (
        "statement that runs backwards",
        INST.put("DTP*434", "DTP*434*RD8*20260305-20260301"),
        ("date_order", "DTP*434", "2300", 3, 0, 4),
    ),
    (
        "service outside the statement",
        INST.put("DTP*472", "DTP*472*D8*20260402"),
        ("outside_statement", "DTP*472", "2400", 3, 0, 4),
    ),
    (
        "admitted after the statement",
        INST.put("DTP*435", "DTP*435*D8*20260306"),
        ("date_order", "DTP*435", "2300", 3, 0, 4),
    ),
    (
        "statement in the future",
        INST.put("DTP*434", "DTP*434*RD8*20261201-20261205").put("DTP*435", "DTP*435*D8*20261101"),
        ("future_date", "DTP*434", "2300", 3, 0, 4),
    ),
    (
        "value code twice",
        INST.put("HI*BE", "HI*BE:80:::4*BE:80:::5"),
        ("repeated_code", "HI*BE", "2300", 2, 2, 4),
    ),
    (
        "condition code twice",
        INST.put("HI*BG", "HI*BG:C1*BG:C1"),
        ("repeated_code", "HI*BG", "2300", 2, 2, 4),
    ),
    (
        "occurrence twice",
        INST.put("HI*BH", "HI*BH:11:D8:20260301*BH:11:D8:20260301"),
        ("repeated_code", "HI*BH", "2300", 2, 2, 4),
    ),
]
CODE_SETS = [
    (
        "check digit of an NPI",
        PRO.put("NM1*85", "NM1*85*2*LAKESIDE CLINIC*****XX*1234567890"),
        ("bad_npi", "NM1*85", "2010AA", 9, 0, 5),
    ),
    (
        "NPI of a line",
        PRO.put("NM1*82*1*OTHER", "NM1*82*1*OTHER*BO****XX*1444555667"),
        ("bad_npi", "NM1*82*1*OTHER", "2420A", 9, 0, 5),
    ),
    (
        "NPI too short",
        INST.put("NM1*72", "NM1*72*1*CUTTER*BO****XX*198765432"),
        ("bad_npi", "NM1*72", "2310B", 9, 0, 5),
    ),
    (
        "diagnosis with a point",
        PRO.put("HI*ABK:I10", "HI*ABK:I10*ABF:R00.2"),
        ("bad_health_code", "HI*ABK:I10", "2300", 2, 2, 5),
    ),
    (
        "diagnosis of no shape",
        PRO.put("HI*ABK:I10", "HI*ABK:10I*ABF:R002"),
        ("bad_health_code", "HI*ABK:10I", "2300", 1, 2, 5),
    ),
    ("ICD-9 today", PRO.put("HI*ABK:I10", "HI*BK:4019*ABF:R002"), ("old_code_set", "HI*BK", "2300", 1, 1, 5)),
    (
        "surgical procedure of no shape",
        INST.put("HI*BBR", "HI*BBR:0270:D8:20260302"),
        ("bad_health_code", "HI*BBR", "2300", 1, 2, 5),
    ),
    (
        "procedure of no shape",
        PRO.put("SV1*HC:93000", "SV1*HC:9300*60*UN*1***2"),
        ("bad_procedure", "SV1*HC:9300", "2400", 1, 2, 5),
    ),
    (
        "modifier of no shape",
        PRO.put("SV1*HC:99214", "SV1*HC:99214:2?*210*UN*1***1:2"),
        ("bad_modifier", "SV1*HC:99214", "2400", 1, 3, 5),
    ),
    (
        "modifier twice",
        PRO.put("SV1*HC:99214", "SV1*HC:99214:25:25*210*UN*1***1:2"),
        ("repeated_modifier", "SV1*HC:99214", "2400", 1, 3, 5),
    ),
    (
        "place of service nobody knows",
        PRO.put("CLM*A1", "CLM*A1*270***98:B:1*Y*A*Y*Y"),
        ("bad_pos", "CLM*A1", "2300", 5, 1, 5),
    ),
    (
        "frequency nobody knows",
        PRO.put("CLM*A1", "CLM*A1*270***11:B:5*Y*A*Y*Y"),
        ("bad_frequency", "CLM*A1", "2300", 5, 3, 5),
    ),
    (
        "taxonomy of no shape",
        PRO.put("PRV*PE", "PRV*PE*PXC*207Q"),
        ("bad_taxonomy", "PRV*PE", "2310B", 3, 0, 5),
    ),
    (
        "state nobody knows",
        PRO.put("N4*AUSTIN*TX*78704", "N4*AUSTIN*XX*78704"),
        ("bad_state", "N4*AUSTIN*XX", "2010BA", 2, 0, 5),
    ),
    (
        "ZIP code of six digits",
        PRO.put("N4*AUSTIN*TX*78704", "N4*AUSTIN*TX*787041"),
        ("bad_zip", "N4*AUSTIN*TX*787041", "2010BA", 3, 0, 5),
    ),
    (
        "country nobody knows",
        PRO.put("N4*AUSTIN*TX*78704", "N4*TORONTO***XX"),
        ("bad_country", "N4*TORONTO", "2010BA", 4, 0, 5),
    ),
    (
        "tax number of eight digits",
        PRO.put("REF*EI", "REF*EI*74123456"),
        ("bad_nine", "REF*EI", "2010AA", 2, 0, 5),
    ),
    ("NDC with hyphens", PRO.put("LIN", "LIN**N4*00409-1234-01"), ("bad_ndc", "LIN", "2410", 3, 0, 5)),
    ("NDC of ten digits", INST.put("LIN", "LIN**N4*0409123401"), ("bad_ndc", "LIN", "2410", 3, 0, 5)),
    (
        "Medicare number of old",
        PRO.put("NM1*IL*1*ELLISON", "NM1*IL*1*ELLISON*MARGARET*R***MI*123456789A"),
        ("bad_member_id", "NM1*IL*1*ELLISON", "2010BA", 9, 0, 5),
    ),
    (
        "revenue code of three digits",
        INST.put("SV2*0450", "SV2*450*HC:99283*410*UN*1"),
        ("bad_revenue", "SV2*450", "2400", 1, 0, 5),
    ),
    (
        "adjustment reason of no shape",
        PRO.put("CAS*CO", "CAS*CO*X123*100"),
        ("bad_carc", "CAS*CO", "2430", 2, 0, 5),
    ),
    ("remark of no shape", INST.put("MOA", "MOA***X1"), ("bad_rarc", "MOA", "2320", 3, 0, 5)),
]


@pytest.mark.parametrize(
    ("text", "expected"), [pytest.param(*case[1:], id=case[0]) for case in [*STAYS, *CODE_SETS]]
)
def test_a_defect_gives_one_finding_at_its_place(
    text: Text, expected: tuple[str, str, str, int, int, int]
) -> None:
    found = text.findings(today=TODAY)

    seen = [(f.code, f.position, f.loop, f.element, f.component, f.snip) for f in found]
    code, begins, *rest = expected
    assert seen == [(code, text.where(begins), *rest)]
    assert all(f.status[0] == "A7" and f.status[1].isdigit() for f in found)
