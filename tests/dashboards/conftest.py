"""The scene of these tests, in the practice's time zone."""

import pytest
from django.utils import timezone

from dashboards.actions.tallying import keep_tallies
from tests.dashboards.scene import TODAY, Scene, whole_scene


@pytest.fixture(params=["from the rows", "from the tallies"])
def scene(request, practice) -> Scene:
    """Five visits, counted by hand in tests/dashboards/scene.py; the figures must not depend on the way."""
    with timezone.override("America/Chicago"):
        found = whole_scene(practice)
        if request.param == "from the tallies":
            keep_tallies(practice=practice, today=TODAY)
        yield found
