"""Who may be the same person, and who is not."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.rules.age import age_on, is_minor
from patients.rules.duplicates import Person, is_look_alike, normalized

ADA = Person(first_name="Ada", last_name="Okafor", birth_date=dt.date(1980, 2, 19), phone="5125550142")
DAYS = st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2026, 12, 31))
PEOPLE = st.builds(
    Person,
    first_name=st.text(max_size=12),
    last_name=st.text(max_size=12),
    birth_date=DAYS,
    phone=st.sampled_from(["", "5125550142"]),
)

LETTERED = st.builds(
    Person,
    first_name=st.text("abcXYZ", min_size=1),
    last_name=st.text("abcXYZ", min_size=1),
    birth_date=DAYS,
)


@pytest.mark.slow
@given(one=PEOPLE, other=PEOPLE)
def test_is_look_alike_is_symmetric(one, other):
    assert is_look_alike(one, other) == is_look_alike(other, one)


@pytest.mark.slow
@given(PEOPLE)
def test_is_look_alike_knows_a_person_again(one):
    assert is_look_alike(one, one)


@pytest.mark.slow
@given(one=LETTERED, space=st.sampled_from(["", " ", "-", "'"]))
def test_is_look_alike_does_not_look_at_case_and_marks(one, space):
    other = replace(one, first_name=f"{one.first_name}{space}".swapcase(), last_name=f" {one.last_name}")
    assert is_look_alike(one, other)


@pytest.mark.slow
@given(DAYS, DAYS)
def test_is_look_alike_needs_a_near_birth_date(one, other):
    alike = is_look_alike(replace(ADA, birth_date=one), replace(ADA, birth_date=other))
    if alike and one != other:
        same = sum((one.year == other.year, one.month == other.month, one.day == other.day))
        swapped = (one.month, one.day) == (other.day, other.month)
        assert same == 2 or swapped


@pytest.mark.parametrize(
    "other",
    [
        replace(ADA, first_name="ADA", last_name="O'KAFOR"),
        replace(ADA, last_name="Okafor Jr."),
        replace(ADA, last_name="Okafor-Mensah"),
        replace(ADA, last_name="Okaför"),
        replace(ADA, last_name="Okofor", phone=""),
        replace(ADA, first_name="Okafor", last_name="Ada"),
        replace(ADA, birth_date=dt.date(1980, 2, 18)),
        replace(ADA, birth_date=dt.date(1980, 2, 10)),
        replace(ADA, birth_date=dt.date(1981, 2, 19)),
        replace(ADA, first_name="Adah", birth_date=dt.date(1980, 2, 9)),
        replace(ADA, last_name="Smith"),  # married
    ],
)
def test_is_look_alike_finds(other):
    assert is_look_alike(ADA, other)


@pytest.mark.parametrize(
    "other",
    [
        replace(ADA, first_name="Chidi"),  # a twin
        replace(ADA, birth_date=dt.date(1955, 7, 1)),  # her mother
        replace(ADA, last_name="Smith", phone=""),
        replace(ADA, first_name="Grace", last_name="Hopper"),
    ],
)
def test_is_look_alike_tells_apart(other):
    assert not is_look_alike(ADA, other)


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("William", "Bill"),
        ("Elizabeth", "Betty"),
        ("Robert", "BOB"),
        ("José", "Pepe"),
        ("Katherine", "Cathy"),
    ],
)
def test_is_look_alike_knows_a_first_name_by_its_short_form(full, short):
    assert is_look_alike(replace(ADA, first_name=full), replace(ADA, first_name=short, phone=""))


def test_is_look_alike_does_not_take_two_short_forms_of_different_names_for_one():
    assert not is_look_alike(replace(ADA, first_name="William"), replace(ADA, first_name="Robert"))


def test_is_look_alike_knows_a_swapped_day_and_month():
    one = replace(ADA, birth_date=dt.date(1980, 3, 9))
    assert is_look_alike(one, replace(ADA, birth_date=dt.date(1980, 9, 3)))


def test_normalized_keeps_other_scripts():
    assert normalized("  Łucja-Ann  III") == "lucjaann"
    assert normalized("李 小龙") == "李 小龙"


@pytest.mark.parametrize(
    ("day", "age"), [("2026-02-18", 45), ("2026-02-19", 46), ("1980-02-19", 0), ("1979-01-01", -2)]
)
def test_age_on_counts_full_years(day, age):
    assert age_on(ADA.birth_date, dt.date.fromisoformat(day)) == age


def test_is_minor_until_the_birthday():
    born = dt.date(2008, 2, 29)
    assert is_minor(born, dt.date(2026, 2, 28))
    assert not is_minor(born, dt.date(2026, 3, 1))
