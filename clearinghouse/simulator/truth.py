"""The truth log: `truth.jsonl`, one JSON object per line, for holding the product's books against.

Every line has `seq` (1, 2, 3 ...), `event` and `at` (when, on the shared clock). Amounts are strings.

* `received`: a claim came. `claim` (CLM01), `charge`, `payer`, `frequency`, `rank`, `attempt`, `file`.
* `rejected`: it was refused in a 277CA or 999, never adjudicated. `claim`, `charge`, `payer`, `reason`.
* `accepted`: it was taken. `claim`, `charge`, `icn`, `payer`, `fate` ("", silent, lost, late, records).
* `decided`: `claim`, `icn`, `payer`, `trace`, `status` (CLP02), `charge`, `paid`, `patient`, `origin`,
  `replaces`, `forwarded_to`, and `lines`: `control` (6R), `procedure`, `charge`, `allowed`, `paid`, `denied`,
  `adjustments` ([group, code, amount]), `remarks`.
* `reversed`: an earlier decision was taken back: the same fields, all amounts negated, `status` 22.
* `overtaken`: replaced or voided before it was decided; it is never remitted. `claim`, `icn`, `payer`, `by`.
* `appealed`: a letter of appeal came. `claim`, `icn`, `won`.
* `refused`: an interchange (TA1) or transaction (999) was turned away whole. `file`, `control`, `note`.
* `unreadable`: a file was no X12, or nobody's. `file`. `failed`: the simulator broke on it. `file`.
* `remitted`: an 835: `file`, `payer`, `payee`, `trace`, `amount` (BPR02), `plb` ([code, reference, amount]).
* `sent`: a file was put out. `file`, `kind`. `missing`: the scenario kept it back for good. `torn`: it lay
  half written, and the client took that half away.
"""

import json
import os
from pathlib import Path
from typing import Any

from clearinghouse.simulator.claim import Line
from clearinghouse.simulator.decision import DecidedLine
from clearinghouse.simulator.payments import Advice, AdvisedClaim
from clearinghouse.simulator.store import Store


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


def advised(item: AdvisedClaim, trace: str) -> dict[str, Any]:
    """The fields of a `decided` or `reversed` event."""
    row, decision, sign = item.row, item.decision, item.sign
    sent = {line.number: line for line in row.claim.lines}
    return {
        "event": "reversed" if item.is_reversal else "decided",
        "claim": row.claim.number,
        "icn": row.icn,
        "payer": row.claim.payer_id,
        "trace": trace,
        "status": "22" if item.is_reversal else decision.status,
        "charge": str(decision.charge * sign),
        "paid": str(item.paid),
        "patient": str(decision.patient_responsibility * sign),
        "origin": row.origin,
        "replaces": row.replaces,
        "forwarded_to": decision.forwarded_to,
        "lines": [_line(sent[line.number], line, sign) for line in decision.lines],
    }


def remitted(advice: Advice, file: str) -> dict[str, Any]:
    """The fields of a `remitted` event."""
    return {
        "event": "remitted",
        "file": file,
        "payer": advice.plan.payer_id,
        "payee": advice.payee.npi,
        "trace": advice.trace,
        "amount": str(advice.amount),
        "plb": [[item.code, item.reference, str(item.amount)] for item in advice.adjustments],
    }


def _line(sent: Line, decided: DecidedLine, sign: int) -> dict[str, Any]:
    return {
        "control": sent.control_number,
        "procedure": sent.code,
        "charge": str(decided.charge * sign),
        "allowed": str(decided.allowed * sign),
        "paid": str(decided.paid * sign),
        "denied": decided.is_denied,
        "adjustments": [[item.group, item.code, str(item.amount * sign)] for item in decided.adjustments],
        "remarks": list(decided.remarks),
    }
