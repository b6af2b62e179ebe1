"""`./manage.py business_day --patients 200 --days 30 --seed 7 --json`: a practice's month in minutes."""

import json
import random
import sys
import time
from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from coding.models import Code
from demonstration.accounts import Accounts
from demonstration.back_office import BackOffice
from demonstration.box import Box, BoxNotRunning, connect
from demonstration.cast import invent
from demonstration.denial_desk import DenialDesk
from demonstration.month import House, Month
from demonstration.office import Office
from demonstration.pace import PROMPT, Pace
from demonstration.queries import seeding_progress
from demonstration.report import report
from demonstration.setting import Setting, open_setting
from demonstration.truth import compare
from demonstration.turns import turn_of_the_clock
from demonstration.visits import plan_visits
from practice.models import Practice, Role
from rcm import clock
from rcm.db import practice_scope
from rcm.environment import Kind

CLAIM_PREFIX = "BD"
NAME = "Business Day Family Medicine"


class Command(BaseCommand):
    """Open a new practice with payers of its own, live through its days, and print what they came to.

    Exit code 1 when the books do not hold, or differ from what the payers say they paid.
    """

    help = "Generate a practice's days and drive them through the real worker, SFTP, HTTP and SMTP."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many people, how long, and which luck."""
        parser.add_argument("--patients", type=int, default=200)
        parser.add_argument("--days", type=int, default=30)
        parser.add_argument(
            "--seed", type=int, default=7, help="the same seed gives the same people and luck"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *, patients: int, days: int, seed: int, json: bool, **_options: Any) -> None:
        """Run, print, and judge."""
        if settings.KIND is Kind.PRODUCTION:
            raise CommandError("This invents patients and moves the clock: it does not run in production.")
        if patients < 1 or days < 1:
            raise CommandError("There must be at least one patient and one day.")
        started = time.monotonic()
        if not Code.objects.exists():
            call_command("load_codes", verbosity=0, stdout=sys.stderr)
        try:
            with turn_of_the_clock(wait=self._say_who_has_the_clock):
                outcome = self._run(patients, days, seed, quiet=json)
        except clock.ClockNotSettable:
            raise CommandError(
                "Name a file in RCM_CLOCK_FILE: this moves the clock of all programs."
            ) from None
        except BoxNotRunning as error:
            raise CommandError(f"The payer in a box did not start: {error}") from error
        outcome |= {"seed": seed, "days": days, "seconds": round(time.monotonic() - started, 1)}
        self._print(outcome, as_json=json)
        if outcome["payers_log"]["differences"] or not all(outcome["books"].values()):
            raise SystemExit(1)

    def _run(self, patients: int, days: int, seed: int, *, quiet: bool) -> dict[str, Any]:
        first_day = _next_monday(clock.today("America/Chicago"))
        setting = _open(first_day)
        chance = random.Random(seed)
        people = invent(patients, chance=chance, today=first_day)
        visits = plan_visits(
            people, first_day=first_day, days=days, providers=len(setting.providers), chance=chance
        )
        folder = Path(settings.BASE_DIR) / ".local" / "business_day" / str(setting.practice.pk)
        with practice_scope([setting.practice.pk]), Box(folder, scenario="month", seed=seed) as box:
            connection = connect(practice=setting.practice, endpoints=box.endpoints, now=clock.now())
            pace = Pace(seed, PROMPT)
            back_office = BackOffice(setting, people, pace)
            house = House(
                office=Office(setting, people),
                back_office=back_office,
                denials=DenialDesk(setting, back_office, box.endpoints, pace),
                accounts=Accounts(setting, pace),
                connection=connection,
                pace=pace,
                visits=visits,
            )
            month = Month([house], box)
            month.run(first_day, days, tell=(lambda _: None) if quiet else self.stderr.write)
            connection.paused_at = clock.now()  # its payers end with this command
            connection.save(update_fields=["paused_at"])
            return report(
                practice=setting.practice, comparison=compare(practice=setting.practice, log=box.truth)
            )

    def _say_who_has_the_clock(self) -> None:
        if found := seeding_progress():
            self.stderr.write(f"waiting for the clock: the demonstration is being filled, {found.label}")

    def _print(self, outcome: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(outcome))
            return
        for name, value in outcome.items():
            self.stdout.write(name if isinstance(value, dict) else f"{name}: {value}")
            for state, amount in value.items() if isinstance(value, dict) else ():
                self.stdout.write(f"  {state:<24}{_words(amount)}")


def _open(first_day: date) -> Setting:
    """A practice nobody has worked in. Claim numbers begin alike in each, so the same luck befalls them."""
    number = Practice.objects.filter(name__startswith=NAME).count() + 1
    return open_setting(
        name=NAME if number == 1 else f"{NAME} {number}",
        claim_prefix=CLAIM_PREFIX,
        usernames={role: f"{role.value}-business-day-{number}" for role in Role},
        password=None,
        now=clock.now(),
        today=first_day,
    )


def _next_monday(today: date) -> date:
    return today + timedelta(days=-today.weekday() % 7)


def _words(amount: Any) -> str:
    if isinstance(amount, dict):
        return f"{amount['count']:>7}  {amount['dollars']:>12}"
    return str(amount)
