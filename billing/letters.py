"""What guarantors get to read: the statement as PDF, and the e-mail that goes with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reportlab.platypus import Flowable

from rcm.paper import Sheet, gap, link, pdf, qr_code, sheet, side_by_side, text


@dataclass(frozen=True, slots=True)
class Sender:
    """The practice as it signs."""

    name: str
    address: Sequence[str]
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One service in the patient's words: the charge, who paid what, what is owed and why. No diagnosis."""

    service_date: date
    patient: str
    provider: str
    description: str
    charged: Decimal
    plan_paid: Decimal
    adjusted: Decimal
    patient_paid: Decimal
    owed: Decimal
    why: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """A statement's whole content. `link` is the guarantor's own address of it; whether one can pay there."""

    number: str
    issued_on: date
    due_on: date
    sender: Sender
    recipient: Sequence[str]
    lines: Sequence[InvoiceLine]
    owed: Decimal
    link: str
    pays_online: bool


def statement_pdf(invoice: Invoice) -> bytes:
    """The statement on paper. The same content gives the same bytes."""
    sender = invoice.sender
    story = [
        _head(invoice),
        gap(0.3),
        text("\n".join(invoice.recipient)),
        gap(0.3),
        text(f"You owe {_dollars(invoice.owed)}", "title"),
        text("Every payer has finished with the visits below. This is what is left for you, line by line."),
        gap(0.15),
        sheet(_lines(invoice)),
        gap(0.1),
        text(f"Total you owe: {_dollars(invoice.owed)}", "strong"),
        *_online(invoice),
        *(part for title, words in _advice(invoice) for part in (text(title, "heading"), text(words))),
    ]
    return pdf(
        title=f"Statement {invoice.number}",
        author=sender.name,
        footer=f"{sender.name} · statement {invoice.number}",
        story=story,
    )


def _head(invoice: Invoice) -> Flowable:
    sender = invoice.sender
    contact = "\n".join([*sender.address, _phone(sender.phone), sender.email])
    facts = f"Number {invoice.number}\nDate {_day(invoice.issued_on)}\nPlease pay by {_day(invoice.due_on)}"
    return side_by_side(
        [text(sender.name, "strong"), text(contact)], [text("Statement", "title"), text(facts)]
    )


def _online(invoice: Invoice) -> list[Flowable]:
    words = (
        "Point your phone's camera at the square, or open this letter on a screen and follow the line below. "
        "You need your date of birth, and no account."
    )
    acts = (
        "See it online, ask a question, pay by card"
        if invoice.pays_online
        else "See it online, ask a question"
    )
    return [
        text(acts, "heading"),
        side_by_side(
            [text(words), gap(0.08), link(invoice.link, "Open your statement")], [qr_code(invoice.link)]
        ),
    ]


def _advice(invoice: Invoice) -> list[tuple[str, str]]:
    phone, email = _phone(invoice.sender.phone), invoice.sender.email
    return [
        (
            "Other ways to pay",
            f"Call {phone} to pay by card, or mail a check marked {invoice.number} to the address above.",
        ),
        (
            "If you cannot pay all of it now",
            "Ask us about paying in parts without interest, or about financial assistance.",
        ),
        (
            "If something is not right",
            f"Tell us at {phone} or {email}: while we look into it you get no reminders.",
        ),
    ]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that a patient gave, `toward` what; `how` is the method in words, with check number or card."""

    number: str
    received_at: str
    sender: Sender
    payer: Sequence[str]
    toward: str
    is_copay: bool
    amount: Decimal
    how: str
    received_by: str
    voided: bool


def receipt_pdf(receipt: Receipt) -> bytes:
    """The receipt on paper. The same content gives the same bytes."""
    sender = receipt.sender
    contact = "\n".join([*sender.address, _phone(sender.phone), sender.email])
    rows = [
        ("Received from", ", ".join(receipt.payer)),
        ("For", receipt.toward),
        ("How", receipt.how),
        ("When", receipt.received_at),
        ("Received by", receipt.received_by),
    ]
    story = [
        side_by_side(
            [text(sender.name, "strong"), text(contact)],
            [text("Receipt", "title"), text(f"Number {receipt.number}")],
        ),
        gap(0.3),
        text(f"{_dollars(receipt.amount)} received" + (" and taken back" if receipt.voided else ""), "title"),
        gap(0.15),
        sheet(Sheet(("What", ""), rows, (1.4, 5.6))),
        gap(0.2),
        text(
            "Thank you. The copay counts toward what your plan leaves to you. A statement follows only if "
            "something is left when the plan has decided."
            if receipt.is_copay
            else "Thank you. It was applied to what was open, oldest service first."
        ),
    ]
    return pdf(
        title=f"Receipt {receipt.number}",
        author=sender.name,
        footer=f"{sender.name} · receipt {receipt.number}",
        story=story,
    )


def reminder_email(
    *, step: str, number: str, owed: Decimal, due_on: date, sender: Sender, link: str, pays_online: bool
) -> tuple[str, str]:
    """Subject and body: the practice, amount, day, link, whom to call. Nothing about the visit."""
    subject = f"{step} from {sender.name}"
    body = (
        f"Hello,\n\n{sender.name} asks for {_dollars(owed)} on statement {number}, due {_day(due_on)}.\n\n"
        f"See what was done{', ask a question or pay online' if pays_online else ' or ask a question'}, "
        f"without an account:\n{link}\n\n"
        f"To pay in parts, or if something is not right, call {_phone(sender.phone)} or answer this "
        f"message. If you have paid already, thank you: please disregard it.\n\n{sender.name}\n"
    )
    return subject, body


def receipt_email(
    *, sender: Sender, number: str, amount: Decimal, paid_on: date, last_four: str, left: Decimal
) -> tuple[str, str]:
    """Subject and body of a receipt for a payment online. Nothing about the visit."""
    card = f" with the card ending in {last_four}" if last_four else ""
    rest = f"{_dollars(left)} of it is still open." if left > 0 else "Nothing of it is open any more."
    body = (
        f"Hello,\n\nthank you: {sender.name} received {_dollars(amount)} on {_day(paid_on)}{card} for "
        f"statement {number}. {rest}\n\nPlease keep this message as your receipt. If something is not right, "
        f"call {_phone(sender.phone)} or answer this message.\n\n{sender.name}\n"
    )
    return f"Receipt from {sender.name}", body


def answer_email(*, sender: Sender, number: str, link: str) -> tuple[str, str]:
    """Subject and body that say a question was answered; the answer itself waits behind the link."""
    body = (
        f"Hello,\n\n{sender.name} answered your question about statement {number}. Read it here:\n{link}\n\n"
        f"If you have another one, ask it there, or call {_phone(sender.phone)}.\n\n{sender.name}\n"
    )
    return f"Your question to {sender.name}", body


def _lines(invoice: Invoice) -> Sheet:
    head = ("Date", "What was done", "Charge", "Plan paid", "Plan discount", "You paid", "You owe")
    rows = [
        (
            _day(line.service_date),
            f"{line.description} ({line.patient}, with {line.provider}). {line.why}",
            _dollars(line.charged),
            _dollars(line.plan_paid),
            _dollars(line.adjusted),
            _dollars(line.patient_paid),
            _dollars(line.owed),
        )
        for line in invoice.lines
    ]
    return Sheet(head, rows, (0.8, 2.6, 0.75, 0.75, 0.8, 0.75, 0.75), frozenset(range(2, 7)))


def _day(day: date) -> str:
    return f"{day:%m/%d/%Y}"


def _dollars(amount: Decimal) -> str:
    return f"-${-amount:,.2f}" if amount < 0 else f"${amount:,.2f}"


def _phone(digits: str) -> str:
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if len(digits) == 10 else digits
