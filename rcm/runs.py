"""When each scheduled task last ran, how long it took, and whether it failed.

Kept in the cache, by the machine's own time: the demonstration's clock moves by days, and an operator asks
whether the machinery turns now. A lost note does no harm, since the next run writes another.
"""

import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache as cache_of_process

from celery import Task
from celery.signals import task_postrun, task_prerun
from django.conf import settings
from django.core.cache import cache

from rcm.celery import app

PATIENCE = 30
"""A task is late when it has missed three turns and so many seconds more: a busy worker is no broken one."""


@dataclass(frozen=True, slots=True)
class LastRun:
    """A scheduled task, and its last run; `ago` and `took` in seconds, None before the first run."""

    task: str
    says: str
    every: float
    ago: float | None = None
    took: float | None = None
    trouble: str = ""

    @property
    def is_late(self) -> bool:
        """Whether it should have run since."""
        return self.ago is None or self.ago > self.every * 3 + PATIENCE


def note_run(task: str, *, ended: float, took: float, trouble: str = "") -> None:
    """Write down that a task ran; `ended` by the machine's clock, `trouble` the kind of failure."""
    cache.set(_key(task), (ended, took, trouble), None)


def last_runs() -> list[LastRun]:
    """Every scheduled task with its last run, in the order of the schedule."""
    known = cache.get_many([_key(task) for task in settings.BEAT_SECONDS])
    now = time.time()
    return [_last(task, every, known.get(_key(task)), now) for task, every in settings.BEAT_SECONDS.items()]


def troubled_runs() -> list[LastRun]:
    """The scheduled tasks that should have run by now, or whose last run failed."""
    return [run for run in last_runs() if run.is_late or run.trouble]


def _last(task: str, every: float, noted: tuple[float, float, str] | None, now: float) -> LastRun:
    said = _sentences()[task]
    if noted is None:
        return LastRun(task, said, every)
    ended, took, trouble = noted
    return LastRun(task, said, every, max(now - ended, 0), took, trouble)


@cache_of_process
def _sentences() -> dict[str, str]:
    """The first sentence of what each task says it does; the modules of all tasks are loaded for it."""
    app.loader.import_default_modules()
    words = {task: getattr(app.tasks.get(task), "__doc__", "") or task for task in settings.BEAT_SECONDS}
    lines = {task: said.strip().partition("\n")[0] for task, said in words.items()}
    return {task: f"{line.partition('. ')[0].rstrip('.')}." for task, line in lines.items()}


@task_prerun.connect  # type: ignore[untyped-decorator]  # celery carries no types here
def _begin(task: Task, **_more: object) -> None:
    if task.name in settings.BEAT_SECONDS:
        task.request.began = time.time()


@task_postrun.connect  # type: ignore[untyped-decorator]
def _end(task: Task, state: str | None, retval: object, **_more: object) -> None:
    began = getattr(task.request, "began", None)
    if began is None:
        return
    trouble = type(retval).__name__ if state == "FAILURE" else ""
    with suppress(Exception):  # a cache that is away must not fail the task that just ran
        note_run(task.name, ended=time.time(), took=time.time() - began, trouble=trouble)


def _key(task: str) -> str:
    return f"last-run:{task}"
