"""A queue: rows that wait for somebody, with all that a queue does -- said once, for every app.

An app declares a `Queue` (its rows, columns, filters, bulk acts) and gives it two small views:

    @require_GET
    @allow(Role.BILLER, Role.AUDITOR)
    def held(request: StaffRequest) -> HttpResponse:
        return queue_page(request, HELD)

    @require_POST
    @allow(Role.BILLER)
    def held_bulk(request: StaffRequest) -> HttpResponse:
        return bulk_page(request, HELD, by=request.user)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

from rcm.ui.cells import Column
from rcm.ui.filters import Filter

M = TypeVar("M", bound=Model)

PER_PAGE = 50


@dataclass(frozen=True)  # no slots: Python 3.11 cannot make a slotted generic by its alias
class Bulk(Generic[M]):
    """Something that can be done to many rows at once, each in a transaction of its own.

    `do(row, by, now)` does it to one row and says in a few words what became of it; one of `refusals` means
    that this row stays as it is, for the reason in the exception's words (which name no patient).
    `tells` says beforehand what will happen. `permanent` acts are asked for once more in red.
    """

    name: str
    label: str
    tells: str
    do: Callable[[M, Any, datetime], str]
    refusals: tuple[type[Exception], ...] = ()
    permanent: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """What an empty list offers to do, to whom it is open: its words, and the page where it is done."""

    label: str
    url_name: str


@dataclass(frozen=True)  # no slots: Python 3.11 cannot make a slotted generic by its alias
class Queue(Generic[M]):
    """A work queue. `rows(practices, now)` gives the rows of these practices, the most pressing first.

    `label(row)` names a row to a person ("LS00012"); `dollars` is the field summed on top of the page, and
    `days` one that counts days.
    `acts_for` are the roles that may do more than look.
    `file_columns` are those of its CSV and XLSX, where the page puts two things into one column.
    `preview` names a template shown beside the list, with the row as `row` and what `beside(row)` adds.
    """

    name: str
    title: str
    noun: str
    url_name: str
    rows: Callable[[Sequence[int], datetime], QuerySet[M]]
    columns: tuple[Column[M], ...]
    label: Callable[[M], str]
    record_url: Callable[[M], str]
    empty: str
    file_columns: tuple[Column[M], ...] = ()
    dollars: str = ""
    days: str = ""
    intro: str = ""
    filters: tuple[Filter, ...] = ()
    bulk: tuple[Bulk[M], ...] = ()
    bulk_url_name: str = ""
    acts_for: frozenset[str] = frozenset()
    preview: str = ""
    beside: Callable[[M], dict[str, object]] = field(default=lambda _row: {})
    taken_by_hand: bool = True
    empty_action: Act | None = None
    header_template: str = ""

    def __post_init__(self) -> None:
        """Queues are known by the page they are on, so that a record finds its way back."""
        QUEUES[self.url_name] = self

    @property
    def in_file(self) -> tuple[Column[M], ...]:
        """The columns of its file."""
        return self.file_columns or self.columns

    def column(self, name: str) -> Column[M] | None:
        """The column of that name that sorts; None without one."""
        return next((column for column in self.columns if column.name == name and column.sort), None)


QUEUES: dict[str, Queue[Any]] = {}
"""Every queue of the house, by the name of its URL."""


@dataclass(frozen=True, slots=True)
class Total:
    """How much is in the queue as filtered."""

    count: int
    dollars: Decimal | None
    days: int | None = None
