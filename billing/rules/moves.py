"""A transfer of the books in the words of somebody who explains a bill."""

_INTO = {
    "patient_ar": "Moved to the patient",
    "contractual": "Discount by contract",
    "sequestration": "Sequestration",
    "denial_write_off": "Written off: denied",
    "small_balance": "Written off: small balance",
    "charity": "Written off: financial hardship",
    "bad_debt": "Written off: bad debt",
    "unapplied_payer": "Paid by the plan",
    "unapplied_patient": "Paid by the patient",
}


def move_in_words(*, debit: str, credit: str, payer: str, otherwise: str) -> str:
    """What a transfer between accounts of these kinds was. `payer` owes it when the debit is a payer's.

    `otherwise` is said of kinds that no bill speaks of.
    """
    if credit == "revenue":
        return f"Charged; owed by {payer or 'the patient'}"
    if debit == "revenue":
        return "Charge taken back"
    if debit == "insurance_ar":
        return f"Owed again by {payer}"
    return _INTO.get(debit, otherwise)
