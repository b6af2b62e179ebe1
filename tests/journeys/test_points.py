"""No named point of the source goes untried."""

import ast

import pytest

from tests.house.source import at, dotted, name, sources, tree
from tests.journeys.points import EXERCISED, NOT_EXERCISED

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _database() -> None:
    """Only the source is read."""


def named_points() -> dict[str, str]:
    """Every `faults.point("...")` of the apps: its name, and where one of that name stands."""
    calls = [
        (path, node)
        for path in sources()
        if not name(path).startswith("clearinghouse/simulator/")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and dotted(node.func) == "faults.point"
    ]
    return {ast.literal_eval(call.args[0]): at(path, call) for path, call in calls}


def test_every_named_point_is_exercised_or_excused():
    found = named_points()
    assert not EXERCISED & set(NOT_EXERCISED)
    assert found.keys() == EXERCISED | set(NOT_EXERCISED), found
