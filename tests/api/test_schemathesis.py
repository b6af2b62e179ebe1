"""The API against its own description: requests made up by schemathesis, of real records under real tokens.

Every operation is asked with bodies that follow its description and with bodies that break it. None may end in
a 500, and every answer must be one that the description names, in its shape. RCM_API_EXAMPLES=200 asks more.
"""

import os
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, seed, settings
from schemathesis.checks import Failure, FailureGroup, load_all_checks
from schemathesis.generation import GenerationMode

from practice.api.authentication import TokenThrottle
from practice.models import Role
from tests.api.world import World, furnish

EXAMPLES = int(os.environ.get("RCM_API_EXAMPLES", "3"))
REACHED = {200, 201, 202}

load_all_checks()
CHECKS = [
    schemathesis.checks.CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    )
]
NEGATIVE = schemathesis.checks.CHECKS.get_one("negative_data_rejection")


@pytest.fixture
def world(practice, drain, monkeypatch) -> World:
    monkeypatch.setattr(TokenThrottle, "rate", "1000000/min", raising=False)
    return furnish(practice, drain)


@pytest.fixture
def app() -> Iterator[Any]:
    """The web application; as with Django's own test client, a request leaves the test's connection open."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield WSGIHandler()
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.slow
def test_no_request_ends_in_an_answer_that_is_not_described(world, app):
    found: dict[str, Counter[int]] = {}
    wrong: list[str] = []
    description = schemathesis.openapi.from_wsgi("/api/v1/schema", app)
    ids = world.ids()
    for result in description.get_all_operations():
        operation = result.ok()
        if operation.path == "/api/v1/schema":
            continue
        told = found.setdefault(f"{operation.method.upper()} {operation.path}", Counter())
        wrong += ask(operation, GenerationMode.POSITIVE, CHECKS, world, ids, told)
        if operation.body:
            wrong += ask(operation, GenerationMode.NEGATIVE, [*CHECKS, NEGATIVE], world, ids, Counter())
    assert not wrong, "\n\n".join(wrong)
    if os.environ.get("RCM_API_EXAMPLES"):
        for name, told in found.items():
            print(name, dict(told))  # noqa: T201 -- the report of a run by hand
    unreached = {name for name, told in found.items() if not REACHED & set(told)}
    assert unreached == set()


def ask(operation, mode, checks, world: World, ids, told: Counter[int]) -> list[str]:
    """Ask one operation some times, each time of the same records; what was wrong with the answers."""
    role = next(iter(operation.definition.raw.get("x-roles", [])), Role.AUDITOR)
    program = world.by(Role(role))

    @seed(1)
    @settings(
        max_examples=EXAMPLES if mode is GenerationMode.POSITIVE else EXAMPLES // 2, deadline=None, database=None, derandomize=False,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def examine(case) -> None:
        if mode is GenerationMode.POSITIVE:
            _of_real_records(case, world, ids)
        with _undone():
            response = case.call(headers={"Authorization": f"Bearer {program.text}"})
        told[response.status_code] += 1
        case.validate_response(response, checks=checks)

    try:
        examine()
    except (FailureGroup, Failure, ExceptionGroup) as failure:
        faults = getattr(failure, "exceptions", [failure])
        return [f"{operation.label}: {fault}" for fault in faults]
    return []


def _of_real_records(case, world: World, ids: dict[str, list[str]]) -> None:
    """Put records, days and codes that exist in the place of most made up ones; of every second request make
    one that can be carried out."""
    place = case.path.removeprefix("/api/v1/")
    kind = place.split("/")[0].removesuffix("s").replace("-", "_")
    is_fit = zlib.crc32(repr((case.headers, case.path_parameters)).encode()) % 2 == 0
    if "id" in (case.path_parameters or {}):
        case.path_parameters["id"] = (
            str(world.fit[place].public_id)
            if is_fit and place in world.fit
            else _real(case.path_parameters["id"], ids.get(kind, []))
        )
    if case.query:
        case.query = {name: _of_our_time(value) for name, value in case.query.items()}
    if isinstance(case.body, dict):
        case.body = {name: _real_in(name, value, ids) for name, value in case.body.items()}
        if is_fit and case.method == "POST":
            told = {**case.body, **world.told.get(place, {})}
            case.body = {name: value for name, value in told.items() if (name, value) != ("subscriber", None)}


def _real_in(name: str, value: Any, ids: dict[str, list[str]]) -> Any:
    match name, value:
        case "claims", list():
            return [_real(each, ids["claim"]) for each in value]
        case "diagnoses", [str(), *_]:
            return ["I10"]
        case "lines", [{"procedure_code": _}, *_]:
            return [{"procedure_code": "99214", "pointers": [1]}]
    known = {"rendering_provider": "provider", "referring_provider": "provider"}.get(name, name)
    return _real(value, ids[known]) if known in ids else _of_our_time(value)


def _of_our_time(value: Any) -> Any:
    """A made up day, or the day of a moment, brought into a year in which the practice is at work."""
    if isinstance(value, str) and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return f"2025-{value[5:8]}{min(int(value[8:10]), 28):02d}{value[10:]}"
    return value


def _real(made_up: Any, known: list[str]) -> Any:
    """A record's id that follows from the made up one, so that the same example asks the same; some stay."""
    try:
        number = UUID(made_up).int
    except (ValueError, TypeError, AttributeError):
        return made_up
    return known[number % len(known)] if known and number % 8 else made_up


@contextmanager
def _undone():
    """What an example writes is taken back, so that each begins with the same records."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
