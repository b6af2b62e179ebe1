"""The biller, the denial desk and the patients who pay, through the product's own actions."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import httpx

from billing.actions.dunning import run_dunning
from billing.actions.payment import take_payment
from billing.actions.statement import dispute_statement, resolve_dispute
from billing.actions.write_off import approve_write_off
from billing.models import PaymentMethod, Statement, WriteOff
from billing.queries.statements import owed_on
from billing.states import StatementStatus, WriteOffStatus
from claims.actions.correction import (
    Changes,
    ClaimIsOut,
    NoPayerControlNumber,
    PayerTakesNoReplacements,
)
from claims.actions.scrub import release_claim
from claims.actions.status import ask_about_silent_claims
from claims.actions.submission import AllHeld, send_batch
from claims.models import Claim
from claims.queries import held_claims, ready_claims
from claims.states import ADJUDICATED
from demonstration.box import Endpoints
from demonstration.setting import Setting
from denials.actions.appeal import NoAppealRight, draft_appeal, file_appeal
from denials.actions.denial import NothingOpen, ask_correction, ask_write_off
from denials.models import Denial
from denials.rules.category import NextStep
from denials.states import UNWORKED
from patients.actions.intake import add_authorization
from practice.models import Role

ANSWERS_DISPUTES_AFTER = timedelta(days=5)
HELD_BEFORE_FIX = timedelta(hours=12)


@dataclass
class BackOffice:
    """Who works on claims, denials and patient accounts; `seed` decides how people behave."""

    setting: Setting
    endpoints: Endpoints
    seed: int

    def send_claims(self, *, now: datetime) -> None:
        """One batch of everything that is ready."""
        ready = list(ready_claims([self.setting.practice.pk]))
        if not ready:
            return
        try:
            send_batch(
                practice=self.setting.practice, claims=ready, by=self.setting.staff[Role.BILLER], now=now
            )
        except AllHeld:
            return

    def fix_held_claims(self, *, now: datetime) -> None:
        """Mend what stops claims since yesterday: get a missing consent, send again what was refused."""
        for claim in held_claims([self.setting.practice.pk]):
            findings = list(claim.findings.filter(cleared_at=None))
            if any(finding.found_at > now - HELD_BEFORE_FIX for finding in findings):
                continue
            if any(finding.edit == "A01" for finding in findings):
                self._authorize(claim, now=now)
            release_claim(claim=claim, by=self.setting.staff[Role.BILLER], now=now)

    def ask_about_silence(self, *, now: datetime) -> None:
        """Put a 276 to the payers who are silent for too long."""
        ask_about_silent_claims(practice=self.setting.practice, now=now)

    def work_denials(self, *, today: date, now: datetime) -> None:
        """Every denial gets its first step the morning after it was opened."""
        for denial in Denial.objects.filter(practice=self.setting.practice, status__in=UNWORKED).order_by(
            "pk"
        ):
            self._work(denial, today=today, now=now)
        for write_off in WriteOff.objects.filter(
            practice=self.setting.practice, status=WriteOffStatus.REQUESTED
        ):
            approve_write_off(write_off=write_off, by=self.setting.staff[Role.MANAGER], today=today, now=now)

    def bill_patients(self, *, today: date, now: datetime) -> None:
        """Statements and reminders of the day; then some patients pay, and a few object."""
        run_dunning(practice=self.setting.practice, today=today, now=now)
        live = (StatementStatus.OPEN, StatementStatus.DISPUTED)
        statements = Statement.objects.filter(practice=self.setting.practice, status__in=live)
        for statement in statements.select_related("guarantor").order_by("pk"):
            self._answer(statement, today=today, now=now)

    def _work(self, denial: Denial, *, today: date, now: datetime) -> None:
        """Correct where that can help, appeal where the payer allows, else give up."""
        step = NextStep(denial.next_step)
        if denial.claim.status not in ADJUDICATED:
            return
        if step == NextStep.CORRECT_CLAIM and self._correct(denial, now=now):
            return
        if step in {NextStep.PATIENT, NextStep.WRITE_OFF} or not self._appeal(denial, today=today, now=now):
            self._give_up(denial, today=today, now=now)

    def _correct(self, denial: Denial, *, now: datetime) -> bool:
        changes = Changes(note="CORRECTED CLAIM")
        if denial.category == "auth":
            number = self._authorize(denial.claim, now=now)
            changes = Changes(note="CORRECTED CLAIM AUTH NUMBER ADDED", authorization_number=number)
        try:
            ask_correction(denial=denial, changes=changes, by=self.setting.staff[Role.BILLER], now=now)
        except (PayerTakesNoReplacements, NoPayerControlNumber, ClaimIsOut):
            return False
        return True

    def _appeal(self, denial: Denial, *, today: date, now: datetime) -> bool:
        biller = self.setting.staff[Role.BILLER]
        try:
            appeal = draft_appeal(
                denial=denial,
                request="Please reprocess this service and pay it according to our agreement.",
                facts=denial.claim.encounter.note,
                evidence=["Visit note", "Remittance"],
                by=biller,
                now=now,
            )
        except NoAppealRight:
            return False
        file_appeal(appeal=appeal, by=biller, today=today, now=now)
        self._mail(denial.remittance_line.remittance_claim.payer_control_number)
        return True

    def _mail(self, payer_control_number: str) -> None:
        """Bring the letter to the payers' mail room; what it says reaches us as an 835, or never."""
        letter = {
            "username": self.endpoints.realtime_username,
            "password": self.endpoints.realtime_password,
            "payer_control_number": payer_control_number,
        }
        httpx.post(self.endpoints.appeals_url, json=letter, timeout=30, trust_env=False)

    def _give_up(self, denial: Denial, *, today: date, now: datetime) -> None:
        try:
            ask_write_off(denial=denial, by=self.setting.staff[Role.BILLER], today=today, now=now)
        except NothingOpen:
            return

    def _authorize(self, claim: Claim, *, now: datetime) -> str:
        """The payer's consent, got afterwards."""
        day, number = claim.encounter.service_date, f"LATE{claim.pk + 100000}"
        if not claim.coverage.authorizations.filter(number=number).exists():
            add_authorization(
                coverage=claim.coverage,
                number=number,
                effective_on=day - timedelta(days=7),
                ended_on=day + timedelta(days=90),
                by=self.setting.staff[Role.BILLER],
                now=now,
            )
        return number

    def _answer(self, statement: Statement, *, today: date, now: datetime) -> None:
        """What this guarantor does about a statement, decided by the seed and the statement's number."""
        chance = random.Random(f"{self.seed} {statement.number}")
        mood, day = chance.random(), statement.issued_on + timedelta(days=chance.randint(2, 12))
        if statement.status == StatementStatus.DISPUTED:
            if today >= statement.issued_on + timedelta(days=14) + ANSWERS_DISPUTES_AFTER:
                manager = self.setting.staff[Role.MANAGER]
                resolve_dispute(statement=statement, by=manager, now=now, why="the visit is documented")
            return
        if today < day or mood > 0.75:
            return
        if mood > 0.70 and not statement.dispute_reason:
            dispute_statement(statement=statement, reason="asks what this is for", by=None, now=now)
            return
        self._pay(statement, in_full=mood < 0.55, today=today, now=now)

    def _pay(self, statement: Statement, *, in_full: bool, today: date, now: datetime) -> None:
        owed, request_key = owed_on(statement=statement), f"statement-{statement.pk}"
        if owed <= 0 or statement.guarantor.payments.filter(request_key=request_key).exists():
            return
        take_payment(
            guarantor=statement.guarantor,
            amount=owed if in_full else (owed / 2).quantize(owed),
            method=PaymentMethod.CARD if in_full else PaymentMethod.CHECK,
            request_key=request_key,
            received_on=today,
            by=self.setting.staff[Role.FRONT_DESK],
            now=now,
        )
