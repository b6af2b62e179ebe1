"""What queueing a batch costs: claims per second, and how many times a plain insert of as many rows.

`send_batch` reads every claim, scrubs it once more, writes all into one 837P and moves them to queued, in one
transaction. Each claim has a patient of its own, two lines and two diagnoses.
"""

from functools import partial

from benchmarks._database import database
from benchmarks._floor import HEADER, print_beside_floor
from claims.actions.submission import send_batch
from practice.models import Practice
from rcm.db import practice_scope
from tests.claims.scenes import built_claim
from tests.conftest import NOW
from tests.factories import ConnectionFactory, PracticeFactory

SIZES = (10, 100, 1_000)


def run() -> None:
    """Print a line for each size of batch; each has a practice of its own."""
    print(HEADER.format("queueing"))
    with database():
        for size in SIZES:
            practice = PracticeFactory.create()
            with practice_scope([practice.pk]):
                _measure(practice, size)


def _measure(practice: Practice, size: int) -> None:
    ConnectionFactory.create(practice=practice)
    claims = [built_claim(practice) for _ in range(size)]
    queue = partial(send_batch, practice=practice, claims=claims, by=None, now=NOW)
    print_beside_floor(practice, size, queue)
