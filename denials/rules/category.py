"""What kind of refusal a line met, and what to do first (domain.md section 7.1)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from x12.codes import adjustment_reason


class Category(StrEnum):
    """The kind of cause."""

    ELIGIBILITY = "elig"
    AUTHORIZATION = "auth"
    COORDINATION = "cob"
    CODING = "coding"
    BUNDLING = "bundling"
    NECESSITY = "mednec"
    NOT_COVERED = "noncov"
    DUPLICATE = "dup"
    TIMELINESS = "timely"
    INFORMATION = "info"
    PROVIDER = "prov"
    LIMIT = "limit"
    CONTRACT = "contract"

    @property
    def label(self) -> str:
        """In words."""
        return _LABELS.get(self.value, self.name.replace("_", " ").capitalize())


_LABELS = {"cob": "Coordination of benefits", "mednec": "Medical necessity", "timely": "Timely filing"}


class NextStep(StrEnum):
    """What to do first."""

    CORRECT_CLAIM = "correct_claim"
    SEND_RECORDS = "send_records"
    APPEAL = "appeal"
    REBILL_OTHER_PAYER = "rebill_other_payer"
    PATIENT = "patient"
    WRITE_OFF = "write_off"
    FIX_ENROLLMENT = "fix_enrollment"


# The kinds of reason that x12.codes tells, by the first part of their name.
_CATEGORIES = {
    "appeal": Category.TIMELINESS,
    "authorization": Category.AUTHORIZATION,
    "benefit": Category.LIMIT,
    "bundling": Category.BUNDLING,
    "claim": Category.INFORMATION,
    "cob": Category.COORDINATION,
    "coding": Category.CODING,
    "contract": Category.CONTRACT,
    "contractual": Category.CONTRACT,
    "denied": Category.INFORMATION,
    "documentation": Category.INFORMATION,
    "duplicate": Category.DUPLICATE,
    "eligibility": Category.ELIGIBILITY,
    "medical": Category.NECESSITY,
    "network": Category.AUTHORIZATION,
    "noncovered": Category.NOT_COVERED,
    "patient": Category.INFORMATION,
    "provider": Category.PROVIDER,
    "registration": Category.ELIGIBILITY,
    "timely": Category.TIMELINESS,
    "wrong": Category.COORDINATION,
}
_STEPS = {
    "appeal": NextStep.APPEAL,
    "appeal_with_proof_of_timely_filing": NextStep.APPEAL,
    "bill_patient": NextStep.PATIENT,
    "check_ncci_then_modifier_or_write_off": NextStep.CORRECT_CLAIM,
    "coding_review": NextStep.CORRECT_CLAIM,
    "contact_patient": NextStep.PATIENT,
    "correct_and_resubmit": NextStep.CORRECT_CLAIM,
    "enrollment_review": NextStep.FIX_ENROLLMENT,
    "next_appeal_level": NextStep.APPEAL,
    "read_rarc_and_work": NextStep.CORRECT_CLAIM,
    "rebill_other_payer": NextStep.REBILL_OTHER_PAYER,
    "request_retro_auth_then_appeal": NextStep.APPEAL,
    "send_records": NextStep.SEND_RECORDS,
    "transfer_to_next_payer_or_patient": NextStep.PATIENT,
    "underpayment_review": NextStep.APPEAL,
    "verify_cob_and_rebill": NextStep.REBILL_OTHER_PAYER,
    "verify_eligibility": NextStep.CORRECT_CLAIM,
    "verify_eligibility_and_rebill": NextStep.REBILL_OTHER_PAYER,
    "verify_original_then_close": NextStep.WRITE_OFF,
    "write_off_review": NextStep.WRITE_OFF,
}
NO_APPEAL_RESUBMIT = "MA130"  # the claim was unprocessable: no appeal right, send a corrected one
NO_APPEAL_FINAL = "N211"  # the decision cannot be appealed


@dataclass(frozen=True, slots=True)
class Triage:
    """The verdict: a category, the first step, and what the reason means in our words."""

    category: Category
    next_step: NextStep
    meaning: str


def triage(
    *, group: str, reason: str, remarks: Collection[str], authorization_on_file: bool = False
) -> Triage:
    """Judge one refused line.

    `authorization_on_file`: we hold a number that the claim did not carry, so a corrected claim goes before
    an appeal. What the patient is to pay (PR) is the patient's, unless the reason is one we can mend.
    """
    known = adjustment_reason(reason)
    category = _CATEGORIES.get(known.category.split("_")[0], Category.INFORMATION)
    step = _STEPS.get(known.route, NextStep.CORRECT_CLAIM)
    if category == Category.AUTHORIZATION and authorization_on_file:
        step = NextStep.CORRECT_CLAIM
    if group == "PR" and category not in {Category.ELIGIBILITY, Category.COORDINATION, Category.INFORMATION}:
        step = NextStep.PATIENT
    if NO_APPEAL_RESUBMIT in remarks:
        step = NextStep.CORRECT_CLAIM
    elif NO_APPEAL_FINAL in remarks and step in {NextStep.APPEAL, NextStep.SEND_RECORDS}:
        step = NextStep.WRITE_OFF
    return Triage(category, step, known.label)


def may_appeal(remarks: Collection[str]) -> bool:
    """Whether the payer gave an appeal right: a rejection as unprocessable or final gave none."""
    return not {NO_APPEAL_RESUBMIT, NO_APPEAL_FINAL}.intersection(remarks)
