"""A database for one benchmark: like a test's, migrated, committed to, and gone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases


@contextmanager
def database() -> Iterator[None]:
    """For the block all connections lead to a migrated database without rows."""
    made = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
    try:
        yield
    finally:
        connections.close_all()
        teardown_databases(made, verbosity=0)


def rows_written() -> int:
    """How many rows the committed transactions of this database have inserted or changed so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT sum(n_tup_ins + n_tup_upd) FROM pg_stat_user_tables")
        return int(cursor.fetchone()[0])
