"""One defect seeded into a good remittance, inquiry, answer or acknowledgment is found at its place."""

import subprocess
import sys
import time
from datetime import date

import pytest

from tests.x12.judging.messages import (
    ACKNOWLEDGMENT,
    CLAIM_ACKNOWLEDGMENT,
    INQUIRY,
    MESSAGES,
    REMITTANCE,
    RESPONSE,
    STATUS_INQUIRY,
    STATUS_RESPONSE,
    UNPAID,
)
from tests.x12.judging.texts import Text
from tests.x12.samples import ABSENT, SAMPLES
from x12.envelope import read
from x12.judging import validate

ERA, ASK, TELL, STAT, SAID, CA, ACK = (
    REMITTANCE,
    INQUIRY,
    RESPONSE,
    STATUS_INQUIRY,
    STATUS_RESPONSE,
    CLAIM_ACKNOWLEDGMENT,
    ACKNOWLEDGMENT,
)

# What is done; what is found: code, where (the segment that begins so in the damaged text), loop, element.
STRUCTURE = [
    # 835
    ("835 no BPR", ERA.drop("BPR"), ("missing_segment", "TRN", "", 0)),
    ("835 no trace", ERA.drop("TRN"), ("missing_segment", "REF*EV", "", 0)),
    ("835 empty trace", ERA.put("TRN", "TRN*1**3216549870"), ("missing_element", "TRN", "", 2)),
    ("835 no origin of the trace", ERA.put("TRN", "TRN*1*A"), ("missing_element", "TRN", "", 3)),
    ("835 no payer", ERA.drop("N1*PR"), ("missing_segment", "N3*1", "1000A", 0)),
    ("835 no street of the payer", ERA.drop("N3*1 "), ("missing_segment", "N4*AUSTIN*TX*78701", "1000A", 0)),
    ("835 no technical contact", ERA.drop("PER*BL"), ("missing_segment", "N1*PE", "1000A", 0)),
    ("835 no payee", ERA.drop("N1*PE"), ("missing_segment", "N3*100", "1000B", 0)),
    ("835 no number of the payee", ERA.put("N1*PE", "N1*PE*LAKESIDE"), ("missing_element", "N1*PE", "1000B", 3)),
    ("835 no patient", ERA.drop("NM1*QC*1*ORTEGA"), ("missing_segment", "NM1*IL", "2100", 0)),
    ("835 unknown status", ERA.put("CLP*D1", "CLP*D1*5*500*0**12*ICN4"), ("bad_code", "CLP*D1", "2100", 2)),
    ("835 no payer number", ERA.put("CLP*D1", "CLP*D1*4*500*0**12"), ("missing_element", "CLP*D1", "2100", 7)),
    ("835 unknown group", ERA.put("CAS*CO*252", "CAS*CX*252*500"), ("bad_code", "CAS*CX", "2100", 1)),
    ("835 four modifiers are enough", ERA.put("SVC*HC:99213:25", "SVC*HC:99213:25:26:50:51:52*150*65**1"),
     ("not_used_element", "SVC*HC:99213:25", "2110", 1)),
    ("835 impossible day", ERA.put("DTM*232*20260402", "DTM*232*20260431"), ("bad_date", "DTM*232", "2100", 2)),
    ("835 segment of a claim", ERA.add("AMT*AU", "CLM*A*1"), ("unknown_segment", "CLM", "2100", 0)),
    ("835 CAS after REF", ERA.swap("CAS*PR*3*30"), ("out_of_sequence", "CAS*PR*3*30", "2110", 0)),
    ("835 PLB pair halved", ERA.put("PLB", "PLB*1234567893*20261231*L6:ICN3*-1.25*CS:X"),
     ("missing_paired_element", "PLB", "", 6)),
    ("835 PLB reason nobody knows", ERA.put("PLB", "PLB*1234567893*20261231*QQ:ICN3*-1.25"),
     ("bad_code", "PLB", "", 3)),
    ("835 amount with a comma", ERA.put("AMT*AU", "AMT*AU*2,15"), ("bad_character", "AMT*AU", "2100", 2)),
    # 270 and 271
    ("270 no purpose", ASK.put("BHT", "BHT*0022**B1*20260402*0715"), ("missing_element", "BHT", "", 2)),
    ("270 no payer", ASK.drop("NM1*PR"), ("missing_segment", "HL*2", "2100A", 0)),
    ("270 no asker", ASK.drop("NM1*1P"), ("missing_segment", "REF*TJ", "2100B", 0)),
    ("270 no subscriber name", ASK.drop("NM1*IL*1*ELLISON"), ("missing_segment", "REF*6P", "2100C", 0)),
    ("270 no origin of the trace", ASK.put("TRN*1*E1", "TRN*1*E1"), ("missing_element", "TRN*1*E1", "2000C", 3)),
    ("270 level out of count", ASK.put("HL*4", "HL*6*2*22*1"), ("level_number", "HL*6", "2000C", 1)),
    ("270 level under nobody", ASK.put("HL*5", "HL*5*9*23*0"), ("level_parent", "HL*5", "2000D", 2)),
    ("270 children not told", ASK.put("HL*4", "HL*4*2*22*0"), ("level_children", "HL*4", "2000C", 4)),
    ("271 unknown benefit", TELL.put("EB*1", "EB*ZZ*IND*30"), ("bad_code", "EB*ZZ", "2110C", 1)),
    ("271 unknown level", TELL.put("EB*1", "EB*1*XXX*30"), ("bad_code", "EB*1", "2110C", 2)),
    ("271 unknown reason", TELL.put("AAA", "AAA*N**99*C"), ("bad_code", "AAA", "2100D", 3)),
    ("271 no action", TELL.put("AAA", "AAA*N**71"), ("missing_element", "AAA", "2100D", 4)),
    ("271 quantity without its kind", TELL.put("EB*R", "EB*R**30*******5"),
     ("missing_paired_element", "EB*R", "2110C", 9)),
    # 276, 277 and 277CA
    ("276 no trace", STAT.drop("TRN*1*S2"), ("missing_segment", "DTP*472*RD8", "2200E", 0)),
    ("276 answer's purpose", STAT.put("BHT", "BHT*0010*08*B1*20260514*0700"), ("bad_code", "BHT", "", 2)),
    ("276 no day of a line", STAT.drop("DTP*472", 2), ("missing_segment", "HL*5", "2210D", 0)),
    ("276 no birth date of a dependent", STAT.drop("DMG*D8*2015"), ("missing_segment", "NM1*QC", "2000E", 0)),
    ("277 no status", SAID.drop("STC*F1:65*20260601*"), ("missing_segment", "REF*1K", "2200D", 0)),
    ("277 no day of the status", SAID.put("STC*A4", "STC*A4:35:QC"), ("missing_element", "STC*A4", "2200E", 2)),
    ("277CA no batch", CA.drop("TRN*2*B1"), ("missing_segment", "STC*A1", "2200B", 0)),
    ("277CA no receipt day", CA.drop("DTP*050"), ("missing_segment", "DTP*009", "2200A", 0)),
    ("277CA unknown action", CA.put("STC*A7:562", "STC*A7:562:82*20260506*X*150.5"),
     ("bad_code", "STC*A7:562", "2200D", 3)),
    ("277CA unknown party", CA.put("STC*A7:562", "STC*A7:562:X9*20260506*U*150.5"),
     ("bad_code", "STC*A7:562", "2200D", 1)),
    ("277CA no service day", CA.drop("DTP*472"), ("missing_segment", "HL*5", "2200D", 0)),
    # 999
    ("999 no group", ACK.drop("AK1"), ("missing_segment", "AK2*837*0001", "", 0)),
    ("999 unknown group", ACK.put("AK1", "AK1*ZZ*5"), ("bad_code", "AK1", "", 1)),
    ("999 no verdict", ACK.drop("IK5*A"), ("missing_segment", "AK2*837*0003", "2000", 0)),
    ("999 unknown verdict", ACK.put("IK5*A", "IK5*P"), ("bad_code", "IK5*P", "2000", 1)),
    ("999 unknown segment error", ACK.put("IK3*K9", "IK3*K9*30**9"), ("bad_code", "IK3*K9", "2100", 4)),
    ("999 unknown element error", ACK.put("IK4*2", "IK4*2*782*14"), ("bad_code", "IK4*2", "2110", 3)),
    ("999 unknown context", ACK.put("CTX*CLM01", "CTX*CLM99:A1"), ("bad_code", "CTX*CLM99", "2100", 1)),
    ("999 no summary", ACK.drop("AK9"), ("missing_segment", "SE", "", 0)),
]  # fmt: skip


def place(text: Text, begins: str) -> int:
    begins, _, occurrence = begins.partition("#")
    return text.at(begins, int(occurrence or 1))


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*case[1:], id=case[0]) for case in STRUCTURE])
def test_a_break_of_the_guide_is_found_first_at_its_place(text, expected):
    code, begins, loop, element = expected

    found = text.findings()

    first = next(one for one in found if one.snip <= 2)
    assert (first.code, first.position, first.loop, first.element) == (
        code,
        place(text, begins),
        loop,
        element,
    )
    assert first.ack
    assert first.ack_at in ("segment", "element")


PLB = "PLB*1234567893*20261231"

# SNIP 3 to 5: what is done; every finding as code, segment, loop, element, SNIP type.
MEANING = [
    # 835: balance
    ("line pays too much", ERA.put("SVC*HC:12001", "SVC*HC:12001*260*17**1*HC:12002"),
     [("claim_payment_differs_from_lines", "CLP*A1", "2100", 4, 3),
      ("line_out_of_balance", "SVC*HC:12001", "2110", 3, 3)]),
    ("line charges too much", ERA.put("SVC*HC:12001", "SVC*HC:12001*261*16**1*HC:12002"),
     [("claim_charge_differs_from_lines", "CLP*A1", "2100", 3, 3),
      ("line_out_of_balance", "SVC*HC:12001", "2110", 3, 3)]),
    ("line adjusts too much", ERA.put("CAS*CO*45*140", "CAS*CO*45*140.01"),
     [("claim_out_of_balance", "CLP*A1", "2100", 4, 3), ("line_out_of_balance", "SVC*HC:12001", "2110", 3, 3)]),
    ("claim charges too much", ERA.put("CLP*D1", "CLP*D1*4*501*0**12*ICN4*11*1"),
     [("charge_total_differs", "TS3", "2000", 5, 3), ("claim_out_of_balance", "CLP*D1", "2100", 4, 3)]),
    ("patient owes something else", ERA.put("CLP*A1", "CLP*A1*1*410*81*130*12*ICN1*11*1"),
     [("patient_responsibility_differs", "CLP*A1", "2100", 5, 3)]),
    ("payment is not the sum", ERA.put("BPR", ERA.lines[1].replace("52.25", "52.26")),
     [("transaction_out_of_balance", "BPR", "", 2, 3)]),
    ("provider adjustment is not taken off", ERA.put("PLB", f"{PLB}*L6:ICN3*1.25"),
     [("transaction_out_of_balance", "BPR", "", 2, 3)]),
    ("a claim is not counted", ERA.put("TS3", "TS3*1234567893*11*20261231*3*910"),
     [("claim_count_differs", "TS3", "2000", 4, 3)]),
    # 835: what depends on what
    ("reversal that is positive", ERA.put("CLP*H1*22", "CLP*H1*22*150*-90*-20*12*ICN2*11*1"),
     [("charge_total_differs", "TS3", "2000", 5, 3), ("claim_out_of_balance", "CLP*H1", "2100", 4, 3),
      ("claim_charge_differs_from_lines", "CLP*H1", "2100", 3, 3),
      ("reversal_not_negated", "CLP*H1", "2100", 3, 4)]),
    ("negative charge without reversal", ERA.put("CLP*H1*22", "CLP*H1*2*-150*-90*-20*12*ICN2*11*1"),
     [("negative_charge", "CLP*H1", "2100", 3, 4)]),
    ("correction before its reversal", Text((*ERA.lines[:41], *ERA.lines[47:53], *ERA.lines[41:47], *ERA.lines[53:])),
     [("reversal_after_correction", "CLP*H1*22", "2100", 2, 4)]),
    ("denial without a remark", ERA.drop("MOA***N706"), [("remark_missing", "CAS*CO*252", "2100", 2, 4)]),
    ("no service date anywhere", ERA.drop("DTM*472*20260112"), [("service_date_missing", "SVC*HC:99213*-", "2110", 0, 4)]),
    ("one date and a period", ERA.put("DTM*151", "DTM*472*20260402"), [("two_service_dates", "SVC*HC:12001", "2110", 0, 4)]),
    ("period the wrong way round", ERA.put("DTM*151", "DTM*151*20260401"), [("period_reversed", "DTM*151", "2110", 2, 4)]),
    ("the same date twice", ERA.add("DTM*472*20260112", "DTM*472*20260112"), [("date_repeated", "DTM*472*20260112#2", "2110", 1, 4)]),
    ("transfer without account", ERA.put("BPR", ERA.lines[1].replace("*DA*555666777", "**")),
     [("transfer_incomplete", "BPR", "", 8, 4), ("transfer_incomplete", "BPR", "", 9, 4)]),
    ("notification that pays", UNPAID.put("BPR", "BPR*H*82.32*C*NON************20260420").drop("PLB"),
     [("notification_with_payment", "BPR", "", 2, 4)]),
    ("notification by check", UNPAID.put("BPR", "BPR*H*0*C*CHK************20260420"), [("notification_with_method", "BPR", "", 4, 4)]),
    ("payment by nothing", UNPAID.put("BPR", "BPR*I*0*C*NON************20260420"), [("payment_without_method", "BPR", "", 1, 4)]),
    ("negative payment", UNPAID.put("BPR", "BPR*I*-1*C*CHK************20260420").put("PLB", f"{PLB}*WO:A0*83.32"),
     [("negative_payment", "BPR", "", 2, 4)]),
    ("denied but paid", UNPAID.put("CLP", "CLP*A1*4*210*82.32*40*MB*ICN1*11*1"), [("unpaid_status_with_payment", "CLP", "2100", 4, 4)]),
    ("forwarded to nobody", UNPAID.drop("NM1*TT"), [("crossover_payer_missing", "CLP", "2100", 0, 4)]),
    # 835: lists of others
    ("reason nobody knows", ERA.put("CAS*CO*252", "CAS*CO*999*500"), [("adjustment_reason", "CAS*CO*999", "2100", 2, 5)]),
    ("reason of the past", ERA.put("CAS*PR*3*30", "CAS*PR*W1*30"), [("adjustment_reason", "CAS*PR*W1", "2110", 2, 5)]),
    ("remark nobody knows", ERA.put("LQ", "LQ*HE*Q62"), [("remark_code", "LQ", "2110", 2, 5)]),
    ("remark of no form", ERA.put("MOA***MA01", "MOA***MA01*MA999"), [("remark_code", "MOA", "2100", 4, 5)]),
    ("payee with a wrong check digit", ERA.put("N1*PE", "N1*PE*LAKESIDE*XX*1234567894"), [("bad_npi", "N1*PE", "", 4, 5)]),
    ("rendering with a wrong check digit", ERA.put("NM1*82", "NM1*82*1*NGUYEN*LINH****XX*1334455667"), [("bad_npi", "NM1*82", "", 9, 5)]),
    ("state nobody knows", ERA.put("N4*AUSTIN*TX*78701", "N4*AUSTIN*TQ*78701"), [("bad_state", "N4", "1000A", 2, 5)]),
    # 270 and 271
    ("nothing asked", ASK.drop("EQ*30", count=5), [("inquiry_missing", "HL*3", "2110C", 0, 4)]),
    ("subscriber nobody can find", ASK.put("NM1*IL*1*ELL", "NM1*IL*1*ELLISON").drop("DMG*D8*1950"),
     [("subscriber_unknown", "NM1*IL", "2100C", 9, 4)]),
    ("real time without reference", ASK.put("BHT", "BHT*0022*13**20260402*0715*RT"), [("reference_missing", "BHT", "", 3, 4)]),
    ("born tomorrow", ASK.put("DMG*D8*2015", "DMG*D8*20260403*F"), [("future_date", "DMG*D8*2026", "", 2, 4)]),
    ("plan dates the wrong way round", ASK.put("DTP*291*RD8", "DTP*291*RD8*20260402-20260401"), [("period_reversed", "DTP*291*RD8", "", 3, 4)]),
    ("service type nobody knows", ASK.put("EQ*30", "EQ*30^Z9"), [("service_type", "EQ*30", "2110C", 1, 5)]),
    ("identifier twice", ASK.add("REF*6P", "REF*6P*GRP2"), [("identifier_repeated", "REF*6P*GRP2", "2100C", 1, 4)]),
    ("nothing answered", TELL.drop("AAA"), [("answer_missing", "HL*5", "2110D", 0, 4)]),
    ("twenty times the price", TELL.put("EB*A", "EB*A*IND*98*****20***Y*Y"), [("percent_not_a_fraction", "EB*A", "2110C", 8, 4)]),
    ("less than nothing", TELL.put("EB*C", "EB*C*IND*30***23*-1500*****Y"), [("negative_amount", "EB*C", "2110C", 7, 4)]),
    ("party without LS", TELL.drop("LS").drop("LE"), [("loop_header_missing", "NM1*PRP", "2120C", 0, 4)]),
    ("LS without LE", TELL.drop("LE"), [("loop_trailer_missing", "LS", "2110C", 0, 4)]),
    ("benefit nobody knows", TELL.put("EB*1", "EB*1*IND*31*PR*PEAK"), [("service_type", "EB*1", "2110C", 3, 5)]),
    # 276, 277 and 277CA
    ("patient without birth date", STAT.drop("DMG*D8*1980"), [("birth_date_missing", "NM1*IL", "2000D", 0, 4)]),
    ("claim without dates", STAT.drop("DTP*472*RD8"), [("service_date_missing", "TRN*1*S2", "2200E", 0, 4)]),
    ("category nobody knows", SAID.put("STC*A4", "STC*A9:35:QC*20260601**120.25"), [("claim_status_category", "STC*A9", "2200E", 1, 5)]),
    ("status nobody knows", SAID.put("STC*A4", "STC*A4:9999:QC*20260601**120.25"), [("claim_status", "STC*A4", "2200E", 1, 5)]),
    ("provider with a wrong check digit", SAID.put("NM1*1P", "NM1*1P*2*LAKESIDE*****XX*1234567892"), [("bad_npi", "NM1*1P", "", 9, 5)]),
    ("accepted claims miscounted", CA.put("QTY*90", "QTY*90*2"), [("claim_count_differs", "QTY*90", "2200B", 2, 3)]),
    ("rejected claims miscounted", CA.put("QTY*QC", "QTY*QC*0"), [("claim_count_differs", "QTY*QC", "2200C", 2, 3)]),
    ("accepted charges missummed", CA.put("AMT*YU", "AMT*YU*901"), [("charge_total_differs", "AMT*YU", "2200B", 2, 3)]),
    ("rejected claims not told", CA.drop("QTY*AA"), [("claim_count_missing", "HL*2", "2200B", 0, 4)]),
    ("rejected as accepted", CA.put("STC*A7:562", "STC*A2:562:82*20260506*U*150.5"), [("action_disagrees", "STC*A2:562", "2200D", 3, 4)]),
    ("category of a payment", CA.put("STC*A2:20", "STC*F1:20:PR*20260506*WQ*900"), [("category_not_acknowledging", "STC*F1", "2200D", 1, 4)]),
    # 999
    ("more answered than received", ACK.put("AK9", "AK9*P*3*2*1"), [("received_count_differs", "AK9", "", 3, 3)]),
    ("accepted miscounted", ACK.put("AK9", "AK9*P*3*3*1"), [("accepted_count_differs", "AK9", "", 4, 3)]),
    ("verdict that does not fit", ACK.put("AK9", "AK9*A*3*3*2"), [("group_verdict_differs", "AK9", "", 1, 3)]),
    ("errors without a word", ACK.put("IK5*E", "IK5*A"), [("verdict_without_errors", "IK5*A#2", "2000", 1, 4)]),
    ("element errors in a missing segment", ACK.put("IK3*CLM", "IK3*CLM*22*2300*3"), [("element_errors_unexpected", "IK3*CLM", "2100", 4, 4)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*case[1:], id=case[0]) for case in MEANING])
def test_parts_that_do_not_agree_are_found_where_they_stand(text, expected):
    found = text.findings()

    seen = [(one.code, one.position, one.loop, one.element, one.snip) for one in found]
    assert seen == [
        (code, place(text, begins), loop, element, snip) for code, begins, loop, element, snip in expected
    ]
    assert all(one.ack and one.ack_at for one in found)
    warnings = {one.code for one in found if one.severity != "error"}
    assert warnings <= {"patient_responsibility_differs"}


@pytest.mark.parametrize("text", MESSAGES.values(), ids=MESSAGES)
def test_nothing_is_objected_to_in_good_messages(text):
    assert text.findings(today=date(2026, 11, 22)) == ()


@pytest.mark.parametrize("text", MESSAGES.values(), ids=MESSAGES)
def test_a_message_of_tomorrow_is_objected_to(text):
    codes = {one.code for one in text.findings(today=date(2026, 1, 1))}

    assert codes == ({"future_date"} if text is not ACKNOWLEDGMENT else set())


@pytest.mark.parametrize("text", [case[1] for case in (*STRUCTURE, *MEANING)])
def test_words_hold_nothing_of_the_text(text):
    """No name, number or amount of a person is in what is said about a text."""
    said = " ".join(one.message for one in text.findings())

    for secret in ("ORTEGA", "ELLISON", "REYES", "HALL", "NGUYEN", "ICN", "BPK", "NSH", "410"):
        assert secret not in said


@pytest.mark.slow
@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
def test_generated_remittances_are_good_and_judged_fast(tmp_path):
    """Ten times as fast as pyx12, which judges some 460 claims a second; here with room for a busy machine."""
    path = tmp_path / "big.835"
    generator = SAMPLES.parent / "tools" / "gen_x12.py"
    command = [sys.executable, str(generator), "835", "--claims", "2000", "--out", str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    mail = read(path.read_bytes())

    began = time.process_time()
    found = validate(mail)
    took = time.process_time() - began

    assert found == ()
    assert 2000 / took > 2500
