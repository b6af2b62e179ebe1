"""The words and tones of denials."""

from datetime import date, timedelta

from coding.models import CodeSystem
from coding.queries import valid_codes
from denials.models import Denial
from denials.rules.advice import advice_for
from denials.rules.category import Category
from denials.states import DenialStatus
from rcm.ui.cells import Coded, Status
from rcm.ui.history import Titles
from rcm.ui.timeline import Tone
from x12.codes import adjustment_reason, meaning

SOON = timedelta(days=7)

TONES: dict[str, Tone] = {
    DenialStatus.NEW: "attention",
    DenialStatus.IN_WORK: "information",
    DenialStatus.CORRECTED: "information",
    DenialStatus.APPEALED: "information",
    DenialStatus.WRITE_OFF_ASKED: "attention",
    DenialStatus.WON: "good",
    DenialStatus.LOST: "bad",
    DenialStatus.WRITTEN_OFF: "plain",
    DenialStatus.CLOSED: "plain",
}

TITLES: Titles = {
    "denial.opened": ("Denied by the payer", "bad"),
    "denial.status:in_work": ("Taken", "information"),
    "denial.status:new": ("Put back", "plain"),
    "denial.status:corrected": ("Corrected claim sent", "information"),
    "denial.status:appealed": ("Appealed", "information"),
    "denial.status:write_off_asked": ("Write-off asked", "attention"),
    "denial.status:won": ("Won", "good"),
    "denial.status:lost": ("Lost", "bad"),
    "denial.status:written_off": ("Written off", "plain"),
    "denial.status:closed": ("Closed", "plain"),
    "appeal.drafted": ("Appeal letter begun", "plain"),
    "appeal.revised": ("Appeal letter changed", "plain"),
    "appeal.status:filed": ("Appeal filed", "information"),
    "appeal.status:won": ("Appeal won", "good"),
    "appeal.status:lost": ("Appeal lost", "bad"),
    "writeoff.requested": ("Write-off requested", "attention"),
    "writeoff.status:approved": ("Write-off approved", "plain"),
    "writeoff.status:refused": ("Write-off refused", "attention"),
}


def reason_of(denial: Denial) -> Coded:
    """`CO-197 · authorization missing`."""
    return Coded(f"{denial.group_code}-{denial.reason_code}", adjustment_reason(denial.reason_code).label)


def service_of(denial: Denial) -> Coded:
    """The denied procedure in the words of the day of service, else in those it was charged with."""
    line, day = denial.remittance_line, denial.claim.encounter.service_date
    known = valid_codes(system=CodeSystem.PROCEDURE, codes=[line.procedure_code], day=day)
    if line.procedure_code in known:
        return Coded(line.procedure_code, known[line.procedure_code].description)
    return Coded(line.procedure_code, line.claim_line.coded_line.description if line.claim_line else "")


def group_words(denial: Denial) -> str:
    """Who bears what was refused, by the group code."""
    return meaning("adjustment_group", denial.group_code)


def status_of(denial: Denial) -> Status:
    """The state with its tone."""
    return Status(denial.get_status_display(), TONES[denial.status])


def category_words(denial: Denial) -> str:
    """The kind of cause."""
    return Category(denial.category).label


def step_words(denial: Denial) -> str:
    """What to do first."""
    return advice_for(denial.next_step).step


def deadline_tone(last_day: date, *, today: date) -> Tone:
    """Bad when it is over, attention in the last week."""
    if last_day < today:
        return "bad"
    return "attention" if last_day - today <= SOON else "plain"
