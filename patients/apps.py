"""Registration of the app."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """The patients app."""

    name = "patients"

    def ready(self) -> None:
        """Register subscribers and areas."""
        from patients import areas, handlers  # noqa: F401, PLC0415 -- registers both
