"""Who is insured: a member file, and a rule for every id that is not in it.

`members.json` in the simulator's directory lists members (the fields of `Member`, as a JSON array).
Any other id follows its own digits, so that any practice can be simulated without a file:

* an id that does not match its payer's `member_pattern` is nobody's;
* an id ending in "00" has the right shape but is not on file;
* an id otherwise ending in "0" was terminated on the last day of the year before the service;
* every other id is active since 2020, whatever the name and birth date sent with it;
* of its deductible, the digit before the last says how much was met elsewhere this year, before the first
  claim we see: 0-4 nothing, 5-7 half, 8-9 all (a letter counts as 0).
"""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from clearinghouse.simulator import shapes
from clearinghouse.simulator.plans import Plan

SINCE = date(2020, 1, 1)
HALF_MET, ALL_MET = "567", "89"


@dataclass(frozen=True, slots=True)
class Member:
    """One insured. `deductible_met` and `out_of_pocket_met` were used up elsewhere in the benefit year.

    Names and birth date are compared only where they are given.
    """

    payer_id: str
    member_id: str
    last_name: str = ""
    first_name: str = ""
    birth_date: date | None = None
    effective: date = SINCE
    terminated: date | None = None
    deductible_met: Decimal = Decimal("0.00")
    out_of_pocket_met: Decimal = Decimal("0.00")

    def is_active(self, on: date) -> bool:
        """Whether the coverage is in force on a day (the termination day itself is still covered)."""
        return self.effective <= on and (self.terminated is None or on <= self.terminated)


@dataclass(frozen=True, slots=True)
class Register:
    """All members of all payers: those listed, and by rule everyone else."""

    listed: tuple[Member, ...] = ()

    def find(self, plan: Plan, member_id: str, on: date) -> Member | None:
        """The member behind an id as of a day of service, or None: not on file."""
        for member in self.listed:
            if (member.payer_id, member.member_id) == (plan.payer_id, member_id):
                return member
        if not plan.knows(member_id) or member_id.endswith("00"):
            return None
        ended = date(on.year - 1, 12, 31) if member_id.endswith("0") else None
        met = Decimal("0.00")
        if member_id[-2] in ALL_MET:
            met = plan.deductible
        elif member_id[-2] in HALF_MET:
            met = (plan.deductible / 2).quantize(Decimal("0.01"))
        return Member(plan.payer_id, member_id, terminated=ended, deductible_met=met, out_of_pocket_met=met)


def load_register(path: Path) -> Register:
    """Read a member file; an absent one lists nobody. Raises ValueError for a file of another shape."""
    if not path.exists():
        return Register()
    rows = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    return Register(tuple(shapes.thaw(Member, row) for row in rows))
