"""Real time: 270 to 271, 276 to 277, one answer per payload id, and an answer to every kind of garbage."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from clearinghouse.simulator.claim import Person
from clearinghouse.simulator.members import Member, Register
from clearinghouse.simulator.plans import BLUEPEAK, MEDICAID, MEDICARE
from clearinghouse.simulator.realtime import ACK_TYPE, ELIGIBILITY, STATUS, TA1_TYPE
from clearinghouse.simulator.replies import Reply
from clearinghouse.simulator.scenario import Scenario, Shares
from tests.clearinghouse.simulator.claims import ORTEGA, PRACTICE, SOFIA, claim, dependent_claim, line
from tests.clearinghouse.simulator.submitting import Desk, interchange
from x12 import ack_999
from x12 import eligibility_270_271 as x270
from x12 import status_276_277 as x276
from x12.envelope import read
from x12.levels import Trace, organization, person
from x12.outbound import Address, OutboundGroup, write

ON = dt.date(2026, 6, 1)
NOW = dt.datetime(2026, 6, 8, 15, 0, tzinfo=dt.UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, NOW)


def enveloped(functional_id: str, version: str, body: object, usage: str = "T") -> str:
    group = OutboundGroup(functional_id=functional_id, version=version, control_number=7, transactions=[body])  # type: ignore[list-item]
    return write(
        sender=Address(id="LAKESIDE01"),
        receiver=Address(id="CLEARHSE"),
        control_number=7,
        written_at=NOW,
        usage=usage,
        groups=[group],
    )


def inquiry_270(
    payer_id: str = BLUEPEAK,
    who: Person = ORTEGA,
    dependent: Person | None = None,
    npi: str = PRACTICE.npi,
    **more: str,
) -> str:
    asked = {"plan_date": ON, "inquiries": (x270.BenefitInquiry(service_types=("30", "98")),)}
    traces = (Trace(number="T1", originator="9LAKESIDE1"),)
    mine = {} if dependent else asked | {"traces": traces}
    below = (
        (
            x270.InquiredDependent(
                traces=traces,
                name=person("03", dependent.last_name, dependent.first_name),
                birth_date=dependent.birth_date,
                **asked,
            ),
        )
        if dependent
        else ()
    )
    subscriber = x270.InquiredSubscriber(
        name=person("IL", who.last_name, who.first_name, member_id=who.member_id),
        birth_date=who.birth_date,
        dependents=below,
        **mine,
    )
    provider = x270.InquiringProvider(
        name=organization("1P", PRACTICE.name, id_qualifier="XX", number=npi), subscribers=(subscriber,)
    )
    payer = x270.InquiredPayer(
        name=organization("PR", "PAYER", id_qualifier="PI", number=payer_id), providers=(provider,)
    )
    request = x270.EligibilityRequest(control_number="0001", reference="R1", payers=(payer,))
    return enveloped("HS", x270.VERSION, x270.render(request), **more)


def answer_271(desk: Desk, text: str, payload_id: str = "P1") -> x270.EligibilityResponse:
    reply = desk.box.answer("LAKESIDE01", payload_id, ELIGIBILITY, text, desk.now)
    assert (reply.error, reply.payload_type) == ("Success", "X12_271_Response_005010X279A1")
    return x270.read_response(read(reply.payload).transactions[0])


def figures(benefits: tuple[x270.Benefit, ...]) -> list[tuple[str, str, Decimal | None, Decimal | None]]:
    return [(item.code, item.period, item.amount, item.fraction) for item in benefits]


def test_active_member_gets_the_figures_of_the_plan(desk: Desk) -> None:
    (answer,) = answer_271(desk, inquiry_270()).patients()

    assert [(trace.kind, trace.number) for trace in answer.traces] == [("2", "T1")]
    assert answer.benefits[0].plan_name == "PEAK PPO 1500"
    assert figures(answer.benefits) == [
        ("1", "", None, None),
        ("C", "23", Decimal("1500"), None),
        ("C", "29", Decimal("1500"), None),
        ("G", "23", Decimal("4500"), None),
        ("G", "29", Decimal("4500"), None),
        ("A", "", None, Decimal("0.20")),
        ("B", "27", Decimal("30"), None),
    ]


def test_dependent_is_answered_where_they_stand_with_what_is_left_after_claims(desk: Desk) -> None:
    desk.submit(dependent_claim())
    desk.work(seconds=10)
    (answer,) = answer_271(desk, inquiry_270(dependent=SOFIA)).patients()
    (parent,) = answer_271(desk, inquiry_270(), "P2").patients()

    left = [item.amount for item in answer.benefits if item.period == "29"]
    assert answer.dependent is not None
    assert left == [Decimal("1380"), Decimal("4350")]
    assert [item.amount for item in parent.benefits if item.period == "29"] == [
        Decimal("1500"),
        Decimal("4500"),
    ]


def test_terminated_member_is_inactive_with_dates(desk: Desk) -> None:
    who = Person("OLD", "PETER", "", "BPK900112230", dt.date(1970, 1, 1))
    (answer,) = answer_271(desk, inquiry_270(who=who)).patients()
    assert figures(answer.benefits) == [("6", "", None, None)]
    assert [(d.qualifier, d.period) for d in answer.patient.dates][:2] == [
        ("346", "20200101"),
        ("347", "20251231"),
    ]


def test_plan_without_limits_names_none(desk: Desk) -> None:
    who = Person("POOR", "ANN", "", "LSM123456711", dt.date(1990, 1, 1), "F")
    (answer,) = answer_271(desk, inquiry_270(MEDICAID, who)).patients()
    assert {item.code for item in answer.benefits} == {"1", "C", "A", "B"}


@pytest.mark.parametrize(
    ("changes", "level", "reason"),
    [
        ({"payer_id": "NOBODY"}, "source", "79"),
        ({"npi": "1234567890"}, "provider", "43"),
        ({"who": Person("X", "Y", "", "BAD", ON)}, "subscriber", "72"),
        ({"who": Person("X", "Y", "", "BPK900112200", ON)}, "subscriber", "75"),
        ({"payer_id": MEDICARE}, "subscriber", "72"),
    ],
)
def test_inquiry_that_cannot_be_answered_says_why(desk: Desk, changes: dict, level: str, reason: str) -> None:
    response = answer_271(desk, inquiry_270(**changes))
    (found,) = response.rejections
    rejection = found.rejection if hasattr(found, "rejection") else found
    assert (found.level, rejection.reason) == (level, reason)


@pytest.mark.parametrize(
    ("told", "reason"), [({"birth_date": dt.date(1999, 1, 1)}, "71"), ({"last_name": "OTHER"}, "73")]
)
def test_listed_member_must_match(tmp_path: Path, told: dict, reason: str) -> None:
    desk = Desk(tmp_path, NOW, register=Register((Member(BLUEPEAK, ORTEGA.member_id, **told),)))
    (found,) = answer_271(desk, inquiry_270()).rejections
    assert found.rejection.reason == reason


def test_same_payload_id_gets_the_same_answer(desk: Desk) -> None:
    first = desk.box.answer("LAKESIDE01", "P1", ELIGIBILITY, inquiry_270(), NOW)
    desk.restart()
    later = NOW + dt.timedelta(hours=3)
    assert desk.box.answer("LAKESIDE01", "P1", ELIGIBILITY, inquiry_270(), later) == first
    assert desk.box.answer("LAKESIDE01", "P2", ELIGIBILITY, inquiry_270(), later) != first


# Claim status


def ask_276(desk: Desk, number: str, *, icn: str = "", npi: str = PRACTICE.npi, payer_id: str = BLUEPEAK):
    inquiry = x276.ClaimInquiry(
        trace="S1",
        payer_control_number=icn,
        patient_account="" if icn else number,
        charge=Decimal("150"),
        service_date=ON,
    )
    subscriber = x276.InquiredSubscriber(
        birth_date=ORTEGA.birth_date,
        sex="M",
        name=person("IL", "ORTEGA", "DANIEL", member_id=ORTEGA.member_id),
        inquiries=(inquiry,),
    )
    request = x276.StatusRequest(
        control_number="0001",
        reference="R1",
        payers=(
            x276.InquiredPayer(
                name=organization("PR", "PAYER", id_qualifier="PI", number=payer_id),
                receivers=(
                    x276.InquiryReceiver(
                        name=organization("41", PRACTICE.name, id_qualifier="46", number="LAKESIDE01"),
                        providers=(
                            x276.InquiringProvider(
                                name=organization("1P", PRACTICE.name, id_qualifier="XX", number=npi),
                                subscribers=(subscriber,),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    )
    text = enveloped("HR", x276.VERSION, x276.render(request))
    desk.number += 1
    reply = desk.box.answer("LAKESIDE01", f"Q{desk.number}", STATUS, text, desk.now)
    assert (reply.error, reply.payload_type) == ("Success", "X12_277_Response_005010X212")
    response = x276.read_response(read(reply.payload).transactions[0])
    return response.payers[0].receivers[0].providers[0].subscribers[0].claims[0]


def status(claim_status) -> str:
    code = claim_status.statuses[0].code
    return f"{code.category}:{code.status}"


def visit(number: str = "V1", code: str = "99213"):
    return claim(BLUEPEAK, ORTEGA, line(1, code, "150.00", ON), number=number)


def test_status_follows_the_claim_from_pending_to_paid(desk: Desk) -> None:
    desk.submit(visit())
    pending = ask_276(desk, "V1")
    (remittance,) = desk.pay()
    paid = ask_276(desk, "V1")

    assert (status(pending), status(paid)) == ("P1:20", "F1:65")
    report = paid.statuses[0]
    assert (report.paid, report.payment_number) == (remittance.paid, remittance.trace_number)
    icn = paid.payer_control_number
    assert status(ask_276(desk, "", icn=icn)) == "F1:65"


def test_status_of_a_denied_claim_gives_the_reason(desk: Desk) -> None:
    desk.submit(visit(code="97810"))
    desk.work(seconds=10)
    assert status(ask_276(desk, "V1")) == "F2:107"


def test_status_of_a_reversed_claim(desk: Desk) -> None:
    desk.submit(visit())
    desk.work(seconds=10)
    icn = ask_276(desk, "V1").payer_control_number
    void = claim(BLUEPEAK, ORTEGA, line(1, "99213", "150.00", ON), number="V1", frequency="8", replaces=icn)
    desk.submit(void)
    desk.work(seconds=10)
    assert status(ask_276(desk, "", icn=icn)) == "F3:101"


def test_status_is_not_found_for_strangers_and_other_providers(desk: Desk) -> None:
    desk.submit(visit())
    assert status(ask_276(desk, "V2")) == "A4:35"
    assert status(ask_276(desk, "V1", npi="1144400000")) == "A4:35"
    assert status(ask_276(desk, "V1", payer_id="NOBODY")) == "E0:116"


def test_lost_claim_is_not_found(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NOW, Scenario(shares=Shares(lost=Decimal(1))))
    desk.submit(visit())
    assert status(ask_276(desk, "V1")) == "A4:35"


def test_asking_for_a_silent_claim_wakes_it_up(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NOW, Scenario(shares=Shares(silent=Decimal(1))))
    desk.submit(visit())
    desk.work(days=60)
    assert desk.remittances() == []
    assert status(ask_276(desk, "V1")) == "P1:20"
    (remittance,) = desk.pay()
    assert next(remittance.claims()).control_number == "V1"
    assert desk.pay() == []


# Garbage


def test_payload_that_is_no_x12_is_not_understood(desk: Desk) -> None:
    reply = desk.box.answer("L", "P1", ELIGIBILITY, "hello", NOW)
    assert (reply.payload_type, reply.error) == ("CoreEnvelopeError", "PayloadNotUnderstood")


def test_unknown_payload_type_is_illegal(desk: Desk) -> None:
    assert desk.box.answer("L", "P1", "X12_278", "", NOW) == Reply(
        "CoreEnvelopeError", "", "PayloadTypeIllegal", "only 270 and 276 are answered here"
    )


def test_production_payload_gets_a_ta1(desk: Desk) -> None:
    reply = desk.box.answer("L", "P1", ELIGIBILITY, inquiry_270(usage="P"), NOW)
    assert reply.payload_type == TA1_TYPE
    assert read(reply.payload).interchanges[0].acknowledgments[0][5] == "020"


def test_cut_payload_gets_a_ta1(desk: Desk) -> None:
    reply = desk.box.answer("L", "P1", ELIGIBILITY, inquiry_270()[:-30], NOW)
    assert reply.payload_type == TA1_TYPE


@pytest.mark.parametrize("cut", ["EQ*", "SE*"])
def test_wrong_or_broken_transaction_gets_a_999(desk: Desk, cut: str) -> None:
    text = interchange(1, visit(), at=NOW) if cut == "EQ*" else inquiry_270().replace("SE*", "XX*")
    reply = desk.box.answer("L", "P1", ELIGIBILITY, text, NOW)
    assert reply.payload_type in (ACK_TYPE, TA1_TYPE)
    if reply.payload_type == ACK_TYPE:
        assert ack_999.read(read(reply.payload).transactions[0]).rejected
