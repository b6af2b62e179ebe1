"""Who may see and change which rows: installed in the database by every migrate, for every table there is.

Two walls that no query can forget. A table with a practice_id column shows the application's role the rows of
the stated practices and no other (row-level security, forced). A table whose model says `append_only = True`,
and every pghistory event table, takes new rows only: the application's role has no right to change or remove
one, and a trigger refuses UPDATE and DELETE to everyone, the owner included. One whose model says
`kept_by_trigger = True` the application's role only reads. Idempotent; docs/adr/0002 and 0005 say why.
"""

import pghistory.models
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

ROLE: str = settings.APPLICATION_ROLE
MIGRATIONS = "django_migrations"

FUNCTIONS = """
CREATE OR REPLACE FUNCTION rcm_practices() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('rcm.practices', true), ''), '{}')::bigint[];

CREATE OR REPLACE FUNCTION rcm_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% takes new rows only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""

# Roles belong to the whole server: another migrate beside us may create it at the same moment.
CREATE_ROLE = """
DO $$ BEGIN
    CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""

GRANTS = """
REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {role};
REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role};
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
"""

# The sub-select makes the scope a constant of the statement; without it the function runs for every row.
IN_SCOPE = "practice_id = ANY ((SELECT rcm_practices())::bigint[])"

PRACTICE_TABLE = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS rcm_practice_scope ON {table};
CREATE POLICY rcm_practice_scope ON {table} TO {role} USING ({seen}) WITH CHECK ({seen});
COMMENT ON POLICY rcm_practice_scope ON {table} IS '{seen}';
DROP POLICY IF EXISTS rcm_owner ON {table};
CREATE POLICY rcm_owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);
"""

# Every table with a practice_id column: may it be empty, and which policy stands on it in full force?
PRACTICE_TABLES = """
SELECT relname, NOT attnotnull,
       CASE WHEN relrowsecurity AND relforcerowsecurity AND owner_policy.oid IS NOT NULL
            THEN obj_description(scope_policy.oid, 'pg_policy') END
FROM pg_attribute
JOIN pg_class ON attrelid = pg_class.oid
LEFT JOIN pg_policy scope_policy
    ON scope_policy.polrelid = pg_class.oid AND scope_policy.polname = 'rcm_practice_scope'
LEFT JOIN pg_policy owner_policy
    ON owner_policy.polrelid = pg_class.oid AND owner_policy.polname = 'rcm_owner'
    AND owner_policy.polroles = ARRAY[current_user::regrole::oid]
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
  AND attname = 'practice_id' AND NOT attisdropped
ORDER BY relname
"""

APPEND_ONLY_TABLE = """
REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role};
CREATE OR REPLACE TRIGGER rcm_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION rcm_append_only();
"""

KEPT_TABLE = "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {role}"


class RoleMissing(Exception):
    """The application's role is not there, and this login may not create it. The text says what to run."""


class RoleTooMighty(Exception):
    """The application's role could look past row security or change the schema. The text says what to run."""


def secure(connection: BaseDatabaseWrapper) -> None:
    """Bring role, grants, policies and triggers to what the tables and models of this moment ask for.

    `connection` is the owner's. Everything happens in one transaction, so no table is open in between, and a
    table whose policy already stands is left alone, so a busy database is not locked for nothing.
    Raises RoleMissing or RoleTooMighty.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        _ensure_role(cursor)
        cursor.execute(FUNCTIONS)
        cursor.execute(GRANTS.format(role=ROLE, database=_quoted(connection.settings_dict["NAME"])))
        secure_tables(cursor)
        present = set(connection.introspection.table_names(cursor))
        if MIGRATIONS in present:
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON {MIGRATIONS} FROM {ROLE}")
        for table in append_only_tables():
            if table in present:
                cursor.execute(APPEND_ONLY_TABLE.format(table=_quoted(table), role=ROLE))
        for table in kept_tables():
            if table in present:
                cursor.execute(KEPT_TABLE.format(table=_quoted(table), role=ROLE))


def append_only_tables() -> list[str]:
    """The tables of every model that says append_only = True, and of every pghistory event model."""
    return sorted({model._meta.db_table for model in apps.get_models() if is_append_only(model)})


def kept_tables() -> list[str]:
    """The tables of every model that says kept_by_trigger = True: sums that follow from other rows."""
    return sorted(
        model._meta.db_table for model in apps.get_models() if getattr(model, "kept_by_trigger", False)
    )


def is_append_only(model: type[Model]) -> bool:
    """Whether rows of this model are written once."""
    return bool(getattr(model, "append_only", False)) or issubclass(model, pghistory.models.Event)


def secure_tables(cursor: CursorWrapper) -> None:
    """Put the policy on every table with a practice_id column that does not have it yet."""
    cursor.execute(PRACTICE_TABLES)
    for table, nullable, standing in cursor.fetchall():
        seen = f"practice_id IS NULL OR {IN_SCOPE}" if nullable else IN_SCOPE
        if standing != seen:
            cursor.execute(PRACTICE_TABLE.format(table=_quoted(table), role=ROLE, seen=seen))


def _ensure_role(cursor: CursorWrapper) -> None:
    """The role exists, has no power of its own, and the login that the application uses can take it."""
    cursor.execute(
        "SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = %s",
        [ROLE],
    )
    found = cursor.fetchone()
    if found is None:
        _create_role(cursor)
    elif found[0]:
        raise RoleTooMighty(f"run: ALTER ROLE {ROLE} NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
    login = settings.DATABASES["default"]["USER"] or _me(cursor)
    cursor.execute("SELECT pg_has_role(%s, %s, 'SET')", [login, ROLE])
    if not cursor.fetchone()[0]:
        cursor.execute(f"GRANT {ROLE} TO {_quoted(login)}")


def _create_role(cursor: CursorWrapper) -> None:
    cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
    if not cursor.fetchone()[0]:
        raise RoleMissing(f"run as a superuser: CREATE ROLE {ROLE} LOGIN PASSWORD '...'")
    cursor.execute(CREATE_ROLE.format(role=ROLE))


def _me(cursor: CursorWrapper) -> str:
    cursor.execute("SELECT current_user")
    return str(cursor.fetchone()[0])


def _quoted(table: str) -> str:
    return '"' + table.replace('"', '""') + '"'
