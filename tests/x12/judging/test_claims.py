"""One defect between the parts of a claim gives one finding, at the right place: SNIP types 2 to 4."""

from datetime import date

import pytest

from tests.x12.judging.texts import INST, PRO, Text

TODAY = date(2026, 11, 22)

# what is done, what is found: code, where (segment that begins so in the damaged text), loop, element, component, SNIP
AMOUNTS = [
    (
        "total is not the sum",
        PRO.put("CLM*A1", "CLM*A1*271***11:B:1*Y*A*Y*Y"),
        ("claim_total", "CLM*A1", "2300", 2, 0, 3),
    ),
    ("line left out", INST.drop("LX*2", count=2), ("claim_total", "CLM*A1", "2300", 2, 0, 3)),
    (
        "another payer's line",
        PRO.put("SVD", "SVD*FP1*299*HC:12001**1"),
        ("line_balance", "SVD", "2430", 2, 0, 3),
    ),
    (
        "another payer's adjustment",
        PRO.put("CAS*CO", "CAS*CO*45*99"),
        ("line_balance", "SVD", "2430", 2, 0, 3),
    ),
    ("another payer's payment", PRO.put("AMT*D", "AMT*D*299"), ("payer_balance", "AMT*D", "2320", 2, 0, 3)),
    (
        "another payer's claim",
        INST.add("SBR*P*19", "CAS*OA*23*1"),
        ("payer_balance", "AMT*D", "2320", 2, 0, 3),
    ),
]
PATIENTS = [
    (
        "patient without birth date",
        PRO.drop("DMG*D8*1950"),
        ("missing_segment", "NM1*PR*2*MEDICARE", "2010BA", 0, 0, 2),
    ),
    (
        "patient without street",
        PRO.drop("N3*22"),
        ("missing_segment", "N4*AUSTIN*TX*78704", "2010BA", 0, 0, 2),
    ),
    (
        "patient without city",
        INST.drop("N4*AUSTIN*TX*78704"),
        ("missing_segment", "DMG*D8*1950", "2010BA", 0, 0, 2),
    ),
    (
        "no loop 2000C",
        PRO.drop("HL*4", count=6).put("HL*3", "HL*3*1*22*0"),
        ("missing_patient", "SBR*S", "2000B", 2, 0, 4),
    ),
    (
        "no loop 2000C, though said",
        PRO.drop("HL*4", count=6),
        ("missing_segment", "CLM*B1", "2000C", 0, 0, 2),
    ),
    (
        "relation missing",
        PRO.put("SBR*P*18", "SBR*P********MB"),
        ("missing_patient", "SBR*P", "2000B", 2, 0, 4),
    ),
    (
        "subscriber is and is not the patient",
        PRO.put("SBR*S", "SBR*S*18*GRP1******CI").add(
            "NM1*IL*1*ORTEGA*DANIEL", "N3*1 ELM STREET\nN4*AUSTIN*TX*78705\nDMG*D8*19800101*M"
        ),
        ("patient_relation", "SBR*S", "2000B", 2, 0, 4),
    ),
    (
        "born in the future",
        PRO.put("DMG*D8*1950", "DMG*D8*20270514*F"),
        ("birth_date", "DMG*D8*2027", "2010BA", 2, 0, 4),
    ),
    (
        "older than people get",
        PRO.put("DMG*D8*1950", "DMG*D8*18500514*F"),
        ("birth_date", "DMG*D8*1850", "2010BA", 2, 0, 4),
    ),
    ("subscriber without claim", PRO.drop("CLM*A1", count=13), ("missing_segment", "HL*2", "2300", 0, 0, 2)),
]
PAYERS = [
    (
        "rank given twice",
        PRO.put("SBR*P*19", "SBR*S*19*GRP2******CI"),
        ("payer_rank", "SBR*S*19", "2320", 1, 0, 4),
    ),
    (
        "second without the first",
        PRO.put("SBR*P*18", "SBR*S*18***12****MB"),
        ("other_coverage", "SBR*S*18", "2000B", 1, 0, 4),
    ),
    (
        "no first payer",
        PRO.put("SBR*P*19", "SBR*T*19*GRP2******CI"),
        ("no_first_payer", "SBR*S", "2000B", 1, 0, 4),
    ),
    (
        "payer nobody knows decided",
        INST.put("SVD", "SVD*FP2*300*HC:99283*0450*1"),
        ("adjudicating_payer", "SVD", "2430", 1, 0, 4),
    ),
    (
        "decided before the service",
        PRO.put("DTP*573", "DTP*573*D8*20260320"),
        ("date_order", "DTP*573", "2430", 3, 0, 4),
    ),
    (
        "decided in the future",
        PRO.put("DTP*573", "DTP*573*D8*20270320"),
        ("future_date", "DTP*573", "2430", 3, 0, 4),
    ),
    (
        "decided in the future, on the claim",
        INST.put("DTP*573", "DTP*573*D8*20270320"),
        ("future_date", "DTP*573", "2330B", 3, 0, 4),
    ),
    (
        "Medicare second without a reason",
        PRO.put("SBR*S**GRP1", "SBR*S**GRP1******MB").put(
            "NM1*IL*1*ORTEGA*DANIEL", "NM1*IL*1*ORTEGA*DANIEL****MI*1EG4TE5MK73"
        ),
        ("medicare_secondary", "SBR*S", "2000B", 5, 0, 4),
    ),
]
MORE_PAYERS = [
    (
        "kind of coverage untold",
        PRO.put("SBR*S", "SBR*S**GRP1"),
        ("coverage_kind", "SBR*S", "2000B", 9, 0, 4),
    ),
    ("payment untold", PRO.drop("AMT*D"), ("payer_paid", "NM1*PR*2*FIRST", "2320", 0, 0, 4)),
    (
        "day of the decision untold",
        INST.drop("SVD", count=3).drop("DTP*573").add("SBR*P*19", "CAS*CO*45*110"),
        ("adjudication_date", "NM1*PR*2*FIRST", "2330B", 0, 0, 4),
    ),
]
SITUATIONS = [
    ("replacement without original", PRO.drop("REF*F8"), ("original_reference", "CLM*B1", "2300", 5, 3, 4)),
    (
        "void without original",
        INST.put("CLM*A1", "CLM*A1*5000***11:A:8**A*Y*Y"),
        ("original_reference", "CLM*A1", "2300", 5, 3, 4),
    ),
    ("accident without date", PRO.drop("DTP*439"), ("accident_date", "CLM*B1", "2300", 11, 0, 4)),
    (
        "accident without state",
        PRO.put("CLM*B1", "CLM*B1*410***21:B:7*Y*A*Y*Y**AA"),
        ("accident_state", "CLM*B1", "2300", 11, 4, 4),
    ),
    ("stay without admission", PRO.drop("DTP*435"), ("admission_date", "CLM*B1", "2300", 5, 1, 4)),
    ("attachment without number", PRO.put("PWK", "PWK*OZ*EL"), ("attachment_number", "PWK", "2300", 6, 0, 4)),
    (
        "discharge before admission",
        PRO.put("DTP*096", "DTP*096*D8*20260331"),
        ("date_order", "DTP*096", "2300", 3, 0, 4),
    ),
    (
        "pointer past the last diagnosis",
        PRO.put("SV1*HC:93000", "SV1*HC:93000*60*UN*1***3"),
        ("diagnosis_pointer", "SV1*HC:93000", "2400", 7, 1, 4),
    ),
    (
        "second pointer past the last",
        PRO.put("SV1*HC:99214", "SV1*HC:99214:25*210*UN*1***1:3"),
        ("diagnosis_pointer", "SV1*HC:99214", "2400", 7, 2, 4),
    ),
    (
        "pointer twice",
        PRO.put("SV1*HC:99214", "SV1*HC:99214:25*210*UN*1***1:1"),
        ("diagnosis_pointer", "SV1*HC:99214", "2400", 7, 2, 4),
    ),
    (
        "service in the future",
        PRO.put("DTP*472", "DTP*472*D8*20261123"),
        ("future_date", "DTP*472", "2400", 3, 0, 4),
    ),
    (
        "service before birth",
        PRO.put("DTP*472", "DTP*472*D8*19500513"),
        ("before_birth", "DTP*472", "2400", 3, 0, 4),
    ),
    (
        "service after death",
        PRO.put("PAT*19", "PAT*19****D8*20260331"),
        ("after_death", "DTP*472*RD8", "2400", 3, 0, 4),
    ),
    (
        "range that runs backwards",
        PRO.put("DTP*472*RD8", "DTP*472*RD8*20260403-20260402"),
        ("date_order", "DTP*472*RD8", "2400", 3, 0, 4),
    ),
    (
        "accident in the future",
        PRO.put("DTP*439", "DTP*439*D8*20270401"),
        ("future_date", "DTP*439", "2300", 3, 0, 4),
    ),
    (
        "charge below nothing",
        PRO.put("SV1*HC:93000", "SV1*HC:93000*-60*UN*1***2").put("CLM*A1", "CLM*A1*150***11:B:1*Y*A*Y*Y"),
        ("negative_charge", "SV1*HC:93000", "2400", 2, 0, 4),
    ),
    (
        "no units",
        PRO.put("SV1*HC:93000", "SV1*HC:93000*60*UN*0***2"),
        ("units", "SV1*HC:93000", "2400", 4, 0, 4),
    ),
    ("lines miscounted", PRO.put("LX*2", "LX*3"), ("line_number", "LX*3", "2400", 1, 0, 2)),
    (
        "line control number twice",
        PRO.put("REF*6R*A1L2", "REF*6R*A1L1"),
        ("line_control_number", "REF*6R*A1L1#2", "2400", 2, 0, 4),
    ),
    (
        "patient paid more than charged",
        PRO.put("AMT*F5", "AMT*F5*411"),
        ("patient_paid", "AMT*F5", "2300", 2, 0, 4),
    ),
    ("box for a street", PRO.put("N3*100", "N3*PO BOX 100"), ("po_box", "N3*PO BOX 100", "2010AA", 1, 0, 4)),
    (
        "diagnosis twice",
        PRO.put("HI*ABK:I10", "HI*ABK:I10*ABF:I10"),
        ("repeated_diagnosis", "HI*ABK:I10", "2300", 2, 2, 4),
    ),
    (
        "external cause first",
        PRO.put("HI*ABK:S060X0A", "HI*ABK:V4352XA*ABF:R51"),
        ("external_cause", "HI*ABK:V4352XA", "2300", 1, 2, 4),
    ),
]
CASES = [*AMOUNTS, *PATIENTS, *PAYERS, *MORE_PAYERS, *SITUATIONS]


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_a_defect_gives_one_finding_at_its_place(
    text: Text, expected: tuple[str, str, str, int, int, int]
) -> None:
    found = text.findings(today=TODAY)

    seen = [(f.code, f.position, f.loop, f.element, f.component, f.snip) for f in found]
    code, begins, *rest = expected
    assert seen == [(code, text.where(begins), *rest)]


@pytest.mark.parametrize("text", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_findings_beyond_the_guide_tell_what_a_277ca_answers(text: Text) -> None:
    for finding in text.findings(today=TODAY):
        if finding.snip > 2:
            category, status, entity = finding.status
            assert category.startswith("A")
            assert status.isdigit()
            assert entity == "" or len(entity) in (2, 3)


@pytest.mark.parametrize("text", [PRO, INST], ids=["837P", "837I"])
def test_good_claims_give_none(text: Text) -> None:
    assert text.findings(today=TODAY) == ()


def test_without_today_nothing_lies_in_the_future() -> None:
    assert PRO.put("DTP*439", "DTP*439*D8*20270401").findings() == ()
