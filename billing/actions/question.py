"""What guarantors ask about a statement, and the answers."""

from datetime import datetime

from django.core.mail import EmailMessage
from django.db import transaction

from billing.actions.link import make_link
from billing.actions.statement import sender_of
from billing.letters import answer_email
from billing.models import PatientQuestion, Statement
from practice.models import User
from rcm import audit
from rcm.outbox import publish

WAITING_AT_MOST = 5


class NoWords(Exception):
    """A question, and an answer, has words."""


class TooManyQuestions(Exception):
    """As many questions about this statement wait for an answer as one may ask at a time."""


class AlreadyAnswered(Exception):
    """Somebody answered the question before."""


def ask_question(*, statement: Statement, text: str, request_key: str, now: datetime) -> PatientQuestion:
    """Put a guarantor's question into the queue of the patient accounts.

    The same request key again gives the first question. Raises NoWords and TooManyQuestions.
    """
    text = text.strip()
    if not text:
        raise NoWords
    with transaction.atomic():
        Statement.objects.select_for_update(no_key=True).get(pk=statement.pk)
        asked = PatientQuestion.objects.filter(practice_id=statement.practice_id, request_key=request_key)
        if (before := asked.first()) is not None:
            return before
        if statement.questions.filter(answered_at=None).count() >= WAITING_AT_MOST:
            raise TooManyQuestions
        question = PatientQuestion.objects.create(
            practice_id=statement.practice_id,
            statement=statement,
            request_key=request_key,
            text=text,
            asked_at=now,
        )
        audit.record("asked", question, now=now, by=None)
    return question


def answer_question(*, question: PatientQuestion, answer: str, by: User, now: datetime) -> None:
    """Answer a question; the guarantor reads it on the page of the statement, and is told by e-mail.

    Raises NoWords and AlreadyAnswered.
    """
    answer = answer.strip()
    if not answer:
        raise NoWords
    with transaction.atomic():
        held = PatientQuestion.objects.select_for_update().get(pk=question.pk)
        if held.answered_at is not None:
            raise AlreadyAnswered
        held.answer, held.answered_at, held.answered_by = answer, now, by
        held.save(update_fields=["answer", "answered_at", "answered_by"])
        audit.record("answered", held, now=now, by=by)
        publish(
            "billing.question_answered",
            key=str(held.pk),
            practice_id=held.practice_id,
            now=now,
            question_id=held.pk,
        )
    question.refresh_from_db()


def mail_answer(*, question: PatientQuestion, now: datetime) -> None:
    """Tell a guarantor who consented to e-mail that there is an answer. Its words stay behind the link.

    A repeat has the same Message-ID. Raises OSError or smtplib's errors when the mail server is away.
    """
    statement, practice = question.statement, question.practice
    guarantor = statement.guarantor
    if not guarantor.email or guarantor.email_consented_at is None:
        return
    subject, body = answer_email(
        sender=sender_of(practice),
        number=statement.number,
        link=make_link(statement=statement, now=now),
    )
    EmailMessage(
        subject=subject,
        body=body,
        to=[guarantor.email],
        reply_to=[practice.email],
        headers={"Message-ID": f"<answer-{question.public_id}@rcm.invalid>"},
    ).send()
