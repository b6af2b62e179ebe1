from datetime import date
from decimal import Decimal

import pytest

from x12.convert import amount, day
from x12.records import Contact, Party, Reference


def test_contact_finds_its_numbers_by_qualifier():
    contact = Contact(name="EDI", numbers=("TE", "5125550100", "EX", "12", "EM", "EDI@EXAMPLE.COM"))

    assert (contact.phone, contact.email, contact.number("EX")) == ("5125550100", "EDI@EXAMPLE.COM", "12")
    assert contact.number("FX") == ""


def test_party_finds_its_identifiers_by_qualifier():
    party = Party(references=(Reference(qualifier="EI", value="741234567"),))

    assert party.reference("EI") == "741234567"
    assert party.reference("SY") == ""


@pytest.mark.parametrize("text", ["20260310", " 20260310 ", "20260310-20260312", "202603100915"])
def test_day_takes_the_first_day_of_what_begins_with_one(text):
    assert day(text) == date(2026, 3, 10)


@pytest.mark.parametrize("text", ["", "2026031", "20261310", "2026-3-1", "20260310T", "2026W101", "٢٠٢٦٠٣١٠"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 (the message is Python's own for a day that does not exist)
        day(text)


def test_amount_bears_spaces_and_a_plus():
    assert amount(" +12.50 ") == Decimal("12.50")
