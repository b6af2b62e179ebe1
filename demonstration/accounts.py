"""The patients' side: statements and reminders of the day, and what guarantors do about them."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from billing.actions.dunning import run_dunning
from billing.actions.payment import take_payment, void_payment
from billing.actions.statement import dispute_statement, place_hold, resolve_dispute
from billing.actions.write_off import request_write_off
from billing.models import HoldReason, PatientPayment, PaymentMethod, Statement, WriteOffReason
from billing.queries.patients import owed_by_patient
from billing.queries.statements import owed_on
from billing.states import StatementStatus
from demonstration.pace import Pace
from demonstration.setting import Setting
from practice.models import Role, User

ANSWERS_DISPUTES_AFTER = timedelta(days=5)
BOUNCES_AFTER = timedelta(days=6)
LIVE = (StatementStatus.OPEN, StatementStatus.DISPUTED)
QUESTIONS = (
    "asks what this is for",
    "says the plan should have paid",
    "paid a copay at the desk already",
    "was not seen on that day",
)


@dataclass
class Accounts:
    """What becomes of the patients' balances; the pace's seed decides how people behave."""

    setting: Setting
    pace: Pace

    def bill_patients(self, *, today: date, now: datetime) -> None:
        """Statements and reminders of the day; then some patients pay, and a few object."""
        run_dunning(practice=self.setting.practice, today=today, now=now)
        statements = Statement.objects.filter(practice=self.setting.practice, status__in=LIVE)
        for statement in statements.select_related("guarantor").defer("pdf").order_by("pk"):
            self._answer(statement, today=today, now=now)
        if self.pace.is_human:
            self._bounce(today=today, now=now)

    def _answer(self, statement: Statement, *, today: date, now: datetime) -> None:
        """What this guarantor does about a statement, decided by the seed and the statement's number."""
        chance = random.Random(f"{self.pace.seed} {statement.number}")
        mood, day = chance.random(), statement.issued_on + timedelta(days=chance.randint(2, 12))
        if statement.status == StatementStatus.DISPUTED:
            if today >= statement.issued_on + timedelta(days=14) + ANSWERS_DISPUTES_AFTER:
                manager = self.setting.on_duty(Role.MANAGER, statement.pk)
                resolve_dispute(statement=statement, by=manager, now=now, why="the visit is documented")
            return
        if today < day:
            return
        if mood > 0.75:
            self._ask_for_relief(statement, today=today, now=now)
        elif mood > 0.70 and not statement.dispute_reason:
            dispute_statement(statement=statement, reason=chance.choice(QUESTIONS), by=None, now=now)
        elif mood <= 0.70:
            self._pay(statement, in_full=mood < 0.55, today=today, now=now)

    def _pay(self, statement: Statement, *, in_full: bool, today: date, now: datetime) -> None:
        request_key = f"statement-{statement.pk}"
        if statement.guarantor.payments.filter(request_key=request_key).exists():
            return
        if (owed := owed_on(statement=statement)) <= 0:
            return
        amount = owed if in_full else (owed / 2).quantize(owed)
        if in_full and self.pace.happens("too much", statement.number, share=0.06):
            amount = owed.quantize(Decimal("1E+1"), rounding="ROUND_UP").quantize(owed)
        take_payment(
            guarantor=statement.guarantor,
            amount=amount,
            method=PaymentMethod.CARD if in_full else PaymentMethod.CHECK,
            request_key=request_key,
            received_on=today,
            by=self._desk(statement.pk),
            now=now,
        )

    def _ask_for_relief(self, statement: Statement, *, today: date, now: datetime) -> None:
        """A few cannot pay: all reminders stop, and the biller asks to forgive the largest balance."""
        if not self.pace.happens("hardship", statement.number, share=0.12):
            return
        if statement.guarantor.holds.filter(reason=HoldReason.HARDSHIP).exists():
            return
        biller = self.setting.on_duty(Role.BILLER, statement.pk)
        place_hold(guarantor=statement.guarantor, reason=HoldReason.HARDSHIP, by=biller, now=now)
        owed = owed_by_patient(guarantor=statement.guarantor)
        if owed:
            charge, amount = max(owed, key=lambda pair: pair[1])
            request_write_off(
                charge=charge,
                amount=amount,
                reason=WriteOffReason.CHARITY,
                by=biller,
                today=today,
                now=now,
                note="Income form on file",
            )

    def _bounce(self, *, today: date, now: datetime) -> None:
        """A check in twenty-five comes back from the bank."""
        checks = PatientPayment.objects.filter(
            practice=self.setting.practice,
            method=PaymentMethod.CHECK,
            received_on=today - BOUNCES_AFTER,
            voided_at=None,
        )
        for payment in checks:
            if self.pace.happens("bounced", payment.request_key, share=0.08):
                biller = self.setting.on_duty(Role.BILLER, payment.pk)
                void_payment(payment=payment, by=biller, today=today, now=now, why="the check bounced")

    def _desk(self, turn: int) -> User:
        return self.setting.on_duty(Role.FRONT_DESK, turn)
