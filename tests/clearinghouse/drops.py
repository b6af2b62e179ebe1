"""Folders for files, where a practice's must lie."""

from pathlib import Path
from typing import Any

from practice.models import Practice


def lend_folder(practice: Practice, directory: Path, settings: Any) -> None:
    """Make a directory the place of the practice's folders, as who runs a server would: by a link."""
    root = directory.parent / "drops"
    root.mkdir(parents=True, exist_ok=True)
    (root / str(practice.public_id)).symlink_to(directory)
    settings.DROP_DIRECTORY = str(root)
