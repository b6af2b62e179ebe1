"""Logs that may leave the building: one JSON object a line, constant words, and values under known keys only.

A log line is a fixed event text plus values under the keys of ALLOWED; every other value is dropped, whoever
logged it, because it could hold something of a patient. Of an exception the log keeps its type and the places
it came through, never its text. Lines of other libraries keep their template, not what was put into it.
"""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

ALLOWED = frozenset(
    {
        # the line itself
        "event", "level", "logger", "timestamp", "error", "where",
        # a request: its name travels in all that it causes
        "request_id", "correlation_id", "user_id", "code", "request", "status_code",
        # background work
        "task", "task_id", "task_name", "child_task_id", "child_task_name", "parent_task_id", "name", "id",
        "message_id", "topic", "subscriber", "attempts", "duration_ms", "runtime",
        # rows, by number; files, by our own number; how many
        "practice_id", "subject_id", "interchange_id", "submission_id", "claim_id", "remittance_id",
        "check_id", "statement_id", "notice_id", "encounter_id", "denial_id", "batch_id",
        "kind", "count", "verb", "state", "seconds", "point", "part",
    }
)  # fmt: skip

# A line per tick and task, or per packet: not news.
CHATTY = ("celery.app.trace", "celery.beat", "celery.worker.strategy", "paramiko", "asyncssh", "httpx")

# A part of a path that is longer than a uuid opens something by itself: a link in a letter, a reset.
_SECRET_PART = re.compile(r"(?<=/)[^/\s]{37,}")

Event = MutableMapping[str, Any]


def configure(*, level: str) -> dict[str, Any]:
    """Set structlog up, and return the matching LOGGING for everything that logs the standard way."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [structlog.contextvars.merge_contextvars, template_only],
                "processors": [
                    structlog.stdlib.add_log_level,
                    structlog.stdlib.add_logger_name,
                    structlog.processors.TimeStamper(fmt="iso", utc=True),
                    error_without_text,
                    allowed_only,
                    structlog.processors.JSONRenderer(sort_keys=True),
                ],
                "use_get_message": False,
                "pass_foreign_args": True,
            },
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            **{name: {"level": "WARNING"} for name in CHATTY},
        },
    }


def template_only(_logger: Any, _method: str, event: Event) -> Event:
    """Of another library's line keep the template, its allowed named values and its status code."""
    record: logging.LogRecord = event["_record"]
    event["event"] = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    values = event.pop("positional_args", None)
    if isinstance(values, dict):
        event.update({key: value for key, value in values.items() if key in ALLOWED - {"event"}})
    if status := getattr(record, "status_code", None):
        event["status_code"] = status
    return event


def error_without_text(_logger: Any, _method: str, event: Event) -> Event:
    """Replace an exception by its type, its causes' types and its trail; its text may quote a row."""
    error = _exception_of(event.pop("exc_info", None))
    if error is not None:
        event["error"] = " from ".join(_kinds(error))
        event["where"] = _places(error.__traceback__)
    return event


def allowed_only(_logger: Any, _method: str, event: Event) -> Event:
    """Drop whatever is not on the list; of a request's address its query, and parts that are a secret."""
    kept = {key: value for key, value in event.items() if key in ALLOWED}
    if isinstance(kept.get("request"), str):
        kept["request"] = _SECRET_PART.sub("…", kept["request"].partition("?")[0])
    return kept


def _exception_of(info: Any) -> BaseException | None:
    match info:
        case BaseException():
            return info
        case (_, BaseException() as error, _):
            return error
        case True:
            return sys.exc_info()[1]
    return None


def _kinds(error: BaseException | None) -> list[str]:
    kinds: list[str] = []
    while error is not None and len(kinds) < 5:
        kinds.append(f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins."))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return kinds


def _places(trail: TracebackType | None) -> list[str]:
    return [f"{frame.name} {frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(trail)[-12:]]
