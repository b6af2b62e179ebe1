"""The scene of these tests, in the practice's time zone."""

import pytest
from django.utils import timezone

from tests.dashboards.scene import Scene, whole_scene


@pytest.fixture
def scene(practice) -> Scene:
    """Five visits, counted by hand in tests/dashboards/scene.py."""
    with timezone.override("America/Chicago"):
        yield whole_scene(practice)
