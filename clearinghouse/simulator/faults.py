"""Faults on demand, counted down: from the scenario at the start, and later from `faults.json`.

Writing `faults.json` (the fields of `scenario.Faults`) into the simulator's directory sets all counters anew.
"""

import json
import logging
import threading
from dataclasses import replace
from pathlib import Path

from clearinghouse.simulator import shapes
from clearinghouse.simulator.scenario import Faults

log = logging.getLogger(__name__)


class FaultBox:
    """What is still to go wrong. Safe to share between threads."""

    def __init__(self, faults: Faults, path: Path) -> None:
        self._faults = faults
        self._path = path
        self._changed = path.stat().st_mtime_ns if path.exists() else 0
        self._lock = threading.Lock()

    def strikes(self, name: str) -> bool:
        """Whether the named fault happens now; if so, it happens once less from here on."""
        with self._lock:
            self._reload()
            left = getattr(self._faults, name)
            if left > 0:
                self._faults = replace(self._faults, **{name: left - 1})
            return bool(left > 0)

    def setting(self, name: str) -> int:
        """A number of `scenario.Faults` that says how a fault shows: a status, or seconds."""
        return int(getattr(self._faults, name))

    def _reload(self) -> None:
        try:
            changed = self._path.stat().st_mtime_ns
            if changed == self._changed:
                return
            text = self._path.read_text(encoding="utf-8")
            self._faults, self._changed = shapes.thaw(Faults, json.loads(text)), changed
        except FileNotFoundError:
            return
        except ValueError:
            log.exception("faults.json is not understood")
