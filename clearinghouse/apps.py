"""Registration of the app."""

from django.apps import AppConfig


class ClearinghouseConfig(AppConfig):
    """The clearinghouse app."""

    name = "clearinghouse"

    def ready(self) -> None:
        """Register the subscribers."""
        from clearinghouse import areas, handlers  # noqa: F401, PLC0415 -- registers areas and subscribers
