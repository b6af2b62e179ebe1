"""Frozen objects made fast: by a twin of their class that may still be written to.

A frozen dataclass sets each of its fields through `object.__setattr__`, which costs more than everything else
that is done to an element. A class with the same bases and slots has the same layout in memory; an instance
of it is filled by plain assignments and then given the frozen class, which Python allows between such
classes. What comes out is the frozen object itself, not a copy of it (docs/adr/0019).
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any


def twin_of(cls: type[Any]) -> type[Any]:
    """A class of the same layout whose instances may be written to and then made instances of `cls`.

    `cls` is a frozen dataclass with slots. A slot that is never written stays unset.
    """
    slots = cls.__dict__["__slots__"]
    body = {"__slots__": slots, "__module__": cls.__module__, "__init__": object.__init__}
    body |= {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}  # both, or both are slow
    return type(f"_{cls.__name__}BeingMade", (cls.__base__ or object,), body)


def maker(cls: type[Any]) -> Callable[..., Any]:
    """A function that makes an instance of a frozen, slotted dataclass from its fields in their order."""
    names = [field.name for field in fields(cls)]
    lines = [f"def make({', '.join(names)}):", " it = Twin()"]
    lines += [f" it.{name} = {name}" for name in names]
    lines += [" it.__class__ = Made", " return it"]
    names_used = {"Twin": twin_of(cls), "Made": cls}
    make: Callable[..., Any] = compiled("\n".join(lines), names_used, f"make {cls.__name__}")["make"]
    return make


def compiled(source: str, names: Mapping[str, Any], title: str) -> dict[str, Any]:
    """The functions that a generated source defines, `names` being its globals.

    The source is made of declarations in this package alone, never of a text that was read.
    """
    space = dict(names)
    exec(compile(source, f"<x12: {title}>", "exec"), space)  # noqa: S102 - see above
    return space
