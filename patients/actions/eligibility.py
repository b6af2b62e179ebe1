"""Asking payers about coverage, and keeping what they answer."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

from django.db import transaction

from clearinghouse import gateway
from clearinghouse.actions.conversation import converse, store_request
from clearinghouse.actions.inbound import settle_document
from clearinghouse.actions.outbound import queue_file, take_control_number
from clearinghouse.models import Document, Interchange, Mode
from clearinghouse.queries import NoConnection, is_file, transaction_of, way_of
from clearinghouse.states import DocumentStatus
from patients.edi import Answer, answer_to, inquiry, traces
from patients.models import Appointment, Benefit, Coverage, EligibilityCheck
from patients.queries import VisitToVerify, primary_coverage, visits_to_verify
from patients.rules.eligibility import DAYS_AHEAD, Verdict, is_due, rest, rest_for_file, verdict
from patients.states import EligibilityStatus
from practice.models import Enrollment, EnrollmentStatus, Practice, User, WireTransaction
from rcm import audit, faults
from rcm.outbox import publish
from rcm.state import move
from x12 import eligibility_270_271 as x270

TOPIC = "patients.eligibility_requested"
VISIT = ("30", "98")
"""The plan as a whole, and the office visit: what the sweep asks about."""

ANSWERED = frozenset(EligibilityStatus) - {EligibilityStatus.UNANSWERED}
OPEN = (EligibilityStatus.PENDING, EligibilityStatus.UNANSWERED)
"""The statuses that an answer may still end, however late it comes."""


class NoCoverage(Exception):
    """The patient has no primary coverage on the day of the visit: there is nobody to ask."""


class NotEnrolled(Exception):
    """The payer has not approved the practice for eligibility inquiries; nothing is asked before that."""


def request_eligibility(
    *,
    coverage: Coverage,
    service_date: date,
    by: User | None,
    now: datetime,
    service_types: Sequence[str] = ("30",),
    trace_number: str = "",
) -> EligibilityCheck:
    """Ask the payer about a coverage for a day, in the background; the check shows the answer when it is in.

    The same question while one is pending, or under a trace number used before, is that one. Trace numbers
    are UUIDs in capitals, as X12 writes them. Raises clearinghouse.queries.NoConnection and NotEnrolled.
    """
    way_of(coverage.practice, WireTransaction.ELIGIBILITY, coverage.payer)
    _require_enrollment(coverage)
    with transaction.atomic():
        Coverage.objects.select_for_update(no_key=True).get(pk=coverage.pk)
        if (known := _asked(coverage, service_date, list(service_types), trace_number)) is not None:
            return known
        check = EligibilityCheck.objects.create(
            practice_id=coverage.practice_id,
            coverage=coverage,
            service_date=service_date,
            service_types=list(service_types),
            trace_number=trace_number or str(uuid4()).upper(),
            requested_at=now,
        )
        audit.record("requested", check, now=now, by=by)
        publish(TOPIC, key=check.trace_number, practice_id=check.practice_id, now=now, check_id=check.pk)
    return check


def request_for_visit(*, appointment: Appointment, by: User | None, now: datetime) -> EligibilityCheck:
    """Ask the primary payer about the day of a visit; see request_eligibility. Raises NoCoverage as well."""
    coverage = primary_coverage(patient=appointment.patient, day=appointment.service_date)
    if coverage is None:
        raise NoCoverage
    return request_eligibility(
        coverage=coverage, service_date=appointment.service_date, service_types=VISIT, by=by, now=now
    )


def sweep_visits(*, practice: Practice, now: datetime) -> int:
    """Ask about the booked visits of the next days that are due (patients.rules.eligibility.is_due).

    The trace number of such a question follows from visit and day, so a second sweep asks nothing twice.
    Returns how many were asked. A practice without a connection asks nothing, and nothing is asked of a payer
    that has not approved it.
    """
    today = now.astimezone(ZoneInfo(practice.time_zone)).date()
    visits = visits_to_verify(practice=practice, first_day=today, last_day=today + timedelta(days=DAYS_AHEAD))
    return sum(_ask_about(visit, practice, today, now=now) for visit in visits)


def ask(*, check: EligibilityCheck, now: datetime) -> timedelta | None:
    """Put a pending question to the payer and record the answer; how long to rest before asking again.

    None: it is settled. Safe to repeat after a crash at any point: the 270 is stored once, the payload id
    under which it is asked lets the other side recognize a repeat, and an answer already stored is read
    again instead of asked for. By a route for files the question goes as one, and its 271 comes as one
    (record_answer). Call it outside a transaction.
    """
    if check.status != EligibilityStatus.PENDING:
        return None
    faults.point("eligibility.before_request")
    request = _request(check, now=now)
    faults.point("eligibility.requested")
    if is_file(request):
        return _rest_or_give_up(check, now=now, patience=rest_for_file)
    try:
        response = converse(request=request, payload_id=_payload_id(check), now=now)
    except gateway.NoAnswer:
        return _rest_or_give_up(check, now=now)
    except gateway.Refused as refused:
        _settle(check, EligibilityStatus.REFUSED, [f"The clearinghouse refused: {refused}"], now=now)
        return None
    faults.point("eligibility.answered")
    return _take_in(check, response, now=now)


def refuse_questions(*, request: Interchange, why: str, now: datetime) -> None:
    """A file of questions was turned down for its form: those it asked are not waited for any longer."""
    for check in EligibilityCheck.objects.filter(request=request, status=EligibilityStatus.PENDING):
        _settle(
            check, EligibilityStatus.REFUSED, [f"The clearinghouse turned the question down: {why}"], now=now
        )


def record_answer(*, document: Document, now: datetime) -> None:
    """Read a 271 however it came: every check whose trace it gives back and that has no answer is settled.

    What it says of checks answered before changes nothing; a rejection that may be asked again is left to the
    asking.
    """
    response = x270.read_response(transaction_of(document))
    waiting = EligibilityCheck.objects.filter(
        practice_id=document.practice_id,
        trace_number__in=traces(response),
        status__in=OPEN,
    )
    for check in waiting.select_related("coverage__patient", "coverage__payer", "practice"):
        _record(check, answer_to(check, response), document, now=now)
    settle_document(document=document, status=DocumentStatus.RECORDED, now=now)


def _ask_about(visit: VisitToVerify, practice: Practice, today: date, *, now: datetime) -> bool:
    """Ask about one visit of the sweep, if it is due and can be asked about."""
    asked_on = visit.asked_at.astimezone(ZoneInfo(practice.time_zone)).date() if visit.asked_at else None
    answered = visit.status in ANSWERED
    if not is_due(service_date=visit.service_date, today=today, asked_on=asked_on, answered=answered):
        return False
    try:
        request_eligibility(
            coverage=Coverage.objects.get(pk=visit.coverage_id),
            service_date=visit.service_date,
            service_types=VISIT,
            trace_number=str(uuid5(visit.public_id, today.isoformat())).upper(),
            by=None,
            now=now,
        )
    except (NoConnection, NotEnrolled):
        return False
    return True


def _require_enrollment(coverage: Coverage) -> None:
    """Most payers need no enrollment for 270; where one is on file it must be approved."""
    enrollments = Enrollment.objects.filter(
        practice_id=coverage.practice_id,
        payer_id=coverage.payer_id,
        transaction=WireTransaction.ELIGIBILITY,
    )
    if enrollments.exclude(status=EnrollmentStatus.APPROVED).exists():
        raise NotEnrolled


def _asked(
    coverage: Coverage, service_date: date, service_types: list[str], trace_number: str
) -> EligibilityCheck | None:
    if trace_number:
        return EligibilityCheck.objects.filter(
            practice_id=coverage.practice_id, trace_number=trace_number
        ).first()
    return EligibilityCheck.objects.filter(
        coverage=coverage,
        service_date=service_date,
        service_types=service_types,
        status=EligibilityStatus.PENDING,
    ).first()


def _request(check: EligibilityCheck, *, now: datetime) -> Interchange:
    """The stored 270 of this asking, written on first need."""
    with transaction.atomic():
        current = (
            EligibilityCheck.objects.select_for_update(of=("self",))
            .select_related("coverage__patient", "coverage__payer", "practice", "request__connection")
            .get(pk=check.pk)
        )
        if current.request is None:
            way = way_of(current.practice, WireTransaction.ELIGIBILITY, current.coverage.payer)
            connection = way.connection
            number = take_control_number(connection=connection)
            keep = queue_file if way.mode == Mode.BATCH else store_request
            current.request = keep(
                connection=connection,
                kind="270",
                content=inquiry(check=current, connection=connection, control_number=number, now=now),
                control_number=number,
                now=now,
            )
            current.asked += 1
            current.save(update_fields=["request", "asked"])
    check.request, check.asked = current.request, current.asked
    return current.request


def _payload_id(check: EligibilityCheck) -> str:
    """The id of this asking: the same for every repeat of it, another one for the next."""
    try:
        namespace = UUID(check.trace_number)
    except ValueError:
        namespace = uuid5(NAMESPACE_OID, check.trace_number)
    return str(uuid5(namespace, str(check.asked)))


def _take_in(check: EligibilityCheck, response: Interchange, *, now: datetime) -> timedelta | None:
    document = response.documents.filter(kind="271").order_by("position").first()
    if document is None:
        kinds = set(response.documents.values_list("kind", flat=True)) & {"999", "TA1"}
        if not kinds:
            return _ask_anew(check, ["The payer's answer could not be read."], now=now)
        words = f"The clearinghouse could not read the question ({', '.join(sorted(kinds))})."
        _settle(check, EligibilityStatus.REFUSED, [words], now=now)
        return None
    answer = answer_to(check, x270.read_response(transaction_of(document)))
    settled = _record(check, answer, document, now=now)
    settle_document(document=document, status=DocumentStatus.RECORDED, now=now)
    faults.point("eligibility.recorded")
    return None if settled else _ask_anew(check, answer.reasons, now=now)


def _record(check: EligibilityCheck, answer: Answer, document: Document, *, now: datetime) -> bool:
    """Write an answer to a check that still waits for it; False when it has to be asked again."""
    outcome = verdict(active=answer.active, rejections=answer.rejections)
    if outcome == Verdict.ASK_AGAIN:
        return False
    with transaction.atomic():
        current = EligibilityCheck.objects.select_for_update().get(pk=check.pk)
        if current.status not in OPEN:
            return True
        if current.status == EligibilityStatus.UNANSWERED:
            if outcome == Verdict.UNANSWERED:
                return True
            move(current, EligibilityStatus.PENDING, now=now, by=None, why="the payer answered late")
            current.benefits.all().delete()
        current.response_id = document.interchange_id
        current.plan_name = answer.plan_name
        current.copay = answer.copay
        current.coinsurance = answer.coinsurance
        current.deductible_left = answer.deductible_left
        current.out_of_pocket_left = answer.out_of_pocket_left
        current.authorization_needed = answer.authorization_needed
        current.save()
        Benefit.objects.bulk_create(answer.benefits)
        reasons = answer.reasons
        if outcome == Verdict.UNANSWERED and not reasons:
            reasons = ["The payer's answer does not say whether coverage is active."]
        _settle(current, EligibilityStatus(outcome), reasons, now=now)
    return True


def _rest_or_give_up(
    check: EligibilityCheck,
    *,
    now: datetime,
    reasons: Sequence[str] = (),
    patience: Callable[[timedelta], timedelta | None] = rest,
) -> timedelta | None:
    pause = patience(now - check.requested_at)
    if pause is None:
        words = list(reasons) or ["The payer did not answer."]
        _settle(check, EligibilityStatus.UNANSWERED, words, now=now)
    return pause


def _ask_anew(check: EligibilityCheck, reasons: Sequence[str], *, now: datetime) -> timedelta | None:
    """The payer said to try later: the next asking gets a 270 of its own. Or the patience is over."""
    pause = _rest_or_give_up(check, now=now, reasons=reasons)
    if pause is not None:
        EligibilityCheck.objects.filter(pk=check.pk, request=check.request).update(request=None)
    return pause


def _settle(
    check: EligibilityCheck, status: EligibilityStatus, reasons: Sequence[str], *, now: datetime
) -> None:
    """Write down the outcome of a pending check; one settled meanwhile is left as it is."""
    with transaction.atomic():
        current = EligibilityCheck.objects.select_for_update().get(pk=check.pk)
        if current.status != EligibilityStatus.PENDING:
            return
        current.answered_at = now
        current.reasons = list(reasons)
        current.save(update_fields=["answered_at", "reasons"])
        move(current, status, now=now, by=None)
