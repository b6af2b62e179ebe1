"""The house's own source, read once for all the house tests."""

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from rcm import outbox

ROOT = Path(__file__).parents[2]

# From the ground up. An app's imports and foreign keys go to what stands before it.
LAYERS = [
    "x12",
    "rcm",
    "practice",
    "clearinghouse",
    "patients",
    "coding",
    "claims",
    "billing",
    "denials",
    "dashboards",
    "demonstration",
]


@cache
def sources() -> tuple[Path, ...]:
    """Every Python file of the apps, migrations aside."""
    return tuple(
        path
        for app in LAYERS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    )


@cache
def tree(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(), filename=str(path))


def name(path: Path) -> str:
    """The path as a person says it: from the project's root."""
    return str(path.relative_to(ROOT))


def at(path: Path, node: ast.AST) -> str:
    """Where a finding is: file and line."""
    return f"{name(path)}:{node.lineno}"  # type: ignore[attr-defined]


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an attribute chain, "" of anything else."""
    match node:
        case ast.Name(id=word):
            return word
        case ast.Attribute(value=inner, attr=word):
            return f"{dotted(inner)}.{word}"
    return ""


def subscriptions() -> Mapping[str, Mapping[str, outbox.Handler]]:
    """Who listens to what in the product; handlers that other tests of this process registered are left out."""
    found = outbox.subscriptions()
    return {topic: handlers for topic, handlers in found.items() if not topic.startswith("tests.")}
