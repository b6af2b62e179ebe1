"""What a request's body may be: JSON of a modest depth, all of it text that can be written down again."""

import json
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEEPEST = 20
"""No request of ours nests half as deep; what reads, checks and compares a body goes down it by recursion."""


class Body(JSONParser):
    """JSON that everything after it can take: not nested without end, no half of a surrogate pair in it."""

    def parse(self, *args: Any, **options: Any) -> Any:
        """The body's values; raises ParseError."""
        too_deep = ParseError(f"The body is nested deeper than {DEEPEST} levels.")
        try:
            told = super().parse(*args, **options)
        except RecursionError:
            raise too_deep from None
        if _is_deeper(told, DEEPEST):
            raise too_deep
        try:
            json.dumps(told, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ParseError("The body holds one half of a surrogate pair, which is no text.") from None
        return told


def _is_deeper(value: Any, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return bool(inner) and (levels == 0 or any(_is_deeper(each, levels - 1) for each in inner))
