"""The documents hold what they say: links, numbers, commands, and the tables copied from the code."""

import inspect
import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from billing.models.ledger import AccountKind
from rcm import outbox
from rcm.bootstrap import cli
from tests.house.source import ROOT, name, subscriptions

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
DOMAIN = (ROOT / "docs" / "domain.md").read_text()


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_link_leads_somewhere(path):
    links = re.findall(r"\]\(([^)\s]+)\)", path.read_text())
    inside = [link for link in links if not link.startswith(("https://", "#"))]
    assert [link for link in inside if not (path.parent / link.partition("#")[0]).exists()] == []
    anchors = [link.partition("#") for link in links if "#" in link and not link.startswith("https://")]
    assert [
        anchor for file, _, anchor in anchors if anchor not in _headings(path.parent / file if file else path)
    ] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_command_that_is_documented_exists(path):
    said = set(re.findall(r"\./manage\.py ([a-z_]+)", path.read_text()))
    assert said - {*cli._BEFORE, *cli._INSIDE, *get_commands()} == set()


def test_decisions_are_numbered_without_gaps():
    numbers = [path.name.partition("-")[0] for path in DECISIONS]
    assert numbers == [f"{number:04d}" for number in range(1, len(DECISIONS) + 1)]
    assert [path.name for path in DECISIONS if path.read_text()[:7] != f"# {path.name[:4]} "] == []


def test_every_decision_tells_context_decision_and_consequences():
    told = {path.name: re.findall(r"^## (.+)$", path.read_text(), re.MULTILINE)[:3] for path in DECISIONS}
    assert {file for file, parts in told.items() if parts != ["Context", "Decision", "Consequences"]} == set()


def test_topics_are_listed_with_what_they_carry_and_who_listens():
    listed = {_quoted(row[0])[0]: (set(_quoted(row[2])), set(_quoted(row[3]))) for row in _table("topic")}
    known = {topic: (_ids(handlers), _names(handlers)) for topic, handlers in subscriptions().items()}
    assert listed == known


def test_the_chart_of_accounts_is_listed():
    listed = [word for row in _table("account") for word in _quoted(row[0])]
    assert sorted(listed) == sorted(AccountKind.values)


def _table(first_column: str) -> list[list[str]]:
    """The rows of the table of docs/domain.md whose first column is called so."""
    text = DOMAIN[DOMAIN.index(f"\n| {first_column} |") + 1 :]
    lines = text[: text.index("\n\n")].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def _quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def _ids(handlers: dict[str, outbox.Handler]) -> set[str]:
    return {word for each in handlers.values() for word in inspect.signature(each).parameters} - {"now"}


def _names(handlers: dict[str, outbox.Handler]) -> set[str]:
    return {subscriber.replace(".handlers.", ".") for subscriber in handlers}


def _headings(path: Path) -> set[str]:
    """The anchors of a document, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
