"""What is wrong only because something else is: it is told once, where it begins.

A remittance whose SVC was lost does not add up either, and a claim whose status is no code cannot be
counted: there the first is told, and the second goes without saying.
"""

from bisect import bisect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from x12.errors import Finding

_MISCODED: Final = frozenset(["bad_code", "missing_element"])
_TRANSFER: Final = frozenset(["transfer_incomplete"])
_BALANCE: Final = frozenset(["transaction_out_of_balance"])

_SUMMED: Final[Mapping[str, Mapping[str, frozenset[int]]]] = {
    "835": {
        "CLP": frozenset([3, 4, 5]),
        "SVC": frozenset([2, 3]),
        "CAS": frozenset(range(3, 19, 3)),
        "PLB": frozenset(range(4, 15, 2)),
    },
    "277CA": {"STC": frozenset([3, 4])},
    "999": {"IK5": frozenset([1])},
}
"""By kind and segment, the elements that are counted and added."""

_FRAME: Final[Mapping[str, frozenset[str]]] = {
    "835": frozenset(["LX", "CLP", "SVC"]),
    "277CA": frozenset(["HL", "TRN", "STC"]),
    "999": frozenset(["AK2", "IK5"]),
}
"""By kind, the segments that say what belongs together."""

_WHOLE: Final = frozenset(["BPR", "TS3", "TS2"])
"""Where sums of more than one claim stand."""

_BY_PLACE: Final = frozenset(["service_date_missing", "date_repeated", "crossover_payer_missing"])
"""What is asked of a claim or line, and follows where they are not told apart."""

_FOLLOWS: Final[Mapping[str, frozenset[str]]] = {
    "notification_with_method": _TRANSFER,
    "notification_with_payment": _BALANCE,
    "negative_payment": _BALANCE,
}
"""By the code of a finding, what follows from it in its segment."""

Follows = Callable[[Finding], bool]


def told_once(kind: str, lines: Sequence[str], found: Iterable[Finding]) -> list[Finding]:
    """The findings of a transaction without those that only follow from others, in the same order. `lines`
    are its segments, ST first.
    """
    kept = list({_place(finding): finding for finding in reversed(list(found))}.values())[::-1]
    for rule in (_by_element, _by_neighbor, _by_level, _by_segment, _by_sums(kind, lines)):
        follows = rule(kept)
        kept = [finding for finding in kept if not follows(finding)]
    return kept


def _place(finding: Finding) -> tuple[str, str, int, int, int, int]:
    return (
        finding.code,
        finding.segment,
        finding.position,
        finding.element,
        finding.component,
        finding.repetition,
    )


def _by_element(found: list[Finding]) -> Follows:
    """What rules and syntax notes say of an element that the guide objects to already, and the guide of the
    count or number in an SE that differs anyway.
    """
    closing = {
        (finding.position, finding.element)
        for finding in found
        if finding.ack_at == "set" and finding.segment == "SE"
    }
    guided = [finding for finding in found if finding.ack_at == "element" and finding.snip < 3]
    told = {(finding.position, finding.element) for finding in guided}
    absent = {(finding.position, finding.element) for finding in guided if finding.code == "missing_element"}

    def follows(finding: Finding) -> bool:
        place = (finding.position, finding.element)
        if finding.code == "missing_paired_element":
            return place in absent
        if finding.snip < 3:
            return finding.ack_at != "set" and place in closing
        return finding.element > 0 and place in told

    return follows


def _by_neighbor(found: list[Finding]) -> Follows:
    """A segment with a wrong qualifier, missed again right behind it; one missed by guide and rule alike."""
    miscoded = {(finding.segment, finding.position) for finding in found if finding.code in _MISCODED}
    missed = {(finding.segment, finding.loop) for finding in found if finding.code == "missing_segment"}

    def follows(finding: Finding) -> bool:
        if finding.code == "missing_segment":
            return (finding.segment, finding.position - 1) in miscoded
        ruled = finding.snip == 4 and not finding.element and finding.ack_at == "segment"
        return ruled and (finding.segment, finding.loop) in missed

    return follows


def _by_level(found: list[Finding]) -> Follows:
    """What a level lacks that is wrongly said to have none below."""
    levels = {finding.position for finding in found if finding.code == "level_children"}

    def follows(finding: Finding) -> bool:
        ruled = finding.snip == 4 and not finding.element
        return ruled and not levels.isdisjoint((finding.position, finding.position - 1))

    return follows


def _by_segment(found: list[Finding]) -> Follows:
    """What follows from another finding at the same segment."""
    caused = {(finding.position, code) for finding in found for code in _FOLLOWS.get(finding.code, ())}
    return lambda finding: (finding.position, finding.code) in caused


def _by_sums(kind: str, lines: Sequence[str]) -> Callable[[list[Finding]], Follows]:
    """What does not add up because a part of it is astray or no amount: in a remittance of that claim and of
    the whole, elsewhere of the whole.
    """

    def rule(found: list[Finding]) -> Follows:
        causes = {finding.position for finding in found if _is_astray(kind, finding)}
        if not causes:
            return lambda _: False
        claims = [n for n, line in enumerate(lines, 1) if line.startswith("CLP") and kind == "835"]
        within = {bisect(claims, position - before) for position in causes for before in (0, 1)}

        def follows(finding: Finding) -> bool:
            if finding.snip != 3 and finding.code not in _BY_PLACE:
                return False
            return finding.segment in _WHOLE or bisect(claims, finding.position) in within

        return follows

    return rule


def _is_astray(kind: str, finding: Finding) -> bool:
    """Whether a finding says that a part of a sum is not there, not in its place, or unknown."""
    if finding.severity != "error":
        return False
    if finding.ack_at == "segment":
        return finding.snip < 3 and finding.segment in _FRAME.get(kind, ())
    known = finding.element not in _SUMMED.get(kind, {}).get(finding.segment, ())
    return not known and (finding.snip < 3 or finding.code == "action_disagrees")
