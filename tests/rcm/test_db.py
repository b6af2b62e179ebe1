"""Practice scope and row security, asked of the real database."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from practice.models import Location
from rcm.db import NoTransaction, current_scope, practice_scope, require_transaction
from tests.factories import LocationFactory, PracticeFactory


def stated() -> str:
    """What the connection itself says the scope is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('rcm.practices', true)")
        return cursor.fetchone()[0] or "{}"


@pytest.fixture
def two_practices():
    practices = PracticeFactory.create_batch(2)
    with practice_scope([each.pk for each in practices]):
        for each in practices:
            LocationFactory(practice=each)
    return practices


def test_tests_run_as_the_application_role():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("rcm_app",)


def test_a_query_that_forgot_its_scope_returns_nothing(two_practices):
    assert Location.objects.count() == 0


def test_scope_shows_the_stated_practices_and_no_other(two_practices):
    first, second = two_practices
    with practice_scope([first.pk]):
        assert list(Location.objects.values_list("practice_id", flat=True)) == [first.pk]
    with practice_scope([first.pk, second.pk]):
        assert Location.objects.count() == 2


def test_a_row_of_another_practice_cannot_be_written(two_practices):
    first, second = two_practices
    with (
        practice_scope([first.pk]),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        LocationFactory(practice=second)


def test_a_row_cannot_be_moved_to_another_practice(two_practices):
    first, second = two_practices
    with (
        practice_scope([first.pk]),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        Location.objects.update(practice_id=second.pk)


def test_an_update_that_forgot_its_scope_changes_nothing(two_practices):
    assert Location.objects.update(name="gone") == 0


def test_scope_nests_and_comes_back():
    with practice_scope([3, 1]):
        assert (current_scope(), stated()) == ((1, 3), "{1,3}")
        with practice_scope([2]):
            assert (current_scope(), stated()) == ((2,), "{2}")
        assert (current_scope(), stated()) == ((1, 3), "{1,3}")
    assert (current_scope(), stated()) == ((), "{}")


def test_scope_comes_back_after_an_exception():
    with pytest.raises(ZeroDivisionError), practice_scope([1]):
        1 / 0  # noqa: B018
    assert stated() == "{}"


def test_scope_said_again_costs_no_query(django_assert_num_queries):
    with practice_scope([1]), django_assert_num_queries(0), practice_scope([1]):
        pass


def test_scope_refuses_what_is_not_a_number():
    with pytest.raises(ValueError, match="invalid literal"), practice_scope(["1} "]):
        pass
    assert current_scope() == ()


def test_scope_comes_back_after_a_failed_transaction():
    with practice_scope([1]):
        with pytest.raises(IntegrityError), transaction.atomic(), practice_scope([2]):
            first = PracticeFactory(claim_prefix="same")
            PracticeFactory(claim_prefix="same", organization=first.organization)
        assert stated() == "{1}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_scope_outlives_a_rollback_and_a_reconnect():
    with practice_scope([7]):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            1 / 0  # noqa: B018
        assert stated() == "{7}"
        connection.close()
        assert stated() == "{7}"
    assert stated() == "{}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_scope_entered_in_a_transaction_that_breaks_is_gone_after_it():
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        practice_scope([7]),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT 1 / 0")
    assert (current_scope(), stated()) == ((), "{}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_scope_drops_a_connection_that_cannot_hear():
    with practice_scope([7]):
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            [pid] = cursor.fetchone()
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    assert stated() == "{}"


def test_require_transaction_does_not_count_the_one_around_a_test():
    with pytest.raises(NoTransaction):
        require_transaction()
    with transaction.atomic():
        require_transaction()
