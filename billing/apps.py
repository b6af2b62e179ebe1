"""Registration of the app."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """The billing app."""

    name = "billing"

    def ready(self) -> None:
        """Register areas and subscribers."""
        from billing import areas, handlers  # noqa: F401, PLC0415 -- registers them
