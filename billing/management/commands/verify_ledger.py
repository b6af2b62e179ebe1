"""`./manage.py verify_ledger [--json]`: prove the books of every practice."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from billing.queries import Verdict, prove
from practice.queries import all_practice_ids
from rcm.db import practice_scope

SHOWN = 20


class Command(BaseCommand):
    """Exit code 0 when every proof holds, 1 with the differences otherwise."""

    help = "Prove that the books balance: entries, positions, deposits, charges, credits."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Words for people, or JSON for programs."""
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")

    def handle(self, **options: Any) -> None:
        """Prove, print, and exit by the outcome."""
        with practice_scope(all_practice_ids()):
            verdicts = prove()
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(verdicts)))
        else:
            self._print(verdicts)
        if not all(verdict.holds for verdict in verdicts):
            raise SystemExit(1)

    def _print(self, verdicts: list[Verdict]) -> None:
        for verdict in verdicts:
            state = "holds" if verdict.holds else f"FAILS  {len(verdict.differences)} differences"
            self.stdout.write(f"{verdict.proof.name:<16}{verdict.checked:>10,}  {state}")
            self.stdout.write(f"{'':<16}{verdict.proof.sentence}")
            for practice_id, subject, words in verdict.differences[:SHOWN]:
                self.stdout.write(f"{'':<16}- practice {practice_id}, {subject}: {words}")
            if (more := len(verdict.differences) - SHOWN) > 0:
                self.stdout.write(f"{'':<16}  and {more} more (--json shows all)")


def _as_json(verdicts: list[Verdict]) -> dict[str, Any]:
    return {
        "holds": all(verdict.holds for verdict in verdicts),
        "proofs": [
            {
                "name": verdict.proof.name,
                "sentence": verdict.proof.sentence,
                "checked": verdict.checked,
                "holds": verdict.holds,
                "differences": [
                    {"practice": practice_id, "subject": subject, "difference": words}
                    for practice_id, subject, words in verdict.differences
                ],
            }
            for verdict in verdicts
        ],
    }
