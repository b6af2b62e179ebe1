"""Statements to guarantors: issued, disputed, held back."""

import hashlib
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from billing.actions.link import address_of, make_link
from billing.gateway import offered
from billing.letters import Invoice, InvoiceLine, Sender, statement_pdf
from billing.models import AccountHold, HoldReason, Statement, StatementLine
from billing.queries.statements import LIVE, BillableCharge, account_of, billable_charges, guarantors_to_bill
from billing.rules.dunning import DUE_AFTER, why_not_billed
from billing.rules.token import new_token
from billing.states import StatementStatus
from patients.models import Guarantor
from practice.actions.numbers import Series, take_number
from practice.models import Practice, User
from rcm import audit, faults
from rcm.money import ZERO
from rcm.state import move


def issue_statements(*, practice: Practice, today: date, now: datetime) -> list[Statement]:
    """A statement for every guarantor of the practice who is due one today; a second call issues none."""
    issued = []
    for guarantor in guarantors_to_bill(practice=practice, today=today):
        statement = issue_statement(guarantor=guarantor, today=today, now=now)
        if statement is not None:
            issued.append(statement)
    return issued


def issue_statement(
    *, guarantor: Guarantor, today: date, now: datetime, by: User | None = None
) -> Statement | None:
    """One guarantor's statement over everything that payers have finished with; None where none is due.

    A live statement that shows less is voided and replaced. The exact PDF and its hash are kept. `by` is the
    person who asked for it; nobody when the cycle did.
    """
    with transaction.atomic():
        guarantor = Guarantor.objects.select_for_update(no_key=True).get(pk=guarantor.pk)
        charges = billable_charges(guarantor=guarantor)
        if why_not_billed(account_of(guarantor=guarantor, charges=charges), today=today):
            return None
        practice = guarantor.practice
        number = f"{practice.claim_prefix}-{take_number(practice=practice, series=Series.STATEMENT):06d}"
        for old in Statement.objects.filter(guarantor=guarantor, status__in=LIVE):
            move(old, StatementStatus.VOIDED, now=now, by=by, why=f"replaced by {number}")
        token = new_token()
        statement = _write(guarantor, charges, number, today, link=address_of(token))
        make_link(statement=statement, now=now, token=token)
        faults.point("statement.written")
        audit.record("issued", statement, now=now, by=by)
    return statement


def dispute_statement(*, statement: Statement, reason: str, by: User | None, now: datetime) -> None:
    """The guarantor objects: reminders stop until it is resolved. Raises IllegalMove."""
    with transaction.atomic():
        move(statement, StatementStatus.DISPUTED, now=now, by=by, why=reason)
        statement.disputed_at = now
        statement.dispute_reason = reason
        statement.save(update_fields=["disputed_at", "dispute_reason"])
        place_hold(guarantor=statement.guarantor, reason=HoldReason.DISPUTE, by=by, now=now)


def resolve_dispute(*, statement: Statement, by: User, now: datetime, why: str) -> None:
    """The objection is answered: the statement stands and reminders go on. Raises IllegalMove.

    One that was paid meanwhile stays so.
    """
    with transaction.atomic():
        if statement.status != StatementStatus.PAID:
            move(statement, StatementStatus.OPEN, now=now, by=by, why=why)
        lift_hold(guarantor=statement.guarantor, reason=HoldReason.DISPUTE, by=by, now=now)


def place_hold(*, guarantor: Guarantor, reason: HoldReason, by: User | None, now: datetime) -> AccountHold:
    """Stop all contact about money. A hold for the same reason that stands already is kept."""
    with transaction.atomic():
        hold, is_new = AccountHold.objects.get_or_create(
            guarantor=guarantor,
            reason=reason,
            lifted_at=None,
            defaults={"practice_id": guarantor.practice_id, "since": now, "placed_by": by},
        )
        if is_new:
            audit.record("held", hold, now=now, by=by)
    return hold


def lift_hold(*, guarantor: Guarantor, reason: HoldReason, by: User | None, now: datetime) -> None:
    """Allow contact again, as far as this reason goes. No such hold is fine."""
    with transaction.atomic():
        for hold in AccountHold.objects.select_for_update().filter(
            guarantor=guarantor, reason=reason, lifted_at=None
        ):
            hold.lifted_at = now
            hold.save(update_fields=["lifted_at"])
            audit.record("lifted", hold, now=now, by=by)


def _write(
    guarantor: Guarantor, charges: list[BillableCharge], number: str, today: date, *, link: str
) -> Statement:
    owed = sum((charge.owed for charge in charges), ZERO)
    content = statement_pdf(_invoice(guarantor, charges, number, today, owed, link=link))
    statement = Statement.objects.create(
        practice_id=guarantor.practice_id,
        guarantor=guarantor,
        number=number,
        issued_on=today,
        due_on=today + DUE_AFTER,
        amount=owed,
        pdf=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    StatementLine.objects.bulk_create(
        StatementLine(
            practice_id=guarantor.practice_id,
            statement=statement,
            charge_id=charge.charge_id,
            charged=charge.charged,
            plan_paid=charge.plan_paid,
            adjusted=charge.adjusted,
            patient_paid=charge.patient_paid,
            owed=charge.owed,
            why=charge.why,
        )
        for charge in charges
    )
    return statement


def _invoice(
    guarantor: Guarantor,
    charges: list[BillableCharge],
    number: str,
    today: date,
    owed: Decimal,
    *,
    link: str,
) -> Invoice:
    return Invoice(
        number=number,
        issued_on=today,
        due_on=today + DUE_AFTER,
        sender=sender_of(guarantor.practice),
        recipient=[
            f"{guarantor.first_name} {guarantor.last_name}",
            *[line for line in (guarantor.street, guarantor.street_2) if line],
            f"{guarantor.city}, {guarantor.state} {guarantor.postal_code[:5]}",
        ],
        lines=[
            InvoiceLine(
                service_date=charge.service_date,
                patient=charge.patient,
                provider=charge.provider,
                description=charge.description,
                charged=charge.charged,
                plan_paid=charge.plan_paid,
                adjusted=charge.adjusted,
                patient_paid=charge.patient_paid,
                owed=charge.owed,
                why=charge.why,
            )
            for charge in charges
        ],
        owed=owed,
        link=link,
        pays_online=offered(),
    )


def sender_of(practice: Practice) -> Sender:
    """The practice as it signs its letters."""
    return Sender(
        name=practice.name,
        address=[practice.street, f"{practice.city}, {practice.state} {practice.postal_code[:5]}"],
        phone=practice.phone,
        email=practice.email,
    )
