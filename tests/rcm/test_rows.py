"""What each role may do, asked of the real database."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from rcm import audit, rows
from rcm.models import AuditEvent
from tests.conftest import NOW


def refused(sql: str, alias: str = "default") -> str:
    """The database's reason for refusing a statement; the test fails when it does not refuse."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic(using=alias):
        connections[alias].cursor().execute(sql)
    return str(caught.value)


@pytest.mark.parametrize("table", rows.append_only_tables())
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_application_cannot_change_what_is_written_once(table, act):
    act = (
        act.replace("SET id = id", "SET pgh_id = pgh_id") if table.endswith("event") and "pgh" in act else act
    )
    assert f"permission denied for table {table}" in refused(act.format(table))


KEPT = ["billing_policybalance", "billing_position", "billing_receivablemove"]


@pytest.mark.parametrize(
    "act",
    [
        "INSERT INTO {} (amount) VALUES (1)",
        "UPDATE {} SET amount = 0",
        "DELETE FROM {}",
        "TRUNCATE {}",
    ],
)
@pytest.mark.parametrize("table", KEPT)
def test_application_cannot_write_what_a_trigger_keeps(act, table):
    assert rows.kept_tables() == KEPT
    assert f"permission denied for table {table}" in refused(act.format(table))


@pytest.mark.parametrize(
    "act",
    [
        "CREATE TABLE public.mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "DROP TABLE rcm_auditevent",
        "ALTER TABLE rcm_auditevent DISABLE TRIGGER ALL",
        "ALTER TABLE practice_location DISABLE ROW LEVEL SECURITY",
        "DROP POLICY rcm_practice_scope ON practice_location",
        "CREATE FUNCTION public.rcm_practices() RETURNS bigint[] LANGUAGE sql AS 'SELECT NULL'",
        "TRUNCATE practice_location",
        "DELETE FROM django_migrations",
    ],
)
def test_application_has_no_ddl(act):
    assert "permission denied" in refused(act) or "must be owner" in refused(act)


def test_application_may_read_and_add_to_the_trail(practice):
    audit.record("seen", practice, now=NOW, by=None)
    assert AuditEvent.objects.count() == 1


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize("act", ["UPDATE rcm_auditevent SET verb = 'x'", "DELETE FROM rcm_auditevent"])
def test_not_even_the_owner_changes_the_trail(act):
    AuditEvent.objects.using("owner").create(
        verb="practice.seen", subject_label="practice.Practice", subject_id=1, happened_at=NOW
    )
    with (
        pytest.raises(IntegrityError, match="rcm_auditevent takes new rows only"),
        transaction.atomic(using="owner"),
    ):
        connections["owner"].cursor().execute(act)


@pytest.mark.django_db(databases=["default", "owner"])
def test_secure_may_be_run_again():
    before = policies()
    rows.secure(connections["owner"])
    assert policies() == before


@pytest.mark.django_db(databases=["default", "owner"])
def test_secure_repairs_a_table_that_lost_its_policy():
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP POLICY rcm_practice_scope ON practice_location")
        cursor.execute("ALTER TABLE practice_location NO FORCE ROW LEVEL SECURITY")
    rows.secure(connections["owner"])
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT relforcerowsecurity FROM pg_class WHERE relname = 'practice_location'")
        assert cursor.fetchone() == (True,)
        cursor.execute("SELECT count(*) FROM pg_policies WHERE tablename = 'practice_location'")
        assert cursor.fetchone() == (2,)


@pytest.mark.django_db(databases=["default", "owner"])
def test_secure_finds_a_new_table_by_its_column():
    with transaction.atomic(using="owner"):
        with connections["owner"].cursor() as cursor:
            cursor.execute("CREATE TABLE fresh (id bigint, practice_id bigint)")
        rows.secure(connections["owner"])
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT relforcerowsecurity FROM pg_class WHERE relname = 'fresh'")
            assert cursor.fetchone() == (True,)
            cursor.execute("DROP TABLE fresh")


@pytest.mark.django_db(databases=["default", "owner"])
def test_secure_names_a_role_that_is_missing_and_what_to_run(monkeypatch):
    monkeypatch.setattr(rows, "ROLE", "nobody_made_this")
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            pytest.skip("this owner may create roles")
    with pytest.raises(rows.RoleMissing, match="CREATE ROLE nobody_made_this"):
        rows.secure(connections["owner"])


@pytest.mark.django_db(databases=["default", "owner"])
def test_secure_refuses_a_role_that_could_look_past_it(monkeypatch):
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolsuper LIMIT 1")
        [mighty] = cursor.fetchone()
    monkeypatch.setattr(rows, "ROLE", mighty)
    with pytest.raises(rows.RoleTooMighty, match="NOSUPERUSER"):
        rows.secure(connections["owner"])


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize(("arguments", "times"), [([], 1), (["--plan"], 0), (["--check"], 0)])
def test_migrate_secures_what_it_changed(monkeypatch, arguments, times):
    secured = []
    monkeypatch.setattr(rows, "secure", lambda connection: secured.append(connection.alias))
    call_command("migrate", *arguments, verbosity=0)
    assert secured == ["owner"] * times


def policies() -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, policyname, qual, with_check FROM pg_policies ORDER BY 1, 2")
        return cursor.fetchall()
