"""A guarantor with a statement behind a link, as the tests of the patient's page begin."""

import re
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from urllib.parse import urlsplit
from uuid import uuid4

from django.test import Client
from pypdf import PdfReader

from billing.actions.link import make_link
from billing.actions.online_payment import OPEN_FOR
from billing.actions.statement import issue_statement
from billing.models import OnlinePayment, Statement
from billing.states import OnlinePaymentStatus
from tests.billing.scenario import Visit, billed_visit, taken_in, text_835
from tests.conftest import NOW

BORN = {"month": "5", "day": "14", "year": "1950"}
TODAY = NOW.date()


@dataclass
class Letter:
    """A statement and the address in it."""

    visit: Visit
    statement: Statement
    url: str

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def token(self) -> str:
        return self.path.strip("/").split("/")[1]


def billed_guarantor(
    practice, *, number: str = "A1", lines=None, paid="92", deductible="40", coinsurance="18"
):
    """A visit of 150.00: the plan takes off nothing, pays 92.00, and leaves 58.00 in two parts."""
    visit = billed_visit(practice, number=number, lines=lines or [("99213", "190")])
    text = text_835(
        f"CLP*{number}*1*190*{paid}*58*12*N1*11*1~SVC*HC:99213*190*{paid}**1~CAS*CO*45*40~"
        f"CAS*PR*1*{deductible}**2*{coinsurance}~REF*6R*{number}1~AMT*B6*150~",
        paid=paid,
        trace=f"T{number}",
    )
    assert taken_in(practice, text).status == "posted"
    return visit


def letter(practice, **fields) -> Letter:
    """The guarantor's statement of 58.00, with a link that nobody has opened yet."""
    visit = billed_guarantor(practice, **fields)
    statement = issue_statement(guarantor=visit.patient.guarantor, today=TODAY, now=NOW)
    assert statement is not None
    return Letter(visit, statement, make_link(statement=statement, now=NOW))


def held_payment(opened: Letter, *, asked="58.00", took: str | None = "57.00") -> OnlinePayment:
    """An attempt of which the gateway took another amount; None: one that was not in dollars."""
    said = f"${took}" if took else "an amount that is not in dollars"
    return OnlinePayment.objects.create(
        practice=opened.statement.practice,
        statement=opened.statement,
        request_key=str(uuid4()),
        gateway="bundled",
        amount=Decimal(asked),
        status=OnlinePaymentStatus.HELD,
        reference=f"co_{uuid4().hex[:12]}",
        started_at=NOW,
        expires_at=NOW + OPEN_FOR,
        asked_at=NOW,
        received=took and Decimal(took),
        last_four="5556",
        trouble=f"The gateway took {said} instead of ${asked}.",
    )


def address_on(pdf: bytes) -> str:
    """The link of a statement's paper."""
    pages = PdfReader(BytesIO(pdf)).pages
    found = [
        note.get_object()["/A"]["/URI"]
        for page in pages
        for note in page.get("/Annots", [])
        if "/A" in note.get_object()
    ]
    [address] = set(found)
    return address


def let_in(client: Client, opened: Letter) -> None:
    """Answer the question for the birth date rightly."""
    answer = client.post(f"{opened.path}opening/", BORN)
    assert answer.status_code == 302, answer.content


def request_key(page: bytes, form: str) -> str:
    """The hidden key of a form on a page, by the end of its address."""
    shape = rf'action="[^"]*{re.escape(form)}".*?name="request_key" value="([^"]+)"'
    return re.search(shape, page.decode(), re.DOTALL).group(1)


def owed(letter: Letter) -> Decimal:
    return letter.visit.owed_by_patient()
