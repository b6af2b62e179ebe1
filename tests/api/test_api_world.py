"""Every list and every record can be read, names no database id, and costs the same for one row as for three."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice.models import Role
from tests.api.program import Program
from tests.api.world import furnish

LISTS = [
    "payers", "providers", "locations", "patients", "guarantors", "coverages", "authorizations",
    "eligibility-checks", "appointments", "encounters", "claims", "claim-batches", "remittances",
    "remittance-claims", "charges", "accounts", "invoices", "payments", "copays",
    "online-payments", "write-offs", "denials", "appeals",
]  # fmt: skip


@pytest.mark.slow
def test_every_record_of_every_list_can_be_read_by_an_auditor(practice, drain):
    world = furnish(practice, drain)
    auditor = world.by(Role.AUDITOR)
    for path in LISTS:
        listed = auditor.get(path)
        assert listed.status_code == 200, path
        assert listed.json()["results"], f"{path} has a record in the world"
        for row in listed.json()["results"][:2]:
            answer = auditor.get(f"{path}/{row['id']}")
            assert answer.status_code == 200
            assert set(row) <= set(answer.json())
            assert list(_numbers_called_id(answer.json())) == []
    costs = {path: [_queries(auditor, path, rows) for rows in (1, 3)] for path in LISTS}
    assert {path: cost for path, cost in costs.items() if len(set(cost)) > 1} == {}


def _queries(auditor: Program, path: str, rows: int) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert len(auditor.get(path, limit=rows).json()["results"]) <= rows
    return len(captured)


def _numbers_called_id(found: Any) -> Iterator[Any]:
    """Ids that are numbers, however deep: a database id has no place in an answer."""
    if isinstance(found, dict):
        yield from (value for name, value in found.items() if name.endswith("id") and isinstance(value, int))
        for value in found.values():
            yield from _numbers_called_id(value)
    if isinstance(found, list):
        for value in found:
            yield from _numbers_called_id(value)
