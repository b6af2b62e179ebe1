"""Registration of the app."""

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    """The practice app."""

    name = "practice"
