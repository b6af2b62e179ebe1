"""Letters and invoices as PDF: one look for all of them. Pure: the same content gives the same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer, Table

INK, FAINT, RULE = HexColor("#1b2430"), HexColor("#5b6675"), HexColor("#c9d1da")
_BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=13.5, textColor=INK)
_STYLES = {
    "body": _BODY,
    "small": ParagraphStyle("small", _BODY, fontSize=8.5, leading=11, textColor=FAINT),
    "title": ParagraphStyle("title", _BODY, fontName="Helvetica-Bold", fontSize=17, leading=22),
    "heading": ParagraphStyle(
        "heading", _BODY, fontName="Helvetica-Bold", fontSize=11, leading=16, spaceBefore=8
    ),
    "cell": ParagraphStyle("cell", _BODY, fontSize=8.5, leading=11),
    "number": ParagraphStyle("number", _BODY, fontSize=8.5, leading=11, alignment=TA_RIGHT),
    "head": ParagraphStyle("head", _BODY, fontName="Helvetica-Bold", fontSize=8, leading=10, textColor=FAINT),
    "head_number": ParagraphStyle(
        "head_number",
        _BODY,
        fontName="Helvetica-Bold",
        fontSize=8,
        leading=10,
        textColor=FAINT,
        alignment=TA_RIGHT,
    ),
    "strong": ParagraphStyle("strong", _BODY, fontName="Helvetica-Bold"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: `widths` in inches, one per column; columns named in `numbers` are set to the right."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    numbers: frozenset[int] = frozenset()


def text(words: str, style: str = "body") -> Flowable:
    """A paragraph; line breaks are kept. Styles: title, heading, body, small, strong."""
    return Paragraph(escape(words).replace("\n", "<br/>"), _STYLES[style])


def link(url: str, words: str) -> Flowable:
    """A paragraph that leads to an address where the paper is read on a screen."""
    return Paragraph(f'<a href="{escape(url)}" color="#1d4ed8">{escape(words)}</a>', _STYLES["body"])


def qr_code(content: str, inches: float = 1.1) -> Flowable:
    """The text as a QR code (ISO/IEC 18004, error correction M), for the camera of a telephone."""
    widget = QrCodeWidget(content, barLevel="M", barBorder=2)
    left, bottom, right, _top = widget.getBounds()
    scale = inches * inch / (right - left)
    drawing = Drawing(
        inches * inch, inches * inch, transform=[scale, 0, 0, scale, -left * scale, -bottom * scale]
    )
    drawing.add(widget)
    return drawing


def gap(inches: float) -> Flowable:
    """Empty space."""
    return Spacer(1, inches * inch)


def side_by_side(left: Sequence[Flowable], right: Sequence[Flowable]) -> Flowable:
    """Two columns of equal width, their tops in line."""
    table = Table([[list(left), list(right)]], colWidths=[3.6 * inch, 3.6 * inch])
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    return table


def sheet(content: Sheet) -> Flowable:
    """A table whose head repeats on every page."""
    rows = [
        [
            Paragraph(escape(name), _STYLES["head_number" if column in content.numbers else "head"])
            for column, name in enumerate(content.head)
        ]
    ]
    for row in content.rows:
        rows.append(
            [
                Paragraph(escape(cell), _STYLES["number" if column in content.numbers else "cell"])
                for column, cell in enumerate(row)
            ]
        )
    table = Table(rows, colWidths=[width * inch for width in content.widths], repeatRows=1)
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ]
    )
    return table


def pdf(*, title: str, author: str, footer: str, story: Sequence[Flowable]) -> bytes:
    """The finished document, Letter size, with page numbers. Reproducible: no clock, no random id inside."""
    buffer = BytesIO()
    document = BaseDocTemplate(
        buffer,
        pagesize=LETTER,
        title=title,
        author=author,
        lang="en-US",
        invariant=1,
        leftMargin=0.65 * inch,
        rightMargin=0.65 * inch,
        topMargin=0.6 * inch,
        bottomMargin=0.75 * inch,
    )
    frame = Frame(document.leftMargin, document.bottomMargin, document.width, document.height, 0, 0, 0, 0)

    def finish(canvas: Canvas, _document: BaseDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.setFillColor(FAINT)
        canvas.drawString(document.leftMargin, 0.45 * inch, footer)
        page = f"Page {canvas.getPageNumber()}"
        canvas.drawRightString(LETTER[0] - document.rightMargin, 0.45 * inch, page)

    document.addPageTemplates([PageTemplate("page", [frame], onPage=finish)])
    document.build(list(story))
    return buffer.getvalue()
