"""Rules of the house that no linter knows, read from the source. A failure names the file, the line and the rule."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from rcm import outbox
from rcm.celery import app as celery
from rcm.fields import MoneyField
from tests.house.source import LAYERS, ROOT, at, dotted, name, sources, subscriptions, tree

MONEY_WORDS = re.compile(
    r"(^|_)(amount|amounts|charge|charges|balance|paid|payment|copay|deductible|price|fee|fees|dollars)$"
)
APPS = set(LAYERS) - {"rcm", "x12"}
OPEN_ROOMS = {"models", "actions", "queries", "rules", "states"}
OPEN_MODULES = ("practice.access", "clearinghouse.gateway")
CLOCKS = {
    "timezone.now",
    "timezone.localdate",
    "datetime.now",
    "datetime.utcnow",
    "date.today",
    "dt.datetime.now",
    "dt.date.today",
}


def nodes(kind: type[ast.AST]) -> Iterator[tuple[Path, ast.AST]]:
    for path in sources():
        for node in ast.walk(tree(path)):
            if isinstance(node, kind):
                yield path, node


def test_no_file_is_longer_than_400_lines():
    assert {name(path): n for path in sources() if (n := path.read_text().count("\n")) > 400} == {}


def test_no_function_is_longer_than_60_lines():
    functions = [*nodes(ast.FunctionDef), *nodes(ast.AsyncFunctionDef)]
    assert [at(path, node) for path, node in functions if node.end_lineno - node.lineno >= 60] == []


def test_a_status_is_set_by_rcm_state_alone():
    found = []
    for path, node in [*nodes(ast.Assign), *nodes(ast.AugAssign), *nodes(ast.AnnAssign)]:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(isinstance(each, ast.Attribute) and each.attr == "status" for each in targets):
            found.append(at(path, node))
    for path, node in nodes(ast.Call):
        is_update = isinstance(node.func, ast.Attribute) and node.func.attr in {"update", "bulk_update"}
        if is_update and any(word.arg == "status" for word in node.keywords):
            found.append(at(path, node))
    assert [place for place in found if not place.startswith("rcm/state.py")] == []


def test_money_is_never_a_float():
    found = [
        at(path, node)
        for path, node in nodes(ast.Call)
        if dotted(node.func) == "float" and any(MONEY_WORDS.search(word) for word in _words(node))
    ]
    found += [
        at(path, node)
        for path, node in nodes(ast.AnnAssign)
        if "float" in _words(node.annotation) and MONEY_WORDS.search(dotted(node.target).rpartition(".")[2])
    ]
    found += [
        at(path, node)
        for path, node in nodes(ast.arg)
        if node.annotation and "float" in _words(node.annotation) and MONEY_WORDS.search(node.arg)
    ]
    found += [at(path, node) for path, node in nodes(ast.Attribute) if node.attr == "FloatField"]
    assert found == []


def test_money_columns_are_money_fields():
    odd = [
        str(field)
        for model in apps.get_models()
        if model.__module__.partition(".")[0] in _house_apps()
        for field in model._meta.local_fields
        if field.get_internal_type() == "DecimalField" and MONEY_WORDS.search(field.name)
        if not isinstance(field, MoneyField) and not field.remote_field
    ]
    assert odd == []


def test_only_the_clock_reads_the_clock():
    outside = {
        at(path, node)
        for path, node in nodes(ast.Attribute)
        if dotted(node) in CLOCKS and name(path) != "rcm/clock.py" and not _before_django(path)
    }
    assert outside == set()


def test_nothing_prints():
    assert [
        at(path, node)
        for path, node in nodes(ast.Call)
        if dotted(node.func) == "print" and not _before_django(path)
    ] == []


def test_log_events_are_constant_words():
    levels = {"debug", "info", "warning", "error", "exception", "critical"}
    found = [
        at(path, node)
        for path, node in nodes(ast.Call)
        if isinstance(node.func, ast.Attribute) and node.func.attr in levels
        if dotted(node.func.value).rpartition(".")[2] in {"logger", "log"} and node.args
        if not isinstance(node.args[0], ast.Constant)
    ]
    assert found == []


def test_only_rcm_db_states_the_scope():
    found = [
        name(path)
        for path in sources()
        if "set_config('rcm." in path.read_text() or "SET rcm." in path.read_text()
        if name(path) != "rcm/db.py"
    ]
    assert found == []


def test_apps_know_of_each_other_only_what_is_open():
    found = [
        f"{at(path, node)}: {word}"
        for path, node in nodes(ast.ImportFrom)
        for word in [f"{node.module}.{each.name}" for each in node.names]
        if word.partition(".")[0] in APPS - {name(path).partition("/")[0]}
        if word.split(".")[1] not in OPEN_ROOMS and not word.startswith(OPEN_MODULES)
    ]
    assert found == []


def test_handlers_modules_are_registered_by_their_app():
    unread = [
        name(path)
        for path in sources()
        if path.stem == "handlers" and f"{path.parent.name}.handlers" not in {_module(h) for h in _handlers()}
        if "@subscribe" in path.read_text()
    ]
    assert unread == []


def test_every_topic_has_a_publisher_and_a_subscriber():
    published = _published()
    assert published - set(subscriptions()) == set(), "published, and nobody listens"
    assert set(subscriptions()) - published == set(), "awaited, and nobody publishes"


def test_topics_are_named_after_the_app_that_publishes_them():
    wrong = [topic for topic in _published() if topic.partition(".")[0] not in _house_apps()]
    assert wrong == []


def test_every_scheduled_task_exists():
    celery.loader.import_default_modules()
    scheduled = {entry["task"] for entry in celery.conf.beat_schedule.values()}
    assert scheduled == set(settings.BEAT_SECONDS)
    assert scheduled - set(celery.tasks) == set()


def test_every_task_has_a_fixed_name_and_takes_what_newer_versions_send():
    celery.loader.import_default_modules()
    ours = {task for key, task in celery.tasks.items() if not key.startswith("celery.")}
    assert [
        task.name for task in ours if task.name != f"{task.__module__.partition('.')[0]}.{task.__name__}"
    ] == []
    assert [task.name for task in ours if "**_newer" not in _signature(task)] == []


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "manager", "misc"])
def test_no_module_is_called(word):
    assert [name(path) for path in sources() if path.stem == word] == []


def _words(node: ast.AST) -> set[str]:
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return names | {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}


def _before_django(path: Path) -> bool:
    """Set-up and supervision talk to a terminal and keep real time, before there is any Django."""
    return name(path).startswith(("rcm/bootstrap/", "rcm/embedded/"))


def _house_apps() -> set[str]:
    return {path.relative_to(ROOT).parts[0] for path in sources()}


def _handlers() -> list[outbox.Handler]:
    return [handler for each in subscriptions().values() for handler in each.values()]


def _module(handler: outbox.Handler) -> str:
    return handler.__module__


def _published() -> set[str]:
    """The topics of every publish() call, through a local name or a helper's parameter as well."""
    topics: set[str] = set()
    for path in sources():
        if name(path) == "rcm/outbox.py":
            continue
        for function in [each for each in ast.walk(tree(path)) if isinstance(each, ast.FunctionDef)]:
            for call in _calls(function, "publish"):
                topics |= _topics(call.args[0], function, path)
    return topics


def _topics(topic: ast.expr, function: ast.FunctionDef, path: Path) -> set[str]:
    """What the expression can be: a constant, an f-string whose open ends are any word, a name for one of them."""
    match topic:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.JoinedStr(values=parts):
            pattern = "".join(re.escape(p.value) if isinstance(p, ast.Constant) else r"\w+" for p in parts)
            return {known for known in subscriptions() if re.fullmatch(pattern, known)}
        case ast.IfExp(body=one, orelse=other):
            return _topics(one, function, path) | _topics(other, function, path)
        case ast.Name(id=word):
            given = _assigned(word, function) or _assigned(word, tree(path))
            if word in [argument.arg for argument in function.args.args]:
                given += [call.args[0] for call in _calls(tree(path), function.name)]
            if given:
                return set().union(*(_topics(each, function, path) for each in given))
    return {f"a topic that cannot be read at {at(path, topic)}"}


def _assigned(word: str, within: ast.AST) -> list[ast.expr]:
    assignments = [each for each in ast.walk(within) if isinstance(each, ast.Assign)]
    return [each.value for each in assignments if dotted(each.targets[0]) == word]


def _calls(within: ast.AST, function: str) -> list[ast.Call]:
    calls = [each for each in ast.walk(within) if isinstance(each, ast.Call)]
    return [call for call in calls if dotted(call.func).rpartition(".")[2] == function and call.args]


def _signature(task: object) -> str:
    return str(inspect.signature(task.run))  # type: ignore[attr-defined]
