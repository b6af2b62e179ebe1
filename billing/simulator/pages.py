"""The gateway's own payment page, plain HTML that works anywhere."""

from datetime import UTC, datetime
from html import escape
from typing import Final

from billing.simulator.cards import CARDS
from billing.simulator.store import Row

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1a1f36; --soft: #4f566b; --paper: #fff; --ground: #eef1f6;
  --rule: #8792a2; --accent: #4b3fbb; --bad: #a3123a; }
@media (prefers-color-scheme: dark) { :root { --ink: #eef0f7; --soft: #b4bacb; --paper: #1b1f2e;
  --ground: #10131d; --rule: #7d869c; --accent: #b3abff; --bad: #ff9db3; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 17px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 30rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; background: var(--paper);
  min-height: 100vh; }
.test { display: inline-block; padding: .1rem .6rem; border: 1px solid var(--rule); border-radius: 1rem;
  font-size: .85rem; color: var(--soft); }
.amount { font-size: 2.25rem; font-weight: 700; margin: .5rem 0 0; font-variant-numeric: tabular-nums; }
.about, .fine { color: var(--soft); margin: 0 0 1.25rem; }
fieldset { border: 0; padding: 0; margin: 0 0 1.25rem; }
legend { font-weight: 600; padding: 0; margin-bottom: .5rem; }
label { display: flex; gap: .75rem; align-items: center; min-height: 3rem; padding: .5rem .75rem;
  border: 1px solid var(--rule); border-radius: .5rem; margin-bottom: .5rem; }
input { flex: none; width: 1.25rem; height: 1.25rem; accent-color: var(--accent); }
button { width: 100%; min-height: 3rem; border: 0; border-radius: .5rem; background: var(--accent);
  color: var(--paper); font: inherit; font-weight: 700; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.trouble { border-left: 4px solid var(--bad); padding: .5rem .75rem; color: var(--bad); font-weight: 600; }
"""


def checkout_page(checkout: Row) -> str:
    """Choose a card and pay; or what became of it."""
    if checkout["status"] != "open":
        return closed_page(checkout)
    trouble = (
        f'<p class="trouble" role="alert">{escape(checkout["trouble"])}</p>' if checkout["trouble"] else ""
    )
    choices = "".join(
        f'<label><input type="radio" name="card" value="{card.name}" required'
        f"{' checked' if place == 0 else ''}>"
        f"<span>{escape(card.words)}</span></label>"
        for place, card in enumerate(CARDS.values())
    )
    return _page(
        "Pay",
        f'{trouble}<h1 class="amount">{_dollars(checkout["amount"])}</h1>'
        f'<p class="about">{escape(checkout["description"])}</p>'
        f'<form method="post" action="/checkout/{checkout["id"]}/payment">'
        f"<fieldset><legend>Pay with</legend>{choices}</fieldset>"
        f"<button>Pay {_dollars(checkout['amount'])}</button></form>"
        f'<p><a href="{escape(checkout["return_url"])}">Go back without paying</a></p>'
        f'<p class="fine">Open until {_moment(checkout["expires_at"])} UTC. No real card, no real money.</p>',
    )


def closed_page(checkout: Row) -> str:
    """Nothing to pay here any more."""
    words = {
        "succeeded": "This was paid.",
        "processing": "Your bank is processing this payment.",
        "failed": "This payment did not work.",
        "expired": "This payment page has expired. Nothing was charged.",
    }[checkout["status"]]
    back = f'<p><a href="{escape(checkout["return_url"])}">Go back</a></p>'
    return _page("Payment", f"<h1>{words}</h1>{back}")


def lost_page() -> str:
    """No such checkout."""
    return _page("Not found", "<h1>There is no such payment.</h1>")


def _page(title: str, main: str) -> str:
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title} · Test gateway</title><link rel="stylesheet" href="/style.css"></head>'
        f'<body><main><p><span class="test">Test gateway</span></p>{main}</main></body></html>'
    )


def _dollars(amount: int) -> str:
    return f"${amount // 100:,}.{amount % 100:02d}"


def _moment(stamp: float) -> str:
    return f"{datetime.fromtimestamp(stamp, tz=UTC):%m/%d/%Y %H:%M}"
