"""Reads about the demonstration itself."""

from dataclasses import dataclass
from datetime import datetime

from demonstration.models import Filling


@dataclass(frozen=True, slots=True)
class SeedingProgress:
    """How far the demonstration has come, in days; `label` counts real rows.

    `finished_at` is a moment of real time, None while days are left; `failure` says in words why it stands
    still, empty while it does not.
    """

    label: str
    done: int
    total: int
    finished_at: datetime | None
    failure: str


def seeding_progress() -> SeedingProgress | None:
    """The last filling of this database; None where nothing was or will be filled (production, --no-seed)."""
    filling = Filling.objects.order_by("-pk").first()
    if filling is None:
        return None
    return SeedingProgress(
        label=label(filling),
        done=filling.days_done,
        total=filling.days,
        finished_at=filling.finished_at,
        failure=filling.failure,
    )


def label(filling: Filling) -> str:
    """How far it is, in counts of real rows: "day 37 of 90 · 412 visits · 380 claims sent"."""
    counts = f"{filling.visits:,} visits · {filling.claims_sent:,} claims sent"
    return f"day {filling.days_done} of {filling.days} · {counts}"
