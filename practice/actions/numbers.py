"""Number series of a practice: claims, statements, medical records."""

from enum import StrEnum

from django.db import connection

from practice.models import Counter, Practice
from rcm.db import require_transaction


class Series(StrEnum):
    """The series a practice numbers by itself."""

    CLAIM = "claim"
    BATCH = "batch"
    STATEMENT = "statement"
    RECORD = "record"
    TRACE = "trace"


def take_numbers(*, practice: Practice, series: Series, count: int = 1) -> range:
    """The next `count` numbers of a series, from 1. None is given twice.

    A transaction that is rolled back leaves no gap, but an open one holds up others that ask for the same
    series. Raises NoTransaction outside one.
    """
    require_transaction()
    Counter.objects.get_or_create(practice=practice, series=series)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE practice_counter SET last_number = last_number + %s"
            " WHERE practice_id = %s AND series = %s RETURNING last_number",
            [count, practice.pk, series],
        )
        last = int(cursor.fetchone()[0])
    return range(last - count + 1, last + 1)


def take_number(*, practice: Practice, series: Series) -> int:
    """The next number of a series; see take_numbers."""
    return take_numbers(practice=practice, series=series)[0]
