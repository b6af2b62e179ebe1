"""Entries of the desk, as everywhere in the house."""

from rcm.ui.fields import STATES, DayField, PhoneField, PostalCodeField, StateField, email, text

__all__ = ["STATES", "DayField", "PhoneField", "PostalCodeField", "StateField", "email", "text"]
