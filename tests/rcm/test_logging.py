"""Nothing of a patient leaves through a log line."""

import io
import json
import logging
import logging.config

import pytest
import structlog

from rcm.logging import configure

SECRET = "Jane Doe"


@pytest.fixture
def lines():
    """Log into memory with the real configuration; calling it gives the lines written so far."""
    configuration = configure(level="INFO")
    stream = io.StringIO()
    configuration["handlers"]["console"]["stream"] = stream
    before = logging.root.handlers[:]
    logging.config.dictConfig(configuration)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.root.handlers[:] = before
    structlog.contextvars.clear_contextvars()


def test_log_keeps_ids_and_counts_and_drops_the_rest(lines):
    structlog.contextvars.bind_contextvars(request_id="r1")
    structlog.get_logger("claims").info("Claim held.", claim_id=7, count=2, patient_name=SECRET)
    [line] = lines()
    assert {key: line[key] for key in ("event", "level", "logger", "claim_id", "count", "request_id")} == {
        "event": "Claim held.",
        "level": "info",
        "logger": "claims",
        "claim_id": 7,
        "count": 2,
        "request_id": "r1",
    }
    assert set(line) == {"event", "level", "logger", "claim_id", "count", "request_id", "timestamp"}


def test_log_of_an_exception_names_its_type_and_trail_and_not_its_text(lines):
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise ValueError(SECRET) from error
    except ValueError as error:
        structlog.get_logger("claims").error("Failed.", exc_info=error)
        logging.getLogger("elsewhere").exception("Failed for %s", SECRET)
    assert SECRET not in json.dumps(lines())
    assert [line["error"] for line in lines()] == ["ValueError from KeyError"] * 2
    assert "test_log_of_an_exception" in lines()[0]["where"][0]


def test_log_exception_of_structlog_finds_the_current_error(lines):
    try:
        raise ValueError(SECRET)
    except ValueError:
        structlog.get_logger("claims").exception("Failed.")
    assert [line["error"] for line in lines()] == ["ValueError"]
    assert SECRET not in json.dumps(lines())


def test_line_of_another_library_keeps_its_template_only(lines):
    logging.getLogger("celery.app.trace").error(
        "Task %(name)s raised %(exc)s", {"name": "rcm.relay", "exc": SECRET}
    )
    logging.getLogger("django.request").warning(
        "%s: %s", "Not Found", f"/{SECRET}", extra={"status_code": 404}
    )
    logging.getLogger("odd").warning(ValueError(SECRET))
    first, second, third = lines()
    assert (first["event"], first["name"]) == ("Task %(name)s raised %(exc)s", "rcm.relay")
    assert (second["event"], second["status_code"]) == ("%s: %s", 404)
    assert third["event"] == "ValueError"
    assert SECRET not in json.dumps(lines())


def test_log_of_a_request_has_no_query(lines):
    structlog.get_logger("django_structlog").info("request_started", request="GET /patients/?q=Doe")
    assert lines()[0]["request"] == "GET /patients/"


def test_log_of_a_request_masks_a_part_that_opens_something(lines):
    token = "hV3-x_" * 7 + "q"
    for path in (
        f"GET /pay/{token}/payments/",
        f"GET /pay/{token}",
        "GET /claims/6f1c1c0e-0e1a-4f63-9f4e-0d6c2a4b8e11/",
    ):
        structlog.get_logger("django").info("Request.", request=path)
    assert [line["request"] for line in lines()] == [
        "GET /pay/…/payments/",
        "GET /pay/…",
        "GET /claims/6f1c1c0e-0e1a-4f63-9f4e-0d6c2a4b8e11/",
    ]
