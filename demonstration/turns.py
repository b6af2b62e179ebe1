"""Who moves the demonstration's clock: one command at a time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

_KEY = 7_226_001  # of the advisory lock; no other is taken by number in this database
_LOOK_EVERY_SECONDS = 1.0


@contextmanager
def turn_of_the_clock(*, wait: Callable[[], None]) -> Iterator[None]:
    """Hold the clock for the block; while another command has it, `wait` is called once a second.

    The lock is the database connection's, so it ends with its process, however that ends.
    """
    while not _asked("SELECT pg_try_advisory_lock(%s)"):
        wait()
        time.sleep(_LOOK_EVERY_SECONDS)
    try:
        yield
    finally:
        _asked("SELECT pg_advisory_unlock(%s)")


def _asked(question: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [_KEY])
        (answer,) = cursor.fetchone()
    return bool(answer)
