"""A practice with a little of everything the dashboards count, by hand, to the cent.

NOW is 03/11/2026 3 PM UTC. Two payers, two providers; five visits:

| visit | payer | provider | service | signed | sent | charge | what became of it |
|---|---|---|---|---|---|---|---|
| A | BluePeak | Nguyen | 02/20 | 02/21 | 02/22 | 150.00 | paid 90, discount 40, patient 20, who paid it |
| B | BluePeak | Nguyen | 01/05 | 01/09 | 01/12 | 200.00 | refused (CO-197) on 03/01, still owed |
| C | Summit | Osei | 11/20 | 11/22 | 11/22 | 300.00 | no answer |
| D | Summit | Osei | 03/09 | 03/11 | - | 100.00 | held by an edit |
| E | none | Nguyen | 03/01 | 03/02 | - | 80.00 | the patient owes it |
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from billing.actions.charge import book_charges
from billing.actions.payment import take_payment
from billing.actions.remittance import take_in
from billing.models import PaymentMethod
from claims.models import Claim, Finding
from claims.states import ClaimStatus
from coding.models import Encounter
from denials.actions.denial import open_denials
from practice.models import Payer, Provider
from tests.billing.scenario import claim_to, document_of, payer_named, text_835
from tests.factories import (
    CoverageFactory,
    DiagnosisFactory,
    EncounterFactory,
    PatientFactory,
    ProviderFactory,
    ServiceLineFactory,
    UserFactory,
)

D = Decimal
TODAY = dt.date(2026, 3, 11)


def at(month: int, day: int, year: int = 2026) -> dt.datetime:
    """Ten in the morning in Chicago or New York, whichever the practice keeps."""
    return dt.datetime(year, month, day, 16, tzinfo=dt.UTC)


@dataclass
class Scene:
    blue: Payer
    summit: Payer
    nguyen: Provider
    osei: Provider
    claims: dict[str, Claim]
    visits: dict[str, Encounter]


def whole_scene(practice, *, prefix: str = "L") -> Scene:
    """The five visits of this module's table; `prefix` begins the numbers of their claims."""
    nguyen = ProviderFactory(practice=practice)
    osei = ProviderFactory(practice=practice, first_name="Ama", last_name="Osei", npi="1245319599")
    blue = payer_named(practice, "BPK01", "BluePeak Health Plan")
    summit = payer_named(practice, "SMT01", "Summit Mutual")
    visits = {
        "A": _visit(practice, nguyen, blue, dt.date(2026, 2, 20), at(2, 21), "150"),
        "B": _visit(practice, nguyen, blue, dt.date(2026, 1, 5), at(1, 9), "200"),
        "C": _visit(practice, osei, summit, dt.date(2025, 11, 20), at(11, 22, 2025), "300"),
        "D": _visit(practice, osei, summit, dt.date(2026, 3, 9), at(3, 11), "100"),
        "E": _visit(practice, nguyen, None, dt.date(2026, 3, 1), at(3, 2), "80"),
    }
    claims = {
        "A": _claim(visits["A"], f"{prefix}A1", first_sent_at=at(2, 22)),
        "B": _claim(visits["B"], f"{prefix}B1", first_sent_at=at(1, 12)),
        "C": _claim(visits["C"], f"{prefix}C1", first_sent_at=at(11, 22, 2025)),
        "D": _claim(visits["D"], f"{prefix}D1", status=ClaimStatus.HELD),
    }
    Finding.objects.create(
        practice=practice, claim=claims["D"], edit="P01", message="No member number", found_at=at(3, 11)
    )
    _answered(
        practice,
        at(3, 2),
        f"CLP*{prefix}A1*1*150*90*20*12*ICNA*11*1~NM1*QC*1*X*Y~SVC*HC:99213*150*90**1~DTM*472*20260220~"
        f"CAS*CO*45*40~CAS*PR*3*20~REF*6R*{prefix}A11~AMT*B6*110~",
        paid="90",
        trace=f"{prefix}1",
    )
    _answered(
        practice,
        at(3, 1),
        f"CLP*{prefix}B1*4*200*0*0*12*ICNB*11*1~NM1*QC*1*X*Y~SVC*HC:99213*200*0**1~DTM*472*20260105~"
        f"CAS*CO*197*200~REF*6R*{prefix}B11~",
        paid="0",
        trace=f"{prefix}2",
    )
    take_payment(
        guarantor=visits["A"].patient.guarantor,
        amount=D("20"),
        method=PaymentMethod.CHECK,
        request_key=f"copay-{prefix}",
        received_on=dt.date(2026, 3, 5),
        by=UserFactory(),
        now=at(3, 5),
    )
    return Scene(blue, summit, nguyen, osei, claims, visits)


def _visit(
    practice, provider: Provider, payer: Payer | None, day: dt.date, signed: dt.datetime, charge: str
) -> Encounter:
    patient = PatientFactory(practice=practice)
    if payer is not None:
        CoverageFactory(practice=practice, patient=patient, payer=payer)
    visit = EncounterFactory(
        practice=practice,
        patient=patient,
        rendering_provider=provider,
        service_date=day,
        status="coded",
        coded_at=signed,
    )
    DiagnosisFactory(encounter=visit)
    ServiceLineFactory(
        encounter=visit, procedure_code="99213", charge=D(charge), service_date=day, position=1
    )
    book_charges(encounter=visit, now=signed)
    return visit


def _claim(visit: Encounter, number: str, **fields) -> Claim:
    return claim_to(visit, visit.patient.coverages.get(), number=number, **fields)


def _answered(practice, moment: dt.datetime, *body: str, paid: str, trace: str) -> None:
    """The payer's answer is posted at that moment, and its refusals opened."""
    text = text_835(*body, paid=paid, trace=trace, effective=f"{moment:%Y%m%d}")
    remittance = take_in(document=document_of(practice, text), now=moment)
    assert remittance is not None
    assert remittance.status == "posted", remittance.reasons
    open_denials(remittance=remittance, now=moment)
