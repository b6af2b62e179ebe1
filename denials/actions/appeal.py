"""Appeals: drafted, then filed as the exact letter that goes out."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from billing.actions.statement import place_hold
from billing.models import HoldReason
from claims.models import Claim
from coding.models import CodeSystem
from coding.queries import valid_codes
from coding.rules.lines import dotted
from denials.letters import AppealLetter, appeal_pdf
from denials.models import Appeal, Denial
from denials.queries import PATIENT_RESPONSIBILITY, guarantor_of
from denials.rules.category import may_appeal
from denials.states import LIVE, AppealStatus, DenialStatus
from practice.models import User
from rcm import audit
from rcm.state import move
from x12.codes import adjustment_reason, meaning

HIGHEST_LEVEL = 5


class NoAppealRight(Exception):
    """The payer's remark codes leave no appeal: correct the claim, or give it up."""


class AppealUnderWay(Exception):
    """An appeal against this denial is drafted or filed already."""


class DenialEnded(Exception):
    """The denial is won, lost, written off or closed."""


class DeadlinePassed(Exception):
    """The payer's window is over."""


class LetterIsOut(Exception):
    """The letter was filed and is kept as it went out."""


class IncompleteLetter(Exception):
    """A letter says what is asked and what happened."""


def draft_appeal(
    *,
    denial: Denial,
    request: str,
    facts: str,
    by: User,
    now: datetime,
    rule: str = "",
    evidence: Sequence[str] = (),
) -> Appeal:
    """A letter in the making, of the next level. Raises DenialEnded, NoAppealRight and AppealUnderWay."""
    with transaction.atomic():
        denial = Denial.objects.select_for_update().get(pk=denial.pk)
        if denial.status not in LIVE | {DenialStatus.LOST}:
            raise DenialEnded
        if not may_appeal(denial.remark_codes):
            raise NoAppealRight
        earlier = list(denial.appeals.order_by("level"))
        if any(appeal.status in {AppealStatus.DRAFT, AppealStatus.FILED} for appeal in earlier):
            raise AppealUnderWay
        if len(earlier) == HIGHEST_LEVEL:
            raise NoAppealRight
        appeal = Appeal.objects.create(
            practice_id=denial.practice_id,
            denial=denial,
            level=len(earlier) + 1,
            request=request,
            facts=facts,
            rule=rule,
            evidence=list(evidence),
            drafted_by=by,
            drafted_at=now,
        )
        audit.record("drafted", appeal, now=now, by=by)
    return appeal


def revise_appeal(
    *,
    appeal: Appeal,
    request: str,
    facts: str,
    rule: str,
    evidence: Sequence[str],
    by: User,
    now: datetime,
) -> Appeal:
    """Change a letter that is still a draft. Raises LetterIsOut."""
    with transaction.atomic():
        appeal = Appeal.objects.select_for_update().get(pk=appeal.pk)
        if appeal.status != AppealStatus.DRAFT:
            raise LetterIsOut
        appeal.request, appeal.facts, appeal.rule, appeal.evidence = request, facts, rule, list(evidence)
        appeal.save(update_fields=["request", "facts", "rule", "evidence"])
        audit.record("revised", appeal, now=now, by=by)
    return appeal


def letter_of(appeal: Appeal, *, by: User, today: date) -> bytes:
    """The letter as it would go out today, as PDF; once filed, the very bytes that went out."""
    return bytes(appeal.pdf) if appeal.filed_at else appeal_pdf(_letter(appeal, by=by, today=today))


def file_appeal(*, appeal: Appeal, by: User, today: date, now: datetime) -> Appeal:
    """Freeze the letter as PDF with its hash, and count the denial as appealed.

    Where it can change what the patient owes, the guarantor is not billed until the payer has answered.
    Raises IncompleteLetter, DeadlinePassed and IllegalMove.
    """
    if not appeal.request.strip() or not appeal.facts.strip():
        raise IncompleteLetter
    if today > appeal.denial.deadline_on:
        raise DeadlinePassed
    with transaction.atomic():
        content = appeal_pdf(_letter(appeal, by=by, today=today))
        appeal.pdf = content
        appeal.sha256 = hashlib.sha256(content).hexdigest()
        appeal.filed_at = now
        appeal.save(update_fields=["pdf", "sha256", "filed_at"])
        move(appeal, AppealStatus.FILED, now=now, by=by)
        denial = Denial.objects.select_for_update().get(pk=appeal.denial_id)
        if denial.status != DenialStatus.APPEALED:
            move(denial, DenialStatus.APPEALED, now=now, by=by)
        if denial.group_code == PATIENT_RESPONSIBILITY:
            place_hold(guarantor=guarantor_of(denial), reason=HoldReason.APPEAL, by=by, now=now)
    return appeal


def _diagnoses(claim: Claim) -> list[str]:
    """The claim's diagnoses as the payer reads them, in the words of the day of service."""
    day, codes = claim.encounter.service_date, claim.diagnosis_codes
    known = valid_codes(system=CodeSystem.ICD10CM, codes=codes, day=day)
    return [f"{dotted(code)} {known[code].description if code in known else ''}".strip() for code in codes]


def _letter(appeal: Appeal, *, by: User, today: date) -> AppealLetter:
    denial = appeal.denial
    claim, line = denial.claim, denial.remittance_line
    practice, patient, payer = claim.practice, claim.encounter.patient, claim.coverage.payer
    reason = f"{denial.group_code}-{denial.reason_code} · {adjustment_reason(denial.reason_code).label}"
    return AppealLetter(
        written_on=today,
        level=appeal.level,
        practice=practice.name,
        practice_address=[practice.street, f"{practice.city}, {practice.state} {practice.postal_code[:5]}"],
        practice_phone=practice.phone,
        npi=practice.npi,
        tax_number=practice.tax_number,
        payer=payer.name,
        payer_address=[payer.street, f"{payer.city}, {payer.state} {payer.postal_code}"]
        if payer.street
        else [],
        patient=patient.full_name,
        birth_date=patient.birth_date,
        member_number=claim.coverage.member_number,
        control_number=claim.control_number,
        payer_control_number=line.remittance_claim.payer_control_number or claim.payer_control_number,
        service_date=line.claim_line.service_date if line.claim_line else claim.encounter.service_date,
        procedure=" ".join([line.procedure_code, *line.modifiers]),
        diagnoses=_diagnoses(claim),
        billed=line.charge,
        refused=denial.amount,
        reason=reason,
        remarks=[f"{code} · {meaning('remark', code)}" for code in denial.remark_codes],
        request=appeal.request,
        facts=appeal.facts,
        rule=appeal.rule,
        evidence=appeal.evidence,
        deadline_on=denial.deadline_on,
        signed_by=by.get_full_name() or by.username,
    )
