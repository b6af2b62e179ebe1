"""One practice's rows many times over: what the actions wrote once, copied by the database.

Copies refer to copies of the same round. Numbers that have to be unique end in the round's.
"""

from django.apps import apps
from django.db import connection, transaction
from django.db.models import CharField, Field, ForeignKey, UniqueConstraint

from billing.models.ledger import Account
from clearinghouse.models import Connection, Route
from practice.models import PracticeOwned
from rcm.db import practice_scope
from rcm.models import AuditEvent

STEP = 1_000_000
"""Rounds lie this far apart, so no copy's key is one that the sequence gives to a later row."""

# The names in these statements are the models' own.
_APPS = ("patients", "coding", "clearinghouse", "claims", "billing", "denials")
_WHOLE_PRACTICE = (
    "encounter_id IS NULL AND coverage_id IS NULL AND guarantor_id IS NULL AND deposit_id IS NULL"
)


def multiply(practice_id: int, rounds: int) -> None:
    """Copy what happened in the practice `rounds` times more, with its audit trail."""
    models = [
        model for label in _APPS for model in apps.get_app_config(label).get_models() if _is_copied(model)
    ]
    with practice_scope([practice_id]), transaction.atomic(), connection.cursor() as cursor:
        table = Account._meta.db_table
        cursor.execute(f"SELECT array_agg(id) FROM {table} WHERE {_WHOLE_PRACTICE}")
        shared = ",".join(str(pk) for pk in cursor.fetchone()[0])
        for model in models:
            cursor.execute(_copying(model, set(models), shared), [STEP, rounds])
        cursor.execute(_copying(AuditEvent, set(models), shared), [STEP, rounds])


def _is_copied(model: type) -> bool:
    """Positions come from the trigger on transfers; the mailbox is one, and so is the way to it."""
    kept = getattr(model, "kept_by_trigger", False)
    return issubclass(model, PracticeOwned) and not kept and model not in (Connection, Route)


def _copying(model: type, copied: set[type], shared: str) -> str:
    table = model._meta.db_table
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    unique = {
        name for each in model._meta.constraints if isinstance(each, UniqueConstraint) for name in each.fields
    }
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(field, unique, copied, shared) for field in fields)
    some = f"NOT ({_WHOLE_PRACTICE})" if model is Account else f"id < {STEP}"
    rounds = "(SELECT n, n * %s::bigint AS far FROM generate_series(1, %s) AS n) AS round"
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}, {rounds} WHERE {some}"


def _value(field: Field, unique: set[str], copied: set[type], shared: str) -> str:
    column = f'"{field.column}"'
    if field.primary_key:
        return f"{column} + far"
    if field.name == "public_id":
        return "gen_random_uuid()"
    if isinstance(field, ForeignKey) and field.related_model in copied:
        if field.related_model is Account and shared:
            return f"CASE WHEN {column} IN ({shared}) THEN {column} ELSE {column} + far END"
        return f"{column} + far"
    if isinstance(field, CharField) and (field.name in unique or field.unique) and not field.choices:
        numbered = f"right({column} || to_char(-n, 'FM00'), {field.max_length})"
        return f"CASE {column} WHEN '' THEN '' ELSE {numbered} END"
    return column
