"""Finding patients: who may be meant, and who may be the same."""

import re
from collections.abc import Collection
from datetime import date, datetime

from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Upper

from patients.models import Patient
from patients.rules.duplicates import Person, is_look_alike
from practice.models import Practice
from rcm.models import AuditEvent

_DAYS = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%Y-%m-%d", "%m%d%Y")
_SHORTEST_PHONE = 4
_NUMBER_WIDTH = 7  # of a record number that we gave (patients.actions.intake)


def look_alikes(*, practice: Practice, person: Person) -> list[Patient]:
    """Patients of the practice who may be this person (patients.rules.duplicates), oldest record first."""
    candidates = Patient.objects.alias(upper_last=Upper("last_name")).filter(
        Q(birth_date=person.birth_date)
        | (Q(phone=person.phone) & ~Q(phone=""))
        | (Q(upper_last__trigram_similar=person.last_name.upper()) & _born_nearby(person.birth_date)),
        practice=practice,
    )
    return [patient for patient in candidates.order_by("pk") if is_look_alike(person, person_of(patient))]


def person_of(patient: Patient) -> Person:
    """A patient as the duplicate rule sees one."""
    return Person(
        first_name=patient.first_name,
        last_name=patient.last_name,
        birth_date=patient.birth_date,
        phone=patient.phone,
    )


def find_patients(*, practices: Collection[int], words: str, limit: int) -> list[Patient]:
    """Patients meant by what somebody typed, by family name: every word has to fit.

    A word is the beginning of a name, a birth date (03/10/1980), a record number with or without its zeros,
    or the end of a telephone number (four digits or more). When nobody fits, names that sound like it are
    looked for.
    """
    asked = [word for word in re.split(r"[\s,;]+", _joined_phone(words)) if word]
    if not asked:
        return []
    everybody = (
        Patient.objects.of(practices)
        .select_related("guarantor")
        .order_by("last_name", "first_name", "birth_date", "pk")
    )
    found = list(everybody.filter(*(_meant(word) for word in asked))[:limit])
    return found or list(_alike(everybody, asked)[:limit])


def recently_opened(*, practices: Collection[int], by_id: int, since: datetime, limit: int) -> list[Patient]:
    """The patients whose records this person opened last, the latest first."""
    reads = AuditEvent.objects.filter(
        actor_id=by_id, subject_label="patients.Patient", verb="patient.read", happened_at__gte=since
    )
    latest = reads.values("subject_id").annotate(last=Max("happened_at")).order_by("-last")[:limit]
    places = {row["subject_id"]: place for place, row in enumerate(latest)}
    known = Patient.objects.of(practices).filter(pk__in=places)
    return sorted(known, key=lambda patient: places[patient.pk])


def _meant(word: str) -> Q:
    """What one word may say of a person."""
    if (day := _day(word)) is not None:
        return Q(birth_date=day)
    number = Q(medical_record_number__in={word.upper(), word.zfill(_NUMBER_WIDTH)})
    if word.isdecimal():
        return number | Q(phone__endswith=word) if len(word) >= _SHORTEST_PHONE else number
    return number | Q(last_name__istartswith=word) | Q(first_name__istartswith=word)


def _alike(everybody: QuerySet[Patient], asked: list[str]) -> QuerySet[Patient]:
    """Who is called something like the words, all of which are names."""
    if not all(word.isalpha() for word in asked):
        return everybody.none()
    alike = Q()
    for word in asked:
        alike |= Q(upper_last__trigram_similar=word.upper())
    return everybody.alias(upper_last=Upper(F("last_name"))).filter(alike)


def _day(word: str) -> date | None:
    for shape in _DAYS:
        try:
            return datetime.strptime(word, shape).date()  # noqa: DTZ007 -- a birth date has no time zone
        except ValueError:
            continue
    return None


def _joined_phone(words: str) -> str:
    """`(512) 555-0199` in one piece."""
    return re.sub(
        r"\(?(\d{3})\)?[\s.-]*(\d{3})[\s.-]+(\d{4})\b", lambda found: "".join(found.groups()), words
    )


def _born_nearby(day: date) -> Q:
    """Birth dates that a slip of the pen may have made of this one."""
    same_year = Q(birth_date__year=day.year)
    return same_year | Q(birth_date__month=day.month, birth_date__day=day.day)
