"""Whatever is not done is answered in words: RFC 9457 problem details with a code a program can act on."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler

from rcm.state import IllegalMove, LostRace

MEDIA_TYPE = "application/problem+json"
ROOT = "/api/"


@dataclass(frozen=True, slots=True)
class Refusal:
    """How the named refusal of an action is answered.

    409: the record is not in a state for it. 422: what was told cannot stand. `more` reads further members of
    the answer from the exception, never anything about a patient that the caller did not send.
    """

    status: int
    words: str
    more: Callable[[Any], Mapping[str, Any]] | None = None


Refusals = Mapping[type[Exception], Refusal]

MOVED: Refusals = {
    IllegalMove: Refusal(409, "The record's status does not allow this. Read it again."),
    LostRace: Refusal(409, "Somebody else changed the record at the same moment. Read it again."),
}
"""What every change of a status may run into."""


class FieldProblem(serializers.Serializer[Any]):
    """One thing wrong with what was sent: where, and what."""

    field = serializers.CharField(help_text="The path in the body, dotted; empty for the body as a whole")
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """Why something was not done (RFC 9457)."""

    title = serializers.CharField(help_text="The status in words")
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Fixed name of the reason, for programs")
    detail = serializers.CharField(help_text="The reason in words, for people")
    errors = serializers.ListField(child=FieldProblem(), required=False)  # type: ignore[assignment]


def problem(status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """The body of an answer that says no."""
    return {
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }


def name_of(refusal: type[Exception]) -> str:
    """The code of a named refusal: ClaimIsOut is claim_is_out."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", refusal.__name__).lower()


def refused(error: Exception, refusals: Refusals) -> dict[str, Any]:
    """The answer to a named refusal that the endpoint foresees."""
    how = refusals[type(error)]
    return problem(how.status, name_of(type(error)), how.words, **(how.more(error) if how.more else {}))


def answer_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: what went wrong before or around an action. None: it is a defect of ours."""
    if isinstance(error, Http404):
        error = exceptions.NotFound("There is no such record, or it is not this practice's.")
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = exception_handler(error, context)
    if response is None:
        return None
    assert isinstance(error, exceptions.APIException)
    if isinstance(error, exceptions.ValidationError):
        body = problem(400, "invalid", "The request is not well formed.", errors=list(_flat(error.detail)))
    else:
        body = problem(response.status_code, _code(error), str(error.detail))
    response.data, response.content_type = body, MEDIA_TYPE
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that leads nowhere: a problem within the API, the page of the house elsewhere."""
    if not request.path.startswith(ROOT):
        return defaults.page_not_found(request, exception)
    return _plain(problem(404, "not_found", "There is nothing at this address."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that is not read at all: a problem within the API, the page of the house elsewhere."""
    if not request.path.startswith(ROOT):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return _plain(
            problem(413, "too_large", "The body is larger than a request may be. Send less at once.")
        )
    return _plain(problem(400, "invalid", "The request is not well formed."))


def server_error(request: HttpRequest) -> HttpResponse:
    """A defect of ours: a problem within the API, the page of the house elsewhere."""
    if not request.path.startswith(ROOT):
        return defaults.server_error(request)
    return _plain(problem(500, "server_error", "Something went wrong here. Nothing was changed."))


def _plain(body: dict[str, Any]) -> JsonResponse:
    return JsonResponse(body, status=body["status"], content_type=MEDIA_TYPE)


def _code(error: exceptions.APIException) -> str:
    codes = error.get_codes()
    return codes if isinstance(codes, str) else str(error.default_code)


def _flat(detail: Any, path: tuple[str, ...] = ()) -> Iterator[dict[str, str]]:
    """Every message of DRF's nested error detail, with its place."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            yield from _flat(inner, path if key == "non_field_errors" else (*path, str(key)))
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            yield from _flat(inner, path if isinstance(inner, str) else (*path, str(place)))
    else:
        yield {"field": ".".join(path), "code": detail.code, "detail": str(detail)}
