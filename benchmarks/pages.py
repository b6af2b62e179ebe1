"""How long the server takes for each page with 20,000 claims in the database: median, p95 and statements.

Every page on the rail of every role, the lists that lie behind them, the large ones filtered and sorted as
well, and one record of each kind, asked for by somebody who holds all roles. The ratio is to the lightest
page behind the same door (help), asked in the same run. The aim of issue 3: 200 ms at the 95th percentile.
"""

import importlib
import os
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks._database import database
from benchmarks._year import live_a_year
from billing.models import PatientQuestion, Remittance, Statement
from claims.models import Batch, Claim
from clearinghouse.models import Document, Interchange
from coding.models import Encounter
from denials.models import Appeal, Denial
from patients.models import Appointment, EligibilityCheck, Guarantor, Patient
from practice.models import FeeSchedule, Payer, Practice, Provider, Role, User
from rcm.db import practice_scope
from rcm.models import AuditEvent
from rcm.ui.navigation import areas_for
from rcm.ui.queue import QUEUES
from tests.factories import MembershipFactory, PracticeFactory, UserFactory

TRIES = int(os.environ.get("TRIES", "40"))
AIM_MS = 200
HEADER = (
    "| page | median, ms | p95, ms | statements | in SQL, ms | ratio to help |\n|---|---|---|---|---|---|"
)

Asking = Callable[[], Any]


def run() -> None:
    """Fill a practice, then print a line for each page."""
    with database():
        practice, person = PracticeFactory.create(), UserFactory.create()
        with practice_scope([practice.pk]):
            for role in Role:
                MembershipFactory.create(user=person, practice=practice, role=role)
            live_a_year(practice, by=person)
        # As a server's process starts: with a session of its own, and nothing left of what wrote the year.
        connections.close_all()
        importlib.import_module("rcm.wsgi")
        measure(practice, person)


def measure(practice: Practice, person: User) -> None:
    """Print a line for each page of that practice, as that person sees it."""
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    with practice_scope([practice.pk]):
        pages = [*_listed(), *_narrowed(practice), *_records(practice)]
    askings = [(label, partial(client.get, url)) for label, url in pages]
    typed = {"q": "Brandt-0"}
    askings += [
        (f"{label}, by name", partial(client.post, reverse(url_name), typed))
        for label, url_name in (("Search of everything", "practice:search"), ("Patients", "patients:search"))
    ]
    askings += [
        (f"{url_name}, as CSV", partial(client.get, f"{reverse(url_name)}?export=csv"))
        for url_name in ("claims:list", "billing:accounts")
    ]
    light, *_ = _measured(partial(client.get, reverse("practice:help")))
    print(HEADER)
    for label, asking in askings:
        median, slowest, statements, spent = _measured(asking)
        print(
            f"| {label} | {median:.0f} | {slowest:.0f} | {statements} | {spent:.0f} | {median / light:.1f} |",
            flush=True,
        )


def _measured(asking: Asking) -> tuple[float, float, int, float]:
    """Median and p95 in milliseconds, the number of statements, the time in them; caches are warm."""
    asking()
    with CaptureQueriesContext(connection) as captured:
        answer = asking()
    if answer.status_code != 200:
        raise AssertionError(f"{asking} answers {answer.status_code}")
    statements = captured.captured_queries
    times = []
    for _ in range(TRIES):
        started = time.perf_counter()
        asking()
        times.append((time.perf_counter() - started) * 1000)
    spent = sum(float(query["time"]) for query in statements) * 1000
    return statistics.median(times), statistics.quantiles(times, n=20)[-1], len(statements), spent


def _listed() -> Iterator[tuple[str, str]]:
    """What is on the rail, the rail itself, and every list behind another page."""
    yield "Help", reverse("practice:help")
    yield "The rail's counts", reverse("practice:rail")
    areas = areas_for(set(Role))
    yield from ((f"{area.label} ({area.url_name})", area.url) for area in areas)
    on_rail = {area.url_name for area in areas}
    yield from ((queue.title, reverse(name)) for name, queue in QUEUES.items() if _is_behind(name, on_rail))
    yield "What waits (dashboards:waiting)", reverse("dashboards:waiting")


def _is_behind(url_name: str, on_rail: set[str]) -> bool:
    return url_name not in on_rail and ":" in url_name


def _narrowed(practice: Practice) -> Iterator[tuple[str, str]]:
    """The large lists, each from its far end, sorted and filtered."""
    payer = Payer.objects.filter(coverages__practice=practice).first()
    assert payer is not None
    by_payer = f"payer={payer.public_id}"
    for url_name, asked in (
        ("claims:list", "sort=-payer&page=300"),
        ("claims:list", f"{by_payer}&sort=amount"),
        ("claims:out", f"{by_payer}&sort=-amount"),
        ("denials:queue", f"{by_payer}&sort=-amount"),
        ("denials:all", "sort=payer&page=20"),
        ("billing:accounts", "sort=-owed&page=20"),
        ("billing:remittances", "sort=-amount"),
        ("billing:statements", "sort=-amount&page=40"),
        ("coding:done", "sort=-patient&page=100"),
        ("dashboards:overview", by_payer),
        ("dashboards:overview", "period=365"),
        ("dashboards:payers", "period=365"),
        ("dashboards:owed_by_payers", f"{by_payer}&sort=-amount"),
    ):
        yield f"{url_name}?{asked.replace(by_payer, 'payer=…')}", f"{reverse(url_name)}?{asked}"


def _records(practice: Practice) -> Iterator[tuple[str, str]]:
    """One record of each kind, a late one of many."""
    denied = Appeal.objects.filter(practice=practice).values("denial")
    billed = Statement.objects.filter(practice=practice).values("guarantor__patients")
    kinds = (
        ("A patient", "patients:patient", Patient.objects.filter(pk__in=billed)),
        ("A visit on the schedule", "patients:visit", Appointment.objects.filter(status="booked")),
        ("Check-in", "billing:check_in", Appointment.objects.filter(status="booked")),
        ("An answer about eligibility", "patients:eligibility", EligibilityCheck.objects.all()),
        ("A visit to code", "coding:encounter", Encounter.objects.filter(status="open")),
        ("A coded visit", "coding:encounter", Encounter.objects.filter(status="coded")),
        ("A claim", "claims:claim", Claim.objects.filter(status="denied")),
        ("A claim's correction", "claims:correction", Claim.objects.filter(status="denied")),
        ("A batch", "claims:batch", Batch.objects.all()),
        ("A file", "clearinghouse:interchange", Interchange.objects.filter(kind="835")),
        ("A document", "clearinghouse:document", Document.objects.all()),
        ("A remittance", "billing:remittance", Remittance.objects.filter(status="posted")),
        ("A parked remittance", "billing:remittance", Remittance.objects.filter(status="parked")),
        ("A denial", "denials:denial", Denial.objects.all()),
        ("A letter", "denials:appeal", Denial.objects.filter(pk__in=denied)),
        ("A patient account", "billing:account", Guarantor.objects.filter(patients__in=billed)),
        ("A statement", "billing:statement", Statement.objects.filter(status="open")),
        ("A question", "billing:question", PatientQuestion.objects.all()),
        ("A person", "practice:person", User.objects.all()),
        ("A provider", "practice:provider", Provider.objects.all()),
        ("A payer", "practice:payer", Payer.objects.filter(coverages__practice=practice)),
        ("A fee schedule", "practice:fee_schedule", FeeSchedule.objects.all()),
        ("The practice", "practice:practice", Practice.objects.filter(pk=practice.pk)),
    )
    for label, url_name, rows in kinds:
        yield label, reverse(url_name, args=[rows.order_by("-pk")[0].public_id])
    event = AuditEvent.objects.order_by("pk").last()
    assert event is not None
    yield "An event of the audit trail", reverse("practice:audit_event", args=[event.pk])
