"""Words to the person at the terminal, and the signals that person sends.

Progress goes to standard error, results to standard output, so that a result can be piped.
"""

import os
import signal
import sys
import time
from types import FrameType
from typing import Final

STOPPING_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Carried over the restart inside the environment, so that seconds count from the first one.
_STARTED_AT = "RCM_STARTED_AT"


class Refusal(Exception):
    """What was asked cannot be done; the text says why and what to do, in whole sentences."""


class Stopped(BaseException):
    """A signal asked this process to stop. Not an Exception, so that no handler swallows it."""

    def __init__(self, signum: int) -> None:
        super().__init__(signal.Signals(signum).name)
        self.exit_code = 128 + signum


def catch_signals() -> None:
    """Turn the first INT, TERM or HUP into Stopped; ignore further ones, so that tidying up is not cut short.

    Installed before anything slow: a background shell hands its children SIGINT ignored, and an early
    Ctrl-C must count.
    """

    def stop(signum: int, _frame: FrameType | None) -> None:
        for each in STOPPING_SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(signum)

    for each in STOPPING_SIGNALS:
        signal.signal(each, stop)


def started_at() -> float:
    """The moment, in seconds of the epoch, at which the command was first started."""
    return float(os.environ.setdefault(_STARTED_AT, repr(time.time())))


def elapsed() -> float:
    """Seconds since the command was first started."""
    return time.time() - started_at()


def say(text: str) -> None:
    """Print one line of progress."""
    sys.stderr.write(f"[{elapsed():5.1f}s] {text}\n")
    sys.stderr.flush()
