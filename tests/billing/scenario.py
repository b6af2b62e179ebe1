"""Billed visits and the 835s about them, as rows and as text."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count, cycle, islice

from billing import ledger
from billing.actions.charge import book_charges
from billing.actions.remittance import take_in
from billing.models import Charge, Remittance
from billing.queries import owners_of
from claims.models import Claim, ClaimLine
from claims.states import ClaimStatus
from clearinghouse.actions.inbound import receive_file
from clearinghouse.models import Connection, Document
from coding.models import Encounter, ServiceLine
from patients.models import Coverage, Patient
from practice.models import Payer
from tests.conftest import NOW
from tests.factories import (
    SERVICE_DATE,
    ConnectionFactory,
    CoverageFactory,
    DiagnosisFactory,
    EncounterFactory,
    PatientFactory,
    PayerFactory,
    ServiceLineFactory,
)

D = Decimal
_numbers = count(1)
ISA = "ISA*00*          *00*          *ZZ*BPK01          *ZZ*LAKESIDE01     *260417*0915*^*00501"


@dataclass
class Visit:
    """One coded visit in the books, with its claim to the primary payer sent."""

    encounter: Encounter
    claim: Claim
    coverages: dict[str, Coverage]
    charges: list[Charge] = field(default_factory=list)

    @property
    def patient(self) -> Patient:
        return self.encounter.patient

    def insurance(self, rank: str = "P") -> ledger.AccountRef:
        return ledger.insurance_ar(encounter_id=self.encounter.pk, coverage_id=self.coverages[rank].pk)

    def owed_by_payer(self, rank: str = "P") -> Decimal:
        return ledger.balance(practice=self.encounter.practice, ref=self.insurance(rank))

    def owed_by_patient(self) -> Decimal:
        account = ledger.patient_ar(guarantor_id=self.patient.guarantor_id)
        return ledger.balance(practice=self.encounter.practice, ref=account)

    def owners(self) -> dict[str, Decimal]:
        """What each party owns of all charges, zeros left out."""
        total: dict[str, Decimal] = {}
        for owners in owners_of(self.charges).values():
            for owner, amount in owners.items():
                total[owner] = total.get(owner, D("0.00")) + amount
        return {owner: amount for owner, amount in total.items() if amount}


def billed_visit(
    practice,
    *,
    number: str,
    lines: list[tuple[str, str]] | None = None,
    payers: dict[str, tuple[str, str]] | None = None,
    service_date: dt.date = dt.date(2026, 3, 10),
    status: str = ClaimStatus.SENT,
) -> Visit:
    """`lines` are (procedure with modifiers after a colon, charge), `payers` (number, name) by rank."""
    lines = lines or [("99213", "150")]
    patient = PatientFactory(practice=practice)
    coverages = {
        rank: CoverageFactory(
            practice=practice, patient=patient, rank=rank, payer=payer_named(practice, *payer)
        )
        for rank, payer in (payers or {"P": ("BPK01", "BluePeak Health Plan")}).items()
    }
    encounter = EncounterFactory(
        practice=practice, patient=patient, service_date=service_date, status="coded"
    )
    DiagnosisFactory(encounter=encounter)
    coded = [_coded(encounter, place, *line) for place, line in enumerate(lines, 1)]
    charges = book_charges(encounter=encounter, now=NOW)
    claim = claim_to(encounter, coverages["P"], number=number, coded=coded, status=status)
    return Visit(encounter, claim, coverages, charges)


def payer_named(practice, number: str, name: str) -> Payer:
    return PayerFactory(organization=practice.organization, payer_number=number, name=name)


def claim_to(
    encounter: Encounter, coverage: Coverage, *, number: str, coded=None, status=ClaimStatus.SENT, **fields
) -> Claim:
    coded = coded or list(encounter.service_lines.all())
    claim = Claim.objects.create(
        practice=encounter.practice,
        encounter=encounter,
        coverage=coverage,
        status=status,
        control_number=number,
        diagnosis_codes=["I10"],
        total_charge=sum((line.charge for line in coded), D("0.00")),
        **fields,
    )
    ClaimLine.objects.bulk_create(
        ClaimLine(
            practice=encounter.practice,
            claim=claim,
            coded_line=line,
            position=line.position,
            control_number=f"{number}{line.position}",
            procedure_code=line.procedure_code,
            modifiers=line.modifiers,
            units=line.units,
            charge=line.charge,
            pointers=[1],
            service_date=line.service_date,
        )
        for line in coded
    )
    return claim


def _coded(encounter: Encounter, position: int, procedure: str, charge: str) -> ServiceLine:
    code, *modifiers = procedure.split(":")
    return ServiceLineFactory(
        encounter=encounter,
        position=position,
        procedure_code=code,
        modifiers=modifiers,
        charge=D(charge),
        service_date=encounter.service_date,
    )


def text_835(
    *body: str,
    paid: str,
    trace: str,
    originator: str = "3216549870",
    payer: str = "BLUEPEAK HEALTH PLAN",
    payer_number: str = "BPK01",
    npi: str = "1234567893",
    method: str = "ACH",
    effective: str = "20260420",
) -> str:
    """One 835 file. `body` are the segments from CLP on, separated by ~ and line breaks at will."""
    segments = [
        "ST*835*0001",
        f"BPR*I*{paid}*C*{method}*CCP*01*111000012*DA*555666777*{originator}**01*114000093*DA*987654321*{effective}",
        f"TRN*1*{trace}*{originator}",
        "DTM*405*20260417",
        f"N1*PR*{payer}",
        "N3*1 PLAN WAY",
        "N4*AUSTIN*TX*78701",
        f"REF*2U*{payer_number}",
        "PER*BL*EDI HELP*TE*8005550122",
        f"N1*PE*LAKESIDE FAMILY MEDICINE PLLC*XX*{npi}",
        "REF*TJ*741234567",
        "LX*1",
        *(part.strip() for piece in body for part in piece.split("~") if part.strip()),
    ]
    number = f"{next(_numbers):09d}"
    return "~\n".join(
        [
            f"{ISA}*{number}*0*T*:",
            f"GS*HP*BPK01*LAKESIDE01*20260417*0915*{number}*X*005010X221A1",
            *segments,
            f"SE*{len(segments) + 1}*0001",
            f"GE*1*{number}",
            f"IEA*1*{number}~\n",
        ]
    )


def document_of(practice, text: str) -> Document:
    """The stored document of a file with one transaction; its message is left undelivered."""
    connection = Connection.objects.filter(practice=practice).first() or ConnectionFactory(practice=practice)
    received = receive_file(connection=connection, name="835.x12", content=text.encode(), now=NOW)
    return Document.objects.get(interchange=received.interchange)


def taken_in(practice, text: str) -> Remittance:
    """The remittance of a file taken in now."""
    remittance = take_in(document=document_of(practice, text), now=NOW)
    assert remittance is not None
    remittance.refresh_from_db()
    return remittance


def many_billed(
    practice,
    count: int,
    *,
    payer: tuple[str, str] = ("BPK01", "BluePeak Health Plan"),
    prefix: str = "M",
    patients: int = 1,
    days: Sequence[dt.date] = (SERVICE_DATE,),
) -> list[Claim]:
    """That many sent claims, each for one visit with one line of 150.00, in few statements.

    Patients, each with a guarantor and a policy of that payer, take turns, and so do the days; `prefix` begins
    the control numbers of the claims.
    """
    policies = [
        CoverageFactory(practice=practice, payer=payer_named(practice, *payer)) for _ in range(patients)
    ]
    model = EncounterFactory(practice=practice, patient=policies[0].patient, status="coded")
    turns = list(islice(zip(cycle(policies), cycle(days)), count))
    visits = Encounter.objects.bulk_create(
        Encounter(
            practice=practice,
            status="coded",
            patient=policy.patient,
            service_date=day,
            rendering_provider=model.rendering_provider,
            location=model.location,
        )
        for policy, day in turns
    )
    coded = ServiceLine.objects.bulk_create(
        ServiceLine(
            **_of(visit), encounter=visit, position=1, procedure_code="99213", charge=D("150"), pointers=[1]
        )
        for visit in visits
    )
    charges = Charge.objects.bulk_create(
        Charge(
            **_of(visit),
            service_line=line,
            guarantor=visit.patient.guarantor,
            amount=line.charge,
            booked_at=NOW,
        )
        for visit, line in zip(visits, coded, strict=True)
    )
    ledger.post_all(
        practice=practice,
        postings=[
            ledger.Posting(f"charge:{visit.pk}", "charge", [_owed(visit, policy, charge)], day)
            for visit, (policy, day), charge in zip(visits, turns, charges, strict=True)
        ],
        now=NOW,
    )
    claims = Claim.objects.bulk_create(
        Claim(
            practice=practice,
            encounter=visit,
            coverage=policy,
            status=ClaimStatus.SENT,
            control_number=f"{prefix}{place:06d}",
            total_charge=D("150"),
        )
        for place, (visit, (policy, _)) in enumerate(zip(visits, turns, strict=True))
    )
    ClaimLine.objects.bulk_create(
        ClaimLine(
            **_of(line),
            claim=claim,
            coded_line=line,
            position=1,
            control_number=f"{claim.control_number}-1",
            procedure_code="99213",
            units=1,
            charge=line.charge,
        )
        for claim, line in zip(claims, coded, strict=True)
    )
    return claims


def _of(row: Encounter | ServiceLine) -> dict[str, object]:
    return {"practice_id": row.practice_id, "service_date": row.service_date}


def _owed(visit: Encounter, coverage: Coverage, charge: Charge) -> ledger.Leg:
    account = ledger.insurance_ar(encounter_id=visit.pk, coverage_id=coverage.pk)
    return ledger.Leg(account, ledger.revenue(), charge.amount, charge)


def text_paying(claims: list[Claim], *, trace: str = "BIG") -> str:
    """An 835 that pays each of these claims 90.00 of 150.00, with a discount of 40.00 and a copay of 20.00."""
    body = "".join(
        f"CLP*{claim.control_number}*1*150*90*20*12*ICN{claim.control_number}*11*1~NM1*QC*1*X*Y~"
        f"SVC*HC:99213*150*90**1~DTM*472*{claim.encounter.service_date:%Y%m%d}~CAS*CO*45*40~CAS*PR*3*20~"
        f"REF*6R*{claim.control_number}-1~AMT*B6*110~"
        for claim in claims
    )
    return text_835(body, paid=f"{90 * len(claims)}", trace=trace)
