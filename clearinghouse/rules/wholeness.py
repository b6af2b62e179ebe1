"""Whether a file that lies in a mailbox is all there, or still being written."""

from x12.envelope import Mail

_PADDING = b"\x00 \t\r\n"
_CUT = frozenset({"control_number", "group_count", "stray_segment"})
"""What the last segment of a cut file looks like, beside lacking its terminator."""

_BOM = b"\xef\xbb\xbf"


def looks_like_x12(content: bytes) -> bool:
    """Whether it begins as an interchange does; only then does it say itself where it ends."""
    return content.lstrip(_PADDING).removeprefix(_BOM).lstrip(_PADDING).startswith(b"ISA")


def growing(content: bytes, *, listed: int | None) -> str:
    """Why a file may still be growing, by its size; empty when nothing says so."""
    if not content:
        return "it is empty"
    if listed is not None and listed != len(content):
        return "it grew while it was read"
    return ""


def unfinished(mail: Mail) -> str:
    """Why an X12 file is not whole, by its outermost envelopes; empty when every one has its end.

    One that has its end and is wrong inside is whole: it will not get any better by waiting.
    """
    for interchange in mail.interchanges:
        found = {finding.code for finding in interchange.findings}
        if "missing_trailer" in found:
            return f"interchange {interchange.control_number or 'without number'} has no end (IEA)"
        if "unterminated" in found and found & _CUT:
            return f"interchange {interchange.control_number} ends in the middle of a segment"
    return "it ends in the middle of an ISA" if _begins_another(mail) else ""


def _begins_another(mail: Mail) -> bool:
    return any(finding.code == "isa_unreadable" for finding in mail.findings)
