"""A practice after a busy year: 20,000 claims with all that came before and after them.

Some 800 claims are lived through; then the database copies every row TIMES - 1 times more.
What pages sum up or search (books, remittances, denials, statements of the day) comes from the actions
themselves; what only has to be many (visits on the schedule, answers about eligibility, files that went out,
the audit trail) is written as rows.
"""

import datetime as dt
import itertools
import random
import uuid
from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.db import connections

from benchmarks._payers import advice, answer, date_decisions
from billing.actions.payment import take_payment
from billing.actions.statement import issue_statement
from billing.models import (
    Charge,
    PatientQuestion,
    PaymentMethod,
    Statement,
    WriteOff,
    WriteOffReason,
)
from billing.queries.statements import guarantors_to_bill
from claims.models import Batch, Claim, Finding, StatusEvent, Submission
from claims.states import UNSENT, ClaimStatus
from clearinghouse.models import Connection, Delivery, Direction, Interchange
from coding.models import Encounter
from dashboards.actions.tallying import keep_tallies
from denials.actions.appeal import draft_appeal
from denials.models import Denial
from denials.states import DenialStatus
from patients.models import Appointment, Coverage, EligibilityCheck, Patient
from practice.models import Practice, Provider, User
from rcm import audit, clock
from rcm.models import OutboxMessage
from tests.billing.scenario import many_billed
from tests.factories import (
    ConnectionFactory,
    ContractFactory,
    EnrollmentFactory,
    FeeFactory,
    LocationFactory,
    PayerFactory,
    ProviderFactory,
)
from tests.multiply import multiply

TIMES = 25
CLAIMS, PATIENTS, PAYERS, PROVIDERS, DAYS = 20_000 // TIMES, 2_000 // TIMES, 8, 6, 365
PER_FILE, PER_BATCH, TO_CODE, STATEMENTS, READS = 40, 40, 16, 20, 2_400
FAMILY_NAMES = (
    "Abbott",
    "Brandt",
    "Castillo",
    "Dubois",
    "Ellison",
    "Fischer",
    "Gupta",
    "Hughes",
    "Ivanova",
    "Jones",
)
FIRST_NAMES = ("Ada", "Bruno", "Clara", "David", "Elena", "Frank", "Grace", "Hugo", "Irene", "James")


def live_a_year(practice: Practice, *, by: User) -> None:
    """Fill the practice, inside its scope; `by` is who asks, answers and reads."""
    luck = random.Random(7)
    today = clock.today(practice.time_zone)
    claims = list(_billed(practice, today, luck))
    _visits(claims, _staff_and_terms(practice), today, luck)
    _checks(practice, luck)
    answered = claims[: CLAIMS * 8 // 10]
    for number, some in enumerate(_by(answered, PER_FILE)):
        answer(practice, advice(some, f"EFT{number:04d}", luck))
    for number, some in enumerate(_by(answered[:15], 5)):
        answer(practice, advice(some, f"EFT9{number:03d}", luck, wrong=True))
    _not_answered(claims[len(answered) :], luck)
    _sent(practice, claims, today)
    date_decisions()
    _denials(by, luck)
    _bills(practice, by, today)
    _to_code(practice, today, luck)
    patients = list(Patient.objects.all())
    audit.record_all("read", ((luck.choice(patients), {}) for _ in range(READS)), now=clock.now(), by=by)
    multiply(practice.pk, TIMES - 1)
    OutboxMessage.objects.update(delivered_at=clock.now())
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum does in time; only an owner may
    keep_tallies(practice=practice, today=today)  # as its task does every minute


def _billed(practice: Practice, today: dt.date, luck: random.Random) -> Iterator[Claim]:
    days = [today - dt.timedelta(days=luck.randrange(3, DAYS)) for _ in range(997)]
    made = [
        many_billed(
            practice,
            CLAIMS // PAYERS,
            payer=(f"PAY{place:02d}", f"Plan {place} of Texas"),
            prefix=f"P{place}-",
            patients=PATIENTS // PAYERS,
            days=days,
        )
        for place in range(PAYERS)
    ]
    people = list(Patient.objects.select_related("guarantor"))
    for place, person in enumerate(people):
        for each in (person, person.guarantor):
            each.last_name, each.first_name = (
                FAMILY_NAMES[place % 10] + f"-{place // 100}",
                FIRST_NAMES[place // 10 % 10],
            )
        person.birth_date = today - dt.timedelta(days=365 + place * 17)
    Patient.objects.bulk_update(people, ["last_name", "first_name", "birth_date"], batch_size=500)
    type(people[0].guarantor).objects.bulk_update(
        [person.guarantor for person in people], ["last_name", "first_name"], batch_size=500
    )
    yield from sorted(itertools.chain(*made), key=lambda claim: claim.encounter.service_date)


def _staff_and_terms(practice: Practice) -> list[Provider]:
    for number in range(PAYERS):
        payer = PayerFactory.create(organization=practice.organization, payer_number=f"PAY{number:02d}")
        ContractFactory.create(practice=practice, payer=payer)
        EnrollmentFactory.create(practice=practice, payer=payer)
    LocationFactory.create(practice=practice)
    FeeFactory.create(fee_schedule__practice=practice)
    ConnectionFactory.create(practice=practice)
    return [ProviderFactory.create(practice=practice, npi=f"16{number:08d}") for number in range(PROVIDERS)]


def _visits(claims: list[Claim], providers: list[Provider], today: dt.date, luck: random.Random) -> None:
    """Every visit was on the schedule; two are on today's, and on each of the next ten days'."""
    visits = [claim.encounter for claim in claims]
    for visit in visits:
        visit.rendering_provider = luck.choice(providers)
        visit.coded_at = _at(visit.service_date, 2)
    past = [_booked(visit, visit.service_date, visit.rendering_provider, "completed") for visit in visits]
    to_come = [
        _booked(visit, today + dt.timedelta(days=place // 2), luck.choice(providers), "booked")
        for place, visit in enumerate(visits[-22:])
    ]
    kept = Appointment.objects.bulk_create([*past, *to_come], batch_size=5000)
    for visit, appointment in zip(visits, kept[: len(visits)], strict=True):
        visit.appointment = appointment
    Encounter.objects.bulk_update(visits, ["rendering_provider", "coded_at", "appointment"], batch_size=1000)


def _booked(visit: Encounter, day: dt.date, provider: Provider, status: str) -> Appointment:
    return Appointment(
        practice_id=visit.practice_id,
        patient_id=visit.patient_id,
        location_id=visit.location_id,
        provider=provider,
        service_date=day,
        starts_at=dt.datetime.combine(day, dt.time(15), dt.UTC),
        arrived_at=_at(day, 0) if status == "completed" else None,
        status=status,
        reason="Follow-up",
    )


def _checks(practice: Practice, luck: random.Random) -> None:
    """Every coverage was asked about before every visit; of one in twenty-five the payer did not know."""
    held = {coverage.patient_id: coverage.pk for coverage in Coverage.objects.all()}
    visits = Appointment.objects.values_list("pk", "patient_id", "service_date")
    EligibilityCheck.objects.bulk_create(
        (
            EligibilityCheck(
                practice=practice,
                coverage_id=held[patient],
                service_date=day,
                trace_number=f"E{pk:08d}",
                status="not_found" if luck.random() < 0.04 else "active",
                requested_at=_at(day, -3),
                answered_at=_at(day, -3),
                copay=Decimal("20"),
            )
            for pk, patient, day in visits
        ),
        batch_size=5000,
    )


def _not_answered(claims: Sequence[Claim], luck: random.Random) -> None:
    """One in eight each is held, ready, rejected; the rest is out, some of it for longer than it should."""
    out = (
        ClaimStatus.SENT,
        ClaimStatus.RECEIVED,
        ClaimStatus.ACCEPTED,
        ClaimStatus.ACCEPTED,
        ClaimStatus.PENDING,
    )
    for claim in claims:
        claim.status = luck.choice((ClaimStatus.HELD, ClaimStatus.READY, ClaimStatus.REJECTED, *out))
    Claim.objects.bulk_update(claims, ["status"], batch_size=1000)
    Finding.objects.bulk_create(
        Finding(
            practice_id=claim.practice_id,
            claim=claim,
            edit="B01" if claim.status == ClaimStatus.HELD else "277CA",
            message="A diagnosis is missing.",
            found_at=clock.now(),
        )
        for claim in claims
        if claim.status in (ClaimStatus.HELD, ClaimStatus.REJECTED)
    )


def _sent(practice: Practice, claims: list[Claim], today: dt.date) -> None:
    """What is not in our hands went out in files, was received, and is with the payer."""
    unsent = {claim.pk for claim in Claim.objects.filter(status__in=UNSENT)}
    gone = [claim for claim in claims if claim.pk not in unsent]
    mailbox = Connection.objects.get()
    for number, some in enumerate(_by(gone, PER_BATCH)):
        moment = _at(min(some[-1].encounter.service_date, today - dt.timedelta(days=3)), 3)
        batch = _batch(mailbox, number, some, moment)
        Submission.objects.bulk_create(
            Submission(
                practice=practice,
                batch=batch,
                claim=claim,
                set_control_number="0001",
                queued_at=moment,
                accepted_at=moment,
            )
            for claim in some
        )
        StatusEvent.objects.bulk_create(
            StatusEvent(
                practice=practice,
                claim=claim,
                kind=kind,
                category_code=category,
                status_code="20",
                message="Accepted for processing.",
                happened_at=moment,
            )
            for claim in some
            for kind, category in (("999", ""), ("277CA", "A1"), ("277CA", "A2"))
        )
        Claim.objects.filter(pk__in=[claim.pk for claim in some]).update(
            first_sent_at=moment, last_sent_at=moment
        )


def _batch(mailbox: Connection, number: int, claims: Sequence[Claim], moment: dt.datetime) -> Batch:
    file = Interchange.objects.create(
        practice_id=mailbox.practice_id,
        connection=mailbox,
        direction=Direction.OUT,
        kind="837P",
        control_number=f"{number + 1:09d}",
        file_name=f"B{number}.x12",
        content=b"ISA*00*" * 2000,
        sha256=f"{number:064d}",
        stored_at=moment,
    )
    Delivery.objects.create(
        practice_id=mailbox.practice_id, interchange=file, status="sent", attempts=1, sent_at=moment
    )
    return Batch.objects.create(
        practice_id=mailbox.practice_id,
        interchange=file,
        reference=f"B{number:06d}",
        claim_count=len(claims),
        total_charge=150 * len(claims),
        queued_at=moment,
        sent_at=moment,
        acknowledged_at=moment,
    )


def _denials(by: User, luck: random.Random) -> None:
    """Half of them came to an end; a letter is being written about one, some wait for a write-off."""
    rows = list(Denial.objects.select_related("claim").order_by("pk"))
    ended = rows[::2]
    for row in ended:
        row.status = luck.choice((DenialStatus.WON, DenialStatus.LOST, DenialStatus.WRITTEN_OFF))
        row.closed_at = clock.now()
    Denial.objects.bulk_update(ended, ["status", "closed_at"], batch_size=500)
    draft_appeal(
        denial=rows[-1] if len(rows) % 2 == 0 else rows[-2],
        request="Pay it",
        facts="-",
        by=by,
        now=clock.now(),
    )
    visits = [row.claim.encounter_id for row in rows[1::2][:4]]
    WriteOff.objects.bulk_create(
        WriteOff(
            practice_id=charge.practice_id,
            charge=charge,
            reason=WriteOffReason.DENIAL,
            amount=charge.amount,
            requested_by=by,
            requested_at=clock.now(),
        )
        for charge in Charge.objects.filter(service_line__encounter__in=visits)
    )


def _bills(practice: Practice, by: User, today: dt.date) -> None:
    """Statements of today, ten for each of them in the past, a payment and a question here and there."""
    for place, guarantor in enumerate(list(guarantors_to_bill(practice=practice, today=today)[:STATEMENTS])):
        statement = issue_statement(guarantor=guarantor, today=today, now=clock.now())
        if statement is None:
            continue
        _copies(statement, place)
        if place % 3 == 0:
            words = {"request_key": f"q{place}", "text": "What is this for?", "asked_at": clock.now()}
            PatientQuestion.objects.create(practice=practice, statement=statement, **words)
        elif place % 3 == 1:
            take_payment(
                guarantor=guarantor,
                amount=Decimal("15"),
                method=PaymentMethod.CARD,
                request_key=f"p{place}",
                received_on=today,
                by=by,
                now=clock.now(),
            )


def _copies(statement: Statement, place: int) -> None:
    Statement.objects.bulk_create(
        Statement(
            practice_id=statement.practice_id,
            guarantor_id=statement.guarantor_id,
            number=f"OLD{place:04d}-{number:02d}",
            issued_on=statement.issued_on - dt.timedelta(days=10 * number),
            due_on=statement.due_on,
            amount=statement.amount,
            status="paid",
            pdf=statement.pdf,
            sha256=statement.sha256,
        )
        for number in range(1, 11)
    )


def _to_code(practice: Practice, today: dt.date, luck: random.Random) -> None:
    """Visits of the last week: coded by nobody yet, a quarter of them without a note."""
    done = list(Appointment.objects.filter(status="completed").order_by("-pk")[:TO_CODE])
    fresh = Appointment.objects.bulk_create(
        Appointment(
            practice=practice,
            patient_id=visit.patient_id,
            location_id=visit.location_id,
            provider_id=visit.provider_id,
            service_date=today - dt.timedelta(days=luck.randrange(7)),
            starts_at=visit.starts_at,
            arrived_at=clock.now(),
            status="completed",
            reason="Follow-up",
        )
        for visit in done
    )
    Encounter.objects.bulk_create(
        Encounter(
            practice=practice,
            public_id=uuid.uuid4(),
            patient_id=visit.patient_id,
            location_id=visit.location_id,
            rendering_provider_id=visit.provider_id,
            service_date=visit.service_date,
            appointment=visit,
            note="Knee pain on the right for two weeks. Blood pressure 150/95.",
            expected_charge=Decimal("150"),
        )
        for visit in fresh[TO_CODE // 4 :]
    )


def _by(claims: Sequence[Claim], size: int) -> Iterator[Sequence[Claim]]:
    for start in range(0, len(claims), size):
        yield claims[start : start + size]


def _at(day: dt.date, later: int) -> dt.datetime:
    return min(dt.datetime.combine(day + dt.timedelta(days=later), dt.time(16), dt.UTC), clock.now())
