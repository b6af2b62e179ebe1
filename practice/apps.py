"""Registration of the app."""

from importlib import import_module

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    """The practice app."""

    name = "practice"

    def ready(self) -> None:
        """Listen at the door, and put the administration on the rail."""
        import_module("practice.handlers")
        import_module("practice.areas")
