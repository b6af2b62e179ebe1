"""Registration of the app."""

from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    """The demonstration app."""

    name = "demonstration"
