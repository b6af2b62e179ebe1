"""Transactions, and which practices the database may show."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, Error, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

_scope: ContextVar[tuple[int, ...]] = ContextVar("practice_scope", default=())
_NOTHING = "{}"
_told: WeakKeyDictionary[BaseDatabaseWrapper, str] = WeakKeyDictionary()  # what each connection heard last


class NoTransaction(Exception):
    """The caller must open transaction.atomic() around the change and whatever belongs to it."""


def require_transaction() -> None:
    """Raise NoTransaction unless a real transaction is open; the one around a test does not count."""
    blocks = transaction.get_connection().atomic_blocks
    if all(getattr(block, "_from_testcase", False) for block in blocks):
        raise NoTransaction


@contextmanager
def practice_scope(ids: Iterable[int]) -> Iterator[None]:
    """State the practices that this request, task or command works for; row security shows no other.

    Replaces whatever was stated before and brings it back at the end. With nothing stated no row that belongs
    to a practice can be read or written. Holds across a reconnect; ids are primary keys of practices.
    """
    token = _scope.set(tuple(sorted({int(pk) for pk in ids})))
    try:
        _tell(transaction.get_connection())
        yield
    finally:
        _scope.reset(token)
        _restore(transaction.get_connection())


def current_scope() -> tuple[int, ...]:
    """The ids of the practices stated last, in order; empty when nothing is stated."""
    return _scope.get()


def _tell(wrapper: BaseDatabaseWrapper) -> None:
    """Say the scope to an open connection, unless it knows. A closed one hears it when it opens."""
    scope = _literal()
    if wrapper.connection is None or _told.get(wrapper, _NOTHING) == scope:
        return
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT set_config('rcm.practices', %s, false)", [scope])
    _told[wrapper] = scope


def _restore(wrapper: BaseDatabaseWrapper) -> None:
    """Say the outer scope again, or make sure that the connection cannot keep the inner one.

    In a failed transaction nothing can be said; the rollback that must follow brings the outer value back by
    itself, since a scope entered within a transaction is left within it. Any other failure drops the
    connection.
    """
    if wrapper.in_atomic_block and (wrapper.needs_rollback or _is_aborted(wrapper)):
        _told[wrapper] = _literal()
        return
    try:
        _tell(wrapper)
    except Error:
        wrapper.close()


def _is_aborted(wrapper: BaseDatabaseWrapper) -> bool:
    status: int = wrapper.connection.info.transaction_status if wrapper.connection else 0
    return status == 3  # libpq's PQTRANS_INERROR


def _literal() -> str:
    return "{" + ",".join(str(pk) for pk in _scope.get()) + "}"


@receiver(connection_created, dispatch_uid="rcm.db.tell_new_connection")
def _tell_new_connection(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    _told[connection] = _NOTHING
    if connection.alias == DEFAULT_DB_ALIAS:
        _tell(connection)
