"""Versions of rows: what a row looked like after each change, kept by triggers of the database."""

from typing import TypeVar

import pghistory
from django.db.models import Model

Row = TypeVar("Row", bound=Model)


def versioned(model: type[Row]) -> type[Row]:
    """Keep every version of a model's rows in a table beside it, whoever writes them, raw SQL too.

    The triggers run once per statement and compare nothing: an update that changes nothing leaves a version
    as well. docs/adr/0013 has the reasons.
    """
    track = pghistory.track(
        pghistory.InsertEvent(), pghistory.UpdateEvent(condition=None), level=pghistory.Statement
    )
    tracked: type[Row] = track(model)
    return tracked
