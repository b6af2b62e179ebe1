"""Writes that happen once: the change and its answer are one transaction, under the caller's own key.

A crash leaves neither; a repeat after the commit finds the answer. Two requests with one key at the same time
meet at a lock: the second is told to wait. So whatever the network does, a caller repeats until it has heard.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Protocol, cast

from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.urls import reverse
from psycopg2.errors import CheckViolation, ExclusionViolation, UniqueViolation
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from rcm import clock, faults
from rcm.api.problems import MEDIA_TYPE, MOVED, Refusals, refused
from rcm.api.resource import Asked, Resource

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{8,255}")
REPEATED = "Idempotent-Replayed"
Run = Callable[[Any, Asked], Any]


class Kept(Protocol):
    """An answer given before."""

    fingerprint: str
    status_code: int
    answer: str


class KeyMissing(exceptions.APIException):
    """A write without a key could happen twice."""

    status_code = 400
    default_code = "idempotency_key_missing"
    default_detail = (
        f"Every write needs the header {HEADER}: 8 to 255 visible ASCII characters, new for each change you "
        "mean to make (a UUID is fine), and the same when you repeat the request."
    )


class InProgress(exceptions.APIException):
    """The first request under this key has not been answered yet."""

    status_code = 409
    default_code = "request_in_progress"
    default_detail = "A request with this idempotency key is being carried out. Ask again in a moment."


class KeyReused(exceptions.APIException):
    """The key stands for another request."""

    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = "This idempotency key was used for another request. Take a new key for a new change."


class NotPossible(exceptions.APIException):
    """The database refused: a value is taken, or contradicts another. `constraint` names the rule."""

    status_code = 409
    default_code = "not_possible"

    def __init__(self, constraint: str) -> None:
        super().__init__(f"This contradicts what is on record: {constraint.replace('_', ' ')}.")


class Nothing(serializers.Serializer[Any]):
    """No body."""


@dataclass(frozen=True, slots=True)
class Write:
    """What a write takes, gives and may refuse."""

    takes: type[serializers.Serializer[Any]]
    gives: type[serializers.BaseSerializer[Any]]
    status: int
    refuses: Refusals = field(default_factory=dict)
    located: str = ""


def writes(
    *,
    roles: tuple[str, ...],
    gives: type[serializers.BaseSerializer[Any]],
    takes: type[serializers.Serializer[Any]] = Nothing,
    status: int = 200,
    refuses: Refusals | None = None,
    path: str = "",
    located: str = "",
) -> Callable[[Run], Callable[..., HttpResponse]]:
    """Make a method of a Resource answer a write: one call of an action, whose row is answered as `gives`.

    The method is `create`, `partial_update`, or named after a noun with `path` under the record. It gets what
    was Asked and raises nothing but the refusals named here (those of rcm.state.move among them). `located`
    names the resource under which the row can be read afterwards.
    """
    write = Write(takes, gives, status, {**MOVED, **(refuses or {})}, located)

    def wrap(run: Run) -> Callable[..., HttpResponse]:
        @wraps(run)
        def answer(view: Resource[Any], request: Request, **_place: Any) -> HttpResponse:
            return _once(view, request, write, run)

        told = cast(Any, answer)
        told.write, told.roles = write, roles
        return cast(Any, action(detail=True, methods=["post"], url_path=path)(answer)) if path else answer

    return wrap


def _once(view: Resource[Any], request: Request, write: Write, run: Run) -> HttpResponse:
    """The answer to a write: carried out now, or kept from the time when it was."""
    key, fingerprint = _key(request), _fingerprint(request)
    try:
        return _answer(view, request, write, run, key, fingerprint)
    except IntegrityError as error:
        raise NotPossible(_broken_rule(error)) from None


def _answer(
    view: Resource[Any], request: Request, write: Write, run: Run, key: str, fingerprint: str
) -> HttpResponse:
    caller: Any = view.caller
    with transaction.atomic():
        if not _hold(f"{caller.practice.pk}:{request.user.pk}:{key}"):
            raise InProgress
        kept: Kept | None = caller.kept(key)
        if kept is None:
            status, content = _carry_out(view, request, write, run, key)
            faults.point("api.written")
            caller.keep(key, fingerprint=fingerprint, status_code=status, answer=content, now=clock.now())
        elif kept.fingerprint != fingerprint:
            raise KeyReused
        else:
            status, content = kept.status_code, kept.answer
    faults.point("api.committed")
    return _response(write, status, content, repeated=kept is not None)


def _carry_out(view: Resource[Any], request: Request, write: Write, run: Run, key: str) -> tuple[int, str]:
    """Status and body of the answer. A named refusal is an answer too: what an action left behind before it
    said no stands, and the same key is refused again."""
    shape = write.takes(data=request.data or {}, context={"view": view})
    shape.is_valid(raise_exception=True)
    asked = Asked(
        by=request.user,
        practice=view.caller.practice,
        now=clock.now(),
        told=shape.validated_data,
        key=key,
    )
    try:
        row = run(view, asked)
    except tuple(write.refuses) as refusal:
        body = refused(refusal, write.refuses)
        return body["status"], _json(body)
    return write.status, _json(write.gives(row).data)


def _response(write: Write, status: int, content: str, *, repeated: bool) -> HttpResponse:
    is_done = status < 400
    response = HttpResponse(
        content, status=status, content_type="application/json" if is_done else MEDIA_TYPE
    )
    if repeated:
        response[REPEATED] = "true"
    if is_done and write.located:
        response["Location"] = reverse(f"api-{write.located}-detail", args=[json.loads(content)["id"]])
    return response


def _key(request: Request) -> str:
    key = request.headers.get(HEADER, "")
    if KEY.fullmatch(key) is None:
        raise KeyMissing
    return str(key)


def _fingerprint(request: Request) -> str:
    """What makes two requests the same: method, path, and the body's values in whatever order."""
    asked = [request.method, request.path, request.data]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _broken_rule(error: IntegrityError) -> str:
    """The unique, exclusion or check constraint that was run into; any other error is ours, and raised."""
    said = error.__cause__
    if not isinstance(said, (UniqueViolation, ExclusionViolation, CheckViolation)):
        raise error
    return said.diag.constraint_name or "a rule of the database"


def _hold(name: str) -> bool:
    """Take the key for the time of this transaction; False while another one has it."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def _json(body: Any) -> str:
    text: bytes = JSONRenderer().render(body)
    return text.decode()
