"""`./manage.py import_fhir PATH...`: patients, coverages and visits from FHIR R4 bundles."""

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from coding.actions.fhir import Report, Result, import_file
from coding.actions.fhir_file import files_under
from practice.models import Practice
from rcm import clock
from rcm.db import practice_scope


class Command(BaseCommand):
    """Import bundles file by file. Safe to run again: what is on file already is unchanged."""

    help = (
        "Take over patients, coverages, providers and visits from FHIR R4 bundles (.json, .json.gz, or"
        " directories of them). A file that cannot be taken is refused with the reason; the others go on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which files, and into which practice."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--practice", help="name, claim prefix or id; not needed where there is only one")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *, paths: list[Path], practice: str | None, json: bool, **_options: object) -> None:
        """Import each file, then tell."""
        into = _practice(practice)
        reports: list[tuple[Path, Report]] = []
        with practice_scope([into.pk]):
            for path in files_under(paths):
                report = import_file(practice=into, path=path, by=None, now=clock.now())
                reports.append((path, report))
                if not json:
                    self.stdout.write(f"{path.name}: {_line(report)}")
        if json:
            self.stdout.write(_document(reports))
        else:
            counted = Counter(str(report.result) for _, report in reports)
            self.stdout.write(", ".join(f"{counted[result]} {result}" for result in Result))


def _practice(said: str | None) -> Practice:
    if said is None:
        practices = list(Practice.objects.order_by("pk")[:2])
        if len(practices) != 1:
            raise CommandError("There is not just one practice: say which with --practice.")
        return practices[0]
    named = Q(name__iexact=said) | Q(claim_prefix=said)
    with suppress(ValueError):
        named |= Q(public_id=UUID(said))
    found = list(Practice.objects.filter(named).order_by("pk")[:2])
    if len(found) != 1:
        raise CommandError("No practice, or several, go by this name, claim prefix or id.")
    return found[0]


def _line(report: Report) -> str:
    if report.result is Result.REFUSED:
        return f"{report.result}: {report.reason}"
    told = [*_counts("added", report.added), *_counts("changed", report.changed)]
    told += [f"left out {count} ({reason})" for reason, count in report.left_out.items()]
    return f"{report.result}{': ' if told else ''}{', '.join(told)}"


def _counts(verb: str, rows: dict[str, int]) -> Iterable[str]:
    return (f"{verb} {count} {kind}" for kind, count in rows.items() if count)


def _document(reports: list[tuple[Path, Report]]) -> str:
    totals = Counter(str(report.result) for _, report in reports)
    return json.dumps(
        {
            "files": [{"file": path.name, **asdict(report)} for path, report in reports],
            "totals": {str(result): totals[result] for result in Result},
        },
        indent=1,
    )
