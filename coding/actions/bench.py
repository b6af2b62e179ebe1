"""What becomes of the coder's bench: put aside as a draft, or signed."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from coding.actions.encounter import NotOpen, code_encounter, correct_encounter
from coding.models import Draft, Encounter
from coding.queries import Checked, check
from coding.rules.bench import Bench, as_coded
from coding.states import EncounterStatus
from patients.models import Authorization
from practice.models import Provider, User
from rcm import audit

Circumstances = Mapping[str, str | date | Provider | Authorization | None]
"""The encounter's own fields that stand on the bench, as they are stored (bench.CIRCUMSTANCES)."""


class DraftChanged(Exception):
    """Somebody saved the draft since it was shown. `draft` is theirs; None when it is gone."""

    def __init__(self, draft: Draft | None) -> None:
        super().__init__("the draft changed")
        self.draft = draft


class NotSignable(Exception):
    """The bench has errors. `checked` says which."""

    def __init__(self, checked: Checked) -> None:
        super().__init__(", ".join(sorted({finding.edit for finding in checked.errors})))
        self.checked = checked


class ReasonNeeded(Exception):
    """There are warnings, and no reason to pass them. `checked` says which."""

    def __init__(self, checked: Checked) -> None:
        super().__init__(", ".join(sorted({finding.edit for finding in checked.warnings})))
        self.checked = checked


def save_draft(
    *, encounter: Encounter, bench: Bench, seen_version: int, by: User, now: datetime, today: date
) -> Draft | None:
    """Put the bench aside as typed, right or wrong; an empty bench takes the draft away and returns None.

    `seen_version` is the draft's version that the page showed, 0 for none. Raises DraftChanged when it is
    another by now, and NotOpen for a visit that is coded or voided.
    """
    charge = check(encounter=encounter, bench=bench, today=today).total
    with transaction.atomic():
        standing = _standing(encounter, seen_version)
        if bench.is_empty:
            if standing is not None:
                standing.delete()
                audit.record("draft_removed", encounter, now=now, by=by)
            return None
        draft = standing or Draft(practice_id=encounter.practice_id, encounter=encounter, version=0)
        draft.content, draft.charge = bench.as_data(), charge
        draft.version += 1
        draft.saved_by, draft.saved_at = by, now
        draft.save()
        audit.record("draft_saved", encounter, now=now, by=by)
    return draft


def sign_bench(
    *,
    encounter: Encounter,
    bench: Bench,
    circumstances: Circumstances,
    seen_version: int,
    reason: str,
    by: User,
    now: datetime,
    today: date,
) -> Encounter:
    """Sign what is on the bench: the encounter takes its circumstances and codes, and the news goes out.

    Warnings pass with a reason, which the audit keeps. Raises NotSignable, ReasonNeeded, DraftChanged,
    NotOpen, CodingNotAccepted, and rcm.state.IllegalMove or LostRace when somebody was quicker.
    """
    filled = bench.filled
    checked = check(encounter=encounter, bench=filled, today=today)
    if checked.errors:
        raise NotSignable(checked)
    if checked.warnings and not reason.strip():
        raise ReasonNeeded(checked)
    passed = ", ".join(sorted({finding.edit for finding in checked.warnings}))
    with transaction.atomic():
        _standing(encounter, seen_version)
        correct_encounter(encounter=encounter, changes=circumstances, by=by, now=now)
        return code_encounter(
            encounter=encounter,
            diagnoses=filled.diagnoses,
            lines=[as_coded(line) for line in filled.lines],
            by=by,
            now=now,
            why=f"{passed}: {reason.strip()}"[:500] if passed else "",
        )


def _standing(encounter: Encounter, seen_version: int) -> Draft | None:
    """The draft as it was seen, locked with its encounter until the transaction ends."""
    current = Encounter.objects.select_for_update(of=("self",), no_key=True).get(pk=encounter.pk)
    if current.status != EncounterStatus.OPEN:
        raise NotOpen
    draft = Draft.objects.filter(encounter=encounter).select_related("saved_by").first()
    if (draft.version if draft else 0) != seen_version:
        raise DraftChanged(draft)
    return draft
