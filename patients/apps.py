"""Registration of the app."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """The patients app."""

    name = "patients"

    def ready(self) -> None:
        """Register the subscribers."""
        from patients import handlers  # noqa: F401, PLC0415 -- registers the subscribers
