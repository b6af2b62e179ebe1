"""The states of a visit's coding."""

from django.db.models import TextChoices


class EncounterStatus(TextChoices):
    """A visit on its way to a claim."""

    OPEN = "open", "To code"
    CODED = "coded", "Coded"
    VOIDED = "voided", "Voided"


ENCOUNTER_MOVES = {
    EncounterStatus.OPEN: frozenset({EncounterStatus.CODED, EncounterStatus.VOIDED}),
    EncounterStatus.CODED: frozenset({EncounterStatus.OPEN}),
    EncounterStatus.VOIDED: frozenset[EncounterStatus](),
}
