"""Payers, their ids on the wire, enrollments and contracts."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.db import transaction

from practice.actions.organization import PostalAddress
from practice.models import (
    Contract,
    Enrollment,
    EnrollmentStatus,
    Organization,
    Payer,
    PayerIdentifier,
    Practice,
    User,
    WireTransaction,
)
from rcm import audit
from rcm.state import move


class PayerKnown(Exception):
    """The organization has a payer with this number already."""


class PatternNotValid(Exception):
    """The member id pattern is no regular expression."""


class ApprovalWithoutDay(Exception):
    """An enrollment is approved from a certain day on; none was given."""


def register_payer(
    *,
    organization: Organization,
    name: str,
    payer_number: str,
    filing_indicator_code: str,
    by: User | None,
    now: datetime,
    address: PostalAddress | None = None,
    member_number_pattern: str = "",
    takes_replacements: bool = True,
    send_patient_paid: bool = True,
) -> Payer:
    """A payer known to all practices of the organization. Raises PayerKnown and PatternNotValid."""
    try:
        re.compile(member_number_pattern)
    except re.error:
        raise PatternNotValid from None
    where = address or PostalAddress()
    with transaction.atomic():
        payer, made = Payer.objects.get_or_create(
            organization=organization,
            payer_number=payer_number,
            defaults={
                "name": name,
                "filing_indicator_code": filing_indicator_code,
                "member_number_pattern": member_number_pattern,
                "takes_replacements": takes_replacements,
                "send_patient_paid": send_patient_paid,
                "street": where.street,
                "street_2": where.street_2,
                "city": where.city,
                "state": where.state,
                "postal_code": where.postal_code,
            },
        )
        if not made:
            raise PayerKnown
        audit.record("registered", payer, now=now, by=by)
    return payer


def change_payer(
    *,
    payer: Payer,
    name: str,
    payer_number: str,
    filing_indicator_code: str,
    member_number_pattern: str,
    takes_replacements: bool,
    send_patient_paid: bool,
    address: PostalAddress,
    by: User,
    now: datetime,
) -> Payer:
    """A payer's record as it should read, for every practice of its organization.

    Raises PayerKnown and PatternNotValid.
    """
    try:
        re.compile(member_number_pattern)
    except re.error:
        raise PatternNotValid from None
    fields: dict[str, object] = {
        "name": name,
        "payer_number": payer_number,
        "filing_indicator_code": filing_indicator_code,
        "member_number_pattern": member_number_pattern,
        "takes_replacements": takes_replacements,
        "send_patient_paid": send_patient_paid,
        **asdict(address),
    }
    changed = [field for field, value in fields.items() if getattr(payer, field) != value]
    with transaction.atomic():
        same = Payer.objects.filter(organization=payer.organization_id, payer_number=payer_number)
        if same.exclude(pk=payer.pk).exists():
            raise PayerKnown
        for field in changed:
            setattr(payer, field, fields[field])
        payer.save(update_fields=changed)
        if changed:
            audit.record("changed", payer, now=now, by=by, data={"fields": changed})
    return payer


def identify_payer(
    *,
    payer: Payer,
    clearinghouse: str,
    transaction_kind: WireTransaction,
    number: str,
    by: User | None,
    now: datetime,
) -> PayerIdentifier:
    """State, or correct, the id by which a clearinghouse knows the payer for one kind of transaction."""
    with transaction.atomic():
        identifier, _ = PayerIdentifier.objects.update_or_create(
            payer=payer,
            clearinghouse=clearinghouse,
            transaction=transaction_kind,
            defaults={"number": number},
        )
        audit.record("identified", identifier, now=now, by=by)
    return identifier


def enroll(
    *,
    practice: Practice,
    payer: Payer,
    transaction_kind: WireTransaction,
    status: EnrollmentStatus,
    by: User | None,
    now: datetime,
    approved_on: date | None = None,
) -> Enrollment:
    """Bring the practice's EDI enrollment with a payer to a status, one allowed move at a time.

    A new enrollment passes through the earlier steps by itself. A status it has already is no move. Raises
    ApprovalWithoutDay, and rcm.state.IllegalMove for a step that does not exist.
    """
    if status == EnrollmentStatus.APPROVED and approved_on is None:
        raise ApprovalWithoutDay
    with transaction.atomic():
        enrollment, made = Enrollment.objects.get_or_create(
            practice=practice, payer=payer, transaction=transaction_kind
        )
        for step in _steps(EnrollmentStatus(enrollment.status), status) if made else (status,):
            if enrollment.status != step:
                move(enrollment, step, now=now, by=by)
        if status == EnrollmentStatus.APPROVED:
            enrollment.approved_on = approved_on
            enrollment.save(update_fields=["approved_on"])
    return enrollment


def agree_contract(
    *,
    practice: Practice,
    payer: Payer,
    effective_on: date,
    by: User | None,
    now: datetime,
    ended_on: date | None = None,
    in_network: bool = True,
    timely_filing_days: int = 90,
    corrected_claim_days: int = 90,
    appeal_days: int = 180,
    days_to_pay: int = 30,
    authorization_required: Sequence[str] = (),
) -> Contract:
    """An agreement in force from a day on, with its clocks in days. The same first day again corrects it.

    An open agreement that began earlier ends the day before.
    """
    with transaction.atomic():
        earlier = Contract.objects.filter(
            practice=practice, payer=payer, ended_on=None, effective_on__lt=effective_on
        )
        earlier.update(ended_on=effective_on - timedelta(days=1))
        contract, made = Contract.objects.update_or_create(
            practice=practice,
            payer=payer,
            effective_on=effective_on,
            defaults={
                "ended_on": ended_on,
                "in_network": in_network,
                "timely_filing_days": timely_filing_days,
                "corrected_claim_days": corrected_claim_days,
                "appeal_days": appeal_days,
                "days_to_pay": days_to_pay,
                "authorization_required": list(authorization_required),
            },
        )
        audit.record("agreed" if made else "corrected", contract, now=now, by=by)
    return contract


def _steps(was: EnrollmentStatus, to: EnrollmentStatus) -> list[EnrollmentStatus]:
    """The way from a new enrollment to a status."""
    if to == was:
        return []
    if to == EnrollmentStatus.PENDING:
        return [EnrollmentStatus.PENDING]
    return [EnrollmentStatus.PENDING, to]
