"""Registration of the app."""

from django.apps import AppConfig


class CodingConfig(AppConfig):
    """The coding app."""

    name = "coding"

    def ready(self) -> None:
        """Register the areas."""
        from coding import areas  # noqa: F401, PLC0415 -- registers areas and the finder
