"""Every endpoint finds its record, answers with it, and names no database id."""

import pytest

from practice.models import Role
from tests.api.world import World, furnish

pytestmark = pytest.mark.slow

LISTS = [
    "payers", "providers", "locations", "patients", "guarantors", "coverages", "authorizations",
    "eligibility-checks", "appointments", "encounters", "claims", "claim-batches", "remittances",
    "remittance-claims", "charges", "accounts", "invoices", "payments", "copays", "write-offs", "denials", "appeals",
]  # fmt: skip


@pytest.fixture
def world(practice, drain) -> World:
    return furnish(practice, drain)


@pytest.mark.parametrize("path", LISTS)
def test_every_list_and_record_can_be_read_by_an_auditor(world, path):
    auditor = world.by(Role.AUDITOR)
    listed = auditor.get(path)
    assert listed.status_code == 200, listed.content
    for row in listed.json()["results"]:
        answer = auditor.get(f"{path}/{row['id']}")
        assert answer.status_code == 200
        assert set(row) <= set(answer.json())
