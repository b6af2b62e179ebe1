"""Profiles of hypothesis: `--hypothesis-profile=full` tries ten thousand documents of every kind."""

from hypothesis import settings

settings.register_profile("full", max_examples=10_000)
