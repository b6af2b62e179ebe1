"""How the box behaves: delays, payment runs, shares of misfortune, and faults on demand.

A scenario is a JSON file of this shape, or the name of one this package brings (`scenarios/*.json`):
`quick` (the default: answers in seconds, nothing goes wrong), `demonstration` (seconds, with a small
share of everything that goes wrong), `month` (days of the shared clock, the same misfortunes), `quarter`
(the same, with more of them, and with remittances that go out wrong first) and `unruly` (seconds, with some
of everything there is in this file). Every field may be left out; docs/simulator.md lists them all.

A file `scenario.json` in the simulator's directory takes the place of what was told at the start as soon as
it is there or changes; what is under way keeps its day. Faults and usage are those of the start.
"""

import json
import logging
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from clearinghouse.simulator import shapes

NONE = Decimal(0)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds of the shared clock until an answer is due."""

    acknowledgement: int = 0  # TA1 and 999, after receipt
    claim_acknowledgement: int = 1  # 277CA, after receipt
    adjudication: int = 2  # receipt to the earliest payment run that may take the claim
    late: int = 45 * 86400  # added for a claim drawn as late
    correction: int = 20  # payment to the payer's own reversal and correction
    appeal: int = 2  # letter to the earliest payment run
    recoupment: int = 20  # payment of a correction to the first remittance that withholds what is owed
    amendment: int = 20  # a remittance that went out wrong, until it goes out right


@dataclass(frozen=True, slots=True)
class Shares:
    """The share of claims (0.05: one in twenty) that meets a misfortune, drawn on first submissions only.

    `slips` is a share of remittances: they go out wrong first (see `slips`), right after `Delays.amendment`.
    Set to 1 in `scenario.json`, a misfortune meets every claim from then on: misbehavior on demand.
    """

    rejected: Decimal = NONE  # in the 277CA, for a reason found by the payer's clerk
    silent: Decimal = NONE  # accepted, then no 835 until a 276 asks
    lost: Decimal = NONE  # not even in the 277CA; a 276 finds nothing
    late: Decimal = NONE  # paid after `Delays.late`, with interest
    records: Decimal = NONE  # denied CO-252 until documentation comes
    corrected: Decimal = NONE  # paid, then reversed and paid again at nine tenths of the fee
    appeals_won: Decimal = Decimal("0.6")
    appeals_refused: Decimal = NONE  # of those not won: refused in an 835; of the others nothing is heard
    slips: Decimal = NONE
    # How the decision on a claim is put (see `manners`): at most one of these.
    claim_level: Decimal = NONE  # one decision for the whole claim, without lines
    unnumbered: Decimal = NONE  # lines without our line control numbers
    split_lines: Decimal = NONE  # the first line comes as two
    split_claim: Decimal = NONE  # a claim of several lines comes as two claims (MA15)
    bundled: Decimal = NONE  # whatever stands beside the first line is paid within it (CO-97, SVC06)
    recoded: Decimal = NONE  # visits are decided under the next lower code (SVC06, N22)
    # Money beside the decision.
    interest: Decimal = NONE  # paid with thirty days' interest though it was in time (PLB L6, AMT I)
    recouped: Decimal = NONE  # of those `corrected`: withheld `Delays.recoupment` later (PLB WO in both)
    withheld: Decimal = NONE  # of remittances: a tenth is kept for a claim nobody knows (PLB WO)
    strangers: Decimal = NONE  # of remittances: a claim nobody sent is decided among ours
    # What is done and what is said.
    reversed_alone: Decimal = NONE  # of those `corrected`: the new decision comes in a later remittance
    corrected_first: Decimal = NONE  # a corrected decision stands before the reversal it follows
    crossovers_lost: Decimal = NONE  # said to be forwarded (CLP02 19, MA18); the next payer never hears of it
    crossovers_untold: Decimal = NONE  # forwarded, and not a word of it


@dataclass(frozen=True, slots=True)
class Faults:
    """Misbehaviour on demand: each number is how many times it still happens."""

    http_errors: int = 0  # answered with `http_error_status`
    http_error_status: int = 503
    http_stalls: int = 0  # answered after `http_stall_seconds` of real time
    http_stall_seconds: int = 30
    http_cuts_before: int = 0  # the whole request is read, nothing is done, and the connection cut
    http_cuts: int = 0  # processed, then cut without an answer
    http_cuts_within: int = 0  # processed, then cut in the middle of the answer
    http_garbage: int = 0  # processed, then answered with 200 and what is no envelope
    sftp_refusals: int = 0  # log-ins refused
    sftp_stalls: int = 0  # a rename is done after `sftp_stall_seconds` of real time
    sftp_stall_seconds: int = 30
    sftp_cuts_in_upload: int = 0  # connection dropped with half of a write on disk
    sftp_cuts_in_download: int = 0  # connection dropped when the client reads
    sftp_cuts_before_rename: int = 0  # connection dropped when the client asks to rename: not renamed
    sftp_cuts_after_rename: int = 0  # connection dropped after the rename, before it is confirmed
    # An answer of any kind, in a mailbox or waiting to be retrieved.
    duplicated_answers: int = 0  # comes again in the same bytes, under another name
    reformatted_answers: int = 0  # comes again in the same envelope, with line breaks
    reenveloped_answers: int = 0  # comes again in another envelope: the same transaction
    reordered_answers: int = 0  # comes `reordered_seconds` of the shared clock late: others overtake it
    reordered_seconds: int = 60
    partial_answers: int = 0  # lies half written under its final name for `partial_seconds` (mailbox only)
    partial_seconds: int = 5
    missing_ta1: int = 0  # never comes
    missing_999: int = 0
    missing_277ca: int = 0
    missing_271: int = 0  # of inquiries sent in batches
    missing_277: int = 0
    missing_835: int = 0


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way for the box to behave."""

    usage: str = "T"  # ISA15 it accepts; the other one is refused with TA1 020
    payment_run_seconds: int = 5  # a payer pays at every multiple of this on the clock
    payment_runs: dict[str, int] = field(default_factory=dict)  # the same, for single payers
    adjudication: dict[str, int] = field(default_factory=dict)  # Delays.adjudication for single payers
    delays: Delays = field(default_factory=Delays)
    shares: Shares = field(default_factory=Shares)
    faults: Faults = field(default_factory=Faults)


def load_scenario(name: str) -> Scenario:
    """A scenario by file or by name. Raises ValueError when there is none or its shape is another."""
    path = Path(name)
    if not path.suffix:
        path = Path(__file__).with_name("scenarios") / f"{name}.json"
    if not path.exists():
        raise ValueError(f"no scenario {name!r}")
    return shapes.thaw(Scenario, json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal))


class Script:
    """The scenario that holds now: `first`, until the file tells another; read again when it has changed."""

    def __init__(self, first: Scenario, path: Path) -> None:
        self._scenario = first
        self._path = path
        self._changed = 0

    def read(self) -> Scenario:
        """What holds now. A file that is not understood is logged and changes nothing."""
        try:
            changed = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return self._scenario
        if changed != self._changed:
            self._changed = changed
            try:
                self._scenario = load_scenario(str(self._path))
            except ValueError:
                log.exception("scenario.json is not understood")
        return self._scenario
