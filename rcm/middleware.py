"""What holds for every request, whatever it asks for."""

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from rcm.db import practice_scope

Answer = Callable[[HttpRequest], HttpResponse]


def no_scope_between_requests(get_response: Answer) -> Answer:
    """Begin every request with no practice stated, and leave none behind on the open connection."""

    def answer(request: HttpRequest) -> HttpResponse:
        with practice_scope(()):
            return get_response(request)

    return answer


def request_id_in_answer(get_response: Answer) -> Answer:
    """Give the caller the request id that our log lines carry, to quote when something went wrong."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["X-Request-ID"] = structlog.contextvars.get_contextvars().get("request_id", "")
        return response

    return answer
