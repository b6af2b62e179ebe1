"""One ground for all tests of a module: starting it costs more than a test does."""

from collections.abc import Iterator

import pytest

from tests.journeys.ground import Ground, laid


@pytest.fixture(scope="module")
def ground(tmp_path_factory, django_db_blocker) -> Iterator[Ground]:
    """Servers, worker and payer of this module's own. What is written there stays until its end."""
    with django_db_blocker.unblock(), laid(tmp_path_factory.mktemp("ground")) as made:
        yield made
