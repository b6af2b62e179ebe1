"""Denials and what is done about them."""

from denials.models.appeal import Appeal
from denials.models.denial import Denial, DenialCategory, DenialWriteOff

__all__ = ["Appeal", "Denial", "DenialCategory", "DenialWriteOff"]
