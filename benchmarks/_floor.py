"""The ground that an action is measured against: Django's own bulk insert of as many rows as it wrote."""

import time
from collections.abc import Callable

from benchmarks._database import rows_written
from practice.models import Practice
from rcm import audit, clock

HEADER = "| claims | rows written | {}, s | claims/s | bulk insert, s | ratio |\n|---|---|---|---|---|---|"


def print_beside_floor(practice: Practice, count: int, act: Callable[[], object]) -> None:
    """One line of the table: an action on `count` claims, then as many plain rows into the audit trail.

    Both commit, so constraints that wait for the commit are in the figures.
    """
    before = rows_written()
    spent = _seconds(act)
    rows = rows_written() - before
    plain = ((practice, {"row": row}) for row in range(rows))
    floor = _seconds(lambda: audit.record_all("measured", plain, now=clock.now(), by=None))
    print(f"| {count:,} | {rows:,} | {spent:.2f} | {count / spent:.0f} | {floor:.2f} | {spent / floor:.1f} |")


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
