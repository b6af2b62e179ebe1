"""Two questions of the machinery: is this process alive, and may it be sent work?"""

from collections.abc import Callable

import structlog
from celery import current_app
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = structlog.get_logger(__name__)


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 while this process answers at all; asks nothing of anybody else."""
    return JsonResponse({"alive": True})


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when database, migrations and broker are there, else 503; says which part, never why."""
    parts = parts_ready()
    return JsonResponse(
        {"ready": all(parts.values()), "parts": parts}, status=200 if all(parts.values()) else 503
    )


def parts_ready() -> dict[str, bool]:
    """Each part that the product stands on, and whether it is there."""
    return {name: _holds(name, check) for name, check in CHECKS.items()}


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _migrations_are_applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _broker_answers() -> bool:
    with current_app.connection_for_write(connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
    return True


def _holds(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as error:  # whatever is wrong with a part, the answer is that it is not ready
        logger.warning("A part is not ready.", part=name, exc_info=error)
        return False


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database_answers,
    "migrations": _migrations_are_applied,
    "broker": _broker_answers,
}
