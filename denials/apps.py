"""Registration of the app."""

from django.apps import AppConfig


class DenialsConfig(AppConfig):
    """The denials app."""

    name = "denials"

    def ready(self) -> None:
        """Register areas and subscribers."""
        from denials import areas, handlers  # noqa: F401, PLC0415 -- registers them
