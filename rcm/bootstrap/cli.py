"""Which command does what, and what each needs before it can."""

import argparse
import os
import signal
import sys
from collections.abc import Callable

from rcm.bootstrap import assets, environment, paths, stopping
from rcm.bootstrap.console import Refusal, Stopped, catch_signals, say, started_at

Command = Callable[[list[str]], int]

# Django commands that talk to no server.
_SERVERLESS = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "help",
    "makemessages",
    "spectacular",
}
_SERVERLESS |= {"startapp", "version", "--version"}
# Django commands that drive the worker, the simulator and the mail as well.
_NEED_EVERYTHING = {"business_day"}


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
    except KeyboardInterrupt:
        say("stopped")
        return 128 + signal.SIGINT


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


def _down(arguments: list[str]) -> int:
    parser = _parser("down", "Stop what runs in this project folder.")
    parser.add_argument("--wipe", action="store_true", help="delete the demonstration's data as well")
    return stopping.down(wipe=parser.parse_args(arguments).wipe)


def _lock(arguments: list[str]) -> int:
    parser = _parser("lock", "Compile requirements/*.txt from pyproject.toml.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions the ranges allow")
    environment.compile_locks(upgrade=parser.parse_args(arguments).upgrade)
    return 0


def _referees(arguments: list[str]) -> int:
    _parser("referees", "Build the outside X12 libraries in .local/referee.").parse_args(arguments)
    environment.ensure_referees()
    return 0


def _assets(arguments: list[str]) -> int:
    _parser("assets", "Fetch the front end's packages into static/vendor.").parse_args(arguments)
    assets.ensure()
    return 0


def _up(arguments: list[str]) -> int:
    from rcm.embedded.supervisor import up

    parser = _parser("up", "Start everything, print where to look, and run until Ctrl-C.")
    parser.add_argument("--exit-when-ready", action="store_true", help="print one JSON line and stop")
    parser.add_argument("--seed", action="store_true", help="seed also a database that DATABASE_URL names")
    options = parser.parse_args(arguments)
    assets.ensure()
    return up(exit_when_ready=options.exit_when_ready, seed=options.seed)


def _doctor(arguments: list[str]) -> int:
    from rcm.embedded.doctor import doctor

    _parser("doctor", "Say what is installed, running and reachable.").parse_args(arguments)
    return doctor()


def _test(arguments: list[str]) -> int:
    from rcm.embedded.sessions import run_tests

    environment.ensure_referees()
    assets.ensure()  # browser tests look at pages in their real dress
    return run_tests(arguments)


def _lint(arguments: list[str]) -> int:
    from rcm.bootstrap.lint import lint
    from rcm.embedded.sessions import run_tests

    _parser("lint", "Check every rule a machine can check.").parse_args(arguments)
    return lint(run_tests)


def _parser(name: str, description: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=f"./manage.py {name}", description=description)


def _django_with_servers(arguments: list[str]) -> int:
    from rcm.embedded import sessions
    from rcm.embedded.supervisor import everything_at_hand

    if {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
        return _django(arguments)
    if arguments[0] in _SERVERLESS:
        os.environ.update(sessions.without_servers())
        return _django(arguments)
    everything = arguments[0] in _NEED_EVERYTHING
    at_hand = everything_at_hand if everything else sessions.servers_at_hand
    with at_hand(arguments[0]) as variables:
        os.environ.update(variables)
        return _django(arguments)


def _django(arguments: list[str]) -> int:
    from django.core.management import execute_from_command_line
    from django.db import OperationalError, ProgrammingError

    from rcm.environment import EnvironmentRefused

    # A shell's Ctrl-C ends the line, not the shell.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rcm.settings")
    try:
        execute_from_command_line(["manage.py", *arguments])
    except EnvironmentRefused as refused:
        raise Refusal(str(refused)) from None
    except OperationalError:
        raise Refusal(
            "The database does not answer, or refuses this login; see ./manage.py doctor."
        ) from None
    except ProgrammingError as error:
        reason = str(error).strip().splitlines()[0]
        raise Refusal(f"The database is not prepared ({reason}): run ./manage.py migrate.") from None
    return 0


_BEFORE: dict[str, Command] = {"assets": _assets, "down": _down, "lock": _lock, "referees": _referees}
_INSIDE: dict[str, Command] = {"doctor": _doctor, "lint": _lint, "test": _test, "up": _up}
_FOR_DEVELOPERS = {"lint", "test"}
