"""Column types that the whole house shares."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    _MoneyColumn = models.DecimalField[Decimal | int | str, Decimal]
else:
    _MoneyColumn = models.DecimalField

class MoneyField(_MoneyColumn):
    """Dollars and cents as numeric(12, 2). Always a Decimal in Python; a float is refused by the type checker."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"max_digits": 12, "decimal_places": 2, **kwargs})  # type: ignore[arg-type]
