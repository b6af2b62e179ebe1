"""What a desk does about each reason (AAA03 of a 271) why a payer did not answer about a member."""

_MEMBER_ID = (
    "Type the member id again from the card, with prefix and suffix; O and 0, I and 1 are easily exchanged."
)
_NAME = "Write the name exactly as on the card: no nickname, both parts of a double name, the suffix."
_BIRTH_DATE = "Ask for the birth date again; month and day may be exchanged, here or at the payer."
_NOBODY = (
    "The payer knows nobody like this. Ask for the present card: the plan or the member id may be new, or it "
    "is another payer of a similar name."
)
_SEVERAL = (
    "Several members share this id. Make sure that birth date and full name are on file, then ask again."
)
_DEPENDENT = (
    "The policy exists, but the payer does not find the patient on it. Check relation and birth date; the "
    "patient may have left the parents' or spouse's plan."
)
_SETUP = (
    "This is about the practice, not the patient. Tell your administrator: the payer's id or the "
    "practice's enrollment for eligibility must be put right."
)
_LATER = "The payer's system is down. It is asked again by itself for four hours; in urgent cases call."
_DATE = "The payer answers only for certain days, mostly not for far future ones. Ask again nearer the visit."

_ADVICE = {
    "15": "Something the payer needs is missing. Complete birth date, sex and member id, then ask again.",
    "33": "The payer could not use what was sent. Check member id, name and birth date against the card.",
    "35": "The practice is out of this plan's network. Tell the patient what that means before the visit.",
    "42": _LATER,
    "49": "Another doctor is the primary care physician on file. The patient can change that with the plan.",
    "52": _DATE,
    "56": _DATE,
    "57": _DATE,
    "58": _BIRTH_DATE,
    "60": "The birth date lies after the visit. Correct it.",
    "61": "The payer has a day of death before the visit. Make sure that this is the right person.",
    "62": _DATE,
    "63": _DATE,
    "64": _MEMBER_ID,
    "65": _NAME,
    "66": "Check the patient's sex as the plan has it on file.",
    "67": _NOBODY,
    "68": _SEVERAL,
    "71": _BIRTH_DATE,
    "72": _MEMBER_ID,
    "73": _NAME,
    "74": "Check the subscriber's sex as the plan has it on file.",
    "75": _NOBODY,
    "76": _SEVERAL,
    "77": _DEPENDENT,
    "78": "The group number does not fit the member. Take both from the card, or leave the group empty.",
    "80": _LATER,
}
_ABOUT_US = frozenset({"41", "43", "44", "45", "46", "47", "48", "50", "51", "79", "97", "T4"})


def advice(reason: str) -> str:
    """What to do about AAA03 `reason`; for a reason without advice of its own, whom to ask."""
    if reason in _ABOUT_US:
        return _SETUP
    return _ADVICE.get(reason, "Call the payer; the number is on the back of the card.")


def is_about_the_practice(reason: str) -> bool:
    """Whether the reason lies with the practice or the payer's address, so that no desk can mend it."""
    return reason in _ABOUT_US
