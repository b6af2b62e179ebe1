"""What row-level security costs: the same queries, by the same role, with the policy and without.

200,000 rows of 40 practices, in two tables alike. Every query also carries the filter that the application's
own `visible_to` adds, as in production: the figure is the price of the second wall, not of having a wall.
"""

import statistics
import time

from django.db import connection, connections
from django.db.backends.utils import CursorWrapper

from rcm import rows
from rcm.db import practice_scope

ROWS = 200_000
PRACTICES = 40
ROUNDS = 15
OPEN, SECURED = "benchmark_open", "benchmark_secured"

QUERIES = {
    "one row by its key": (200, "SELECT * FROM {table} WHERE id = 12345 AND practice_id = ANY (%s)"),
    "a page: the newest 50": (
        100,
        "SELECT * FROM {table} WHERE practice_id = ANY (%s) ORDER BY happened_at DESC LIMIT 50",
    ),
    "count of the practices' rows": (10, "SELECT count(*) FROM {table} WHERE practice_id = ANY (%s)"),
    "sum by status": (
        10,
        "SELECT status, sum(amount) FROM {table} WHERE practice_id = ANY (%s) GROUP BY status",
    ),
}


def run() -> None:
    """Build both tables, measure, print a table of milliseconds and ratios, drop both."""
    owner = connections["owner"]
    try:
        rows.secure(owner)  # role and functions, on a database that was never migrated
        with owner.cursor() as cursor:
            for table in (OPEN, SECURED):
                _build(cursor, table)
            rows.secure_tables(cursor)  # finds both by their column
            cursor.execute(f"ALTER TABLE {OPEN} DISABLE ROW LEVEL SECURITY")
            cursor.execute(f"ANALYZE {OPEN}, {SECURED}")
        for practices in ([7], list(range(1, 11))):
            _measure(practices)
    finally:
        with owner.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {OPEN}, {SECURED}")


def _build(cursor: CursorWrapper, table: str) -> None:
    cursor.execute(
        f"""
        DROP TABLE IF EXISTS {table};
        CREATE TABLE {table} (
            id bigint PRIMARY KEY, practice_id bigint NOT NULL, status text NOT NULL,
            amount numeric(12, 2) NOT NULL, happened_at timestamptz NOT NULL
        );
        INSERT INTO {table}
        SELECT n, n % {PRACTICES} + 1, (ARRAY['sent', 'paid', 'denied'])[n % 3 + 1], n % 50000 / 100.0,
               timestamptz '2026-01-01' + n * interval '1 minute'
        FROM generate_series(1, {ROWS}) n;
        CREATE INDEX ON {table} (practice_id, happened_at DESC);
        GRANT SELECT ON {table} TO {rows.ROLE};
        """  # noqa: S608  (our own constants)
    )


def _measure(practices: list[int]) -> None:
    print(
        f"\n{len(practices)} of {PRACTICES} practices in scope, {ROWS:,} rows; medians of {ROUNDS} rounds\n"
    )
    print("| query | without, ms | with, ms | ratio |\n|---|---|---|---|")
    with practice_scope(practices):
        for name, (times, sql) in QUERIES.items():
            spent: dict[str, list[float]] = {OPEN: [], SECURED: []}
            for _ in range(ROUNDS):
                for table, seconds in spent.items():
                    seconds.append(_time(sql.format(table=table), practices, times))
            without, secured = (statistics.median(seconds) * 1000 for seconds in spent.values())
            print(f"| {name} | {without:.3f} | {secured:.3f} | {secured / without:.2f} |")


def _time(sql: str, practices: list[int], times: int) -> float:
    with connection.cursor() as cursor:
        started = time.perf_counter()
        for _ in range(times):
            cursor.execute(sql, [practices])
            cursor.fetchall()
        return (time.perf_counter() - started) / times
