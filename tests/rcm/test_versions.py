"""Versions of rows, by triggers that run once per statement."""

from django.db import connection

from practice.models import Location
from rcm.db import practice_scope
from tests.factories import LocationFactory, PracticeFactory


def versions(location: Location) -> list[tuple[str, str]]:
    """What happened to a row and how it was named then, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pgh_label, name FROM practice_locationevent WHERE pgh_obj_id = %s ORDER BY pgh_id",
            [location.pk],
        )
        return cursor.fetchall()


def test_versions_are_kept_of_every_row_that_raw_sql_changes(practice):
    locations = [LocationFactory(practice=practice, name=name) for name in ("North", "South")]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE practice_location SET name = name || ' Clinic'")

    assert [versions(location) for location in locations] == [
        [("insert", "North"), ("update", "North Clinic")],
        [("insert", "South"), ("update", "South Clinic")],
    ]


def test_versions_are_kept_of_rows_inserted_together(practice):
    model = LocationFactory.build(practice=practice)
    rows = Location.objects.bulk_create(
        Location(practice=practice, name=name, street=model.street, city=model.city, state=model.state)
        for name in ("North", "South")
    )

    assert [versions(row) for row in rows] == [[("insert", "North")], [("insert", "South")]]


def test_version_is_of_the_practice_in_scope_and_of_no_other(practice):
    own = LocationFactory(practice=practice, name="Own")
    other = PracticeFactory()
    with practice_scope([other.pk]):
        foreign = LocationFactory(practice=other, name="Foreign")

    Location.objects.update(name="Changed")

    assert versions(own) == [("insert", "Own"), ("update", "Changed")]
    assert versions(foreign) == []
    with practice_scope([other.pk]):
        assert versions(foreign) == [("insert", "Foreign")]
