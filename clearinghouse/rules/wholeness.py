"""Whether a file that lies in a mailbox is all there, or still being written."""

from x12.envelope import Mail

_PADDING = b"\x00 \t\r\n"
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
    """Why an X12 file is not whole, by its envelopes; empty when every one has its end."""
    for interchange in mail.interchanges:
        if not interchange.complete:
            return f"interchange {interchange.control_number or 'without number'} has no end (IEA)"
        if any(not group.complete for group in interchange.groups):
            return f"a group of interchange {interchange.control_number} has no end (GE)"
    return "" if mail.complete else "its end is missing"
