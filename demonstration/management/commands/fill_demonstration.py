"""`./manage.py fill_demonstration`: what `up` runs beside the programs until the practices have a past."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demonstration.box import BoxNotRunning, Wire
from demonstration.filling import fill
from demonstration.models import Filling
from demonstration.turns import turn_of_the_clock
from rcm import clock
from rcm.environment import Kind

POLITENESS = 10
"""Who looks at a page goes first (nice)."""


class Command(BaseCommand):
    """Go on with the filling where it stopped; nothing to do is done at once.

    Ends with 0 when the present is reached. What stands in its way is written into the filling, in words that
    name no patient, and the command ends with 1; started again, it goes on.
    """

    help = "Live through the demonstration's past, up to now, through the real worker, SFTP, HTTP and SMTP."

    def handle(self, **_options: Any) -> None:
        """Find what is to be filled, and fill it."""
        if settings.KIND is Kind.PRODUCTION:
            raise CommandError("This invents patients and moves the clock: it does not run in production.")
        filling = Filling.objects.filter(finished_at=None).order_by("pk").first()
        if filling is None:
            return
        os.nice(POLITENESS)
        try:
            box = Path(settings.ENVIRONMENT.rcm_simulator_dir)
            with turn_of_the_clock(wait=lambda: None), Wire(box) as wire:
                filling.refresh_from_db()
                fill(filling=filling, wire=wire, tell=self.stdout.write)
        except clock.ClockNotSettable:
            raise CommandError(
                "Name a file in RCM_CLOCK_FILE: this moves the clock of all programs."
            ) from None
        except BoxNotRunning as error:
            self._fail(filling, "The payer in a box does not answer")
            raise CommandError(f"The payer in a box does not answer: {error}") from error
        except Exception as error:
            self._fail(filling, f"{type(error).__name__} on day {filling.days_done + 1}")
            raise

    def _fail(self, filling: Filling, words: str) -> None:
        Filling.objects.filter(pk=filling.pk).update(failure=words[:200])
