"""Where set-up and the embedded servers keep their things, all of it ignored by git."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCAL = ROOT / ".local"
LOGS = LOCAL / "log"
STAMPS = LOCAL / "stamps"
VENDOR = ROOT / "static" / "vendor"
TEST_ASSETS = LOCAL / "assets"


def make_local() -> None:
    """Create `.local` and the folders every command expects in it."""
    for folder in (LOCAL, LOGS, STAMPS):
        folder.mkdir(parents=True, exist_ok=True)


def in_environment() -> bool:
    """Whether this very process already runs inside the project's environment."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def relative(path: Path) -> str:
    """The path as a person in the project folder would type it."""
    return os.path.relpath(path, ROOT) if path.is_relative_to(ROOT) else str(path)
