"""Every 837P, 837I and 835 we write, judged by pyx12 in an environment of its own (./manage.py referees builds it)."""

import json
import os
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.x12.examples import medicare_batch, peak_remittance, posted_835, posted_837
from tests.x12.hospital import a_child, hospital_batch, posted_837i
from tests.x12.samples import ROOT
from x12 import claim_837 as pro
from x12 import remittance_835 as era
from x12.records import (
    ORGANIZATION,
    PERSON,
    Adjustment,
    Attachment,
    FreeText,
    HealthCode,
    Name,
    Party,
    Procedure,
    Reference,
)

INTERPRETER = ROOT / ".local" / "referee" / "pyx12" / "bin" / "python"
JUDGE = ROOT.parent / "shared" / "tools" / "referee_pyx12.py"
ASK = "import json, sys; from referee_pyx12 import check; print(json.dumps([check(t) for t in json.load(sys.stdin)]))"

pytestmark = [pytest.mark.referee, pytest.mark.slow]


@pytest.fixture(scope="module")
def verdicts() -> dict[str, object]:
    """The referee's verdict on every text, asked once: (accepted, errors) by name."""
    missing = next((path for path in (INTERPRETER, JUDGE) if not path.exists()), None)
    if missing is not None:
        reason = f"{missing.relative_to(ROOT.parent)} is absent; ./manage.py referees builds the environment"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    texts = {name: make() for name, make in TEXTS.items()}
    answer = subprocess.run(
        [str(INTERPRETER), "-c", ASK],
        input=json.dumps(list(texts.values())),
        env={"PYTHONPATH": str(JUDGE.parent), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return dict(zip(texts, json.loads(answer.stdout), strict=True))


def lakeside_claim(**changes: object) -> str:
    """The worked claim with something else in it."""
    batch = medicare_batch()
    (provider,) = batch.providers
    (subscriber,) = provider.subscribers
    claim = replace(subscriber.claims[0], **changes)
    return posted_batch(replace(subscriber, claims=(claim,)))


def posted_batch(*subscribers: pro.Subscriber, **changes: object) -> str:
    batch = medicare_batch()
    provider = replace(batch.providers[0], subscribers=subscribers, **changes)
    return posted_837(pro.render(replace(batch, providers=(provider,))))


def lines() -> tuple[pro.ServiceLine, ...]:
    return medicare_batch().providers[0].subscribers[0].claims[0].lines


def located(qualifier: str, name: str, number: str) -> Party:
    return Party(
        name=Name(kind=ORGANIZATION, last=name, id_qualifier=qualifier, id=number),
        street="200 SIDE STREET",
        street2="SUITE 4",
        city="AUSTIN",
        state="TX",
        postal_code="787011234",
    )


def doctor(last: str, number: str = "1334455668", specialty: str = "") -> Party:
    name = Name(kind=PERSON, last=last, first="ANN", id_qualifier="XX", id=number)
    return Party(name=name, specialty=specialty)


def dependent() -> str:
    (subscriber,) = medicare_batch().providers[0].subscribers
    child = replace(
        subscriber.party,
        name=Name(kind=PERSON, last="ELLISON", first="SOFIA"),
        birth_date=date(2015, 8, 22),
    )
    patient = pro.Patient(relationship="19", party=child, claims=subscriber.claims)
    parent = replace(
        subscriber,
        relationship="",
        filing_indicator="CI",
        group_number="GRP88210",
        claims=(),
        patients=(patient,),
    )
    return posted_batch(parent, subscriber, pay_to=located("", "", ""))


def full_claim() -> str:
    return lakeside_claim(
        frequency="7",
        related_cause="AA",
        accident_state="TX",
        accident_date=date(2026, 3, 9),
        onset_date=date(2026, 3, 8),
        admission_date=date(2026, 3, 9),
        discharge_date=date(2026, 3, 10),
        delay_reason="9",
        attachments=(
            Attachment(report_type="OZ", transmission="EL", control_qualifier="AC", control_number="A1"),
        ),
        patient_paid=Decimal("30.00"),
        referral_number="REF1",
        prior_authorization="AUTH778812",
        payer_claim_control_number="NSH2612700456",
        clia="45D0000001",
        clearinghouse_trace="TRACE1",
        service_authorization_exception="7",
        notes=(FreeText(text="Corrected claim: auth number added, Peña"),),
        condition_codes=(HealthCode(qualifier="BG", code="AA"),),
        referring_provider=doctor("REFERRER"),
        supervising_provider=doctor("SUPERVISOR"),
        service_facility=located("XX", "SOUTH CLINIC", "1234567893"),
    )


def secondary_claim() -> str:
    decided = pro.LineAdjudication(
        payer_id="04412",
        paid=Decimal("70.56"),
        procedure=Procedure(code="99214"),
        quantity=Decimal(1),
        adjustments=(
            Adjustment("CO", "45", Decimal("80")),
            Adjustment("CO", "253", Decimal("1.44")),
            Adjustment("PR", "1", Decimal("40")),
            Adjustment("PR", "2", Decimal("18")),
        ),
        adjudicated_on=date(2026, 3, 26),
        remaining_patient_liability=Decimal("58"),
    )
    primary = pro.OtherCoverage(
        sequence="P",
        relationship="18",
        filing_indicator="MB",
        adjustments=(Adjustment("OA", "23", Decimal("1.00"), Decimal(1)),),
        paid=Decimal("129.56"),
        remaining_patient_liability=Decimal("61"),
        outpatient=pro.OutpatientAdjudication(remarks=("MA01",)),
        subscriber=doctor("ELLISON", "1EG4TE5MK73"),
        payer=pro.OtherPayer(
            name=Name(kind=ORGANIZATION, last="MEDICARE", id_qualifier="PI", id="04412"),
            claim_control_number="0226070123450",
        ),
    )
    insured = replace(primary.subscriber, name=replace(primary.subscriber.name, id_qualifier="MI"))
    first = replace(lines()[0], adjudications=(decided,))
    (subscriber,) = medicare_batch().providers[0].subscribers
    claim = replace(
        subscriber.claims[0],
        other_coverages=(replace(primary, subscriber=insured),),
        lines=(first, lines()[1]),
    )
    return posted_batch(replace(subscriber, sequence="S", filing_indicator="CI", claims=(claim,)))


def lines_in_full() -> str:
    drug = pro.Drug(ndc="00002751001", quantity=Decimal("2.5"), unit="ML")
    authorized = Reference(qualifier="G1", value="AUTH1", of=("2U", "04412"))
    line = replace(
        lines()[0],
        procedure=Procedure(code="J1885", modifiers=("59", "RT"), description="INJECTION"),
        quantity=Decimal("1.5"),
        place_of_service="22",
        emergency="Y",
        service_through=date(2026, 3, 11),
        references=(authorized,),
        clia="45D0000001",
        notes=(FreeText(text="LINE NOTE"),),
        drug=drug,
        rendering_provider=doctor("OTHER", specialty="207Q00000X"),
        ordering_provider=doctor("ORDERER"),
        service_facility=located("XX", "SOUTH CLINIC", "1234567893"),
    )
    return lakeside_claim(lines=(line,), charge=line.charge)


def remittance(**changes: object) -> str:
    return posted_835(era.render(replace(peak_remittance(), **changes)))


def full_remittance() -> str:
    claim = next(peak_remittance().claims())
    line = replace(
        claim.lines[0],
        submitted_procedure=Procedure(code="99214"),
        submitted_units=Decimal(1),
        references=(Reference(qualifier="LU", value="11"),),
        remarks=(era.RemarkCode(code="M62"),),
    )
    claim = replace(
        claim,
        status="19",
        adjustments=(Adjustment("OA", "23", Decimal(0)),),
        corrected_patient=Name(kind=PERSON, last="ORTEGA DIAZ", first="SOFIA"),
        service_provider=Name(kind=PERSON, last="NGUYEN", first="LINH", id_qualifier="XX", id="1334455668"),
        crossover_payer=Name(kind=ORGANIZATION, last="STATEWIDE MEDIGAP", id_qualifier="PI", id="59999"),
        outpatient=era.OutpatientAdjudication(remarks=("MA01", "MA18")),
        references=(Reference(qualifier="EA", value="MRN004711"),),
        statement_from=date(2026, 4, 2),
        statement_through=date(2026, 4, 2),
        received_on=date(2026, 4, 3),
        lines=(line, claim.lines[1]),
    )
    return remittance(groups=(era.ClaimGroup(number=1, claims=(claim,)),), paid=Decimal("82.25"))


def unpaid_remittance() -> str:
    claim = next(peak_remittance().claims())
    denied = (Adjustment("CO", "197", Decimal("410")),)
    claim = replace(
        claim,
        status="4",
        paid=Decimal(0),
        patient_responsibility=None,
        lines=(),
        adjustments=denied,
        statement_from=date(2026, 4, 2),
    )
    return remittance(
        handling="H",
        paid=Decimal("0.00"),
        method="NON",
        format="",
        sender_routing_qualifier="",
        sender_routing="",
        sender_account_qualifier="",
        sender_account="",
        company_id="",
        receiver_routing_qualifier="",
        receiver_routing="",
        receiver_account_qualifier="",
        receiver_account="",
        groups=(era.ClaimGroup(number=1, claims=(claim,)),),
        provider_adjustments=(),
    )


TEXTS = {
    "837P of the worked example": lambda: posted_837(pro.render(medicare_batch())),
    "837P of a dependent, two subscribers, pay-to address": dependent,
    "837P with everything on the claim": full_claim,
    "837P to the secondary payer": secondary_claim,
    "837P with everything on a line": lines_in_full,
    "837P batches in one group": lambda: posted_837(
        pro.render(medicare_batch()), pro.render(replace(medicare_batch(), control_number="0002"))
    ),
    "837I of a stay, to the second payer": lambda: posted_837i(hospital_batch()),
    "837I of a visit of a dependent": lambda: posted_837i(hospital_batch(a_child())),
    "835 of the worked example": remittance,
    "835 with everything on a claim": full_remittance,
    "835 without payment": unpaid_remittance,
}


@pytest.mark.parametrize("text", TEXTS)
def test_the_referee_accepts(text: str, verdicts: dict[str, object]) -> None:
    assert verdicts[text] == [True, []]


def test_the_referee_can_say_no(verdicts: dict[str, object]) -> None:
    """The referee is awake: it was asked about as many texts as there are, and it objects to a damaged one."""
    damaged = posted_837(pro.render(medicare_batch())).replace("CLM*", "CLN*")
    answer = subprocess.run(
        [str(INTERPRETER), "-c", ASK],
        input=json.dumps([damaged]),
        env={"PYTHONPATH": str(JUDGE.parent), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )

    assert len(verdicts) == len(TEXTS)
    assert json.loads(answer.stdout)[0][0] is False
