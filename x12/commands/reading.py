"""Opening a file for a command: what is in it, or one finding that says why it could not be read."""

from pathlib import Path

from x12.envelope import Mail, read
from x12.errors import Finding, X12Error


def opened(path: Path) -> Mail | Finding:
    """The interchanges of a file; a finding when the file cannot be read or holds no X12."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return Finding("unreadable_file", f"the file cannot be read: {error.strerror}", "", 0)
    try:
        return read(data)
    except X12Error as error:
        return Finding("not_x12", error.reason, error.segment, error.position, ack_at="interchange")
