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

from coding.actions.codeset import ICD10CM_RELEASE, PROCEDURES_RELEASE, load_procedures
from coding.models import Code, CodeSystem
from demonstration.opening import open_demonstration, printed
from practice.models import Practice
from rcm import clock

PATIENTS = 250


class Command(BaseCommand):
    """Migrate, open the demonstration's practices in an empty database, and collect the static files.

    Their days are lived through afterwards, while the programs run (`fill_demonstration`): the clock is set
    back to the first of them.
    """

    help = "Migrate, seed on first run, and collect the static files; every step is skipped where it is done."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to seed, and how much."""
        parser.add_argument("--no-seed", action="store_true", help="leave an empty database empty")
        parser.add_argument("--patients", type=int, default=PATIENTS, help="how many people become patients")
        days = settings.ENVIRONMENT.rcm_demonstration_days
        parser.add_argument("--days", type=int, default=days, help="how many days there are, today included")

    def handle(self, *, no_seed: bool, patients: int, days: int, **_options: Any) -> None:
        """Each step is safe to repeat; the sign-ins are written where `up` reads them."""
        call_command("migrate", verbosity=0, interactive=False)
        if not Code.objects.filter(release=ICD10CM_RELEASE).exists():
            call_command("load_codes", verbosity=0)
        elif (
            not Code.objects.filter(system=CodeSystem.PROCEDURE).exclude(release=PROCEDURES_RELEASE).exists()
        ):
            load_procedures(by=None, now=clock.real_now())  # our words may be newer; a licensee's list stays
        if not no_seed and not Practice.objects.exists():
            password = secrets.token_urlsafe(9)
            now = clock.real_now()
            filling = open_demonstration(password=password, patients=patients, days=days, now=now)
            clock.set_to(filling.clock_at)
            _write_sign_ins(password)
        call_command("collectstatic", verbosity=0, interactive=False)


def _write_sign_ins(password: str) -> None:
    """The demonstration's sign-ins, readable by their owner only."""
    path = Path(settings.BASE_DIR) / ".local" / "sign_ins.json"
    path.parent.mkdir(exist_ok=True)
    rows = [
        {
            "username": colleague.username,
            "password": password,
            "roles": [role.label for role in colleague.roles],
            "name": f"{colleague.first_name} {colleague.last_name}",
        }
        for colleague in printed()
    ]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(rows, file, indent=1)
