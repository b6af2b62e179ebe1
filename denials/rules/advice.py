"""What to do first about a denial, in words a biller can follow (domain.md sections 7.1 to 7.3)."""

from dataclasses import dataclass

from denials.rules.category import Category, NextStep


@dataclass(frozen=True, slots=True)
class Advice:
    """The step's name and how it is done."""

    step: str
    how: str


_STEPS = {
    NextStep.CORRECT_CLAIM: Advice(
        "Correct the claim",
        "Change what the payer could not accept and send it as a replacement. It names the payer's number.",
    ),
    NextStep.SEND_RECORDS: Advice(
        "Send the records",
        "The payer wants the note, an order or a result. Enclose it with a letter that names the claim.",
    ),
    NextStep.APPEAL: Advice(
        "Appeal",
        "Write what happened, which clause of contract or policy speaks for payment, and enclose proof.",
    ),
    NextStep.REBILL_OTHER_PAYER: Advice(
        "Bill the other payer",
        "Check with the patient which plan comes first, correct the coverage, and bill that plan.",
    ),
    NextStep.PATIENT: Advice(
        "Talk to the patient",
        "The plan leaves this to the patient. Explain it before the statement does.",
    ),
    NextStep.WRITE_OFF: Advice(
        "Ask to write it off",
        "There is nothing left to win: make sure of it, then ask for approval.",
    ),
    NextStep.FIX_ENROLLMENT: Advice(
        "Mend the enrollment",
        "The payer does not know the provider on that day. Correct that, then send the claim again.",
    ),
}

_REQUESTS = {
    Category.AUTHORIZATION: "Please accept the authorization named below and pay the service as contracted.",
    Category.TIMELINESS: "Please accept the enclosed proof of timely filing and process the claim.",
    Category.NECESSITY: "Please review the enclosed note and pay the service as medically necessary.",
    Category.BUNDLING: "Please pay the service separately: it was distinct from the other of that day.",
    Category.CONTRACT: "Please pay the service at the rate of our agreement.",
}
_USUAL_REQUEST = "Please reconsider the decision and pay the service."
_EVIDENCE = {
    Category.AUTHORIZATION: ["Authorization letter"],
    Category.TIMELINESS: ["Clearinghouse acknowledgment (277CA) with its date"],
    Category.NECESSITY: ["Visit note"],
    Category.BUNDLING: ["Visit note"],
    Category.CONTRACT: ["Fee schedule of the agreement"],
}


def advice_for(step: str) -> Advice:
    """How the first step is done."""
    return _STEPS[NextStep(step)]


def opening_request(category: str) -> str:
    """What a letter about this kind of refusal asks for, to begin with."""
    return _REQUESTS.get(Category(category), _USUAL_REQUEST)


def opening_evidence(category: str) -> list[str]:
    """What usually proves the case."""
    return _EVIDENCE.get(Category(category), ["Remittance advice"])
