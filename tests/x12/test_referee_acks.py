"""Outside libraries judge the acknowledgments and inquiries we write: pyx12 999 and 277CA, linuxforhealth the rest.

They live in environments of their own under `.local/referee` (`./manage.py referees` builds them). The scripts that
put a file before them are shared data. Neither judges everything: pyx12 has no map for 270, 276 and 271, 277;
linuxforhealth knows no 999 and no 277CA.
"""

import json
import os
import subprocess
from datetime import date
from decimal import Decimal

import pytest

from tests.x12.examples import golden
from tests.x12.inquiries import (
    answer,
    claim_acknowledgment,
    eligibility_request,
    posted,
    status,
    status_request,
)
from tests.x12.samples import ROOT
from x12 import ack_999
from x12 import eligibility_270_271 as eb
from x12 import status_276_277 as st
from x12.envelope import read
from x12.errors import Finding
from x12.levels import organization, person
from x12.records import Procedure

pytestmark = [pytest.mark.referee, pytest.mark.slow]
TOOLS = ROOT.parent / "shared" / "tools"


def referee(name):
    """The interpreter and script of a referee. Where it is missing, CI fails and anyone else skips."""
    python, script = ROOT / ".local" / "referee" / name / "bin" / "python", TOOLS / f"referee_{name}.py"
    missing = [path.name for path in (python, script) if not path.exists()]
    if missing:
        message = f"the referee {name} is not there ({', '.join(missing)}): run ./manage.py referees"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return [str(python), str(script)]


def judged(name, tmp_path, *texts):
    """What a referee prints about each text."""
    files = []
    for number, text in enumerate(texts):
        file = tmp_path / f"{number}.edi"
        file.write_text(text, encoding="ascii")
        files.append(str(file))
    run = subprocess.run([*referee(name), *files], capture_output=True, text=True, check=False, timeout=120)
    assert run.stdout, run.stderr
    return run.stdout


def with_findings(*findings):
    (interchange,) = read(golden("medicare.837")).interchanges
    return ack_999.acknowledge(interchange.groups[0], control_number="0001", findings={"0001": findings})


def test_pyx12_accepts_every_999_we_write(tmp_path):
    acks = [
        with_findings(),
        with_findings(Finding("unread_segment", "", "K9", 12)),
        with_findings(
            Finding("bad_value", "", "CLM", 22, 2),
            Finding("bad_code", "", "CLM", 22, 7),
            Finding("missing_segment", "", "HI", 23),
            Finding("bad_value", "", "DTP", 31, 3),
        ),
        with_findings(
            Finding("lines_do_not_add_up", "", "CLM", 22), Finding("segment_count", "", "SE", 38, 1)
        ),
    ]

    said = judged("pyx12", tmp_path, *(posted("999", ack) for ack in acks), posted("999", acks[0]))

    assert said.count("ACCEPT") == 5, said


def test_pyx12_accepts_the_ta1_we_write(tmp_path):
    (interchange,) = read(golden("medicare.837")).interchanges
    ta1 = ack_999.render_ta1(ack_999.build_ta1(interchange, note="025")).text()
    text = posted("999", with_findings()).replace("IEA*", f"{ta1}~IEA*")

    said = judged("pyx12", tmp_path, text)

    assert "ACCEPT" in said, said


def test_pyx12_accepts_every_277ca_we_write(tmp_path):
    said = judged("pyx12", tmp_path, posted("277CA", claim_acknowledgment()))

    assert "ACCEPT" in said, said


def status_response():
    claim = st.ClaimStatus(
        trace="CST26050001-1",
        statuses=(
            status(
                "F1",
                "65",
                effective_on=date(2026, 6, 1),
                charge=Decimal(900),
                paid=Decimal(248),
                finalized_on=date(2026, 5, 30),
                payment_method="CHK",
                payment_on=date(2026, 6, 1),
                payment_number="00042",
            ),
        ),
        payer_control_number="NSH2612700456",
        patient_account="26050031A",
        service_date=date(2026, 5, 5),
        lines=(
            st.LineStatus(
                procedure=Procedure(code="64483", modifiers=("RT",)),
                charge=Decimal(900),
                paid=Decimal(248),
                units=Decimal(1),
                statuses=(status("F1", "65", effective_on=date(2026, 6, 1)),),
                number="26050031A1",
                service_date=date(2026, 5, 5),
            ),
        ),
    )
    provider = st.AnsweredProvider(
        name=organization("1P", "LAKESIDE", id_qualifier="XX", number="1234567893"),
        subscribers=(
            st.AnsweredSubscriber(name=person("IL", "REYES", "ANA", member_id="NSH1"), claims=(claim,)),
        ),
    )
    receiver = st.AnsweredReceiver(
        name=organization("41", "LAKESIDE", id_qualifier="46", number="LAKESIDE01"), providers=(provider,)
    )
    payer = st.AnsweringPayer(
        name=organization("PR", "NORTHSTAR HEALTH", id_qualifier="PI", number="NSH01"), receivers=(receiver,)
    )
    return st.StatusResponse(
        reference="NSH1", created_on=date(2026, 6, 2), created_time="0701", payers=(payer,)
    )


def subscriber_request():
    """A 270 about the subscriber, with address, references and a procedure."""
    subscriber = eb.InquiredSubscriber(
        name=person("IL", "ELLISON", "MARGARET", middle="R", member_id="1EG4TE5MK73"),
        street="22 OAK LANE",
        city="AUSTIN",
        state="TX",
        postal_code="78704",
        birth_date=date(1950, 5, 14),
        sex="F",
        plan_date=date(2026, 3, 10),
        plan_through=date(2026, 3, 12),
        inquiries=(eb.BenefitInquiry(service_types=("30", "98", "UC")),),
    )
    whole = eligibility_request()
    (payer,) = whole.payers
    (provider,) = payer.providers
    provider = eb.InquiringProvider(name=provider.name, subscribers=(subscriber,))
    return eb.EligibilityRequest(
        reference="26030001",
        created_on=date(2026, 3, 10),
        created_time="0715",
        payers=(eb.InquiredPayer(name=payer.name, providers=(provider,)),),
    )


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("270", eligibility_request),
        ("270", subscriber_request),
        ("271", answer),
        ("276", status_request),
        ("277", status_response),
    ],
)
def test_linuxforhealth_accepts_every_inquiry_and_answer_we_write(kind, document, tmp_path):
    said = json.loads(judged("lfh", tmp_path, posted(kind, document())))

    assert said["ok"] is True, said
