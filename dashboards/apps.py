"""Registration of the app."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """The dashboards app."""

    name = "dashboards"

    def ready(self) -> None:
        """Register the areas."""
        from dashboards import areas  # noqa: F401, PLC0415 -- registers areas
