"""How old somebody is, as the law counts."""

from datetime import date

MAJORITY = 18


def age_on(birth_date: date, day: date) -> int:
    """Full years on a day; negative before birth. Who was born on 29 February has the birthday on 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def is_minor(birth_date: date, day: date) -> bool:
    """Whether a parent or guardian has to answer for the bills."""
    return age_on(birth_date, day) < MAJORITY
