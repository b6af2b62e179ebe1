"""Who pays for a patient: coverages and prior authorizations."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from patients.models import Authorization, Coverage, Patient, Rank, Relation, Sex
from practice.models import Payer, User
from rcm import audit


class OfAnotherPractice(Exception):
    """Two rows that belong to different practices, or organizations, were brought together."""


class MemberNumberNotValid(Exception):
    """The member id does not look like one of this payer's (edit C02)."""


class CoverageOverlaps(Exception):
    """The patient has a coverage of this rank on some of these days (edits C04, C05)."""


class SubscriberMissing(Exception):
    """The patient is a dependent: the subscriber's name and birth date are needed."""


class SubscriberNotWanted(Exception):
    """The patient is the subscriber; another subscriber contradicts it (edit P07)."""


class SpanBackward(Exception):
    """The last day lies before the first."""


class AuthorizationKnown(Exception):
    """The coverage has an authorization with this number already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """The person through whom a dependent is insured; the address only where it is not the patient's."""

    first_name: str
    last_name: str
    birth_date: date | None = None
    sex: str = Sex.UNKNOWN
    street: str = ""
    street_2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


def add_coverage(
    *,
    patient: Patient,
    payer: Payer,
    member_number: str,
    effective_on: date,
    by: User | None,
    now: datetime,
    rank: Rank = Rank.PRIMARY,
    ended_on: date | None = None,
    group_number: str = "",
    plan_name: str = "",
    relation: Relation = Relation.SELF,
    subscriber: Subscriber | None = None,
    medicare_secondary_code: str = "",
    member_number_pending: bool = False,
    replaces: bool = False,
) -> Coverage:
    """A policy of the patient, both days included; no last day means until further notice.

    `replaces` lets the policy of the same rank that is in force on the first day end on the day before.

    Raises MemberNumberNotValid (unless it is said to be pending, and empty), CoverageOverlaps,
    SubscriberMissing, SubscriberNotWanted, SpanBackward, and OfAnotherPractice for a payer of another
    organization.
    """
    if payer.organization_id != patient.practice.organization_id:
        raise OfAnotherPractice("payer")
    if not (member_number_pending and not member_number):
        _require_member_number(payer, member_number)
    _require_span(effective_on, ended_on)
    coverage = Coverage(
        practice_id=patient.practice_id,
        patient=patient,
        payer=payer,
        rank=rank,
        member_number=member_number,
        group_number=group_number,
        plan_name=plan_name,
        relation=relation,
        medicare_secondary_code=medicare_secondary_code,
        effective_on=effective_on,
        ended_on=ended_on,
        **_subscriber_columns(relation, subscriber),
    )
    with transaction.atomic():
        if replaces:
            _end_present(coverage, by=by, now=now)
        _save(coverage)
        audit.record("added", coverage, now=now, by=by, data={"rank": str(rank), "payer": payer.pk})
    return coverage


def correct_coverage(
    *, coverage: Coverage, changes: dict[str, str | date | None], by: User | None, now: datetime
) -> list[str]:
    """Set plain fields of a coverage (numbers, plan, days); returns the names of those that changed.

    Nothing changed writes nothing. Raises MemberNumberNotValid, SpanBackward and CoverageOverlaps; the object
    then no longer shows what is in the database.
    """
    changed = sorted(name for name, value in changes.items() if getattr(coverage, name) != value)
    if not changed:
        return []
    for name in changed:
        setattr(coverage, name, changes[name])
    if "member_number" in changed:
        _require_member_number(coverage.payer, coverage.member_number)
    _require_span(coverage.effective_on, coverage.ended_on)
    with transaction.atomic():
        _save(coverage, update_fields=changed)
        audit.record("corrected", coverage, now=now, by=by, data={"fields": changed})
    return changed


def end_coverage(*, coverage: Coverage, ended_on: date, by: User | None, now: datetime) -> None:
    """Let a coverage end with a day, the last one covered. Raises SpanBackward and CoverageOverlaps."""
    correct_coverage(coverage=coverage, changes={"ended_on": ended_on}, by=by, now=now)


def add_authorization(
    *,
    coverage: Coverage,
    number: str,
    effective_on: date,
    ended_on: date,
    by: User | None,
    now: datetime,
    procedure_codes: Sequence[str] = (),
    units: int | None = None,
) -> Authorization:
    """A payer's prior consent, for the named procedures or for any.

    Raises AuthorizationKnown and SpanBackward.
    """
    _require_span(effective_on, ended_on)
    with transaction.atomic():
        authorization, made = Authorization.objects.get_or_create(
            practice_id=coverage.practice_id,
            coverage=coverage,
            number=number,
            defaults={
                "procedure_codes": list(procedure_codes),
                "effective_on": effective_on,
                "ended_on": ended_on,
                "units": units,
            },
        )
        if not made:
            raise AuthorizationKnown
        audit.record("added", authorization, now=now, by=by)
    return authorization


def _end_present(coverage: Coverage, *, by: User | None, now: datetime) -> None:
    """Let what this coverage replaces end on the day before it begins."""
    begins = coverage.effective_on
    same_rank = Coverage.objects.filter(patient_id=coverage.patient_id, rank=coverage.rank)
    present = same_rank.filter(Q(ended_on=None) | Q(ended_on__gte=begins), effective_on__lt=begins)
    for standing in present.select_related("payer"):
        end_coverage(coverage=standing, ended_on=begins - timedelta(days=1), by=by, now=now)


def _save(coverage: Coverage, **options: Any) -> None:
    """Save, with the exclusion constraint's objection put into a word."""
    try:
        with transaction.atomic():
            coverage.save(**options)
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name != "coverage_one_per_rank_and_day":  # type: ignore[union-attr]
            raise
        raise CoverageOverlaps from None


def _require_member_number(payer: Payer, member_number: str) -> None:
    pattern = payer.member_number_pattern
    if not member_number or (pattern and re.fullmatch(pattern, member_number) is None):
        raise MemberNumberNotValid


def _require_span(effective_on: date, ended_on: date | None) -> None:
    if ended_on is not None and ended_on < effective_on:
        raise SpanBackward


def _subscriber_columns(relation: Relation, subscriber: Subscriber | None) -> dict[str, Any]:
    if relation == Relation.SELF:
        if subscriber is not None:
            raise SubscriberNotWanted
        return {}
    if subscriber is None or not subscriber.last_name or subscriber.birth_date is None:
        raise SubscriberMissing
    return {
        "subscriber_first_name": subscriber.first_name,
        "subscriber_last_name": subscriber.last_name,
        "subscriber_birth_date": subscriber.birth_date,
        "subscriber_sex": subscriber.sex,
        "street": subscriber.street,
        "street_2": subscriber.street_2,
        "city": subscriber.city,
        "state": subscriber.state,
        "postal_code": subscriber.postal_code,
    }
