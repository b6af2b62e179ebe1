"""The appeal letter as PDF (domain.md section 7.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reportlab.platypus import Flowable

from rcm.paper import Sheet, gap, pdf, sheet, text


@dataclass(frozen=True, slots=True)
class AppealLetter:
    """Everything a payer needs to decide: which claim, what was refused and why, what is asked and why."""

    written_on: date
    level: int
    practice: str
    practice_address: Sequence[str]
    practice_phone: str
    npi: str
    tax_number: str
    payer: str
    payer_address: Sequence[str]
    patient: str
    birth_date: date
    member_number: str
    control_number: str
    payer_control_number: str
    service_date: date
    procedure: str
    diagnoses: Sequence[str]
    billed: Decimal
    refused: Decimal
    reason: str
    remarks: Sequence[str]
    request: str
    facts: str
    rule: str
    evidence: Sequence[str]
    deadline_on: date
    signed_by: str


def appeal_pdf(letter: AppealLetter) -> bytes:
    """The letter on paper. The same content gives the same bytes."""
    story = [
        text(letter.practice, "strong"),
        text("\n".join([*letter.practice_address, f"NPI {letter.npi}, tax id {letter.tax_number}"])),
        gap(0.2),
        text(f"{letter.written_on:%m/%d/%Y}"),
        gap(0.1),
        text("\n".join([letter.payer, "Appeals", *letter.payer_address])),
        gap(0.2),
        text(f"Appeal, level {letter.level}: claim {letter.payer_control_number}", "title"),
        sheet(_facts(letter)),
        *_section("What we ask", letter.request),
        *_section("What happened", letter.facts),
        *_section("What it rests on", letter.rule),
        *_section("Enclosed", "\n".join(f"{n}. {name}" for n, name in enumerate(letter.evidence, 1))),
        gap(0.3),
        text(f"{letter.signed_by}\n{letter.practice}\n{letter.practice_phone}"),
    ]
    return pdf(
        title=f"Appeal of claim {letter.payer_control_number}",
        author=letter.practice,
        footer=f"{letter.practice} · claim {letter.control_number}",
        story=story,
    )


def _section(title: str, words: str) -> list[Flowable]:
    return [text(title, "heading"), text(words)] if words else []


def _facts(letter: AppealLetter) -> Sheet:
    rows = [
        ("Patient", f"{letter.patient}, born {letter.birth_date:%m/%d/%Y}, member {letter.member_number}"),
        ("Claim", f"Yours {letter.payer_control_number}, ours {letter.control_number}"),
        ("Service", f"{letter.service_date:%m/%d/%Y}, procedure {letter.procedure}"),
        ("Diagnoses", "\n".join(letter.diagnoses)),
        ("Billed and refused", f"${letter.billed:,.2f} billed, ${letter.refused:,.2f} refused"),
        ("Reason on your remittance", "\n".join([letter.reason, *letter.remarks])),
        ("Appeal due by", f"{letter.deadline_on:%m/%d/%Y}"),
    ]
    return Sheet(("", ""), rows, (1.8, 5.4))
