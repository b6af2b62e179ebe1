"""The demonstration's rows."""

from demonstration.models.filling import Filling

__all__ = ["Filling"]
