"""What payers answer about the claims of a busy year: 835s taken in by the actions, most of them posted."""

import datetime as dt
import random
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import DateTimeField, OuterRef, Subquery
from django.db.models.functions import Cast

from billing.actions.remittance import take_in
from billing.models import Remittance, RemittanceClaim
from claims.models import Claim
from claims.states import ADJUDICATED
from denials.actions.denial import open_denials
from denials.models import Denial
from practice.models import Practice
from rcm import clock
from tests.billing.scenario import document_of, text_835


def answer(practice: Practice, text: str) -> None:
    """Take in one 835; what it refuses becomes denials."""
    remittance = take_in(document=document_of(practice, text), now=clock.now())
    assert remittance is not None
    remittance.refresh_from_db()
    if remittance.status == "posted":
        open_denials(remittance=remittance, now=clock.now())


def advice(claims: Sequence[Claim], trace: str, luck: random.Random, *, wrong: bool = False) -> str:
    """One 835: nine of ten paid 90.00 of 150.00, the tenth denied for want of an authorization.

    A `wrong` one does not add up, so it is parked.
    """
    body, paid = [], Decimal(0)
    for claim in claims:
        number, day = claim.control_number, claim.encounter.service_date
        if luck.random() < 0.1:
            reason = luck.choice(("197", "50", "16", "27", "29"))
            body.append(
                f"CLP*{number}*4*150*0**12*ICN{number}*11*1~NM1*QC*1*X*Y~SVC*HC:99213*150*0**0~"
                f"DTM*472*{day:%Y%m%d}~CAS*CO*{reason}*150~REF*6R*{number}-1~LQ*HE*M62~"
            )
        else:
            paid += 90
            body.append(
                f"CLP*{number}*1*150*90*20*12*ICN{number}*11*1~NM1*QC*1*X*Y~SVC*HC:99213*150*90**1~"
                f"DTM*472*{day:%Y%m%d}~CAS*CO*45*40~CAS*PR*3*20~REF*6R*{number}-1~AMT*B6*110~"
            )
    day = min(
        claims[-1].encounter.service_date + dt.timedelta(days=20), clock.today(claims[0].practice.time_zone)
    )
    payer = claims[0].coverage.payer.payer_number
    total = paid + 7 if wrong else paid
    return text_835(
        "".join(body), paid=str(total), trace=trace, payer_number=payer, effective=f"{day:%Y%m%d}"
    )


def date_decisions() -> None:
    """Each decision on the day of its payment, not on the day of this run."""
    paid_on = Cast("effective_on", DateTimeField())
    Remittance.objects.filter(status="posted").update(posted_at=paid_on)
    answer = RemittanceClaim.objects.filter(claim=OuterRef("pk"), remittance__status="posted")
    decided = Subquery(answer.order_by("pk").values("remittance__posted_at")[:1])
    Claim.objects.filter(status__in=ADJUDICATED).update(adjudicated_at=decided)
    denied = RemittanceClaim.objects.filter(lines__denial=OuterRef("pk"))
    Denial.objects.update(opened_at=Subquery(denied.values("remittance__posted_at")[:1]))
