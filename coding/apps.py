"""Registration of the app."""

from django.apps import AppConfig


class CodingConfig(AppConfig):
    """The coding app."""

    name = "coding"
