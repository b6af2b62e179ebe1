"""Registration of the app."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """The claims app."""

    name = "claims"

    def ready(self) -> None:
        """Register the subscribers."""
        from claims import areas, handlers  # noqa: F401, PLC0415 -- registers areas and subscribers
