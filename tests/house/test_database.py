"""Rules of the house, asked of the models and of the database they became."""

import re

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Field, Model

from rcm import rows
from rcm.state import diagram
from tests.house.source import LAYERS, ROOT

DOMAIN = ROOT / "docs" / "domain.md"
MODELS = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in LAYERS]
EVENTS = [model for model in MODELS if rows.is_append_only(model) and hasattr(model, "pgh_tracked_model")]
TABLES = sorted(
    model._meta.db_table
    for model in MODELS
    for field in model._meta.local_fields
    if field.column == "practice_id" and not field.null
)


def test_foreign_keys_point_down():
    upward = [field for field in _references() if _floor(field.related_model) > _floor(field.model)]
    # Who did it is a person, known to the kernel as Django's user.
    assert [str(field) for field in upward if field.related_model is not get_user_model()] == []
    assert {field.model._meta.app_label for field in upward} == {"rcm"}


def test_every_model_of_a_practice_carries_it_itself():
    lacking = {
        field.model._meta.label
        for field in _references()
        if "practice_id" in _columns(field.related_model) and "practice_id" not in _columns(field.model)
    }
    assert lacking == set()


def test_every_table_with_a_practice_is_secured_by_force():
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT relname, relrowsecurity AND relforcerowsecurity,
                   (SELECT array_agg(policyname || ' for ' || roles[1] ORDER BY policyname)
                    FROM pg_policies WHERE tablename = relname AND schemaname = 'public' AND cmd = 'ALL'
                      AND qual IS NOT NULL AND with_check IS NOT NULL)
            FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
            WHERE attname = 'practice_id' AND relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
            """
        )
        found = {table: (forced, policies) for table, forced, policies in cursor.fetchall()}
    owner = _owner()
    expected = (True, [f"rcm_owner for {owner}", "rcm_practice_scope for rcm_app"])
    assert {table: state for table, state in found.items() if state != expected} == {}
    assert {model._meta.db_table for model in MODELS if "practice_id" in _columns(model)} <= set(found)


def test_every_policy_reads_the_scope_once_per_statement():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, qual FROM pg_policies WHERE policyname = 'rcm_practice_scope'")
        odd = [
            table
            for table, qual in cursor.fetchall()
            if "( SELECT rcm_practices() AS rcm_practices)" not in qual
        ]
    assert odd == []


@pytest.mark.parametrize("table", TABLES)
def test_a_query_that_forgot_its_scope_is_answered_with_nothing(table):
    """The plan itself refuses, whatever lies in the table: every scan asks whether the practice is stated."""
    with connection.cursor() as cursor:
        cursor.execute(f'EXPLAIN SELECT * FROM "{table}"')
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert re.search(r"practice_id = ANY \(\(?InitPlan 1\)", plan), plan


def test_append_only_tables_take_new_rows_only():
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT relname FROM pg_class
            WHERE relname = ANY (%s)
              AND has_table_privilege('rcm_app', oid, 'INSERT')
              AND NOT has_table_privilege('rcm_app', oid, 'UPDATE, DELETE, TRUNCATE')
              AND EXISTS (SELECT FROM pg_trigger WHERE tgrelid = pg_class.oid AND tgname = 'rcm_append_only'
                          AND tgenabled = 'O')
            ORDER BY relname
            """,
            [rows.append_only_tables()],
        )
        assert [table for (table,) in cursor.fetchall()] == rows.append_only_tables()


def test_the_books_the_trail_and_the_interchanges_are_append_only():
    assert {"rcm_auditevent", "billing_entry", "billing_transfer", "clearinghouse_interchange"} <= set(
        rows.append_only_tables()
    )


def test_application_role_has_no_power_of_its_own():
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole,
                   has_schema_privilege('rcm_app', 'public', 'CREATE'),
                   has_database_privilege('rcm_app', current_database(), 'CREATE, TEMPORARY'),
                   EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid),
                   EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace
                           AND relkind = 'r' AND has_table_privilege('rcm_app', oid, 'TRUNCATE'))
            FROM pg_roles WHERE rolname = 'rcm_app'
            """
        )
        assert cursor.fetchone() == (False,) * 8


def test_every_model_is_in_the_glossary():
    text = DOMAIN.read_text()
    named = {model.__name__ for model in MODELS if model not in EVENTS and not model._meta.auto_created}
    assert {name for name in named if f"**{name}**" not in text and f"`{name}`" not in text} == set()


def test_state_diagrams_are_drawn_as_the_tables_say():
    drawn = [
        _normal(block)
        for block in re.findall(r"```mermaid\n(stateDiagram-v2.*?)```", DOMAIN.read_text(), re.DOTALL)
    ]
    tables = {
        model._meta.label: diagram(model.MOVES, start=_start(model))
        for model in MODELS
        if hasattr(model, "MOVES")
    }
    assert {label for label, table in tables.items() if _normal(table) not in drawn} == set()


def test_every_status_moves_by_its_table():
    with_status = {model for model in MODELS if "status" in _columns(model) and model not in EVENTS}
    assert {model._meta.label for model in with_status if not hasattr(model, "MOVES")} == set()
    for model in with_status:
        choices = {value for value, _ in model._meta.get_field("status").choices}
        assert {str(state) for state in model.MOVES} == choices, model._meta.label
        assert {str(to) for targets in model.MOVES.values() for to in targets} <= choices, model._meta.label


def _references() -> list[Field]:
    """Every foreign key between models of the house; a version row's key to its original is its own affair."""
    return [
        field
        for model in MODELS
        for field in model._meta.local_fields
        if field.remote_field and field.related_model in MODELS and field.related_model is not model
    ]


def _columns(model: type[Model]) -> set[str]:
    return {field.column for field in model._meta.local_fields}


def _floor(model: type[Model]) -> int:
    return LAYERS.index(model._meta.app_label)


def _start(model: type[Model]) -> str:
    return model._meta.get_field("status").get_default()


def _normal(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


def _owner() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'rcm_auditevent'")
        return cursor.fetchone()[0]
