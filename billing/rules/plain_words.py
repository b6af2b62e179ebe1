"""What a bill says, in words for somebody who has never seen one. Our own words throughout."""

from bisect import bisect_right

SHARES = {
    "1": (
        "deductible",
        "Your plan applied this to your deductible: what you pay yourself each year before it pays.",
    ),
    "2": (
        "coinsurance",
        "Your plan pays part of the agreed price; coinsurance is the part it leaves to you.",
    ),
    "3": ("copay", "Your plan asks you for this fixed amount at each visit of this kind."),
    "27": ("not covered", "Your plan says your coverage had ended by the day of the visit."),
    "26": ("not covered", "Your plan says your coverage had not begun on the day of the visit."),
    "31": ("not covered", "Your plan could not find you among its members. Please check your card with us."),
    "35": ("not covered", "Your plan says you have reached the most it pays for this in a lifetime."),
    "50": ("not covered", "Your plan did not consider this necessary under its rules."),
    "96": ("not covered", "Your plan does not cover this service."),
    "100": ("paid to you", "Your plan sent its payment for this to you, not to us."),
    "119": ("not covered", "Your plan says you have reached the most it pays for this in a year."),
    "204": ("not covered", "This service is not part of your plan."),
    "242": ("out of network", "Your plan does not count us among its own providers for this service."),
}
OTHER_SHARE = (
    "not covered",
    "Your plan left this amount to you. Ask us, and we will look up its reason with you.",
)

# First code of a range of procedure numbers, and what it is called; "" ends a range.
_RANGES = (
    ("00100", "Anesthesia"),
    ("02000", ""),
    ("10004", "Procedure"),
    ("36400", "Blood draw"),
    ("36417", "Procedure"),
    ("70010", "Imaging"),
    ("80000", "Laboratory test"),
    ("90281", "Medicine given by injection"),
    ("90460", "Giving a vaccine"),
    ("90475", "Vaccine"),
    ("90760", "Treatment"),
    ("90785", "Counseling"),
    ("90900", "Treatment"),
    ("92002", "Eye examination"),
    ("92502", "Examination"),
    ("93000", "Heart examination"),
    ("94002", "Lung examination"),
    ("95004", "Examination"),
    ("96360", "Infusion or injection"),
    ("97000", "Physical therapy or treatment"),
    ("99202", "Office visit, new patient"),
    ("99211", "Office visit"),
    ("99217", "Hospital visit"),
    ("99241", "Visit with a specialist"),
    ("99281", "Emergency visit"),
    ("99291", "Visit"),
    ("99381", "Yearly check-up"),
    ("99398", "Counseling"),
    ("99421", "Visit by telephone or message"),
    ("99450", "Visit"),
)
_STARTS = [start for start, _ in _RANGES]


def service_in_words(procedure_code: str) -> str:
    """What kind of service a procedure number stands for, where nobody described it."""
    if procedure_code.isdecimal() and len(procedure_code) == 5:
        place = bisect_right(_STARTS, procedure_code) - 1
        return (_RANGES[place][1] if place >= 0 else "") or "Medical service"
    return "Medical service or supply"


def share_in_words(reason_code: str) -> tuple[str, str]:
    """A patient's share by its adjustment reason (CARC): what it is called, and why it is owed."""
    return SHARES.get(reason_code, OTHER_SHARE)
