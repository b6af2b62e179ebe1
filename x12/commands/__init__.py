"""The command line: `inspect` tells what is in files, `ack` answers one, `diff` compares two.

Exit codes, the highest of all files: 0 nothing to object to (no difference), 1 something is objected to (a
difference), 2 wrong usage, 3 a file could not be read.
"""

import argparse
import io
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from x12.commands import acknowledging, differing, inspecting

_EXIT_CODES = """exit codes:
  0  everything could be read and nothing is objected to; for diff: no difference
  1  something is objected to (inspect), refused (ack) or different (diff)
  2  wrong usage
  3  a file could not be read, or holds no X12
"""


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit code."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a character shows another instead of the command failing.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        return int(options.run(options))
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m x12",
        description="Look into X12 healthcare files, answer them, compare them.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_inspect(commands)
    _add_ack(commands)
    _add_diff(commands)
    return parser


def _add_inspect(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    inspect = _command(commands, "inspect", "tell what is in files, and what is wrong with it")
    inspect.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="a file of one or more interchanges"
    )
    inspect.add_argument("--json", action="store_true", help="one JSON object per file, each on its own line")
    inspect.add_argument(
        "--summary", action="store_true", help="without --json: counts, totals and findings, no segments"
    )
    inspect.set_defaults(run=inspecting.run, today=_now().date())


def _add_ack(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    ack = _command(commands, "ack", "write the 999 (or the TA1) that answers a file to standard output")
    ack.add_argument("file", type=Path, metavar="FILE", help="the file to answer")
    ack.add_argument("--control-number", type=int, default=1, help="ISA13 and GS06 of the answer (default 1)")
    ack.add_argument(
        "--at", type=datetime.fromisoformat, default=_now(), help="its date and time (default: now, UTC)"
    )
    ack.set_defaults(run=acknowledging.run)


def _add_diff(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    diff = _command(commands, "diff", "show in words how two files (or the claims in them) differ")
    diff.add_argument("first", type=Path, metavar="A")
    diff.add_argument("second", type=Path, metavar="B")
    diff.add_argument("--claim", default="", help="compare only the claim with this number (CLM01, CLP01)")
    diff.set_defaults(run=differing.run)


def _now() -> datetime:
    """The moment the command runs: a program of its own has no other clock than the machine's."""
    return datetime.fromtimestamp(time.time(), tz=UTC)


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, what: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=what,
        description=what[0].upper() + what[1:] + ".",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
