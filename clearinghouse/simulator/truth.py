"""The truth log: `truth.jsonl`, one JSON object per line, for holding the product's books against.

Every line has `seq` (1, 2, 3 ...), `event` and `at` (when, on the shared clock). Amounts are strings.

* `received`: a claim came. `claim` (CLM01), `charge`, `payer`, `frequency`, `rank`, `attempt`, `file`.
* `rejected`: it was refused in a 277CA or 999, never adjudicated. `claim`, `charge`, `payer`, `reason`.
* `accepted`: it was taken. `claim`, `charge`, `icn`, `payer`, `fate` ("", silent, lost, late, records).
* `decided`: `claim`, `icn`, `payer`, `trace`, `status` (CLP02), `charge`, `paid`, `patient`, `origin`,
  `replaces`, `forwarded_to`, and `lines`: `control` (6R), `procedure`, `charge`, `allowed`, `paid`, `denied`,
  `adjustments` ([group, code, amount]), `remarks`.
* `reversed`: an earlier decision was taken back: the same fields as it was decided, but all amounts negated.
* `remitted`: an 835: `file`, `payer`, `payee`, `trace`, `amount` (BPR02), `plb` ([code, reference, amount]).
* `sent`: a file was put out. `file`, `kind`.
"""

import json
import os
from pathlib import Path
from typing import Any

from clearinghouse.simulator.claim import Adjustment
from clearinghouse.simulator.decision import Decision
from clearinghouse.simulator.store import Row, Store


class TruthLog:
    """Copies events from the store to the file: each once, also after a crash in the middle of a line."""

    def __init__(self, path: Path, store: Store) -> None:
        self._path = path
        self._store = store
        self._written = self._recover()

    def flush(self) -> None:
        """Append what is not in the file yet."""
        events = self._store.truth_after(self._written)
        if not events:
            return
        text = "".join(json.dumps({"seq": seq, **line}) + "\n" for seq, line in events)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        self._written = events[-1][0]

    def _recover(self) -> int:
        """The number of the last whole line; half a line at the end is cut off."""
        if not self._path.exists():
            return 0
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            self._path.write_bytes(whole)
        return int(json.loads(whole.splitlines()[-1])["seq"]) if whole else 0


def decided(row: Row, decision: Decision, trace: str) -> dict[str, Any]:
    """The fields of a `decided` event."""
    controls = {line.number: line for line in row.claim.lines}
    return {
        "claim": row.claim.number,
        "icn": row.icn,
        "payer": row.claim.payer_id,
        "trace": trace,
        "status": decision.status,
        "charge": str(decision.charge),
        "paid": str(decision.paid),
        "patient": str(decision.patient_responsibility),
        "origin": row.origin,
        "replaces": row.replaces,
        "forwarded_to": decision.forwarded_to,
        "lines": [
            {
                "control": controls[line.number].control_number,
                "procedure": controls[line.number].procedure,
                "charge": str(line.charge),
                "allowed": str(line.allowed),
                "paid": str(line.paid),
                "denied": line.is_denied,
                "adjustments": [_trio(item) for item in line.adjustments],
                "remarks": list(line.remarks),
            }
            for line in decision.lines
        ],
    }


def _trio(item: Adjustment) -> list[str]:
    return [item.group, item.code, str(item.amount)]
