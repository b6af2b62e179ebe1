"""`python -m benchmarks NAME`: run one benchmark and print its figures.

Uses the servers that DATABASE_URL names; without it, servers of its own that are thrown away afterwards. What
measures the codec alone needs none; `--json` gives its figures as one object.
"""

import importlib
import os
import sys
from pathlib import Path

import django

from rcm.embedded.throwaway import thrown_away

SERVERLESS: dict[str, list[str]] = {"mutants": [], "x12": ["--json"]}
"""What needs no servers, and the options it takes."""

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))


def main(arguments: list[str]) -> int:
    """Run the benchmark of that name; 2 when there is none."""
    name, *options = arguments or [""]
    if name not in NAMES or (options and options != SERVERLESS.get(name)):
        print(f"usage: python -m benchmarks {{{'|'.join(NAMES)}}} (x12 also takes --json)")
        return 2
    if name in SERVERLESS:
        importlib.import_module(f"benchmarks.{name}").run(*options)
        return 0
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rcm.settings")
    os.environ.setdefault("RCM_ENVIRONMENT", "test")
    if "DATABASE_URL" in os.environ:
        return _run(name)
    with thrown_away(migrated=True) as servers:
        os.environ.update(servers.environment)
        return _run(name)


def _run(name: str) -> int:
    django.setup()
    importlib.import_module(f"benchmarks.{name}").run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
