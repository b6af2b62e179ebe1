"""One view of a queue: filtered, sorted, one page of it, with what the page says about the whole."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Count, F, Model, QuerySet, Sum, Window
from django.db.models.expressions import OrderBy
from django.urls import reverse

from rcm.models import Assignment, SavedFilter
from rcm.money import ZERO
from rcm.ui.cells import Cell, Column, Fields, cell, exported
from rcm.ui.doors import opens
from rcm.ui.exports import Value
from rcm.ui.filters import Bound, Choices, bind
from rcm.ui.queue import PER_PAGE, Queue, Total

M = TypeVar("M", bound=Model)

MINE = "mine"
NOBODY = "nobody"
_OWNERS: Choices = [(MINE, "Mine"), (NOBODY, "Nobody's")]
_LONGEST_PAGE = 8
_AT_ONCE = 2000
_NOT_FILTERS = ("page", "export", "open", "done", "at")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the page shows it."""

    public_id: str
    label: str
    url: str
    """Of its record; empty where that is closed to who looks."""
    cells: list[Cell]
    holder: str
    held_since: datetime | None


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's head: its label, how it is sorted now, and where a click sorts by it."""

    column: Column[Any]
    url: str
    sorted: str


class Listing(Generic[M]):
    """A queue seen by somebody, through the filters and the order of a URL."""

    def __init__(
        self,
        queue: Queue[M],
        *,
        given: Mapping[str, str],
        user_id: int,
        practices: Sequence[int],
        now: datetime,
        today: date,
        roles: Collection[str] = (),
    ) -> None:
        self.queue = queue
        self.given = {name: value for name, value in given.items() if value}
        self.user_id = user_id
        self.practices = practices
        self.now = now
        self.today = today
        self.roles = roles
        self.filters: list[Bound] = bind(queue.filters, self.given, practices)

    @cached_property
    def everything(self) -> QuerySet[M]:
        """All rows of the queue, unfiltered, in its own order."""
        return self.queue.rows(self.practices, self.now)

    @cached_property
    def rows(self) -> QuerySet[M]:
        """All rows as filtered and sorted."""
        rows = self.everything
        for bound in self.filters:
            if bound.active:
                rows = rows.filter(bound.condition)
        if self.queue.taken_by_hand and self.owner:
            taken = Assignment.objects.filter(subject_label=self.subject_label)
            mine = taken.filter(taken_by_id=self.user_id) if self.owner == MINE else taken
            ids = mine.values("subject_id")
            rows = rows.filter(pk__in=ids) if self.owner == MINE else rows.exclude(pk__in=ids)
        return rows.order_by(*self._order(), "pk") if self.sort else rows

    @property
    def may_act(self) -> bool:
        """Whether who looks may do more than look."""
        return not self.queue.acts_for.isdisjoint(self.roles)

    @property
    def subject_label(self) -> str:
        """What assignments call these rows."""
        return self.everything.model._meta.label

    @property
    def owner(self) -> str:
        """Whose rows are shown: everybody's when empty."""
        owner = self.given.get("owner", "")
        return owner if owner in dict(_OWNERS) else ""

    @property
    def owners(self) -> Choices:
        """What the filter by owner offers."""
        return _OWNERS

    @property
    def sort(self) -> str:
        """The column sorted by, `-` before it for falling order; empty for the queue's own order."""
        sort = self.given.get("sort", "")
        return sort if self.queue.column(sort.lstrip("-")) else ""

    @property
    def filtered(self) -> bool:
        """Whether something is filtered out."""
        return bool(self.owner) or any(bound.active for bound in self.filters)

    @property
    def total(self) -> Total:
        """Count, dollars and days of all rows as filtered."""
        return self._read[0]

    @property
    def page_number(self) -> int:
        """Which page is shown, within what there is."""
        return min(self._asked_page, self.pages)

    @property
    def pages(self) -> int:
        """How many pages there are; one at least."""
        return _pages(self.total.count)

    @property
    def first(self) -> int:
        """The place of this page's first row, counted from 0."""
        return (self.page_number - 1) * PER_PAGE

    @cached_property
    def shown(self) -> list[Row]:
        """The rows of this page, in order."""
        found = self._found()
        holders = self._holders([row.pk for row in found])
        return [self._row(row, place, holders) for place, row in enumerate(found, self.first)]

    @property
    def headings(self) -> list[Heading]:
        """The heads of the columns."""
        return [self._heading(column) for column in self.queue.columns]

    @property
    def query(self) -> str:
        """The filters and the order as a query string, without the page."""
        return self.query_with()

    @property
    def url(self) -> str:
        """This view of the queue, from its first page."""
        return f"{reverse(self.queue.url_name)}?{self.query}".rstrip("?")

    @property
    def next_page(self) -> str:
        """The query string of the page after this one; empty on the last."""
        return self.query_with(page=str(self.page_number + 1)) if self.page_number < self.pages else ""

    @property
    def previous_page(self) -> str:
        """The query string of the page before this one; empty on the first."""
        return self.query_with(page=str(self.page_number - 1)) if self.page_number > 1 else ""

    @property
    def last(self) -> int:
        """The place of this page's last row, counted from 1."""
        return self.first + len(self.shown)

    def query_with(self, **changed: str) -> str:
        """The query string with some values changed."""
        kept = {name: value for name, value in self.given.items() if name not in _NOT_FILTERS}
        return urlencode({name: value for name, value in (kept | changed).items() if value})

    @cached_property
    def saved(self) -> list[SavedFilter]:
        """The person's own views of this queue."""
        return list(SavedFilter.objects.filter(owner_id=self.user_id, queue=self.queue.name))

    def lines(self) -> Iterator[list[Value]]:
        """Every row as filtered, for a file."""
        values = [column.value for column in self.queue.in_file]
        fields = [value for value in values if isinstance(value, Fields)]
        if len(fields) == len(values):
            yield from self._lines_of(fields)
        else:
            for row in self.rows.iterator(chunk_size=_AT_ONCE):
                yield [exported(value(row)) for value in values]

    def after(self, place: int, done: str) -> M | None:
        """The row to work on next: at this place, unless that is the one just done; None at the end."""
        for row in self.rows[place : place + 2]:
            if str(row.public_id) != done:  # type: ignore[attr-defined]
                return row
        return None

    def chosen(self, public_ids: Sequence[str]) -> QuerySet[M]:
        """Those of the filtered rows that were ticked."""
        return self.rows.filter(public_id__in=public_ids)

    def place_query(self, place: int) -> str:
        """What a link to a record carries, so that the record knows the way back and what comes next."""
        return f"{self._way_back}&at={place}"

    @cached_property
    def _way_back(self) -> str:
        return urlencode({"from": self.url})

    def record_url(self, row: M, place: int) -> str:
        """Where the row's record is, with the way back; empty where it is closed to who looks."""
        url = self.queue.record_url(row)
        return f"{url}?{self.place_query(place)}" if opens(url, self.roles) else ""

    @property
    def _asked_page(self) -> int:
        asked = self.given.get("page", "1")
        return max(int(asked), 1) if asked.isdecimal() and len(asked) < _LONGEST_PAGE else 1

    @cached_property
    def _read(self) -> tuple[Total, list[int]]:
        """What all rows sum to, and the keys of this page's: together, the rows are gone through once."""
        asked = {"all_dollars": self.queue.dollars, "all_days": self.queue.days}
        whole = {"all_rows": Count("pk")} | {name: Sum(field) for name, field in asked.items() if field}
        query = self.rows.query
        if query.group_by is None and not query.distinct:  # a window counts before these do
            told = self.rows.annotate(**{name: Window(each) for name, each in whole.items()})
            read = list(told.values("pk", *whole)[_page(self._asked_page)])
            if read:
                return self._total(read[0]), [row["pk"] for row in read]
        total = self._total(self.rows.order_by().aggregate(**whole))
        page = min(self._asked_page, _pages(total.count))
        return total, list(self.rows.values_list("pk", flat=True)[_page(page)])

    def _total(self, told: Mapping[str, Any]) -> Total:
        dollars = Decimal(told["all_dollars"] or ZERO) if self.queue.dollars else None
        return Total(told["all_rows"], dollars, (told["all_days"] or 0) if self.queue.days else None)

    def _found(self) -> list[M]:
        """This page's rows: first which they are, then what is shown of them.

        So the database sorts keys, not all the queue's rows with everything that a page tells of one.
        """
        _, keys = self._read
        rows = {row.pk: row for row in self.rows.filter(pk__in=keys).order_by()}
        return [rows[key] for key in keys if key in rows]

    def _lines_of(self, columns: list[Fields]) -> Iterator[list[Value]]:
        """Every row's line from the fields alone."""
        names = list(dict.fromkeys(name for column in columns for name in column.names))
        wanted = [(column.make, [names.index(name) for name in column.names]) for column in columns]
        for read in self.rows.prefetch_related(None).values_list(*names).iterator(chunk_size=_AT_ONCE):
            yield [exported(make(*[read[place] for place in places])) for make, places in wanted]

    def _row(self, row: M, place: int, holders: dict[int, tuple[str, datetime]]) -> Row:
        holder, since = holders.get(row.pk, ("", None))
        return Row(
            public_id=str(row.public_id),  # type: ignore[attr-defined]
            label=self.queue.label(row),
            url=self.record_url(row, place),
            cells=[cell(column, row, today=self.today) for column in self.queue.columns],
            holder=holder,
            held_since=since,
        )

    def _holders(self, ids: list[int]) -> dict[int, tuple[str, datetime]]:
        if not self.queue.taken_by_hand:
            return {}
        taken = Assignment.objects.filter(subject_label=self.subject_label, subject_id__in=ids)
        named = taken.select_related("taken_by")
        return {each.subject_id: (self._name(each), each.taken_at) for each in named}

    def _name(self, taken: Assignment) -> str:
        if taken.taken_by_id == self.user_id:
            return "You"
        return taken.taken_by.get_full_name() or taken.taken_by.get_username()

    def _order(self) -> list[OrderBy]:
        column = self.queue.column(self.sort.lstrip("-"))
        falling = self.sort.startswith("-")
        names = column.sort if column else ()
        return [_falling(name) if falling else _rising(name) for name in names]

    def _heading(self, column: Column[M]) -> Heading:
        if not column.sort:
            return Heading(column, "", "none")
        rising, falling = self.sort == column.name, self.sort == f"-{column.name}"
        turned = f"-{column.name}" if rising else column.name
        state = "ascending" if rising else "descending" if falling else "none"
        return Heading(column, self.query_with(sort=turned), state)


def _rising(name: str) -> OrderBy:
    return F(name[1:]).desc(nulls_last=True) if name.startswith("-") else F(name).asc(nulls_last=True)


def _falling(name: str) -> OrderBy:
    return _rising(name[1:] if name.startswith("-") else f"-{name}")


def _pages(count: int) -> int:
    return max(1, -(-count // PER_PAGE))


def _page(number: int) -> slice:
    return slice((number - 1) * PER_PAGE, number * PER_PAGE)
