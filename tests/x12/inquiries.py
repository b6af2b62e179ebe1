"""The worked cases of the domain handbook (11) for acknowledgments, claim status and eligibility; synthetic names."""

from datetime import date, datetime
from decimal import Decimal

from x12 import ack_999, claim_ack_277ca, eligibility_270_271, status_276_277
from x12 import claim_ack_277ca as ca
from x12 import eligibility_270_271 as eb
from x12 import status_276_277 as st
from x12.claim_status import StatusCode, StatusReport
from x12.envelope import read
from x12.levels import Trace, organization, person
from x12.outbound import Address, OutboundGroup, write
from x12.records import Procedure

LAKESIDE = Address(id="LAKESIDE01")
PAYER = Address(id="BPK01")
WRITTEN_AT = datetime(2026, 4, 2, 9, 15)
KINDS = {
    "999": (ack_999, "FA", "005010X231A1"),
    "277CA": (claim_ack_277ca, "HN", "005010X214"),
    "276": (status_276_277, "HR", "005010X212"),
    "277": (status_276_277, "HN", "005010X212"),
    "270": (eligibility_270_271, "HS", "005010X279A1"),
    "271": (eligibility_270_271, "HB", "005010X279A1"),
}


def posted(kind, *documents):
    """The documents as the text of one interchange."""
    module, functional_id, version = KINDS[kind]
    group = OutboundGroup(
        functional_id=functional_id,
        version=version,
        control_number=1,
        transactions=[module.render(document) for document in documents],
    )
    return write(
        sender=PAYER,
        receiver=LAKESIDE,
        control_number=1,
        written_at=WRITTEN_AT,
        usage="T",
        groups=[group],
    )


def reread(kind, document):
    """The document as it comes back from its text."""
    (found,) = read(posted(kind, document)).transactions
    assert found.kind == kind
    return KINDS[kind][0].read(found)


def transaction(kind, body):
    """A transaction from the text of its body, between ST and SE, segments ending in a tilde."""
    segments = [line.strip() for line in body.split("~") if line.strip()]
    _, functional_id, version = KINDS[kind]
    lines = [
        (
            "ISA*00*          *00*          *ZZ*BPK01          *ZZ*LAKESIDE01     "
            "*260402*0915*^*00501*000000001*0*T*:"
        ),
        f"GS*{functional_id}*BPK01*LAKESIDE01*20260402*0915*1*X*{version}",
        f"ST*{kind[:3]}*0001*{version}",
        *segments,
        f"SE*{len(segments) + 2}*0001",
        "GE*1*1",
        "IEA*1*000000001",
    ]
    (found,) = read("~".join(lines) + "~").transactions
    return found


def status(category, code, entity="", **facts):
    return StatusReport(code=StatusCode(category=category, status=code, entity=entity), **facts)


def claim_acknowledgment():
    """Case 3: the payer accepts the claim into adjudication; a second one of the same provider is rejected."""
    day = date(2026, 5, 6)
    accepted = ca.AcknowledgedClaim(
        control_number="26050031A",
        statuses=(status("A2", "20", "PR", effective_on=day, action="WQ", charge=Decimal(900)),),
        payer_control_number="NSH2612700456",
        service_date=date(2026, 5, 5),
    )
    rejected = ca.AcknowledgedClaim(
        control_number="26050032A",
        statuses=(status("A7", "562", "82", effective_on=day, action="U", charge=Decimal("150.50")),),
        clearinghouse_number="CH778",
        service_date=date(2026, 5, 5),
        lines=(
            ca.AcknowledgedLine(
                procedure=Procedure(code="99213"),
                charge=Decimal("150.50"),
                statuses=(status("A7", "454", effective_on=day, action="U"),),
                number="26050032A1",
            ),
        ),
    )
    receiver = ca.AcknowledgedReceiver(
        name=organization("41", "LAKESIDE FAMILY MEDICINE PLLC", id_qualifier="46", number="LAKESIDE01"),
        batch_number="CLM26050031",
        providers=(
            ca.AcknowledgedProvider(
                name=organization(
                    "85", "LAKESIDE FAMILY MEDICINE PLLC", id_qualifier="XX", number="1234567893"
                ),
                patients=(
                    ca.AcknowledgedPatient(
                        name=person("QC", "REYES", "ANA", member_id="NSH100200300"), claims=(accepted,)
                    ),
                    ca.AcknowledgedPatient(
                        name=person("QC", "HALL", "PETER", member_id="NSH100200301"), claims=(rejected,)
                    ),
                ),
            ),
        ),
    )
    return ca.ClaimAcknowledgment(
        reference="NSHCA0506001",
        created_on=day,
        created_time="1012",
        sources=(
            ca.AcknowledgmentSource(
                name=organization("PR", "NORTHSTAR HEALTH", id_qualifier="PI", number="NSH01"),
                receipt_number="NSHR0506001",
                received_on=day,
                processed_on=day,
                receivers=(ca.with_totals(receiver, on=day),),
            ),
        ),
    )


def status_request():
    """Case 3: where is the claim; and one about a dependent."""
    own = st.ClaimInquiry(
        trace="CST26050001-1",
        patient_account="26050031A",
        charge=Decimal(900),
        service_date=date(2026, 5, 5),
    )
    child = st.ClaimInquiry(
        trace="CST26050001-2",
        payer_control_number="NSH2612700999",
        patient_account="26050040A",
        charge=Decimal("120.25"),
        service_date=date(2026, 5, 1),
        service_through=date(2026, 5, 3),
    )
    return st.StatusRequest(
        reference="CST26050001",
        created_on=date(2026, 5, 14),
        created_time="0700",
        payers=(
            st.InquiredPayer(
                name=organization("PR", "NORTHSTAR HEALTH", id_qualifier="PI", number="NSH01"),
                receivers=(
                    st.InquiryReceiver(
                        name=organization("41", "LAKESIDE", id_qualifier="46", number="LAKESIDE01"),
                        providers=(
                            st.InquiringProvider(
                                name=organization("1P", "LAKESIDE", id_qualifier="XX", number="1234567893"),
                                subscribers=(
                                    st.InquiredSubscriber(
                                        birth_date=date(1980, 2, 1),
                                        sex="F",
                                        name=person("IL", "REYES", "ANA", member_id="NSH100200300"),
                                        inquiries=(own,),
                                    ),
                                    st.InquiredSubscriber(
                                        name=person("IL", "HALL", "PETER", member_id="NSH100200301"),
                                        dependents=(
                                            st.InquiredDependent(
                                                birth_date=date(2015, 8, 22),
                                                sex="M",
                                                name=person("QC", "HALL", "TOM"),
                                                inquiries=(child,),
                                            ),
                                        ),
                                    ),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    )


def eligibility_request():
    """Case 2: a child covered through the parent, office visit and the plan as a whole."""
    sofia = eb.InquiredDependent(
        traces=(Trace(number="26040001-1", originator="9LAKESIDE1"),),
        name=person("03", "ORTEGA", "SOFIA"),
        birth_date=date(2015, 8, 22),
        sex="F",
        plan_date=date(2026, 4, 2),
        inquiries=(eb.BenefitInquiry(service_types=("30", "98")),),
    )
    return eb.EligibilityRequest(
        reference="26040001",
        created_on=date(2026, 4, 2),
        created_time="0715",
        payers=(
            eb.InquiredPayer(
                name=organization("PR", "BLUEPEAK HEALTH PLAN", id_qualifier="PI", number="BPK01"),
                providers=(
                    eb.InquiringProvider(
                        name=organization("1P", "LAKESIDE", id_qualifier="XX", number="1234567893"),
                        subscribers=(
                            eb.InquiredSubscriber(
                                name=person("IL", "ORTEGA", "DANIEL", member_id="BPK900112233"),
                                dependents=(sofia,),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    )


PATIENT = """HL*1**20*1~NM1*PR*2*BLUEPEAK HEALTH PLAN*****PI*BPK01~HL*2*1*21*1~
NM1*1P*2*LAKESIDE*****XX*1234567893~HL*3*2*22*1~NM1*IL*1*ORTEGA*DANIEL****MI*BPK900112233~
HL*4*3*23*0~TRN*2*26040001-1*9LAKESIDE1~NM1*03*1*ORTEGA*SOFIA~DMG*D8*20150822*F~INS*N*19~DTP*346*D8*20260101~"""
CASE_2 = """EB*1*IND*30*PR*PEAK PPO 1500~EB*C*IND*30***23*1500*****Y~EB*C*IND*30***29*100*****Y~
EB*G*IND*30***29*4100*****Y~EB*A*IND*30****.2****Y*Y~EB*B*IND*98***27*30*****Y~"""


def answer(benefits=CASE_2):
    """Case 2: the 271 about the child, with these EB rows."""
    return eb.read_response(transaction("271", f"BHT*0022*11*26040001*20260402*0716~{PATIENT}{benefits}"))
