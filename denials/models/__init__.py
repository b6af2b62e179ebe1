"""Denials and what is done about them."""

from denials.models.appeal import Appeal
from denials.models.denial import Denial, DenialWriteOff

__all__ = ["Appeal", "Denial", "DenialWriteOff"]
