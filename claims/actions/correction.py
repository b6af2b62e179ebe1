"""Correcting a claim: in place while it is in our hands, as a new version once a payer has decided on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from claims.actions.build import copy_lines, copy_prior_payments
from claims.actions.scrub import clear_findings, judge
from claims.models import Claim, ClaimLine, Frequency
from claims.rules.numbering import next_version
from claims.states import OUT, REPLACED, UNSENT, ClaimStatus
from practice.models import User
from rcm import audit
from rcm.outbox import publish
from rcm.state import move


class ClaimIsOut(Exception):
    """The payer has the claim, or is about to, and has not decided: wait for its answer."""


class AlreadyReplaced(Exception):
    """Another version stands in the claim's place: correct that one."""


class IsVoid(Exception):
    """The claim itself takes another back, as that was billed: it is sent as it is."""


class PayerTakesNoReplacements(Exception):
    """This payer does not take frequency 7 and 8: ask it to reopen the claim, or appeal."""


class NoPayerControlNumber(Exception):
    """The payer's number of the claim is not known, and a replacement or void must name it."""


class NothingToCorrect(Exception):
    """The changes name nothing, or a line the claim does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """New modifiers or pointers of one line; None leaves them."""

    modifiers: tuple[str, ...] | None = None
    pointers: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What to correct; None leaves it. `lines` are by position, `note` goes to the payer (NTE*ADD)."""

    authorization_number: str | None = None
    diagnosis_codes: tuple[str, ...] | None = None
    note: str | None = None
    lines: Mapping[int, LineChange] = field(default_factory=dict)

    def __bool__(self) -> bool:
        told = (self.authorization_number, self.diagnosis_codes, self.note)
        return bool(self.lines) or any(value is not None for value in told)


def correct_claim(*, claim: Claim, changes: Changes, by: User | None, now: datetime, why: str = "") -> Claim:
    """The corrected claim, scrubbed: held with findings, or ready to be sent; `why` is the person's reason.

    A claim no payer has decided on (held, also after a rejection) is changed in place and goes out as it was
    numbered. One that was decided on becomes `corrected`, and a new version (frequency 7, REF*F8 the payer's
    number of the decided one) carries all its lines. Raises NothingToCorrect, ClaimIsOut, AlreadyReplaced,
    IsVoid, PayerTakesNoReplacements and NoPayerControlNumber.
    """
    with transaction.atomic():
        locked = _lock(claim)
        _refuse_unless_changeable(locked, changes)
        is_ours = locked.status in UNSENT
        version = locked if is_ours else _next_version(locked, Frequency.REPLACEMENT, by=by, now=now, why=why)
        _apply(changes, version)
        audit.record("corrected", version, now=now, by=by, why=why, data={"fields": _named(changes)})
        judge(claim=version, now=now, by=by)
    claim.refresh_from_db()
    return version


def void_claim(*, claim: Claim, by: User | None, now: datetime, why: str = "") -> Claim:
    """Take a claim back. One that is in our hands is voided and never sent: it is returned itself.

    One a payer has decided on is voided by a new claim as it was billed (frequency 8, REF*F8), which is
    scrubbed and returned. Raises ClaimIsOut, AlreadyReplaced, IsVoid, PayerTakesNoReplacements and
    NoPayerControlNumber.
    """
    with transaction.atomic():
        locked = _lock(claim)
        _refuse_unless_decided_or_ours(locked)
        if locked.status in UNSENT:
            clear_findings(locked, now=now)
            move(locked, ClaimStatus.VOIDED, now=now, by=by, why=why)
            version = locked
        else:
            version = _next_version(locked, Frequency.VOID, by=by, now=now, why=why)
            judge(claim=version, now=now, by=by)
    claim.refresh_from_db()
    return version


def _lock(claim: Claim) -> Claim:
    rows = Claim.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("practice", "encounter", "coverage__payer").get(pk=claim.pk)


def _refuse_unless_decided_or_ours(claim: Claim) -> None:
    if claim.status in OUT or claim.status == ClaimStatus.CROSSED_OVER:
        raise ClaimIsOut
    if claim.status in REPLACED:
        raise AlreadyReplaced
    if claim.frequency == Frequency.VOID:
        raise IsVoid


def _refuse_unless_changeable(claim: Claim, changes: Changes) -> None:
    _refuse_unless_decided_or_ours(claim)
    positions = set(claim.lines.values_list("position", flat=True))
    if not changes or not positions >= set(changes.lines):
        raise NothingToCorrect


def _next_version(
    claim: Claim, frequency: Frequency, *, by: User | None, now: datetime, why: str = ""
) -> Claim:
    """A draft that names the payer's number of the decided claim, which leaves its place to it."""
    if not claim.coverage.payer.takes_replacements:
        raise PayerTakesNoReplacements
    if not claim.payer_control_number:
        raise NoPayerControlNumber
    left = ClaimStatus.VOIDED if frequency == Frequency.VOID else ClaimStatus.CORRECTED
    move(claim, left, now=now, by=by, why=why)
    version = Claim.objects.create(
        practice=claim.practice,
        encounter=claim.encounter,
        coverage=claim.coverage,
        control_number=next_version(claim.control_number),
        frequency=frequency,
        replaces=claim,
        original_reference_number=claim.payer_control_number,
        authorization_number=claim.authorization_number,
        note=claim.note,
        patient_paid=claim.patient_paid,
        total_charge=claim.total_charge,
    )
    copy_lines(of=claim, to=version)
    copy_prior_payments(of=claim, to=version)
    publish(
        "claims.claim_replaced",
        key=str(version.pk),
        practice_id=claim.practice_id,
        now=now,
        claim_id=claim.pk,
    )
    return version


def _apply(changes: Changes, claim: Claim) -> None:
    if changes.authorization_number is not None:
        claim.authorization_number = changes.authorization_number
    if changes.diagnosis_codes is not None:
        claim.diagnosis_codes = list(changes.diagnosis_codes)
    if changes.note is not None:
        claim.note = changes.note
    claim.save(update_fields=["authorization_number", "diagnosis_codes", "note"])
    for line in claim.lines.filter(position__in=changes.lines):
        _apply_to_line(changes.lines[line.position], line)


def _apply_to_line(change: LineChange, line: ClaimLine) -> None:
    if change.modifiers is not None:
        line.modifiers = list(change.modifiers)
    if change.pointers is not None:
        line.pointers = list(change.pointers)
    line.save(update_fields=["modifiers", "pointers"])


def _named(changes: Changes) -> list[str]:
    """Which fields were corrected; never their values."""
    told = {
        "authorization_number": changes.authorization_number,
        "diagnosis_codes": changes.diagnosis_codes,
        "note": changes.note,
    }
    return [name for name, value in told.items() if value is not None] + (["lines"] if changes.lines else [])
