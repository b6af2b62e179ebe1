"""Loading code sets, release by release."""

import csv
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

from django.db import connection, transaction

from coding.models import Code, CodeSystem
from practice.models import User
from rcm import audit

# simple-icd-10-cm ships the tabular list as of 1 April 2026, the second one of fiscal year 2026. It does not
# say which codes came in April, so the year's first day stands for all; codes stay valid until a later
# release is loaded that has them no more.
ICD10CM_RELEASE = "FY2026, April 2026"
ICD10CM_EFFECTIVE_ON = date(2025, 10, 1)

PROCEDURES_RELEASE = "Demonstration"
PROCEDURES_EFFECTIVE_ON = date(2020, 1, 1)
PROCEDURES = Path(__file__).parent.parent / "data" / "procedures.csv"

CORRECTED = 200
COPY = (
    "COPY coding_code (public_id, system, code, description, also_called, billable, effective_on, release)"
    " FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL (also_called))"
)


class OlderRelease(Exception):
    """A later release of this code set is loaded already."""


class NotAProcedureList(Exception):
    """The file is no CSV with the columns code and description."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a release says of one code."""

    description: str
    billable: bool = True
    also_called: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did, in codes."""

    added: int
    changed: int
    ended: int
    unchanged: int


def load_icd10cm(*, by: User | None, now: datetime) -> Loaded:
    """ICD-10-CM of fiscal year 2026 from the simple-icd-10-cm package: categories and codes with titles."""
    return load_release(
        system=CodeSystem.ICD10CM,
        entries=_icd10cm(),
        release=ICD10CM_RELEASE,
        effective_on=ICD10CM_EFFECTIVE_ON,
        by=by,
        now=now,
    )


def load_procedures(
    *,
    by: User | None,
    now: datetime,
    file: Path = PROCEDURES,
    release: str = PROCEDURES_RELEASE,
    effective_on: date = PROCEDURES_EFFECTIVE_ON,
) -> Loaded:
    """Procedure numbers from a CSV (code, description). Ours has plain words of our own: no descriptor of the
    AMA's is shipped; a licensee loads their own file. Raises NotAProcedureList."""
    return load_release(
        system=CodeSystem.PROCEDURE,
        entries=_procedures(file),
        release=release,
        effective_on=effective_on,
        by=by,
        now=now,
    )


def load_release(
    *,
    system: CodeSystem,
    entries: Mapping[str, Entry],
    release: str,
    effective_on: date,
    by: User | None,
    now: datetime,
) -> Loaded:
    """Bring a code set to a release that is complete and in force from a day on.

    Codes that the release no longer has end the day before, and so does the old meaning of a code that
    changed. The same release again changes nothing, or corrects it. Raises OlderRelease.
    """
    with transaction.atomic():
        in_force = Code.objects.select_for_update().filter(system=system, ended_on=None)
        standing = {row.code: row for row in in_force.order_by("pk")}
        if any(row.effective_on > effective_on for row in standing.values()):
            raise OlderRelease
        gone = [row for code, row in standing.items() if code not in entries]
        changed = [row for row in standing.values() if row.code in entries and _differs(row, entries)]
        added = [code for code in entries if code not in standing]
        added += _retire(gone, changed, entries, release, effective_on)
        _insert(system, added, entries, release, effective_on)
        loaded = Loaded(
            added=len(entries.keys() - standing.keys()),
            changed=len(changed),
            ended=len(gone),
            unchanged=len(standing) - len(changed) - len(gone),
        )
        if loaded.added or loaded.changed or loaded.ended:
            _record(system, release, loaded, by=by, now=now)
    return loaded


def _retire(
    gone: list[Code],
    changed: list[Code],
    entries: Mapping[str, Entry],
    release: str,
    effective_on: date,
) -> list[str]:
    """End what is no longer so; returns the codes that need a row of their own with the new meaning."""
    earlier = [row for row in (*gone, *changed) if row.effective_on < effective_on]
    Code.objects.filter(pk__in=[row.pk for row in earlier]).update(ended_on=effective_on - timedelta(days=1))
    Code.objects.filter(pk__in=[row.pk for row in gone if row.effective_on == effective_on]).delete()
    corrected = [row for row in changed if row.effective_on == effective_on]
    for row in corrected:
        entry = entries[row.code]
        row.description, row.billable, row.release = entry.description, entry.billable, release
        row.also_called = entry.also_called
    said = ["description", "also_called", "billable", "release"]
    # Each row of a batch is compared with every other: small batches are the fast ones.
    Code.objects.bulk_update(corrected, said, batch_size=CORRECTED)
    return [row.code for row in changed if row.effective_on < effective_on]


def _insert(
    system: CodeSystem,
    codes: Iterable[str],
    entries: Mapping[str, Entry],
    release: str,
    effective_on: date,
) -> None:
    """By COPY: a hundred thousand rows in seconds."""
    text = StringIO()
    rows = csv.writer(text)
    for code in codes:
        entry = entries[code]
        words = (entry.description, entry.also_called)
        rows.writerow((uuid4(), system, code, *words, entry.billable, effective_on, release))
    text.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(COPY, text)


def _differs(row: Code, entries: Mapping[str, Entry]) -> bool:
    entry = entries[row.code]
    standing = (row.description, row.also_called, row.billable)
    return standing != (entry.description, entry.also_called, entry.billable)


def _record(system: CodeSystem, release: str, loaded: Loaded, *, by: User | None, now: datetime) -> None:
    subject = Code.objects.filter(system=system).order_by("-pk").first()
    if subject is not None:
        counts = {"added": loaded.added, "changed": loaded.changed, "ended": loaded.ended}
        audit.record(
            "loaded", subject, now=now, by=by, source=release, data={"system": str(system), **counts}
        )


def _icd10cm() -> dict[str, Entry]:
    """Every category, subcategory and code of the tabular list; chapters and blocks are left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the package's own way to open its files
        import simple_icd_10_cm as icd  # noqa: PLC0415 -- reads ten megabytes of XML as it is imported

    return {
        code: Entry(
            icd.get_description(code)[:300],
            billable=icd.is_leaf(code),
            also_called="; ".join((*icd.get_includes(code), *icd.get_inclusion_term(code))),
        )
        for code in icd.get_all_codes(with_dots=False)
        if icd.is_category_or_subcategory(code)
    }


def _procedures(file: Path) -> dict[str, Entry]:
    with file.open(newline="", encoding="utf-8") as lines:
        rows = csv.DictReader(lines)
        if not {"code", "description"} <= set(rows.fieldnames or ()):
            raise NotAProcedureList
        return {row["code"]: Entry(row["description"]) for row in rows}
