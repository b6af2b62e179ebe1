"""The billers at their work on claims and remittances, through the product's own actions."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from billing.actions.remittance import dismiss_parked, take_in
from billing.models import Remittance
from billing.states import RemittanceStatus
from claims.actions.correction import Changes, LineChange, correct_claim, void_claim
from claims.actions.scrub import release_claim
from claims.actions.status import ask_about_silent_claims
from claims.actions.submission import AllHeld, send_batches
from claims.models import Claim, Finding, Frequency
from claims.queries import held_claims, lines_of, ready_claims, rejected_claims
from claims.states import ClaimStatus
from clearinghouse.models import Document
from clearinghouse.states import DocumentStatus
from demonstration.cast import Person
from demonstration.office import EXTERNAL_CAUSES, numbered
from demonstration.pace import Pace, Work
from demonstration.setting import Setting
from patients.actions.intake import Demographics, add_authorization, correct_guarantor, correct_patient
from practice.models import Role, User

TAKEN_BACK_AFTER = timedelta(days=30)
TAKEN_BACK = 0.015
TRACE = re.compile(r"^Trace (\S+) was taken in before")


@dataclass
class BackOffice:
    """Who works on claims and remittances. `people` know what the front desk forgot to ask."""

    setting: Setting
    people: list[Person]
    pace: Pace

    def send_claims(self, *, now: datetime) -> None:
        """One batch of everything that is ready and has lain its time."""
        ready = [
            claim
            for claim in ready_claims([self.setting.practice.pk]).select_related("encounter")
            if _coded_at(claim) + self.pace.rest(Work.SENDING, claim.control_number) <= now
        ]
        if not ready:
            return
        try:
            biller = self._biller(len(ready))
            send_batches(practice=self.setting.practice, claims=ready, by=biller, now=now)
        except AllHeld:
            return

    def mend_claims(self, *, now: datetime) -> None:
        """Mend what stops claims: a missing consent or address, a wrong order; send rejected ones again."""
        practice = self.setting.practice
        for work, queue in (
            (Work.HELD, held_claims([practice.pk])),
            (Work.REJECTED, rejected_claims([practice.pk])),
        ):
            for claim in queue:
                if numbered(claim.encounter.patient.external_id) is None:
                    continue  # somebody's own work
                findings = list(claim.findings.filter(cleared_at=None))
                rest = self.pace.rest(work, claim.control_number)
                if all(finding.found_at + rest <= now for finding in findings):
                    self._mend(claim, findings, now=now)

    def ask_about_silence(self, *, now: datetime) -> None:
        """Put a 276 to the payers who are silent for too long."""
        ask_about_silent_claims(practice=self.setting.practice, now=now)

    def take_back_claims(self, *, now: datetime) -> None:
        """Void the few paid claims that should not have been sent: somebody else was seen that day."""
        paid = Claim.objects.filter(
            practice=self.setting.practice,
            status=ClaimStatus.PAID,
            frequency=Frequency.ORIGINAL,
            first_sent_at__lte=now - TAKEN_BACK_AFTER,
            coverage__payer__takes_replacements=True,
        ).exclude(payer_control_number="")
        for claim in paid:
            if self.pace.happens("taken back", claim.control_number, share=TAKEN_BACK):
                void_claim(claim=claim, by=self._biller(claim.pk), now=now, why="billed for another patient")

    def work_parked(self, *, now: datetime) -> None:
        """Where the payer sent a parked remittance again, set the wrong one aside and post the right one."""
        for document in Document.objects.filter(
            practice=self.setting.practice,
            kind="835",
            status=DocumentStatus.PARKED,
            remittance__isnull=True,
        ).select_related("interchange"):
            trace = next((found[1] for reason in document.reasons if (found := TRACE.match(reason))), "")
            if document.interchange.stored_at + self.pace.rest(Work.PARKED, trace) > now:
                continue
            wrong = Remittance.objects.filter(
                practice=self.setting.practice, trace_number=trace, status=RemittanceStatus.PARKED
            )
            for remittance in wrong:
                why = "wrong: the payer has sent it again"
                dismiss_parked(remittance=remittance, why=why, by=self._biller(remittance.pk), now=now)
            take_in(document=document, now=now)

    def authorize(self, claim: Claim, *, now: datetime) -> str:
        """The payer's consent, got afterwards; its number."""
        day, number = claim.encounter.service_date, f"LATE{claim.pk + 100000}"
        if not claim.coverage.authorizations.filter(number=number).exists():
            add_authorization(
                coverage=claim.coverage,
                number=number,
                effective_on=day - timedelta(days=7),
                ended_on=day + timedelta(days=90),
                by=self._biller(claim.pk),
                now=now,
            )
        return number

    def _biller(self, turn: int) -> User:
        return self.setting.on_duty(Role.BILLER, turn)

    def _mend(self, claim: Claim, findings: list[Finding], *, now: datetime) -> None:
        edits = {finding.edit for finding in findings}
        if "A01" in edits:
            self.authorize(claim, now=now)
        if "P04" in edits:
            self._complete_address(claim, now=now)
        if "D03" in edits:
            changes = _injury_first(claim)
            correct_claim(claim=claim, changes=changes, by=self._biller(claim.pk), now=now)
        else:
            release_claim(claim=claim, by=self._biller(claim.pk), now=now)

    def _complete_address(self, claim: Claim, *, now: datetime) -> None:
        """Ask the patient for the street, and write it down for whoever gets the bills, too."""
        patient, biller = claim.encounter.patient, self._biller(claim.pk)
        index = numbered(patient.external_id)
        assert index is not None
        street = self.people[index].street
        known = Demographics(**{name: getattr(patient, name) for name in Demographics.__slots__})
        details = replace(known, street=street)
        correct_patient(patient=patient, details=details, by=biller, now=now, today=now.date())
        if not patient.guarantor.street:
            correct_guarantor(guarantor=patient.guarantor, changes={"street": street}, by=biller, now=now)


def _coded_at(claim: Claim) -> datetime:
    """When the visit was coded: a claim is built from nothing else."""
    coded_at = claim.encounter.coded_at
    assert coded_at is not None
    return coded_at


def _injury_first(claim: Claim) -> Changes:
    """The injuries before their causes, every line still pointing at what it pointed at."""
    before = list(claim.diagnosis_codes)
    after = sorted(before, key=lambda code: code[0] in EXTERNAL_CAUSES)
    lines = {
        line.position: LineChange(
            pointers=tuple(after.index(before[pointer - 1]) + 1 for pointer in line.pointers)
        )
        for line in lines_of(claim)
    }
    return Changes(diagnosis_codes=tuple(after), lines=lines)
