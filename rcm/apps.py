"""Registration of the kernel."""

from django.apps import AppConfig

from rcm.celery import app as celery_app

__all__ = ["RcmConfig", "celery_app"]


class RcmConfig(AppConfig):
    """The kernel. Loading it makes rcm.celery's app the one that every shared task belongs to."""

    name = "rcm"
    verbose_name = "Revenue cycle kernel"

    def ready(self) -> None:
        """Register the kernel's own subscriber."""
        from rcm.ui import work  # noqa: F401, PLC0415 -- registers the subscriber
