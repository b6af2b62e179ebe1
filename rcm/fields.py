"""Column types that the whole house shares."""

import base64
import hashlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    _DecimalColumn = models.DecimalField
    _TextColumn = models.TextField[str, str]
else:
    _TextColumn = models.TextField

    class _DecimalColumn(models.DecimalField):
        """Django's field, which takes type arguments in its stubs only."""

        def __class_getitem__(cls, _arguments: object) -> type:
            return cls


_Set = TypeVar("_Set", contravariant=True)
_Got = TypeVar("_Got", covariant=True)


class MoneyField(_DecimalColumn[_Set, _Got]):
    """Dollars and cents as numeric(12, 2). Always a Decimal in Python; the type checker refuses a float."""

    _pyi_private_set_type: Decimal | int | str
    _pyi_private_get_type: Decimal

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"max_digits": 12, "decimal_places": 2, **kwargs})  # type: ignore[arg-type]

    def get_default(self) -> Any:
        """The default as the Decimal it will be when read back, though the declaration writes it as text."""
        return self.to_python(super().get_default())


class EncryptedTextField(_TextColumn):
    """A secret kept encrypted in the database (Fernet, key derived from SECRET_KEY) and plain in Python.

    Rotating works through SECRET_KEY_FALLBACKS. A value that no key opens raises cryptography's InvalidToken.
    It cannot be searched by value.
    """

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in; an empty secret stays empty."""
        return _fernet().encrypt(value.encode()).decode() if value else ""

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> str:
        """Decrypt on the way out."""
        return _fernet().decrypt(value.encode()).decode() if value else ""


def _fernet() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"rcm.fields:" + secret.encode()).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
