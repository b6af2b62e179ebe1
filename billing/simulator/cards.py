"""The test cards: what each does when somebody pays with it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

BANK_TAKES: Final = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Card:
    """A way to pay. `outcome` is the checkout's status at once, `later` the one after BANK_TAKES.

    `short` cents too few are taken; `silent` sends no notice.
    """

    name: str
    words: str
    last_four: str
    outcome: str
    later: str = ""
    trouble: str = ""
    short: int = 0
    silent: bool = False


CARDS: Final = {
    card.name: card
    for card in (
        Card("good", "Card ending in 4242 — works", "4242", "succeeded"),
        Card(
            "declined",
            "Card ending in 0002 — is declined",
            "0002",
            "open",
            trouble="The card was declined. Please try another one.",
        ),
        Card(
            "bank",
            "Bank account ending in 6789 — works after a while",
            "6789",
            "processing",
            later="succeeded",
        ),
        Card(
            "bank_fails",
            "Bank account ending in 1116 — fails after a while",
            "1116",
            "processing",
            later="failed",
            trouble="The bank account could not be charged.",
        ),
        Card(
            "silent", "Card ending in 3220 — works, and the notice is lost", "3220", "succeeded", silent=True
        ),
        Card("short", "Card ending in 5556 — works, and a dollar is missing", "5556", "succeeded", short=100),
    )
}
