"""270 to 271: is the member covered on a day, and what does the plan pay."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from clearinghouse.simulator.claim import Person, patient_key
from clearinghouse.simulator.history import History
from clearinghouse.simulator.members import Member, Register
from clearinghouse.simulator.plans import Plan, Plans
from clearinghouse.simulator.pricing import Accumulators
from clearinghouse.simulator.screening import is_npi
from x12 import eligibility_270_271 as x270
from x12.envelope import Transaction
from x12.levels import DateSpan, Trace, organization
from x12.records import Contact
from x12.segments import Segment

WHOLE_PLAN: Final = "30"
OFFICE_VISIT: Final = "98"
CALENDAR_YEAR: Final = "23"
REMAINING: Final = "29"
VISIT: Final = "27"
CORRECT_AND_RESUBMIT: Final = "C"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is found on one member: a reason to refuse (AAA03), or the member."""

    reason: str = ""
    member: Member | None = None


class EligibilityDesk:
    """Answers 270s."""

    def __init__(self, plans: Plans, register: Register, history: History) -> None:
        self._plans = plans
        self._register = register
        self._history = history

    def answer(self, transaction: Transaction, now: datetime) -> list[Segment]:
        """The 271 to a 270, from ST to SE; every patient is answered where they stand."""
        asked = x270.read_request(transaction)
        return x270.render(
            x270.EligibilityResponse(
                control_number="0001",
                reference=asked.reference,
                created_on=now.date(),
                created_time=f"{now:%H%M}",
                payers=tuple(self._payer(payer, now.date()) for payer in asked.payers),
            )
        )

    def _payer(self, asked: x270.InquiredPayer, today: date) -> x270.AnsweringPayer:
        plan = self._plans.find(asked.name.id)
        if plan is None:
            source = x270.AnsweringSource(name=asked.name, rejections=(_rejection("79"),))
            return x270.AnsweringPayer(source=source)
        source = x270.AnsweringSource(
            name=organization("PR", plan.name, id_qualifier="PI", number=plan.payer_id),
            contacts=(Contact(function="IC", numbers=("TE", plan.payment.telephone)),),
        )
        providers = tuple(self._provider(provider, plan, today) for provider in asked.providers)
        return x270.AnsweringPayer(source=source, providers=providers)

    def _provider(self, asked: x270.InquiringProvider, plan: Plan, today: date) -> x270.AnsweredProvider:
        if not is_npi(asked.name.id):
            return x270.AnsweredProvider(name=asked.name, rejections=(_rejection("43"),))
        subscribers = tuple(self._subscriber(subscriber, plan, today) for subscriber in asked.subscribers)
        return x270.AnsweredProvider(name=asked.name, subscribers=subscribers)

    def _subscriber(self, asked: x270.InquiredSubscriber, plan: Plan, today: date) -> x270.AnsweredSubscriber:
        day = asked.plan_date or today
        found = self._find(asked, plan, day)
        answered = x270.AnsweredSubscriber(
            traces=_returned(asked.traces),
            name=asked.name,
            birth_date=asked.birth_date,
            sex=asked.sex,
            dates=(_on("291", day),),
        )
        if found.member is None:
            return replace(answered, rejections=(_rejection(found.reason),), dates=())
        if asked.dependents:
            dependents = tuple(
                self._dependent(one, asked, plan, found.member, today) for one in asked.dependents
            )
            return replace(answered, dependents=dependents, dates=())
        person = _person(asked)
        left = self._history.left(plan, person.member_id, patient_key(person, person), day)
        return replace(
            answered,
            dates=(*_coverage_dates(found.member), *answered.dates),
            benefits=tuple(_benefits(plan, found.member, left, day, asked.inquiries)),
        )

    def _dependent(
        self,
        asked: x270.InquiredDependent,
        subscriber: x270.InquiredSubscriber,
        plan: Plan,
        member: Member,
        today: date,
    ) -> x270.AnsweredDependent:
        day = asked.plan_date or subscriber.plan_date or today
        insured = _person(subscriber)
        left = self._history.left(plan, insured.member_id, patient_key(insured, _person(asked)), day)
        return x270.AnsweredDependent(
            traces=_returned(asked.traces),
            name=asked.name,
            birth_date=asked.birth_date,
            sex=asked.sex,
            dates=(*_coverage_dates(member), _on("291", day)),
            benefits=tuple(_benefits(plan, member, left, day, asked.inquiries)),
        )

    def _find(self, asked: x270.InquiredSubscriber, plan: Plan, day: date) -> Finding:
        member_id = asked.name.id
        if not plan.knows(member_id):
            return Finding("72")
        member = self._register.find(plan, member_id, day)
        if member is None:
            return Finding("75")
        if member.birth_date and asked.birth_date and member.birth_date != asked.birth_date:
            return Finding("71")
        if member.last_name and asked.name.last and member.last_name.upper() != asked.name.last.upper():
            return Finding("73")
        return Finding(member=member)


def _benefits(
    plan: Plan, member: Member, left: Accumulators, day: date, asked: tuple[x270.BenefitInquiry, ...]
) -> Iterator[x270.Benefit]:
    """What the plan says of a member: active with its figures, or inactive."""
    types = dict.fromkeys(code for inquiry in asked for code in inquiry.service_types)
    active = member.is_active(day)
    yield x270.Benefit(
        code="1" if active else "6",
        coverage_level="IND" if active else "",
        service_types=tuple(dict.fromkeys((WHOLE_PLAN, *types))),
        insurance_type=plan.insurance_type,
        plan_name=plan.plan_name,
    )
    if active:
        yield from _amounts("C", plan.deductible, left.deductible_left)
        yield from _amounts("G", plan.out_of_pocket_maximum, left.out_of_pocket_left)
        yield replace(_figure("A", WHOLE_PLAN), fraction=plan.coinsurance)
        if plan.copay:
            yield replace(_figure("B", OFFICE_VISIT), period=VISIT, amount=plan.copay)


def _amounts(code: str, whole: Decimal, left: Decimal) -> Iterator[x270.Benefit]:
    """A yearly amount and what is left of it; nothing for a plan without a limit."""
    if whole < Decimal(100_000):
        yield replace(_figure(code, WHOLE_PLAN), period=CALENDAR_YEAR, amount=whole)
        yield replace(_figure(code, WHOLE_PLAN), period=REMAINING, amount=left)


def _figure(code: str, service_type: str) -> x270.Benefit:
    return x270.Benefit(code=code, coverage_level="IND", service_types=(service_type,), in_network="Y")


def _rejection(reason: str) -> x270.Rejection:
    return x270.Rejection(valid="N", reason=reason, follow_up=CORRECT_AND_RESUBMIT)


def _returned(traces: tuple[Trace, ...]) -> tuple[Trace, ...]:
    return tuple(replace(trace, kind="2") for trace in traces)


def _coverage_dates(member: Member) -> tuple[DateSpan, ...]:
    if member.terminated is None:
        return (_on("346", member.effective),)
    return (_on("346", member.effective), _on("347", member.terminated))


def _on(qualifier: str, day: date) -> DateSpan:
    return DateSpan(qualifier=qualifier, format="D8", period=f"{day:%Y%m%d}")


def _person(asked: x270.InquiredPerson) -> Person:
    name = asked.name
    return Person(name.last, name.first, name.middle, name.id, asked.birth_date, asked.sex)
