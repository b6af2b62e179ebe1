"""Registration of the app."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """The billing app."""

    name = "billing"

    def ready(self) -> None:
        """Register the subscribers."""
        from billing import handlers  # noqa: F401, PLC0415 -- registers the subscribers
