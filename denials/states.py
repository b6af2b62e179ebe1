"""The states of a denial and of an appeal."""

from django.db.models import TextChoices


class DenialStatus(TextChoices):
    """A refused line, from opening to its end."""

    NEW = "new", "New"
    IN_WORK = "in_work", "In work"
    CORRECTED = "corrected", "Corrected claim sent"
    APPEALED = "appealed", "Appealed"
    WRITE_OFF_ASKED = "write_off_asked", "Write-off asked"
    WON = "won", "Won"
    LOST = "lost", "Lost"
    WRITTEN_OFF = "written_off", "Written off"
    CLOSED = "closed", "Closed"


_WORKED = frozenset(
    {
        DenialStatus.CORRECTED,
        DenialStatus.APPEALED,
        DenialStatus.WRITE_OFF_ASKED,
        DenialStatus.WON,
        DenialStatus.WRITTEN_OFF,
        DenialStatus.CLOSED,
    }
)

DENIAL_MOVES = {
    DenialStatus.NEW: _WORKED | {DenialStatus.IN_WORK, DenialStatus.LOST},
    DenialStatus.IN_WORK: _WORKED | {DenialStatus.NEW, DenialStatus.LOST},
    DenialStatus.CORRECTED: frozenset(
        {
            DenialStatus.WON,
            DenialStatus.LOST,
            DenialStatus.APPEALED,
            DenialStatus.IN_WORK,
            DenialStatus.WRITE_OFF_ASKED,
        }
    ),
    DenialStatus.APPEALED: frozenset(
        {
            DenialStatus.WON,
            DenialStatus.LOST,
            DenialStatus.IN_WORK,
            DenialStatus.CORRECTED,
            DenialStatus.WRITE_OFF_ASKED,
        }
    ),
    DenialStatus.WRITE_OFF_ASKED: frozenset(
        {DenialStatus.WRITTEN_OFF, DenialStatus.IN_WORK, DenialStatus.WON}
    ),
    DenialStatus.WON: frozenset[DenialStatus](),
    DenialStatus.LOST: frozenset(
        {DenialStatus.APPEALED, DenialStatus.WRITE_OFF_ASKED, DenialStatus.WRITTEN_OFF}
    ),
    DenialStatus.WRITTEN_OFF: frozenset[DenialStatus](),
    DenialStatus.CLOSED: frozenset({DenialStatus.IN_WORK}),
}


UNWORKED = (DenialStatus.NEW, DenialStatus.IN_WORK)
"""States that wait for a person."""

LIVE = frozenset(
    {
        DenialStatus.NEW,
        DenialStatus.IN_WORK,
        DenialStatus.CORRECTED,
        DenialStatus.APPEALED,
        DenialStatus.WRITE_OFF_ASKED,
    }
)
"""States in which a later decision of the payer ends a denial."""


class AppealStatus(TextChoices):
    """A letter to the payer."""

    DRAFT = "draft", "Draft"
    FILED = "filed", "Filed"
    WON = "won", "Won"
    LOST = "lost", "Lost"


APPEAL_MOVES = {
    AppealStatus.DRAFT: frozenset({AppealStatus.FILED}),
    AppealStatus.FILED: frozenset({AppealStatus.WON, AppealStatus.LOST}),
    AppealStatus.WON: frozenset[AppealStatus](),
    AppealStatus.LOST: frozenset[AppealStatus](),
}
