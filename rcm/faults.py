"""Named points at which a crash test can cut the power."""

import os
import signal
from pathlib import Path


def point(name: str) -> None:
    """Do nothing; unless the file that RCM_FAULT_FILE names holds this name: then remove it and die by
    SIGKILL.

    The file is removed first, so one written fault kills one process once. Production refuses to start with
    RCM_FAULT_FILE set.
    """
    armed = os.environ.get("RCM_FAULT_FILE")
    if not armed:
        return
    file = Path(armed)
    try:
        if file.read_text().strip() != name:
            return
        file.unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
