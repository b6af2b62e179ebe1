"""`./manage.py prepare [--no-seed]`: what `up` runs before the programs start, in one process."""

import json
import os
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from coding.actions.codeset import ICD10CM_RELEASE
from coding.models import Code
from demonstration.opening import open_demonstration
from practice.models import Practice, Role
from rcm import clock

USERNAMES = {role: role.value.replace("_", "") for role in Role}


class Command(BaseCommand):
    """Migrate, seed an empty database with the demonstration's practice, and collect the static files."""

    help = "Migrate, seed on first run, and collect the static files; every step is skipped where it is done."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to seed."""
        parser.add_argument("--no-seed", action="store_true", help="leave an empty database empty")

    def handle(self, *, no_seed: bool, **_options: Any) -> None:
        """Each step is safe to repeat; the sign-ins are written where `up` reads them."""
        call_command("migrate", verbosity=0, interactive=False)
        if not Code.objects.filter(release=ICD10CM_RELEASE).exists():
            call_command("load_codes", verbosity=0)
        if not no_seed and not Practice.objects.exists():
            password = secrets.token_urlsafe(9)
            open_demonstration(usernames=USERNAMES, password=password, now=clock.now())
            _write_sign_ins(password)
        call_command("collectstatic", verbosity=0, interactive=False)


def _write_sign_ins(password: str) -> None:
    """The demonstration's sign-ins, readable by their owner only."""
    path = Path(settings.BASE_DIR) / ".local" / "sign_ins.json"
    path.parent.mkdir(exist_ok=True)
    rows = [
        {"username": username, "password": password, "roles": [role.label]}
        for role, username in USERNAMES.items()
    ]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(rows, file, indent=1)
