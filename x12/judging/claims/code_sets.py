"""SNIP 5: what codes and numbers of others must look like, and when they are in use."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from x12.errors import Finding
from x12.judging.claims.situations import MEDICARE
from x12.judging.claims.view import Claim, Line, at, issue
from x12.judging.walk import Placed

Match = Callable[[str], object]


def _shape(pattern: str) -> Match:
    return re.compile(pattern, re.ASCII).fullmatch


_ICD_10_CM = _shape(r"[A-Z]\d[0-9AB](?:[0-9A-TV-Z]{1,4})?")
_ICD_9_CM = _shape(r"\d{3,5}|V\d{2,4}|E\d{3,4}")
_ICD_10_PCS = _shape(r"[0-9A-HJ-NP-Z]{7}")
_ICD_9_PROCEDURE = _shape(r"\d{2,4}")
_PROCEDURE = _shape(r"\d{4}[0-9AFMTU]|[A-V]\d{4}")
_HIPPS = _shape(r"[0-9A-Z]{5}")
_NDC = _shape(r"\d{11}")
_MBI = _shape(
    r"[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d[AC-HJKMNP-RT-Y]{2}\d{2}"
)

_HEALTH: Final[Mapping[str, tuple[Match, str, str]]] = {
    "ABK": (_ICD_10_CM, "diagnosis", "254"),
    "BK": (_ICD_9_CM, "diagnosis", "254"),
    **dict.fromkeys(("ABF", "ABN", "APR"), (_ICD_10_CM, "diagnosis", "255")),
    **dict.fromkeys(("BF", "BN", "PR"), (_ICD_9_CM, "diagnosis", "255")),
    "ABJ": (_ICD_10_CM, "diagnosis", "232"),
    "BJ": (_ICD_9_CM, "diagnosis", "232"),
    **dict.fromkeys(("BBR", "BBQ"), (_ICD_10_PCS, "procedure", "490")),
    **dict.fromkeys(("BR", "BQ"), (_ICD_9_PROCEDURE, "procedure", "490")),
    **dict.fromkeys(("BP", "BO"), (_PROCEDURE, "procedure", "454")),
    "BE": (_shape(r"[0-9A-Z]{2}"), "value code", "463"),
    "BG": (_shape(r"[0-9A-Z]{2}"), "condition code", "460"),
    "BH": (_shape(r"[0-9A-Z]{2}"), "occurrence code", "461"),
    "BI": (_shape(r"[0-9A-Z]{2}"), "occurrence span code", "462"),
    "DR": (_shape(r"\d{3,4}"), "diagnosis related group", "256"),
}
_DIAGNOSES: Final = frozenset(["ABK", "BK", "ABF", "BF"])
_ICD_9: Final = frozenset(["BK", "BF", "BJ", "BN", "PR", "BR", "BQ"])
ICD_10_BEGAN: Final = "20151001"
MBI_BEGAN: Final = "20200101"


def findings(claim: Claim) -> Iterator[Finding]:
    """The codes of one claim and of its lines."""
    yield from _health(claim)
    for line in claim.lines:
        if line.service is not None:
            yield from _procedure(claim, line, line.service)
        if "2410" in line.node.nodes:
            yield from _drug(line)
    yield from _member(claim)


def _health(claim: Claim) -> Iterator[Finding]:
    """Diagnoses and the other codes of HI."""
    keys = [key for key in claim.node.parts if key.startswith("HI*")]
    for qualifier, code, placed, number in claim.codes(*keys):
        known = _HEALTH.get(qualifier)
        if known is None or not code:
            continue
        matches, name, status = known
        if not matches(code):
            words = f"HI{number:02d}-2 does not look like a {name}"
            yield issue("bad_health_code", words, placed, "2300", number, 2, snip=5, status=(status,))
        elif qualifier in _ICD_9 and claim.last_day >= ICD_10_BEGAN:
            words = f"HI{number:02d}-1 says ICD-9, which was not in use at the time of the claim"
            yield issue("old_code_set", words, placed, "2300", number, 1, snip=5, status=(status,))
        elif qualifier == "ABK" and code[0] in "VWXY":
            words = "an external cause cannot be the principal diagnosis"
            yield issue("external_cause", words, placed, "2300", number, 2, snip=4, status=("254",))
    yield from _repeated(claim)


def _repeated(claim: Claim) -> Iterator[Finding]:
    """A diagnosis is told once; one finding for each segment that repeats any."""
    seen: set[str] = set()
    told: set[int] = set()
    for qualifier, code, placed, number in claim.codes("HI*ABK", "HI*ABF"):
        if qualifier not in _DIAGNOSES or not code:
            continue
        if code in seen and placed[1] not in told:
            told.add(placed[1])
            words = "the diagnosis is told twice"
            yield issue("repeated_diagnosis", words, placed, "2300", number, 2, snip=4, status=("255",))
        seen.add(code)


def _procedure(claim: Claim, line: Line, placed: Placed) -> Iterator[Finding]:
    """The procedure of a line and its modifiers."""
    element = 2 if claim.institutional else 1
    parts = line.procedure
    if len(parts) < 2:
        return
    matches = _PROCEDURE if parts[0] == "HC" else _HIPPS if parts[0] == "HP" else None
    if parts[1] and matches and not matches(parts[1]):
        words = "the procedure does not look like a CPT or HCPCS code"
        yield issue("bad_procedure", words, placed, "2400", element, 2, snip=5, status=("454",))
    modifiers = [modifier for modifier in parts[2:6] if modifier]
    if len(set(modifiers)) != len(modifiers):
        words = "a modifier is told twice"
        yield issue("repeated_modifier", words, placed, "2400", element, 3, snip=5, status=("453",))


def _drug(line: Line) -> Iterator[Finding]:
    for drug in line.node.nodes["2410"]:
        for placed in drug.parts.get("LIN", ()):
            if at(placed[0], 2) == "N4" and at(placed[0], 3) and not _NDC(at(placed[0], 3)):
                words = "LIN03 is no NDC of eleven digits"
                yield issue("bad_ndc", words, placed, "2410", 3, snip=5, status=("218",))


def _member(claim: Claim) -> Iterator[Finding]:
    """Medicare's numbers have a form of their own since 2020."""
    if at(claim.subscriber.first("SBR"), 9) not in MEDICARE or claim.last_day < MBI_BEGAN:
        return
    for named in claim.subscriber.nodes.get("2010BA", ()):
        for placed in named.parts.get("NM1*IL", ()):
            if at(placed[0], 9) and not _MBI(at(placed[0], 9)):
                words = "NM109 is no Medicare beneficiary identifier"
                yield issue("bad_member_id", words, placed, "2010BA", 9, snip=5, status=("164", "IL"))
