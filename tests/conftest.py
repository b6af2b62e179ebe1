"""The ground of every test: a database migrated as its owner and used as the application's role, and a clock
that stands still.
"""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import setup_databases, teardown_databases

from rcm import clock
from rcm.db import practice_scope
from rcm.models import OutboxMessage
from rcm.outbox import deliver

if TYPE_CHECKING:
    from practice.models import Practice

NOW = dt.datetime(2026, 3, 11, 15, 0, tzinfo=dt.UTC)
TESTS = Path(__file__).parent
PURE = (
    TESTS / "x12",
    TESTS / "setup",
    TESTS / "tour",
    TESTS / "clearinghouse" / "simulator",
)  # they touch no database

LONGEST = (
    TESTS / "tour",
    TESTS / "setup" / "test_up.py",
    TESTS / "browser",
    TESTS / "demonstration",
    TESTS / "house",
    TESTS / "x12" / "judging",
)


class FrozenClock:
    """The house's clock, standing still until a test moves it."""

    def __init__(self, moment: dt.datetime) -> None:
        self.moment = moment

    def now(self) -> dt.datetime:
        return self.moment

    def advance(self, delta: dt.timedelta) -> None:
        self.moment += delta


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment,
    django_db_blocker,
    django_db_modify_db_settings,
    django_db_keepdb,
    django_db_createdb,
) -> Iterator[None]:
    """Create the test database once, as the owner; `default` then looks at it as the application's role."""
    if "DATABASE_URL" not in os.environ:
        pytest.exit("These tests need servers of their own: run ./manage.py test", returncode=4)
    with django_db_blocker.unblock():
        made = setup_databases(
            verbosity=0,
            interactive=False,
            aliases=["default", "owner"],
            serialized_aliases=[],
            keepdb=django_db_keepdb and not django_db_createdb,
        )
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        if not django_db_keepdb:
            teardown_databases(made, verbosity=0)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that at the end no core waits for another.

    What a transactional test wrote is cleared after it by the owner: the application's role may not.
    """
    items.sort(key=_place)
    for item in items:
        marker = item.get_closest_marker("django_db")
        fixtures = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
        if fixtures or (marker and marker.kwargs.get("transaction")):
            both = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
            item.add_marker(both, append=False)


def _place(item: pytest.Item) -> int:
    found = (place for place, each in enumerate(LONGEST) if item.path.is_relative_to(each))
    return next(found, len(LONGEST))


@pytest.fixture(autouse=True)
def _database(request) -> None:
    """Every test may use the database, except the pure ones."""
    if not any(folder in request.path.parents for folder in PURE):
        request.getfixturevalue("db")


@pytest.fixture(autouse=True)
def frozen(request, monkeypatch) -> FrozenClock | None:
    """rcm.clock stands at NOW; `frozen.advance(delta)` moves it. Tests of real servers run on real time."""
    if request.node.get_closest_marker("services"):
        return None
    standing = FrozenClock(NOW)
    monkeypatch.setattr(clock, "_real_now", standing.now)
    return standing


@pytest.fixture
def practice(_database) -> "Iterator[Practice]":
    """A practice, with its scope stated for the test."""
    from tests.factories import PracticeFactory  # noqa: PLC0415  (models: not before Django is set up)

    made = PracticeFactory()
    with practice_scope([made.pk]):
        yield made


@pytest.fixture
def staff(practice: "Practice") -> "Callable[..., Client]":
    """`staff(Role.BILLER, Role.CODER)` gives the client of a person who holds these roles in the practice.

    `client.user` is the person; `at=[...]` names other practices, `username=` a name.
    """
    from tests.factories import MembershipFactory, UserFactory  # noqa: PLC0415  (models: as above)

    def sign_in(*roles: str, at: "list[Practice] | None" = None, **about: str) -> Client:
        user = UserFactory(**about)
        with practice_scope([each.pk for each in at or [practice]]):
            for each in at or [practice]:
                for role in roles:
                    MembershipFactory(user=user, practice=each, role=role)
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        client.user = user
        return client

    return sign_in


@pytest.fixture
def drain() -> Callable[..., int]:
    """Deliver due messages in this process, those that they cause as well, each once; returns how many.

    `failures` says how many of them are expected to fail; any other number fails the test.
    """

    def run(now: dt.datetime = NOW, *, failures: int = 0) -> int:
        tried: set[int] = set()
        delivered = 0
        while waiting := list(
            OutboxMessage.objects.due(now=now)
            .exclude(pk__in=tried)
            .order_by("due_at", "pk")
            .values_list("pk", flat=True)
        ):
            tried.update(waiting)
            delivered += sum(deliver(pk, now=now) for pk in waiting)
        failed = list(OutboxMessage.objects.filter(pk__in=tried).exclude(last_error=""))
        assert len(failed) == failures, [(message.subscriber, message.last_error) for message in failed]
        return delivered

    return run
