"""Reading a FHIR file from disk, whatever it turns out to be."""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

LARGEST = 256 * 1024 * 1024
"""Bytes of JSON, after decompression: a patient's lifetime takes a few megabytes."""

_GZIP = b"\x1f\x8b"
_SUFFIXES = frozenset({".json", ".gz"})


class FileRefused(Exception):
    """The file is not taken. The text says why, in words that name nobody."""


def files_under(paths: Iterable[Path]) -> Iterator[Path]:
    """The named files, and in place of a named directory its JSON files (.json or .gz), in order of name."""
    for path in paths:
        if path.is_dir():
            yield from sorted(
                file for file in path.rglob("*") if file.is_file() and file.suffix.lower() in _SUFFIXES
            )
        else:
            yield path


def read_json(path: Path) -> Any:
    """The JSON of a file, compressed by gzip or not. Raises FileRefused."""
    try:
        return json.loads(_content(path))
    except (ValueError, RecursionError):  # UnicodeDecodeError is a ValueError too
        raise FileRefused("it is not JSON") from None


def _content(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise FileRefused("it is not a file")
    try:
        with path.open("rb") as file:
            packed = file.read(len(_GZIP)) == _GZIP
        with gzip.open(path) if packed else path.open("rb") as file:
            content: bytes = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise FileRefused("there is no such file") from None
    except (OSError, EOFError, zlib.error):
        raise FileRefused("it cannot be read, or is cut short") from None
    if len(content) > LARGEST:
        raise FileRefused(f"it is larger than {LARGEST // 1024 // 1024} MB")
    return content
