"""`python -m benchmarks NAME`: run one benchmark and print its figures.

Uses the servers that DATABASE_URL names; without it, servers of its own that are thrown away afterwards.
"""

import importlib
import os
import sys
from pathlib import Path

import django

from rcm.embedded.throwaway import thrown_away

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))


def main(arguments: list[str]) -> int:
    """Run the benchmark of that name; 2 when there is none."""
    if len(arguments) != 1 or arguments[0] not in NAMES:
        print(f"usage: python -m benchmarks {{{'|'.join(NAMES)}}}")
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rcm.settings")
    os.environ.setdefault("RCM_ENVIRONMENT", "test")
    if "DATABASE_URL" in os.environ:
        return _run(arguments[0])
    with thrown_away(migrated=True) as servers:
        os.environ.update(servers.environment)
        return _run(arguments[0])


def _run(name: str) -> int:
    django.setup()
    importlib.import_module(f"benchmarks.{name}").run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
