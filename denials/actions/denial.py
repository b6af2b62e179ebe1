"""Denials: opened by remittances, worked by people, ended by the payer's next decision."""

from datetime import date, datetime

from django.db import transaction

from billing.actions.statement import lift_hold
from billing.actions.write_off import request_write_off
from billing.models import Charge, HoldReason, Remittance, RemittanceLine, WriteOff, WriteOffReason
from billing.queries import payers_owe
from claims.actions.correction import Changes, correct_claim
from claims.models import Claim
from claims.states import ClaimStatus
from denials.models import Appeal, Denial, DenialWriteOff
from denials.queries import (
    PATIENT_RESPONSIBILITY,
    RefusedLine,
    decided_lines,
    earlier_denials,
    guarantor_of,
    has_open_appeal,
    is_granted,
    refusal_of,
)
from denials.rules.category import triage
from denials.rules.deadline import Clocks, deadline
from denials.states import LIVE, UNWORKED, AppealStatus, DenialStatus
from patients.queries import covers
from practice.models import User
from practice.queries import contract_on
from rcm import audit, faults
from rcm.money import ZERO
from rcm.state import move

MEDICARE = "MB"
USUAL = Clocks(corrected_claim_days=90, appeal_days=180)


class NothingOpen(Exception):
    """The payer owes nothing of this line any more."""


def open_denials(*, remittance: Remittance, now: datetime) -> list[Denial]:
    """One denial per refused line of a posted remittance, and an end to the denials it answers.

    A line that is granted now wins the open denials of the same service; refused again, they are lost and a
    new one takes their place. Called again it opens and ends nothing more.
    """
    opened = []
    for line in decided_lines(remittance=remittance):
        refused = refusal_of(line)
        with transaction.atomic():
            _end_earlier(line, won=refused is None and is_granted(line), now=now)
            if refused is not None and not Denial.objects.filter(remittance_line=line).exists():
                opened.append(_open(refused, now=now))
        faults.point("denials.line_done")
    return opened


def take_up(*, denial: Denial, by: User, now: datetime) -> None:
    """Somebody works on it. Raises IllegalMove."""
    with transaction.atomic():
        move(denial, DenialStatus.IN_WORK, now=now, by=by)
        denial.assigned_to = by
        denial.save(update_fields=["assigned_to"])


def put_back(*, denial: Denial, by: User, now: datetime) -> None:
    """Nobody works on it. Raises IllegalMove."""
    with transaction.atomic():
        move(denial, DenialStatus.NEW, now=now, by=by)
        denial.assigned_to = None
        denial.save(update_fields=["assigned_to"])


def ask_correction(*, denial: Denial, changes: Changes, by: User, now: datetime) -> Claim:
    """A corrected claim in answer to a denial; it stands for every open denial of the claim.

    Raises what claims.actions.correction raises, and IllegalMove.
    """
    with transaction.atomic():
        corrected = correct_claim(claim=denial.claim, changes=changes, by=by, now=now)
        move(denial, DenialStatus.CORRECTED, now=now, by=by)
        others = Denial.objects.filter(claim_id=denial.claim_id, status__in=UNWORKED)
        for other in others:
            move(other, DenialStatus.CORRECTED, now=now, by=by, why="the whole claim was corrected")
    return corrected


def record_replacement(*, claim: Claim, now: datetime) -> None:
    """Another version stands in the claim's place, however that came: its open denials are answered by it.

    Those of a claim that was taken back are closed. Told again it changes nothing.
    """
    with transaction.atomic():
        for denial in Denial.objects.filter(claim=claim, status__in=UNWORKED):
            if claim.status == ClaimStatus.VOIDED:
                _end(denial, DenialStatus.CLOSED, now=now, why="the claim was taken back")
            else:
                move(denial, DenialStatus.CORRECTED, now=now, by=None, why="the claim was corrected")


def ask_write_off(*, denial: Denial, by: User, today: date, now: datetime, note: str = "") -> WriteOff:
    """Ask to give up what the payer still owes of the denied line. Within the limit it is done at once.

    Raises NothingOpen and IllegalMove.
    """
    with transaction.atomic():
        charge = charge_of(denial)
        owed = payers_owe(charge=charge) if charge else ZERO
        if charge is None or owed <= ZERO:
            raise NothingOpen
        move(denial, DenialStatus.WRITE_OFF_ASKED, now=now, by=by)
        write_off = request_write_off(
            charge=charge,
            amount=min(owed, denial.amount),
            reason=WriteOffReason.DENIAL,
            by=by,
            today=today,
            now=now,
            note=note,
        )
        DenialWriteOff.objects.create(practice_id=denial.practice_id, denial=denial, write_off=write_off)
    return write_off


def record_write_off(*, write_off: WriteOff, approved: bool, now: datetime) -> None:
    """What became of a write-off that a denial asked for. Told again it changes nothing."""
    with transaction.atomic():
        link = DenialWriteOff.objects.select_related("denial").filter(write_off=write_off).first()
        if link is None or link.denial.status != DenialStatus.WRITE_OFF_ASKED:
            return
        if approved:
            _end(link.denial, DenialStatus.WRITTEN_OFF, now=now, why="the write-off was approved")
        else:
            move(link.denial, DenialStatus.IN_WORK, now=now, by=None, why="the write-off was refused")


def charge_of(denial: Denial) -> Charge | None:
    """The charge in the books that a denied line is about; None while the visit's charges are not booked."""
    line_id = denial.remittance_line.claim_line_id
    return Charge.objects.filter(service_line__claim_lines=line_id).first() if line_id else None


def _open(refused: RefusedLine, *, now: datetime) -> Denial:
    line = refused.line
    claim = line.claim_line.claim if line.claim_line else line.remittance_claim.claim
    assert claim is not None
    remarks = sorted({*line.remark_codes, *line.remittance_claim.remark_codes})
    verdict = triage(
        group=refused.group,
        reason=refused.reason,
        remarks=remarks,
        authorization_on_file=_authorization_on_file(refused, claim),
    )
    decided_on = line.remittance_claim.remittance.effective_on or now.date()
    last_day = deadline(step=verdict.next_step, decided_on=decided_on, clocks=_clocks(claim))
    denial = Denial.objects.create(
        practice_id=line.practice_id,
        remittance_line=line,
        claim=claim,
        category=verdict.category,
        group_code=refused.group,
        reason_code=refused.reason,
        remark_codes=remarks,
        next_step=verdict.next_step,
        amount=refused.amount,
        opened_at=now,
        deadline_on=last_day.on,
        deadline_basis=last_day.basis,
    )
    audit.record("opened", denial, now=now, by=None)
    return denial


def _authorization_on_file(refused: RefusedLine, claim: Claim) -> bool:
    if claim.authorization_number:
        return False
    day = claim.encounter.service_date
    found = covers(coverage=claim.coverage, procedure_code=refused.line.procedure_code, day=day)
    return found is not None


def _clocks(claim: Claim) -> Clocks:
    payer = claim.coverage.payer
    contract = contract_on(practice=claim.practice, payer=payer, day=claim.encounter.service_date)
    if contract is None:
        return USUAL
    return Clocks(
        corrected_claim_days=contract.corrected_claim_days,
        appeal_days=contract.appeal_days,
        is_medicare=payer.filing_indicator_code == MEDICARE,
    )


def _end_earlier(line: RemittanceLine, *, won: bool, now: datetime) -> None:
    assert line.claim_line is not None
    for denial in earlier_denials(claim_line=line.claim_line, before=line).select_for_update():
        if denial.status in LIVE:
            outcome = DenialStatus.WON if won else DenialStatus.LOST
            _end(denial, outcome, now=now, why="the payer decided anew")


def _end(denial: Denial, status: DenialStatus, *, now: datetime, why: str) -> None:
    move(denial, status, now=now, by=None, why=why)
    denial.closed_at = now
    denial.save(update_fields=["closed_at"])
    outcome = AppealStatus.WON if status == DenialStatus.WON else AppealStatus.LOST
    for appeal in Appeal.objects.filter(denial=denial, status=AppealStatus.FILED):
        move(appeal, outcome, now=now, by=None, why=why)
        appeal.decided_at = now
        appeal.save(update_fields=["decided_at"])
    guarantor = guarantor_of(denial)
    if denial.group_code == PATIENT_RESPONSIBILITY and not has_open_appeal(guarantor):
        lift_hold(guarantor=guarantor, reason=HoldReason.APPEAL, by=None, now=now)
