"""`./manage.py load_codes`: the code sets into the database."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from coding.actions.codeset import (
    PROCEDURES,
    PROCEDURES_EFFECTIVE_ON,
    PROCEDURES_RELEASE,
    Loaded,
    NotAProcedureList,
    OlderRelease,
    load_icd10cm,
    load_procedures,
)
from rcm import clock


class Command(BaseCommand):
    """Load ICD-10-CM and the list of procedure numbers. Safe to run again."""

    help = "Load ICD-10-CM (FY2026) and a list of procedure numbers; run again, it changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A licensee's own procedures, in place of the demonstration's."""
        parser.add_argument("--procedures", type=Path, default=PROCEDURES, help="CSV: code, description")
        parser.add_argument("--release", default=PROCEDURES_RELEASE, help="what that file calls itself")
        parser.add_argument("--effective-on", type=date.fromisoformat, default=PROCEDURES_EFFECTIVE_ON)

    def handle(self, **options: object) -> None:
        """Load both and tell what changed."""
        now = clock.now()
        try:
            procedures = load_procedures(
                by=None,
                now=now,
                file=options["procedures"],  # type: ignore[arg-type]
                release=options["release"],  # type: ignore[arg-type]
                effective_on=options["effective_on"],  # type: ignore[arg-type]
            )
            self._tell("Procedures", procedures)
            self._tell("ICD-10-CM", load_icd10cm(by=None, now=now))
        except OlderRelease:
            raise CommandError("A later release of this code set is loaded already.") from None
        except (NotAProcedureList, OSError, UnicodeDecodeError):
            raise CommandError("The procedures are no CSV with the columns code and description.") from None

    def _tell(self, what: str, loaded: Loaded) -> None:
        self.stdout.write(
            f"{what}: {loaded.added} added, {loaded.changed} changed, {loaded.ended} ended,"
            f" {loaded.unchanged} unchanged"
        )
