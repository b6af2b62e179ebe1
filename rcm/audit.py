"""The audit trail: who did or read what. Rows are written once; the database refuses to change them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from rcm.models import AuditEvent

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

Data = Mapping[str, str | int | bool | list[str] | list[int] | None]


def record(
    verb: str,
    subject: models.Model,
    *,
    now: datetime,
    by: "AbstractBaseUser | None",
    data: Data | None = None,
    practice_id: int | None = None,
    why: str = "",
    source: str = "",
) -> AuditEvent:
    """Write down that `by` (None: the system) did `verb` to a saved subject.

    The practice is the subject's own unless practice_id says otherwise. `why` is a person's reason, `source`
    the document or task behind it; data holds plain facts about the act and never a patient's details.
    """
    event = _event(verb, subject, now=now, by=by, why=why, source=source, data=data)
    if practice_id is not None:
        event.practice_id = practice_id
    event.save(force_insert=True)
    return event


def record_all(
    verb: str,
    subjects: Iterable[tuple[models.Model, Data]],
    *,
    now: datetime,
    by: "AbstractBaseUser | None",
    why: str = "",
    source: str = "",
) -> None:
    """`record` for many saved subjects, each with its own data, in few statements."""
    AuditEvent.objects.bulk_create(
        (
            _event(verb, subject, now=now, by=by, why=why, source=source, data=data)
            for subject, data in subjects
        ),
        batch_size=2000,
    )


def read(subject: models.Model, *, now: datetime, by: "AbstractBaseUser") -> AuditEvent:
    """Write down that a person looked at a patient's record."""
    return record("read", subject, now=now, by=by)


def _event(
    verb: str,
    subject: models.Model,
    *,
    now: datetime,
    by: "AbstractBaseUser | None",
    why: str,
    source: str,
    data: Data | None,
) -> AuditEvent:
    return AuditEvent(
        practice_id=_practice_of(subject),
        actor_id=None if by is None else by.pk,
        verb=f"{subject._meta.model_name}.{verb}",
        subject_label=subject._meta.label,
        subject_id=subject.pk,
        happened_at=now,
        why=why,
        source=source,
        data=dict(data or {}),
    )


def _practice_of(subject: models.Model) -> int | None:
    """The practice a row belongs to: its practice_id, or itself when it is a practice."""
    if subject._meta.label == "practice.Practice":
        return int(subject.pk)
    value: Any = getattr(subject, "practice_id", None)
    return None if value is None else int(value)
