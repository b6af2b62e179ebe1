"""`./manage.py migrate`: Django's own, as the owner, and row security after it."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections

from rcm import rows


class Command(migrate.Command):
    """Migrate as the owner role, then secure every table (rcm.rows)."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's arguments, with the owner as the default database."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; then install roles' rights and row security, unless nothing was to be changed."""
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            rows.secure(connections[options["database"]])
