"""One kind of record: who may read it, how it is listed, found and shown, and which writes it takes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Protocol, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import GenericViewSet

from rcm import audit, clock
from rcm.api.body import Body
from rcm.api.paging import PageQuery, page_of
from rcm.db import practice_scope

Row = TypeVar("Row", bound=Model)
Run = TypeVar("Run", bound=Callable[..., HttpResponseBase])
PDF = "application/pdf"


class Caller(Protocol):
    """Who asks, as the authentication found out: `request.auth`. The kernel knows no app, so no types."""

    practice: Any

    def may(self, roles: tuple[str, ...]) -> bool:
        """Whether the caller holds one of the roles in its practice (any role when none is named)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an action needs to know of a request: the person or program, the moment, the practice's day.

    `told` are the values of the body, already of the declared shape; `key` is the idempotency key.
    """

    by: Any
    practice: Any
    now: datetime
    told: Mapping[str, Any]
    key: str

    @property
    def today(self) -> date:
        """The day in the practice's own time zone."""
        return clock.today(self.practice.time_zone)


class OneAnswer(BaseContentNegotiation):
    """There is one form of each answer, whatever the caller says it accepts."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """The parser of the body's media type; None for one that is not known."""
        return DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(
        self, _request: Request, renderers: Iterable[BaseRenderer], _suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """JSON."""
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class Resource(GenericViewSet[Row]):
    """Records of one kind, of the caller's practice: listed, and shown one by one.

    `gives` is the shape of one record, `gives_listed` that of one in a list, where it is another; `query` the
    filters of the list, whose sources are the lookups; `read_by` the roles that may read. `source` gives the
    rows with whatever they need to be shown.
    """

    gives: ClassVar[type[serializers.BaseSerializer[Any]]]
    gives_listed: ClassVar[type[serializers.BaseSerializer[Any]] | None] = None
    query: ClassVar[type[serializers.Serializer[Any]] | None] = None
    read_by: ClassVar[tuple[str, ...]]
    is_about_patients: ClassVar[bool] = True
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"
    http_method_names = ["get", "head", "post", "patch"]
    pagination_class = None
    filter_backends = ()
    parser_classes = (Body,)
    content_negotiation_class = OneAnswer

    def source(self) -> QuerySet[Row]:
        """All rows of this kind that a caller may see, with the related ones that are shown."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Row]:
        """The rows of the caller's practice; row security stands behind the filter."""
        return self.source().filter(practice=self.caller.practice)

    @property
    def caller(self) -> Caller:
        """Who asks."""
        found: Caller = self.request.auth  # type: ignore[assignment]
        return found

    @property
    def user(self) -> Any:
        """The person or program in whose name things are read and done."""
        return self.request.user

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that may ask this: the write's own, or the readers."""
        found: tuple[str, ...] = getattr(self.handler, "roles", self.read_by)
        return found

    @property
    def shapes_of_query(self) -> tuple[type[serializers.Serializer[Any]], ...]:
        """What may stand behind the question mark of the list: the page, and the filters."""
        return (PageQuery, self.query) if self.query else (PageQuery,)

    @property
    def handler(self) -> Any:
        """The method that answers this request; None for a method the resource does not take."""
        return getattr(self, self.action, None) if self.action else None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer within the caller's practice, and leave its scope at the end."""
        with ExitStack() as self.scope:
            response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def perform_authentication(self, request: Request) -> None:
        """Find out who asks, and state their practice to the database."""
        super().perform_authentication(request)
        if request.auth is not None:
            self.scope.enter_context(practice_scope([self.caller.practice.pk]))

    def list(self, request: Request) -> Response:
        """The records, newest first."""
        told = self._told_in_query(request)
        after, limit = told.pop("after", None), told.pop("limit")
        with transaction.atomic():
            page, following = page_of(
                self.get_queryset().filter(**told), after=after, limit=limit, request=request
            )
            self.note_read(page)
        shape = self.gives_listed or self.gives
        return Response({"results": shape(page, many=True).data, "next": following})

    def retrieve(self, _request: Request, **_place: Any) -> Response:
        """One record."""
        with transaction.atomic():
            row = self.open()
        return Response(self.gives(row).data)

    def open(self) -> Row:
        """The record of the address, with the reading of it on the audit trail."""
        row = self.get_object()
        self.note_read([row])
        return row

    def letter_of(self, row: Any) -> HttpResponse:
        """The PDF of a row as it was sent, the reading on the audit trail; Http404 where there is none."""
        if not row.pdf:
            raise Http404
        self.note_read([row])
        return HttpResponse(bytes(row.pdf), content_type=PDF)

    def note_read(self, rows: Sequence[Any]) -> None:
        """Put the reading of these rows on the audit trail, where they tell of patients."""
        if self.is_about_patients and rows:
            audit.record_all("read", ((row, {}) for row in rows), now=clock.now(), by=self.user)

    def _told_in_query(self, request: Request) -> dict[str, Any]:
        """The filters as lookups, `after` and `limit`; raises ValidationError for any that is not known."""
        told: dict[str, Any] = {}
        known: set[str] = set()
        for kind in self.shapes_of_query:
            shape = kind(data=request.query_params)
            shape.is_valid(raise_exception=True)
            told.update(shape.validated_data)
            known.update(shape.fields)
        if unknown := sorted(set(request.query_params) - known):
            raise serializers.ValidationError(
                {name: ["There is no such filter."] for name in unknown}, "unknown"
            )
        return told


def asks(
    *, takes: type[serializers.Serializer[Any]], gives: type[serializers.Serializer[Any]]
) -> Callable[[Run], Run]:
    """Make a method answer a question that is too private for an address: posted, and no write."""

    def wrap(method: Run) -> Run:
        told: Any = action(detail=False, methods=["post"])(method)
        told.takes, told.gives = takes, gives
        return method

    return wrap


def pdf(method: Run) -> Run:
    """Make a method of a Resource answer with a letter, under its own name behind the record's address."""
    told: Any = action(detail=True, methods=["get"])(method)
    told.media = PDF
    return method


def router(**resources: type[Resource[Any]]) -> SimpleRouter:
    """The addresses of an app's resources; an underscore in a name is a hyphen in its address."""
    made = SimpleRouter(trailing_slash=False, use_regex_path=False)
    for name, resource in resources.items():
        made.register(name.replace("_", "-"), resource, basename=f"api-{name}")
    return made
