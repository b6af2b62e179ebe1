"""A practice with prices and codes, a visit with a note, and browsers signed in."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from coding.models import CodeSystem, Encounter
from practice.models import Role, User
from tests.factories import (
    CodeFactory,
    EncounterFactory,
    FeeFactory,
    FeeScheduleFactory,
    MembershipFactory,
    UserFactory,
)

NOTE = """S: 54-year-old woman back for high blood pressure. No chest pain.

A: Essential hypertension, close to goal. Type 2 diabetes, last A1c 7.1.

P: Continue lisinopril. Ask about chest pain."""


@pytest.fixture
def prices(practice) -> None:
    """Two priced procedures and a few codes."""
    schedule = FeeScheduleFactory(practice=practice)
    FeeFactory(fee_schedule=schedule, procedure_code="99214", amount=Decimal("210.00"))
    FeeFactory(fee_schedule=schedule, procedure_code="20610", amount=Decimal("190.00"))
    CodeFactory(code="I10", also_called="high blood pressure; hypertension (arterial) (benign)")
    CodeFactory(code="E119", description="Type 2 diabetes mellitus without complications")
    CodeFactory(code="E11", description="Type 2 diabetes mellitus", billable=False)
    CodeFactory(code="R079", description="Chest pain, unspecified")
    for code, words in (("99214", "Follow-up visit: long"), ("20610", "Injection into a large joint")):
        CodeFactory(system=CodeSystem.PROCEDURE, code=code, description=words)


@pytest.fixture
def visit(practice, prices) -> Encounter:
    return EncounterFactory(practice=practice, note=NOTE)


@pytest.fixture
def person(practice) -> Callable[..., User]:
    """`person(Role.CODER)`: somebody with these roles in the practice."""

    def make(*roles: Role, **named: str) -> User:
        made = UserFactory(**{"first_name": "Dana", "last_name": "Reyes"} | named)
        for role in roles:
            MembershipFactory(user=made, practice=practice, role=role)
        return made

    return make


@pytest.fixture
def signed_in(client, person) -> Callable[..., Client]:
    """A browser in which somebody with these roles in the practice has signed in."""

    def sign_in(*roles: Role) -> Client:
        client.force_login(person(*roles))
        return client

    return sign_in


@pytest.fixture
def coder(signed_in) -> Client:
    return signed_in(Role.CODER)


def sheet(diagnoses=("I10",), lines=(("99214", "", "1", "A"),), **more: str) -> dict[str, str]:
    """What the bench's form sends."""
    sent = {
        "dx-TOTAL_FORMS": str(len(diagnoses)),
        "dx-INITIAL_FORMS": "0",
        "line-TOTAL_FORMS": str(len(lines)),
        "line-INITIAL_FORMS": "0",
        "visit-place_of_service_code": "11",
        "draft_version": "0",
    }
    for place, code in enumerate(diagnoses):
        sent[f"dx-{place}-code"] = code
    for place, line in enumerate(lines):
        for name, value in zip(("procedure_code", "modifiers", "units", "pointers"), line, strict=True):
            sent[f"line-{place}-{name}"] = value
    return sent | more
