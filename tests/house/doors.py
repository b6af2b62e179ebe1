"""Every named address of the house, as its URL configuration declares it."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver, reverse


@dataclass(frozen=True)
class Door:
    """One named address with what its URL holds."""

    name: str
    pattern: URLPattern
    kinds: dict[str, str]

    def url(self, public_id: object = None) -> str:
        """An address with this id wherever it wants a UUID; numbers and words are made up."""
        return reverse(
            self.name, kwargs={name: self._value(kind, public_id) for name, kind in self.kinds.items()}
        )

    @property
    def allowed(self) -> frozenset[str] | None:
        """The roles it opens for: none named means any role. None where nobody watches the door."""
        return getattr(self.pattern.callback, "allowed", None)

    @property
    def is_of_a_record(self) -> bool:
        """Whether its URL holds the id of one row, and nothing else."""
        return list(self.kinds.values()) == ["UUIDConverter"]

    @staticmethod
    def _value(kind: str, public_id: object) -> object:
        made_up = {"UUIDConverter": public_id or uuid.UUID(int=7), "IntConverter": 7}
        return made_up.get(kind, "seven")


class World:
    """Some rows of every kind, to knock with."""

    def __init__(self) -> None:
        models = [model for model in apps.get_models() if hasattr(model, "public_id")]
        rows = (row for model in models for row in model._default_manager.order_by("-pk")[:3])
        self._rows = [(row._meta.app_label, row.public_id) for row in rows]

    def urls(self, door: Door) -> list[str]:
        """The addresses of a record's door, those with rows of its own app first: most often one it is."""
        app = door.name.partition(":")[0]
        return [door.url(public_id) for _, public_id in sorted(self._rows, key=lambda row: row[0] != app)]


def doors(resolver: URLResolver | None = None, space: str = "") -> Iterator[Door]:
    """All named addresses, from this resolver on."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from doors(pattern, ":".join(filter(None, [space, pattern.namespace])))
        elif pattern.name:
            kinds = {name: type(converter).__name__ for name, converter in pattern.pattern.converters.items()}
            yield Door(":".join(filter(None, [space, pattern.name])), pattern, kinds)
