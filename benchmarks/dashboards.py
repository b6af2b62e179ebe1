"""How long the manager's pages take on the server with 20,000 claims of a year in the books.

Four payers, three providers; payers answer after twenty days and refuse every fifteenth line; patients owe
the copay. Median and 95th percentile of RUNS requests, everything from the middleware to the rendered page.
"""

import datetime as dt
import statistics
import time
from decimal import Decimal
from importlib import import_module

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks._database import database
from billing import ledger
from billing.models import Charge, Deposit, Remittance, RemittanceClaim, RemittanceLine
from claims.models import Claim
from claims.states import ClaimStatus
from clearinghouse.models import Document
from coding.models import Encounter, ServiceLine
from denials.models import Denial
from practice.models import Practice, Provider, Role
from rcm import clock
from rcm.db import practice_scope
from tests.billing.scenario import document_of, payer_named, text_835
from tests.factories import (
    CoverageFactory,
    EncounterFactory,
    PracticeFactory,
    ProviderFactory,
    UserFactory,
)

CLAIMS = 20_000
RUNS = 20
PAGES = (
    "overview",
    "payers",
    "providers",
    "waiting",
    "owed_by_payers",
    "owed_by_patients",
    "charged",
    "collected",
    "clean_claims",
    "denial_rate",
    "charge_lag",
    "days_to_pay",
    "denied_lines",
    "cash",
)
PAYERS = (("BPK01", "BluePeak"), ("SMT01", "Summit"), ("MED01", "Medicare"), ("MCD01", "Medicaid"))


def run() -> None:
    """Print a line for each page."""
    import_module(settings.ROOT_URLCONF)
    with database():
        practice = PracticeFactory.create()
        with practice_scope([practice.pk]):
            _live_a_year(practice)
            manager = UserFactory.create(member_of=practice, member_of__role=Role.MANAGER)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        client = Client()
        client.force_login(manager, backend="allauth.account.auth_backends.AuthenticationBackend")
        print(f"{'page':<20} {'queries':>8} {'median, ms':>11} {'p95, ms':>9}")
        for page in PAGES:
            _measure(client, page)


def _measure(client: Client, page: str) -> None:
    url = reverse(f"dashboards:{page}")
    with CaptureQueriesContext(connection) as caught:
        if client.get(url).status_code != 200:
            raise AssertionError(url)
    took = []
    for _ in range(RUNS):
        began = time.perf_counter()
        client.get(url)
        took.append((time.perf_counter() - began) * 1000)
    p95 = statistics.quantiles(took, n=20)[-1]
    print(f"{page:<20} {len(caught):>8} {statistics.median(took):>11.0f} {p95:>9.0f}")
    for query in sorted(caught.captured_queries, key=lambda each: -float(each["time"]))[:2]:
        print("    ", query["time"], query["sql"][:160])


def _live_a_year(practice: Practice) -> None:
    today = clock.today()
    days = [today - dt.timedelta(days=365 * place // CLAIMS) for place in range(CLAIMS)]
    policies = [
        CoverageFactory.create(practice=practice, payer=payer_named(practice, *payer)) for payer in PAYERS
    ]
    patient = policies[0].patient
    model = EncounterFactory.create(practice=practice, patient=patient)
    providers = [ProviderFactory.create(practice=practice, npi=f"1{place:09d}") for place in range(3)]
    visits = _visits(practice, model, providers, days)
    lines = ServiceLine.objects.bulk_create(
        ServiceLine(
            practice=practice,
            encounter=visit,
            position=1,
            procedure_code="99213",
            charge=Decimal("150"),
            service_date=visit.service_date,
        )
        for visit in visits
    )
    charges = Charge.objects.bulk_create(
        Charge(
            practice=practice,
            service_line=line,
            guarantor=patient.guarantor,
            amount=line.charge,
            service_date=line.service_date,
            booked_at=clock.now(),
        )
        for line in lines
    )
    claims = Claim.objects.bulk_create(
        Claim(
            practice=practice,
            encounter=visit,
            coverage=policies[place % 4],
            status=ClaimStatus.SENT,
            control_number=f"Y{place:06d}",
            total_charge=Decimal("150"),
            first_sent_at=_at(visit.service_date, 3),
        )
        for place, visit in enumerate(visits)
    )
    _book(practice, claims, charges, today)
    _answer(practice, [claim for claim in claims if _answered(claim.encounter.service_date, today)])


def _visits(
    practice: Practice, model: Encounter, providers: list[Provider], days: list[dt.date]
) -> list[Encounter]:
    return Encounter.objects.bulk_create(
        Encounter(
            practice=practice,
            patient=model.patient,
            location=model.location,
            rendering_provider=providers[place % 3],
            service_date=day,
            status="coded",
            coded_at=_at(day, 1),
        )
        for place, day in enumerate(days)
    )


def _book(practice: Practice, claims: list[Claim], charges: list[Charge], today: dt.date) -> None:
    postings = []
    deposit = Deposit.objects.create(
        practice=practice, originator_number="1", trace_number="ALL", method="ACH", amount=Decimal("1")
    )
    cash = ledger.unapplied_payer(deposit_id=deposit.pk)
    patient_ar = ledger.patient_ar(guarantor_id=charges[0].guarantor_id)
    received: dict[dt.date, Decimal] = {}
    for place, (claim, charge) in enumerate(zip(claims, charges, strict=True)):
        owed = ledger.insurance_ar(encounter_id=claim.encounter_id, coverage_id=claim.coverage_id)
        day = charge.service_date
        booked = [ledger.Leg(owed, ledger.revenue(), charge.amount, charge)]
        postings.append(ledger.Posting(f"c{place}", "charge", booked, day))
        if not _answered(day, today) or place % 15 == 0:
            continue
        legs = [
            ledger.Leg(cash, owed, Decimal("90"), charge),
            ledger.Leg(ledger.contractual(), owed, Decimal("40"), charge, "CO", "45"),
            ledger.Leg(patient_ar, owed, Decimal("20"), charge, "PR", "3"),
        ]
        paid_on = day + dt.timedelta(days=20)
        postings.append(ledger.Posting(f"p{place}", "remittance", legs, paid_on))
        received[paid_on] = received.get(paid_on, Decimal(0)) + Decimal("90")
    clearing = ledger.cash_clearing(deposit_id=deposit.pk)
    postings += [
        ledger.Posting(f"d{day}", "deposit", [ledger.Leg(clearing, cash, amount)], day)
        for day, amount in received.items()
    ]
    for start in range(0, len(postings), 5_000):
        ledger.post_all(practice=practice, postings=postings[start : start + 5_000], now=clock.now())


def _answer(practice: Practice, claims: list[Claim]) -> None:
    document = document_of(practice, text_835("CLP*X*1*0*0", paid="0", trace="ONE"))
    weeks = sorted({claim.encounter.service_date.isocalendar()[:2] for claim in claims})
    remittances = {}
    for place, week in enumerate(weeks):
        copy = Document.objects.get(pk=document.pk)
        copy.pk, copy.public_id, copy.position = None, document.public_id.__class__(int=place + 1), place + 2
        copy.save()
        posted = _at(dt.date.fromisocalendar(*week, 1), 24)
        remittances[week] = Remittance.objects.create(
            practice=practice, document=copy, trace_number=f"W{place}", method="ACH", amount=Decimal("1"),
            status="posted", posted_at=posted,
        )  # fmt: skip
    decisions = RemittanceClaim.objects.bulk_create(
        RemittanceClaim(
            practice=practice,
            remittance=remittances[claim.encounter.service_date.isocalendar()[:2]],
            position=place,
            control_number=claim.control_number,
            status_code="1",
            charge=claim.total_charge,
            paid=Decimal("90"),
            patient_responsibility=Decimal("20"),
            claim=claim,
        )
        for place, claim in enumerate(claims)
    )
    refused = RemittanceLine.objects.bulk_create(
        RemittanceLine(
            practice=practice, remittance_claim=each, position=1, charge=each.charge, paid=Decimal(0)
        )
        for each in decisions[::15]
    )
    Denial.objects.bulk_create(
        Denial(
            practice=practice,
            remittance_line=line,
            claim=line.remittance_claim.claim,
            category="auth" if place % 3 else "elig",
            group_code="CO",
            reason_code="197" if place % 3 else "27",
            next_step="appeal",
            amount=Decimal("150"),
            opened_at=line.remittance_claim.remittance.posted_at or clock.now(),
            deadline_on=clock.today(),
            deadline_basis="contract",
        )
        for place, line in enumerate(refused)
    )


def _answered(day: dt.date, today: dt.date) -> bool:
    return (today - day).days > 25


def _at(day: dt.date, later: int) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=later), dt.time(16), dt.UTC)
