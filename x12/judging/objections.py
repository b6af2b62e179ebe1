"""The findings of SNIP types 3 to 5, as the rules about whole transactions make them.

A 999 has no code for most of them: it says that demands of the guide are not met (I5), or which segment or
element is missing or not used here.
"""

from x12.errors import Finding

_PLACES = {"I6": "segment", "I9": "element", "I13": "element"}


def broken(code: str, words: str, segment: str, position: int, element: int, *, loop: str = "") -> Finding:
    """SNIP 3: an equation that does not hold."""
    return Finding(code, words, segment, position, element, snip=3, loop=loop, ack="I5", ack_at="set")


def unmet(
    code: str, words: str, segment: str, position: int, element: int = 0, *, loop: str = "", ack: str = "I5"
) -> Finding:
    """SNIP 4: something that another segment asks for. `ack` is I6, I9, I13 or I5 for the whole."""
    at = _PLACES.get(ack, "set")
    if at == "element" and not element:
        at = "segment"
    return Finding(code, words, segment, position, element, snip=4, loop=loop, ack=ack, ack_at=at)


def unlisted(
    code: str, words: str, segment: str, position: int, element: int, *, loop: str = "", component: int = 0
) -> Finding:
    """SNIP 5: a code or number that is on nobody's list."""
    return Finding(
        code,
        words,
        segment,
        position,
        element,
        snip=5,
        loop=loop,
        component=component,
        ack="7",
        ack_at="element",
    )
