"""Which command does what, and what each needs before it can."""

import os
import sys
from collections.abc import Callable

from rcm.bootstrap import environment, paths
from rcm.bootstrap.console import Refusal, Stopped, catch_signals, say, started_at

# Django commands that talk to no server.
_SERVERLESS = frozenset(
    "help version --version check collectstatic compilemessages diffsettings makemessages spectacular startapp".split()
)


def main(arguments: list[str], *, usage: str) -> int:
    """Run the command; returns the exit code. The environment is built first where it is missing or old."""
    started_at()
    catch_signals()
    try:
        return _run(arguments, usage)
    except Refusal as refusal:
        say(str(refusal))
        return 1
    except Stopped as stopped:
        say("stopped")
        return stopped.exit_code


def _run(arguments: list[str], usage: str) -> int:
    if os.environ.get("RCM_BOOTSTRAP") == "off":  # an image brings its environment with it
        return _django(arguments)
    if not arguments or arguments[0] in {"--help", "-h"}:
        sys.stdout.write(usage)
        return 0
    name, rest = arguments[0], arguments[1:]
    paths.make_local()
    if name in _BEFORE:
        return _BEFORE[name](rest)
    environment.ensure("dev" if name in _FOR_DEVELOPERS else "demo")
    if not paths.in_environment():
        os.execv(paths.PYTHON, [str(paths.PYTHON), str(paths.ROOT / "manage.py"), *arguments])
    command = _INSIDE.get(name)
    return command(rest) if command is not None else _django_with_servers(arguments)


def _test(arguments: list[str]) -> int:
    from rcm.embedded.sessions import run_tests

    environment.ensure_referees()
    return run_tests(arguments)


def _referees(_arguments: list[str]) -> int:
    environment.ensure_referees()
    return 0


def _lock(arguments: list[str]) -> int:
    environment.compile_locks(upgrade="--upgrade" in arguments)
    return 0


def _django_with_servers(arguments: list[str]) -> int:
    from rcm.embedded import sessions

    if "DATABASE_URL" in os.environ:
        return _django(arguments)
    if arguments[0] in _SERVERLESS:
        os.environ.update(sessions.without_servers())
        return _django(arguments)
    with sessions.servers_at_hand(arguments[0]) as variables:
        os.environ.update(variables)
        return _django(arguments)


def _django(arguments: list[str]) -> int:
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rcm.settings")
    execute_from_command_line(["manage.py", *arguments])
    return 0


_BEFORE: dict[str, Callable[[list[str]], int]] = {"lock": _lock, "referees": _referees}
_INSIDE: dict[str, Callable[[list[str]], int]] = {"test": _test}
_FOR_DEVELOPERS = frozenset(["test", "lint"])
