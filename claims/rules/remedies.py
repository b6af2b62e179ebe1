"""What stands behind a finding: the rule in words, where it is written, and the record to fix."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from claims.rules.edits import EDITS
from claims.rules.scrub import AS_WRITTEN

GUIDE = "005010X222A1 (837P)"


class Place(StrEnum):
    """The record in which a finding is fixed."""

    PATIENT = "patient"
    COVERAGE = "coverage"
    VISIT = "visit"
    CLAIM = "claim"
    PAYER = "payer"
    PROVIDER = "provider"
    PRACTICE = "practice"
    CONNECTION = "connection"


_PLACES = {
    "patient": Place.PATIENT,
    "medical_record_number": Place.PATIENT,
    "coverage": Place.COVERAGE,
    "policy": Place.COVERAGE,
    "encounter": Place.VISIT,
    "location": Place.PRACTICE,
    "rendering": Place.PROVIDER,
    "referring": Place.PROVIDER,
    "payer": Place.PAYER,
    "practice": Place.PRACTICE,
    "biller": Place.PRACTICE,
    "connection": Place.CONNECTION,
}

_WRITTEN_IN = {
    "P01": "loops 2010BA and 2010CA, NM103 and NM104",
    "P02": "loops 2010BA and 2010CA, DMG02",
    "P03": "loops 2010BA and 2010CA, DMG03",
    "P04": "loops 2010BA and 2010CA, N3 and N4",
    "P05": "loops 2000B and 2000C, PAT06",
    "P07": "loops 2000B (SBR02) and 2000C (PAT01)",
    "P08": "loop 2010BA, DMG02 and DMG03",
    "C01": "loop 2010BB, NM109, and the payer's enrollment",
    "C02": "loop 2010BA, NM109, and the payer's own form",
    "C04": "loops 2000B and 2320, SBR01",
    "C05": "loops 2000B and 2320, SBR01",
    "C06": "loops 2320, 2330B and 2430",
    "C07": "loop 2000B, SBR05",
    "C08": "loop 2430, SVD02 and CAS: coordination of benefits, line balancing",
    "C09": "loop 2320, AMT*D and CAS: coordination of benefits, claim balancing",
    "C10": "loops 2320 and 2430, CAS01 to CAS03",
    "C11": "loop 2430, SVD02",
    "C12": "loop 2430, DTP*573",
    "C13": "loops 2330B (NM109) and 2430 (SVD01)",
    "N01": "loops 2010AA, 2310 and 2420, NM109; the NPI's check digit (ISO 7812, prefix 80840)",
    "N02": "loop 2010AA, REF*EI",
    "N03": "loop 2010AA, N3 and N4",
    "N04": "loops 2000A and 2310B, PRV03",
    "N05": "loop 2310B",
    "N09": "loop 2310C",
    "D01": "loop 2300, HI",
    "D02": "loop 2300, HI; ICD-10-CM in force on the service date",
    "D03": "loop 2300, HI*ABK; ICD-10-CM official guidelines, chapter 20",
    "D05": "loop 2300, HI",
    "L01": "loop 2400, LX",
    "L03": "loop 2400, SV101-3 to SV101-6",
    "L04": "loop 2400, DTP*472",
    "L05": "loop 2400, SV104",
    "L06": "loop 2400, SV107",
    "L07": "loop 2400, SV102",
    "L08": "loop 2300 (CLM02) and loop 2400 (SV102)",
    "L16": "loop 2410, LIN03 and CTP04",
    "L22": "loop 2400, SV101-7",
    "L27": "loop 2400, REF*6R",
    "A01": "loop 2300, REF*G1, and the contract's list of services",
    "A02": "loop 2300, REF*G1, and the authorization on file",
    "T01": "loop 2300, CLM05-3",
    "T02": "loop 2300, REF*F8",
    "T04": "the contract's timely filing limit",
    "T05": "loop 2300, CLM01",
    "T06": "the guide's longest lengths, and the X12 character set",
    "T07": "loop 2300, CLM11-4",
    "T08": "loop 2300, DTP*435",
    "T12": "loop 2300, AMT*F5 and CLM02",
    "T13": "loop 2300, CLM06 to CLM09",
    "T14": "ISA15, the usage indicator",
}

_OUTSIDE = {
    "TA1": ("The clearinghouse turned the whole file down", "TA1, interchange acknowledgment"),
    "999": ("The file was turned down for its form", "005010X231A1 (999), implementation acknowledgment"),
    "277CA": (
        "The claim was turned down before the payer judged it",
        "005010X214 (277CA), claim acknowledgment",
    ),
    "277": ("The payer says that it does not have the claim in order", "005010X212 (277), claim status"),
    "835": ("The decision that this claim followed has changed", "005010X221A1 (835), remittance"),
}

_READ_BACK = (
    "The claim is written as it would go out and read back by the judge of the wire, which objects to what a "
    "clearinghouse would reject by the guide. The message names the loop, the segment and the element."
)


@dataclass(frozen=True, slots=True)
class Remedy:
    """The rule behind a finding in words, its source, and where it is fixed."""

    rule: str
    source: str
    place: Place
    is_ours: bool


def remedy_for(edit: str, field: str) -> Remedy:
    """What stands behind a finding of this edit about this field; an edit we no longer have is named so."""
    place = _PLACES.get(field.partition(".")[0], Place.CLAIM)
    if edit in _OUTSIDE:
        rule, source = _OUTSIDE[edit]
        return Remedy(f"{rule}.", source, place, is_ours=False)
    if edit == AS_WRITTEN:
        return Remedy(_READ_BACK, f"{GUIDE}, SNIP types 1 to 5", place, is_ours=True)
    rule = _rules().get(edit, "This edit is no longer in force: scrub the claim again.")
    written = _WRITTEN_IN.get(edit, "")
    source = f"{GUIDE}, {written}" if written.startswith("loop") else written
    return Remedy(rule, source or "our own edit", place, is_ours=True)


@cache
def _rules() -> dict[str, str]:
    """Each edit's rule in its own words: the sentence after its id."""
    found = {}
    for edit in EDITS:
        sentence = " ".join((edit.judge.__doc__ or "").split()).partition(": ")[2]
        found[edit.id] = f"{sentence[:1].upper()}{sentence[1:]}"
    return found
