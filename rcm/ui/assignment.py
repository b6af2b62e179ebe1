"""Who has which row of a queue, and since when."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction

from rcm import audit
from rcm.models import Assignment


def take(rows: Sequence[models.Model], *, by: AbstractBaseUser, now: datetime) -> None:
    """Give the rows (of one kind, with a practice) to this person, whoever had them before."""
    with transaction.atomic():
        Assignment.objects.bulk_create(
            [
                Assignment(
                    practice_id=row.practice_id,  # type: ignore[attr-defined]
                    subject_label=row._meta.label,
                    subject_id=row.pk,
                    taken_by_id=by.pk,
                    taken_at=now,
                )
                for row in rows
            ],
            update_conflicts=True,
            unique_fields=["subject_label", "subject_id"],
            update_fields=["taken_by", "taken_at"],
        )
        audit.record_all("taken", [(row, {}) for row in rows], now=now, by=by)


def let_go(rows: Sequence[models.Model], *, by: AbstractBaseUser, now: datetime) -> None:
    """Leave the rows to whoever comes next. Rows that nobody has stay as they are."""
    with transaction.atomic():
        for row in rows:
            gone, _ = Assignment.objects.filter(subject_label=row._meta.label, subject_id=row.pk).delete()
            if gone:
                audit.record("let_go", row, now=now, by=by)


def holder_of(row: models.Model) -> Assignment | None:
    """Who has the row; None when nobody has."""
    taken = Assignment.objects.filter(subject_label=row._meta.label, subject_id=row.pk)
    return taken.select_related("taken_by").first()
