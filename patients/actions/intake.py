"""Registering patients and those who answer for their bills."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import transaction

from patients.actions.coverage import (
    AuthorizationKnown,
    CoverageOverlaps,
    MemberNumberNotValid,
    OfAnotherPractice,
    SpanBackward,
    Subscriber,
    SubscriberMissing,
    SubscriberNotWanted,
    add_authorization,
    add_coverage,
    correct_coverage,
    end_coverage,
)
from patients.actions.visit import (
    AlreadyBooked,
    VisitNotBooked,
    book_appointment,
    cancel_appointment,
    check_in,
    complete_visit,
    move_appointment,
    record_no_show,
    reopen_visit,
)
from patients.models import Guarantor, Patient, Sex
from patients.queries import look_alikes
from patients.rules.age import is_minor
from patients.rules.duplicates import Person, normalized
from practice.actions.numbers import Series, take_number
from practice.models import Practice, User
from rcm import audit

__all__ = [
    "AlreadyBooked",
    "AuthorizationKnown",
    "BornInFuture",
    "CoverageOverlaps",
    "DeathBeforeBirth",
    "Demographics",
    "ExternalIdTaken",
    "GuarantorDetails",
    "LooksLikeKnownPatient",
    "MemberNumberNotValid",
    "MinorNeedsGuarantor",
    "OfAnotherPractice",
    "SpanBackward",
    "Subscriber",
    "SubscriberMissing",
    "SubscriberNotWanted",
    "VisitNotBooked",
    "add_authorization",
    "add_coverage",
    "book_appointment",
    "cancel_appointment",
    "check_in",
    "complete_visit",
    "correct_coverage",
    "correct_guarantor",
    "correct_patient",
    "end_coverage",
    "move_appointment",
    "record_no_show",
    "register_guarantor",
    "register_patient",
    "reopen_visit",
]


class LooksLikeKnownPatient(Exception):
    """The practice may know this person already. `matches` are the records to look at."""

    def __init__(self, matches: Sequence[Patient]) -> None:
        super().__init__(f"{len(matches)} records look alike")
        self.matches = list(matches)


class MinorNeedsGuarantor(Exception):
    """A minor cannot answer for the bills: name a parent or guardian."""


class BornInFuture(Exception):
    """The birth date lies after today."""


class DeathBeforeBirth(Exception):
    """The day of death lies before the birth."""


class ExternalIdTaken(Exception):
    """The practice knows another patient by this id of the other system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demographics:
    """Who a patient is and where to reach them.

    `phone` is ten digits, `postal_code` five or nine, `state` the two letters, `sex` as in DMG03.
    """

    first_name: str
    last_name: str
    birth_date: date
    middle_name: str = ""
    suffix: str = ""
    sex: str = Sex.UNKNOWN
    death_date: date | None = None
    phone: str = ""
    email: str = ""
    street: str = ""
    street_2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuarantorDetails:
    """Somebody who will answer for a patient's bills, and lives where the patient does."""

    first_name: str
    last_name: str
    birth_date: date | None = None
    phone: str = ""
    email: str = ""


REACHED_AT = ("phone", "email", "street", "street_2", "city", "state", "postal_code")


def register_guarantor(
    *,
    practice: Practice,
    first_name: str,
    last_name: str,
    by: User | None,
    now: datetime,
    birth_date: date | None = None,
    phone: str = "",
    email: str = "",
    email_consented_at: datetime | None = None,
    street: str = "",
    street_2: str = "",
    city: str = "",
    state: str = "",
    postal_code: str = "",
) -> Guarantor:
    """Somebody who answers for patients' bills. E-mail is sent only where consent is on file."""
    with transaction.atomic():
        guarantor = Guarantor.objects.create(
            practice=practice,
            first_name=first_name,
            last_name=last_name,
            birth_date=birth_date,
            phone=phone,
            email=email,
            email_consented_at=email_consented_at,
            street=street,
            street_2=street_2,
            city=city,
            state=state,
            postal_code=postal_code,
        )
        audit.record("registered", guarantor, now=now, by=by)
    return guarantor


def register_patient(
    *,
    practice: Practice,
    details: Demographics,
    by: User | None,
    now: datetime,
    today: date,
    guarantor: Guarantor | GuarantorDetails | None = None,
    is_new_person: bool = False,
    why_new: str = "",
    external_id: str = "",
    email_consented_at: datetime | None = None,
) -> Patient:
    """A new patient record, numbered by the practice. Without a guarantor the patient answers alone.

    A guarantor who is not known yet is registered with the patient, or not at all.

    Raises LooksLikeKnownPatient with the look-alikes unless the caller has looked and says is_new_person;
    MinorNeedsGuarantor when nobody, or the minor, would answer; BornInFuture; DeathBeforeBirth;
    ExternalIdTaken; OfAnotherPractice for a guarantor of another one. `why_new` says in words how somebody
    knows that it is another person; `today` is the practice's day.
    """
    _require_lifetime(details, today)
    if isinstance(guarantor, Guarantor) and guarantor.practice_id != practice.pk:
        raise OfAnotherPractice("guarantor")
    if is_minor(details.birth_date, today) and (guarantor is None or _is_same(guarantor, details)):
        raise MinorNeedsGuarantor
    with transaction.atomic():
        # Taken before looking: the counter lets one registration of a practice through at a time, so two
        # desks cannot both find nobody and register one person twice.
        number = take_number(practice=practice, series=Series.RECORD)
        if external_id and Patient.objects.filter(practice=practice, external_id=external_id).exists():
            raise ExternalIdTaken
        if not is_new_person and (matches := look_alikes(practice=practice, person=_person(details))):
            raise LooksLikeKnownPatient(matches)
        if not isinstance(guarantor, Guarantor):
            guarantor = _as_guarantor(practice, details, guarantor, email_consented_at, by=by, now=now)
        patient = Patient.objects.create(
            practice=practice,
            guarantor=guarantor,
            medical_record_number=f"{number:07d}",
            external_id=external_id,
            **_columns(details),
        )
        audit.record("registered", patient, now=now, by=by, why=why_new, data={"told_new": is_new_person})
    return patient


def correct_patient(
    *, patient: Patient, details: Demographics, by: User | None, now: datetime, today: date
) -> list[str]:
    """Bring a record in line with what is known now; returns the names of the fields that changed.

    Nothing changed writes nothing. Raises BornInFuture and DeathBeforeBirth.
    """
    _require_lifetime(details, today)
    return _correct(patient, _columns(details), by=by, now=now)


def correct_guarantor(
    *, guarantor: Guarantor, changes: dict[str, str | date | datetime | None], by: User | None, now: datetime
) -> list[str]:
    """Set the named fields of a guarantor; returns the names of those that changed."""
    return _correct(guarantor, changes, by=by, now=now)


def _require_lifetime(details: Demographics, today: date) -> None:
    if details.birth_date > today:
        raise BornInFuture
    if details.death_date is not None and details.death_date < details.birth_date:
        raise DeathBeforeBirth


def _correct(
    row: Guarantor | Patient, values: dict[str, Any], *, by: User | None, now: datetime
) -> list[str]:
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    if changed:
        with transaction.atomic():
            for name in changed:
                setattr(row, name, values[name])
            row.save(update_fields=changed)
            audit.record("corrected", row, now=now, by=by, data={"fields": changed})
    return changed


def _as_guarantor(
    practice: Practice,
    details: Demographics,
    named: GuarantorDetails | None,
    email_consented_at: datetime | None,
    *,
    by: User | None,
    now: datetime,
) -> Guarantor:
    """The person named, at the patient's address; or the patient."""
    known: dict[str, Any] = {name: getattr(details, name) for name in REACHED_AT}
    if named is not None:
        known |= {"phone": named.phone or details.phone, "email": named.email}
    who = named or details
    return register_guarantor(
        practice=practice,
        first_name=who.first_name,
        last_name=who.last_name,
        birth_date=who.birth_date,
        email_consented_at=email_consented_at,
        by=by,
        now=now,
        **known,
    )


def _is_same(guarantor: Guarantor | GuarantorDetails, details: Demographics) -> bool:
    """Whether the guarantor is the patient: the same name, and no other birth date."""
    mine = (normalized(details.first_name), normalized(details.last_name))
    theirs = (normalized(guarantor.first_name), normalized(guarantor.last_name))
    return mine == theirs and guarantor.birth_date in {None, details.birth_date}


def _columns(details: Demographics) -> dict[str, Any]:
    return {column.name: getattr(details, column.name) for column in fields(details)}


def _person(details: Demographics) -> Person:
    return Person(
        first_name=details.first_name,
        last_name=details.last_name,
        birth_date=details.birth_date,
        phone=details.phone,
    )
