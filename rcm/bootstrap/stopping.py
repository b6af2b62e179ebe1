"""`./manage.py down`: stops what runs in this project folder, and on request deletes its data."""

import os
import signal
import time

from rcm.bootstrap import paths
from rcm.bootstrap.console import Refusal, say
from rcm.bootstrap.locks import read_note
from rcm.embedded import data

# Held by whoever runs the kept servers; its note tells others who that is and where they are.
SERVERS_LOCK = paths.LOCAL / "servers.lock"
_PATIENCE_SECONDS = 40


def down(*, wipe: bool) -> int:
    """Stop the command that holds the servers, whichever it is; with `wipe` delete all demonstration data.

    A database named by DATABASE_URL is never touched.
    """
    note = read_note(SERVERS_LOCK)
    if note is None:
        say("nothing is running")
    else:
        _stop(note)
    if wipe:
        data.wipe(paths.LOCAL)
        say("the demonstration's data is deleted; the next up begins anew")
    return 0


def _stop(note: dict[str, object]) -> None:
    number = note.get("pid")
    if not isinstance(number, int):
        raise Refusal("Something holds the servers and has not said what it is yet; try again in a moment.")
    say(f"stopping ./manage.py {note.get('command')} (process {number})")
    for which, patience in ((signal.SIGTERM, _PATIENCE_SECONDS), (signal.SIGKILL, 5)):
        try:
            os.kill(number, which)
        except ProcessLookupError:
            pass
        except PermissionError:
            raise Refusal(f"Process {number} belongs to another account; stop it from there.") from None
        if _released_within(patience):
            return
    raise Refusal(f"Process {number} does not end, not even by SIGKILL.")


def _released_within(seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if read_note(SERVERS_LOCK) is None:
            return True
        time.sleep(0.05)
    return False
