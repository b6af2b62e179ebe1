"""Asking the provider about a note, and writing down the answer."""

from datetime import datetime

from django.db import transaction

from coding.actions.encounter import NotOpen
from coding.models import Encounter, ProviderQuestion
from coding.states import EncounterStatus
from practice.models import User
from rcm import audit


class AlreadyAnswered(Exception):
    """The question has its answer."""


def ask_provider(*, encounter: Encounter, question: str, by: User, now: datetime) -> ProviderQuestion:
    """Put a question about the note to the provider who wrote it. Raises NotOpen once the visit is coded."""
    if encounter.status != EncounterStatus.OPEN:
        raise NotOpen
    with transaction.atomic():
        asked = ProviderQuestion.objects.create(
            practice_id=encounter.practice_id,
            encounter=encounter,
            question=question,
            asked_by=by,
            asked_at=now,
        )
        audit.record("asked_provider", encounter, now=now, by=by)
    return asked


def answer_question(*, question: ProviderQuestion, answer: str, by: User, now: datetime) -> ProviderQuestion:
    """Write down what the provider said. Raises AlreadyAnswered."""
    with transaction.atomic():
        locked = ProviderQuestion.objects.select_for_update(of=("self",)).get(pk=question.pk)
        if locked.answered_at is not None:
            raise AlreadyAnswered
        locked.answer, locked.answered_by, locked.answered_at = answer, by, now
        locked.save(update_fields=["answer", "answered_by", "answered_at"])
        audit.record("provider_answered", locked.encounter, now=now, by=by)
    return locked
