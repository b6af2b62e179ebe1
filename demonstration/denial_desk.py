"""Denials, appeals and write-offs at work, through the product's own actions."""

from dataclasses import dataclass
from datetime import date, datetime

import httpx
from django.db import transaction

from billing.actions.write_off import MoreThanOwed, approve_write_off, refuse_write_off
from billing.models import WriteOff
from billing.states import WriteOffStatus
from claims.actions.correction import (
    Changes,
    ClaimIsOut,
    NoPayerControlNumber,
    PayerTakesNoReplacements,
)
from claims.states import ADJUDICATED
from demonstration.back_office import BackOffice
from demonstration.box import Endpoints
from demonstration.pace import Pace, Work
from demonstration.setting import Setting
from denials.actions.appeal import AppealUnderWay, NoAppealRight, draft_appeal, file_appeal
from denials.actions.denial import NothingOpen, ask_correction, ask_write_off, take_up
from denials.models import Appeal, Denial
from denials.rules.category import NextStep
from denials.states import UNWORKED, AppealStatus, DenialStatus
from practice.models import Role, User

TAKEN_UP = 0.3
NEVER_APPROVED = 0.2


@dataclass
class DenialDesk:
    """Who answers what payers refuse."""

    setting: Setting
    back_office: BackOffice
    endpoints: Endpoints
    pace: Pace

    def work(self, *, today: date, now: datetime) -> None:
        """The first step for every denial that has lain its time; letters go out, write-offs are decided."""
        waiting = Denial.objects.filter(practice=self.setting.practice, status__in=UNWORKED)
        for denial in waiting.select_related("claim__encounter", "claim__coverage").order_by("pk"):
            rest = self.pace.rest(Work.DENIAL, denial.pk)
            if denial.opened_at + rest <= now:
                self._work(denial, today=today, now=now)
            elif denial.opened_at + rest / 2 <= now and denial.status == DenialStatus.NEW:
                self._take_up(denial, now=now)
        if self.pace.is_human:
            self._give_up_lost(today=today, now=now)
        self._file(today=today, now=now)
        self._decide(today=today, now=now)

    def _biller(self, turn: int) -> User:
        return self.setting.on_duty(Role.BILLER, turn)

    def _take_up(self, denial: Denial, *, now: datetime) -> None:
        if self.pace.happens("taken up", denial.pk, share=TAKEN_UP):
            take_up(denial=denial, by=self._biller(denial.pk), now=now)

    def _work(self, denial: Denial, *, today: date, now: datetime) -> None:
        """Correct where that can help, appeal where the payer allows, else give up."""
        if denial.claim.status not in ADJUDICATED:
            return
        step = NextStep(denial.next_step)
        if step == NextStep.CORRECT_CLAIM and self._correct(denial, now=now):
            return
        if step in {NextStep.PATIENT, NextStep.WRITE_OFF} or not self._draft(denial, now=now):
            self._give_up(denial, today=today, now=now)

    def _correct(self, denial: Denial, *, now: datetime) -> bool:
        changes = Changes(note="CORRECTED CLAIM")
        if denial.category == "auth":
            number = self.back_office.authorize(denial.claim, now=now)
            changes = Changes(note="CORRECTED CLAIM AUTH NUMBER ADDED", authorization_number=number)
        try:
            ask_correction(denial=denial, changes=changes, by=self._biller(denial.pk), now=now)
        except (PayerTakesNoReplacements, NoPayerControlNumber, ClaimIsOut):
            return False
        return True

    def _draft(self, denial: Denial, *, now: datetime) -> bool:
        """Whether a letter is on its way, or can be."""
        try:
            draft_appeal(
                denial=denial,
                request="Please reprocess this service and pay it according to our agreement.",
                facts=denial.claim.encounter.note,
                evidence=["Visit note", "Remittance"],
                by=self._biller(denial.pk),
                now=now,
            )
        except NoAppealRight:
            return False
        except AppealUnderWay:
            return True
        return True

    def _file(self, *, today: date, now: datetime) -> None:
        """Send the letters that were drafted long enough ago."""
        drafts = Appeal.objects.filter(practice=self.setting.practice, status=AppealStatus.DRAFT)
        for appeal in drafts.select_related("denial__remittance_line__remittance_claim").order_by("pk"):
            if appeal.denial.status not in UNWORKED:
                continue
            if today > appeal.denial.deadline_on:
                self._give_up(appeal.denial, today=today, now=now)
            elif appeal.drafted_at + self.pace.rest(Work.APPEAL, appeal.pk) <= now:
                with transaction.atomic():
                    file_appeal(appeal=appeal, by=self._biller(appeal.denial_id), today=today, now=now)
                    self._mail(appeal.denial.remittance_line.remittance_claim.payer_control_number)

    def _mail(self, payer_control_number: str) -> None:
        """Bring the letter to the payers' mail room; what it says reaches us as an 835, or never.

        Within the filing's transaction: cut short, it is filed and mailed again, and a second letter about
        the same claim changes nothing there.
        """
        letter = {
            "username": self.endpoints.realtime_username,
            "password": self.endpoints.realtime_password,
            "payer_control_number": payer_control_number,
        }
        httpx.post(self.endpoints.appeals_url, json=letter, timeout=30, trust_env=False)

    def _give_up(self, denial: Denial, *, today: date, now: datetime) -> None:
        try:
            ask_write_off(denial=denial, by=self._biller(denial.pk), today=today, now=now)
        except NothingOpen:
            return

    def _give_up_lost(self, *, today: date, now: datetime) -> None:
        """Refused a second time: the biller asks to write it off, above the limit for another's word."""
        lost = Denial.objects.filter(practice=self.setting.practice, status=DenialStatus.LOST)
        for denial in lost.order_by("pk"):
            rest = self.pace.rest(Work.APPEAL, f"lost {denial.pk}")
            if denial.closed_at and denial.closed_at + rest <= now:
                self._give_up(denial, today=today, now=now)

    def _decide(self, *, today: date, now: datetime) -> None:
        """The manager's word on what was asked for; some is refused."""
        asked = WriteOff.objects.filter(practice=self.setting.practice, status=WriteOffStatus.REQUESTED)
        for write_off in asked:
            if write_off.requested_at + self.pace.rest(Work.APPROVAL, write_off.pk) > now:
                continue
            manager = self.setting.on_duty(Role.MANAGER, write_off.pk)
            if manager.pk == write_off.requested_by_id:
                continue  # asked for by whoever looks around meanwhile
            if self.pace.happens("refused", write_off.pk, share=NEVER_APPROVED):
                refuse_write_off(write_off=write_off, by=manager, now=now, why="try the payer once more")
                continue
            try:
                approve_write_off(write_off=write_off, by=manager, today=today, now=now)
            except MoreThanOwed:
                why = "paid meanwhile"
                refuse_write_off(write_off=write_off, by=manager, now=now, why=why)
