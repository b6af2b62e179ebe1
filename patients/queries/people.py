"""Finding patients: who may be meant, and who may be the same."""

import re
from collections.abc import Collection
from datetime import date, datetime

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import F, Func, Max, Q, TextField, Value
from django.db.models.functions import Concat, Upper

from patients.models import Patient
from patients.rules.duplicates import Person, is_look_alike, without_accents
from practice.models import Practice
from rcm.models import AuditEvent

_DAYS = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%m-%d-%y", "%Y-%m-%d", "%m%d%Y")
_SHORTEST_PHONE = 4
_NUMBER_WIDTH = 7  # of a record number that we gave (patients.actions.intake)
_CENTURY = 100
_PHONE = re.compile(r"(?<!\d)(?:\+?1[\s.-]*)?\(?(\d{3})\)?[\s.-]*(\d{3})[\s.-]+(\d{4})\b")
_FIGURES = re.compile(r"[\d().+-]+")


def look_alikes(*, practice: Practice, person: Person) -> list[Patient]:
    """Patients of the practice who may be this person (patients.rules.duplicates), oldest record first."""
    candidates = Patient.objects.alias(family=_plain("last_name")).filter(
        Q(birth_date=person.birth_date)
        | (Q(phone=person.phone) & ~Q(phone=""))
        | (Q(family__trigram_similar=_folded(person.last_name)) & _born_nearby(person.birth_date)),
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

    A word is the beginning of any part of a name, with or without its accents; a birth date (03/10/1980 or
    3/10/80); a record number with or without its zeros; or the end of a telephone number (four digits or
    more).
    """
    asked = _words(words)
    if not asked:
        return []
    everybody = Patient.objects.of(practices).select_related("guarantor").alias(names=_names())
    found = everybody.filter(*(_meant(word) for word in asked))
    return list(found.order_by("last_name", "first_name", "birth_date", "pk")[:limit])


def patients_sounding_like(*, practices: Collection[int], words: str, limit: int) -> list[Patient]:
    """Patients whose family name is nearly one of the words typed, the nearest first: when nobody fits."""
    asked = _folded(" ".join(_words(words))).split()
    if not asked or not all(word.isalpha() for word in asked):
        return []
    alike = Q()
    for word in asked:
        alike |= Q(family__trigram_similar=word)
    everybody = Patient.objects.of(practices).select_related("guarantor").alias(family=_plain("last_name"))
    nearness = sum((TrigramSimilarity("family", word) for word in asked), start=Value(0.0))
    return list(everybody.filter(alike).order_by(-nearness, "last_name", "first_name", "pk")[:limit])


def recently_opened(*, practices: Collection[int], by_id: int, since: datetime, limit: int) -> list[Patient]:
    """The patients whose records this person opened last, the latest first."""
    reads = AuditEvent.objects.filter(
        actor_id=by_id, subject_label="patients.Patient", verb="patient.read", happened_at__gte=since
    )
    latest = reads.values("subject_id").annotate(last=Max("happened_at")).order_by("-last")[:limit]
    places = {row["subject_id"]: place for place, row in enumerate(latest)}
    known = Patient.objects.of(practices).filter(pk__in=places)
    return sorted(known, key=lambda patient: places[patient.pk])


def _words(typed: str) -> list[str]:
    """What was typed, word by word; a telephone number, `(512) 555-0199`, is one of them."""
    joined = _PHONE.sub(lambda found: "".join(found.groups()), typed)
    return [word for word in re.split(r"[\s,;]+", joined) if any(sign.isalnum() for sign in word)]


def _meant(word: str) -> Q:
    """What one word may say of a person."""
    meant = Q(medical_record_number__in={word.upper(), word.zfill(_NUMBER_WIDTH)})
    if (day := _day(word)) is not None:
        meant |= Q(birth_date__in=_either_century(day))
    if _FIGURES.fullmatch(word):
        digits = re.sub(r"\D", "", word)
        return meant | Q(phone__endswith=digits) if len(digits) >= _SHORTEST_PHONE else meant
    return meant | Q(*(Q(names__contains=f" {part}") for part in _folded(word).split()))


def _names() -> Upper:
    """Every part of a person's name as `_folded` has it, each after a space."""
    parts = [F(name) for name in ("last_name", "first_name", "middle_name", "suffix")]
    return _plain(Concat(*(piece for part in parts for piece in (Value(" "), part))))


def _plain(names: str | Concat) -> Upper:
    """Names in the database as `_folded` has what was typed."""
    bare = Func(names, function="UNACCENT", output_field=TextField())
    return Upper(Func(bare, Value("-'."), Value(" "), function="TRANSLATE", output_field=TextField()))


def _folded(words: str) -> str:
    """Capitals without accents; a hyphen parts two names, an apostrophe and a full stop are nothing."""
    return without_accents(words).replace("-", " ").translate(_NOTHING).upper()


_NOTHING = str.maketrans("", "", "'.\N{RIGHT SINGLE QUOTATION MARK}")


def _day(word: str) -> date | None:
    for shape in _DAYS:
        try:
            return datetime.strptime(word, shape).date()  # noqa: DTZ007 -- a birth date has no time zone
        except ValueError:
            continue
    return None


def _either_century(day: date) -> list[date]:
    """The day and, since two figures of a year may mean either century, the one a hundred years before."""
    try:
        return [day, day.replace(year=day.year - _CENTURY)]
    except ValueError:  # 29 February of a year whose century was no leap year
        return [day]


def _born_nearby(day: date) -> Q:
    """Birth dates that a slip of the pen may have made of this one."""
    same_year = Q(birth_date__year=day.year)
    return same_year | Q(birth_date__month=day.month, birth_date__day=day.day)
