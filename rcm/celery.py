"""Celery: the legs of the outbox, and the clock's ticks.

Every schedule of the house is here. An interval (settings.BEAT_SECONDS) only says how often a task looks;
what is due it decides itself from rcm.clock, so a demonstration's month in minutes moves the work along with
it.
"""

import os
import signal

from celery import Celery
from celery.signals import setup_logging, worker_init, worker_process_init
from django.conf import settings
from django.utils.log import configure_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

from rcm.embedded.process import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rcm.settings")

app = Celery("rcm")
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)

# A tick that nobody took before the next ones came is not worth taking any more.
app.conf.beat_schedule = {
    task: {"task": task, "schedule": seconds, "options": {"expires": max(seconds * 3, 10)}}
    for task, seconds in settings.BEAT_SECONDS.items()
}


@setup_logging.connect
def _log_as_django_does(**_kwargs: object) -> None:
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)


@worker_init.connect
def _end_the_pool_with_its_worker(**_kwargs: object) -> None:
    """A killed worker leaves no process behind that would go on working beside its successor."""
    worker = os.getpid()
    in_child = die_with_parent(signal.SIGKILL)

    def begin(**_kwargs: object) -> None:
        if in_child is not None and os.getpid() != worker:  # a solo pool is the worker itself
            in_child()

    worker_process_init.connect(begin, weak=False)
