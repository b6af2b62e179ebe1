"""Reminders: decided once per statement and step, sent by a message, stopped by payment, dispute or hold."""

from datetime import date, datetime

from django.core.mail import EmailMessage
from django.db import transaction

from billing.actions.link import make_link
from billing.actions.statement import issue_statements, sender_of
from billing.gateway import offered
from billing.letters import reminder_email
from billing.models import DunningNotice, Statement
from billing.queries.statements import last_payment_on, open_holds, owed_on, statements_to_follow
from billing.rules.dunning import STEPS, Step, due_step, is_for_review
from billing.states import StatementStatus
from practice.models import Practice
from rcm import audit, faults
from rcm.money import ZERO
from rcm.outbox import publish
from rcm.state import move


def run_dunning(*, practice: Practice, today: date, now: datetime) -> int:
    """Issue what is due today and decide on reminders; how many were decided. A second call finds none."""
    issue_statements(practice=practice, today=today, now=now)
    reached = statements_to_follow(practice=practice, today=today)
    return sum(decide_notice(statement=statement, today=today, now=now) for statement in reached)


def decide_notice(*, statement: Statement, today: date, now: datetime) -> bool:
    """Take the step that a statement has reached today; whether one was taken.

    After the last one a statement goes to a person. Held accounts wait.
    """
    with transaction.atomic():
        statement = Statement.objects.select_for_update(no_key=True).get(pk=statement.pk)
        if statement.status != StatementStatus.OPEN or open_holds(guarantor=statement.guarantor):
            return False
        if is_for_review(issued_on=statement.issued_on, today=today):
            move(statement, StatementStatus.REVIEW, now=now, by=None, why="the reminders are used up")
            return False
        step = due_step(
            issued_on=statement.issued_on,
            today=today,
            taken=list(statement.notices.values_list("step", flat=True)),
            last_paid_on=last_payment_on(guarantor=statement.guarantor),
        )
        if step is None:
            return False
        _decide(statement, step, now=now)
    return True


def send_notice(*, notice: DunningNotice, now: datetime) -> None:
    """Send one decided notice by e-mail, unless it was sent, or was paid, disputed or held since.

    Before sending, the attempt is on record; a crash in between sends it again under the same Message-ID, by
    which a copy is recognized, with a link of its own: nobody here knows the first one any more. Raises
    OSError or smtplib's errors when the mail server is away.
    """
    if notice.sent_at is not None or notice.stopped_reason:
        return
    statement, guarantor = notice.statement, notice.statement.guarantor
    owed = owed_on(statement=statement)
    if reason := _why_not(notice):
        notice.stopped_reason = reason
        notice.save(update_fields=["stopped_reason"])
        return
    notice.sending_at = now
    notice.save(update_fields=["sending_at"])
    subject, body = reminder_email(
        step=STEPS[notice.step].name,
        number=statement.number,
        owed=owed,
        due_on=statement.due_on,
        sender=sender_of(notice.practice),
        link=make_link(statement=statement, notice=notice, now=now),
        pays_online=offered(),
    )
    message = EmailMessage(
        subject=subject,
        body=body,
        to=[guarantor.email],
        reply_to=[notice.practice.email],
        headers={"Message-ID": notice.mail_number},
    )
    if notice.step == 0:
        message.attach(f"statement-{statement.number}.pdf", bytes(statement.pdf), "application/pdf")
    faults.point("notice.before_sending")
    message.send()
    faults.point("notice.sent")
    _record_sent(notice, now=now)


def _decide(statement: Statement, step: Step, *, now: datetime) -> None:
    notice = DunningNotice.objects.create(
        practice_id=statement.practice_id,
        statement=statement,
        step=step.number,
        decided_at=now,
        mail_number=f"<statement-{statement.public_id}-{step.number}@rcm.invalid>",
    )
    publish(
        "billing.notice_decided",
        key=str(notice.pk),
        practice_id=notice.practice_id,
        now=now,
        notice_id=notice.pk,
    )


def _why_not(notice: DunningNotice) -> str:
    statement, guarantor = notice.statement, notice.statement.guarantor
    if statement.status != StatementStatus.OPEN:
        return f"the statement is {statement.get_status_display().lower()}"
    if holds := open_holds(guarantor=guarantor):
        return f"on hold: {', '.join(holds)}"
    if owed_on(statement=statement) <= ZERO:
        return "nothing is owed any more"
    if not guarantor.email or guarantor.email_consented_at is None:
        return "no consent to e-mail: print and mail it"
    return ""


def _record_sent(notice: DunningNotice, *, now: datetime) -> None:
    with transaction.atomic():
        notice.sent_at = now
        notice.save(update_fields=["sent_at"])
        audit.record("sent", notice, now=now, by=None, data={"step": notice.step})
