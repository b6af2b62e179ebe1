"""What posting a large 835 costs: claims per second, and how many times a plain insert of as many rows.

One file decides every claim of a practice: `take_in` matches, posts and settles them in one transaction. The
floor is Django's own bulk insert of as many rows as that transaction wrote, into the audit trail. Both
commit, so constraints that wait for it are in the figures. The tests' scenario makes claims and file.
"""

import time
from collections.abc import Callable

from benchmarks._database import database, rows_written
from billing.actions.remittance import take_in
from practice.models import Practice
from rcm import audit, clock
from rcm.db import practice_scope
from tests.billing.scenario import document_of, many_billed, text_paying
from tests.factories import PracticeFactory

SIZES = (100, 1_000, 5_000)


def run() -> None:
    """Print a line for each size of file; each has a practice of its own."""
    print("| claims | rows written | posting, s | claims/s | bulk insert, s | ratio |")
    print("|---|---|---|---|---|---|")
    with database():
        for size in SIZES:
            practice = PracticeFactory()
            with practice_scope([practice.pk]):
                _measure(practice, size)


def _measure(practice: Practice, size: int) -> None:
    document = document_of(practice, text_paying(many_billed(practice, size)))
    before, now = rows_written(), clock.now()
    posting = _seconds(lambda: take_in(document=document, now=now))
    rows = rows_written() - before
    document.refresh_from_db()
    if document.status != "posted":
        raise AssertionError(document.reasons)
    plain = ((document, {"row": row}) for row in range(rows))
    floor = _seconds(lambda: audit.record_all("measured", plain, now=now, by=None))
    pace, ratio = size / posting, posting / floor
    print(f"| {size:,} | {rows:,} | {posting:.2f} | {pace:.0f} | {floor:.2f} | {ratio:.1f} |")


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
