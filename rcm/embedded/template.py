"""A migrated PostgreSQL cluster kept for the tests: each run copies it instead of migrating anew.

In it `template1` holds the whole schema, so every database that a test run creates starts out migrated; the
migrate command then finds nothing to do. It is made anew when a migration or a lock changes.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from rcm.bootstrap import paths
from rcm.bootstrap.console import say
from rcm.bootstrap.locks import waiting
from rcm.embedded import data
from rcm.embedded.process import Child
from rcm.embedded.servers import Servers

_PREFIX = "template-"


def copy_template(parent: Path, programs: Path, home: Path) -> None:
    """Put a migrated cluster and its secrets into `home`, making the template first where there is none.

    When the migrations fail, `home` is left empty: the run then migrates itself, and shows the reason.
    """
    state = _state_of_the_schema()
    template = parent / f"{_PREFIX}{state}"
    with waiting(parent / "template.lock", why="waiting for another run that prepares the test database"):
        if not template.exists():
            for old in parent.glob(f"{_PREFIX}*/"):
                shutil.rmtree(old)
            if not _make(parent, programs, template, state):
                return
        # With its owner and its modes: PostgreSQL opens no cluster of another account.
        subprocess.run(["cp", "-a", template / "postgres", template / "secrets.json", home], check=True)


def _make(parent: Path, programs: Path, template: Path, state: str) -> bool:
    """Make the template; false when the migrations failed, or were changed meanwhile."""
    say("preparing the test database")
    with data.temporary_home(parent) as home:
        servers = Servers(home, programs, logs=paths.LOGS / "template", durable=False, outside={})
        servers.start()
        try:
            variables = os.environ | servers.environment | {"RCM_ENVIRONMENT": "test"}
            command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            log = paths.LOGS / "template" / "migrate.log"
            migrate = Child("migrate", command, log=log, environment=variables, folder=paths.ROOT)
            migrate.start()
            if migrate.wait() != 0:
                say(f"the migrations failed; read {paths.relative(log)}")
                return False
            assert servers.postgres is not None
            servers.postgres.make_template()
        finally:
            servers.stop()
        if _state_of_the_schema() != state:
            return False
        made = home / "template"
        made.mkdir()
        for name in ("postgres", "secrets.json"):
            (home / name).rename(made / name)
        made.rename(template)
    return True


def _state_of_the_schema() -> str:
    """A hash over all that the migrated schema is made by."""
    sources = [*sorted(paths.ROOT.glob("*/migrations/*.py")), *sorted(Path(__file__).parent.glob("*.*"))]
    sources += [paths.ROOT / "rcm" / "rows.py", paths.REQUIREMENTS / "dev.txt"]
    state = hashlib.sha256()
    for source in sources:
        state.update(f"{paths.relative(source)}\n".encode() + source.read_bytes())
    return state.hexdigest()[:16]
