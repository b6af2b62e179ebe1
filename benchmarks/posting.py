"""What posting a large 835 costs: claims per second, and how many times a plain insert of as many rows.

One file decides every claim of a practice: `take_in` matches, posts and settles them in one transaction. The
tests' scenario makes claims and file.
"""

from benchmarks._database import database
from benchmarks._floor import HEADER, print_beside_floor
from billing.actions.remittance import take_in
from practice.models import Practice
from rcm import clock
from rcm.db import practice_scope
from tests.billing.scenario import document_of, many_billed, text_paying
from tests.factories import PracticeFactory

SIZES = (100, 1_000, 5_000)


def run() -> None:
    """Print a line for each size of file; each has a practice of its own."""
    print(HEADER.format("posting"))
    with database():
        for size in SIZES:
            practice = PracticeFactory.create()
            with practice_scope([practice.pk]):
                _measure(practice, size)


def _measure(practice: Practice, size: int) -> None:
    document = document_of(practice, text_paying(many_billed(practice, size)))
    print_beside_floor(practice, size, lambda: take_in(document=document, now=clock.now()))
    document.refresh_from_db()
    if document.status != "posted":
        raise AssertionError(document.reasons)
