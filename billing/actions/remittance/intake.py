"""An 835 from its document to posted, parked, duplicate or refused."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from billing.actions.remittance.booking import CannotPost, book
from billing.actions.remittance.matching import Match, match_claims
from billing.actions.remittance.rows import store_rows
from billing.actions.remittance.settling import settle_claims
from billing.edi import Read, UnreadableRemittance, read_advice, same_text
from billing.models import Remittance
from billing.queries import known_of, parked_about_the_same_visits, payer_of
from billing.rules.advice import Advice
from billing.rules.balance import notices_that_pay, payee_mismatch
from billing.rules.by_hand import ByHand, as_told
from billing.rules.posting import TREATMENTS, Treatment
from billing.states import RemittanceStatus
from claims.models import Claim
from clearinghouse.actions.inbound import settle_document
from clearinghouse.models import Document
from clearinghouse.states import SET_ASIDE, DocumentStatus
from practice.models import Practice, User
from rcm import audit, faults
from rcm.money import dollars
from rcm.outbox import publish
from rcm.state import move

SHOWN_REASONS = 30
NOT_BY_HAND = ByHand()


class NotParked(Exception):
    """Only a parked remittance can be posted again or dismissed."""


def take_in(*, document: Document, now: datetime) -> Remittance | None:
    """Post an 835 once, or park it whole with the reasons; the document says which.

    The trace (TRN03 and TRN02) is taken once per practice: another document with it is a duplicate, however
    many arrive at the same time. None when there is no row for this document: refused, or a duplicate. All of
    it is one transaction, so a call cut short left nothing, and a second call finds its work done.
    """
    with transaction.atomic():
        # A later document with the same trace points to this one: its row must not wait for ours (no_key).
        rows = Document.objects.select_for_update(of=("self",), no_key=True).select_related("practice")
        document = rows.get(pk=document.pk)
        standing = Remittance.objects.filter(document=document).first()
        if standing or document.status not in {DocumentStatus.RECEIVED, DocumentStatus.PARKED}:
            return standing
        try:
            said = read_advice(document)
        except UnreadableRemittance as error:
            settle_document(document=document, status=DocumentStatus.REFUSED, now=now, reasons=[error.reason])
            return None
        faults.point("posting.read")
        remittance = _take_trace(document, said.advice)
        if remittance is None:
            _settle_repeat(document, said.advice, now=now)
            return None
        faults.point("posting.trace_taken")
        _post_or_park(remittance, said, TREATMENTS, now=now, by=None)
        faults.point("posting.before_commit")
    faults.point("posting.committed")
    return remittance


def post_parked(
    *,
    remittance: Remittance,
    now: datetime,
    by: User | None,
    treatments: Mapping[str, Treatment] | None = None,
    by_hand: ByHand = NOT_BY_HAND,
) -> Remittance:
    """Try a parked remittance again after what stood in its way was mended.

    `treatments` says by PLB code where money belongs that needs a person's word (CS, J1, ...), `by_hand`
    which of our claims and lines are meant; the audit trail keeps whose word it was. Still not possible, it
    stays parked with the reasons of today; a word that did not help leaves the record as the payer wrote it,
    and only what is returned has the reasons. Raises NotParked.
    """
    with transaction.atomic():
        remittance = _locked_parked(remittance)
        before = transaction.savepoint()
        said = read_advice(remittance.document)
        if by_hand:
            said = replace(said, advice=as_told(said.advice, by_hand))
            numbers = [f"{place + 1}: {number}" for place, number in sorted(by_hand.claims.items())]
            audit.record("matched_by_hand", remittance, now=now, by=by, data={"claims": numbers})
        decided = {**TREATMENTS, **(treatments or {})}
        _post_or_park(remittance, said, decided, now=now, by=by)
        if by_hand and remittance.status != RemittanceStatus.POSTED:
            transaction.savepoint_rollback(before)
        else:
            transaction.savepoint_commit(before)
        faults.point("posting.before_commit")
    faults.point("posting.committed")
    return remittance


def dismiss_parked(*, remittance: Remittance, why: str, by: User, now: datetime) -> None:
    """Set a parked remittance aside for good, at a person's word; its trace is free. Raises NotParked."""
    with transaction.atomic():
        remittance = _locked_parked(remittance)
        move(remittance, RemittanceStatus.DISMISSED, now=now, by=by, why=why)
        settle_document(
            document=remittance.document,
            status=DocumentStatus.REFUSED,
            now=now,
            reasons=[f"{SET_ASIDE}{why}"],
        )


def retry_parked(*, remittance: Remittance, now: datetime) -> None:
    """Try those parked remittances again that may have waited for this one: about the same visits."""
    for waiting in parked_about_the_same_visits(remittance):
        try:
            post_parked(remittance=waiting, now=now, by=None)
        except NotParked:
            continue  # somebody else was quicker


def _locked_parked(remittance: Remittance) -> Remittance:
    rows = Remittance.objects.select_for_update(of=("self",)).select_related("document", "practice")
    locked = rows.get(pk=remittance.pk)
    if locked.status != RemittanceStatus.PARKED:
        raise NotParked
    return locked


def _take_trace(document: Document, advice: Advice) -> Remittance | None:
    """The remittance's row; None when the trace is taken. Waits for whoever is about to take it."""
    try:
        with transaction.atomic():
            return Remittance.objects.create(
                practice=document.practice,
                document=document,
                payer=payer_of(practice=document.practice, advice=advice),
                payer_name=advice.payer_name,
                originator_number=advice.originator_number,
                trace_number=advice.trace_number,
                method=advice.method,
                amount=advice.amount,
                effective_on=advice.effective_on,
            )
    except IntegrityError:
        if _holder_of_trace(document, advice) is None:
            raise
        return None


def _holder_of_trace(document: Document, advice: Advice) -> Remittance | None:
    holders = Remittance.objects.filter(
        practice_id=document.practice_id,
        originator_number=advice.originator_number,
        trace_number=advice.trace_number,
    ).exclude(status=RemittanceStatus.DISMISSED)
    return holders.select_related("document").first()


def _settle_repeat(document: Document, advice: Advice, *, now: datetime) -> None:
    """The same trace again is a duplicate. Another text while the first one is parked may be its correction:
    that is for a person to say."""
    holder = _holder_of_trace(document, advice)
    assert holder is not None
    known = f"Trace {advice.trace_number} was taken in before, with document {holder.document_id}."
    if holder.status == RemittanceStatus.POSTED or same_text(document, holder.document):
        settle_document(document=document, status=DocumentStatus.DUPLICATE, now=now, reasons=[known])
        return
    reasons = [known, "That one is parked and says something else. Dismiss the wrong one, then try again."]
    settle_document(document=document, status=DocumentStatus.PARKED, now=now, reasons=reasons)


def _post_or_park(
    remittance: Remittance,
    said: Read,
    treatments: Mapping[str, Treatment],
    *,
    now: datetime,
    by: User | None,
) -> None:
    advice, practice = said.advice, remittance.practice
    _lock_visits(practice, advice)
    known = known_of(practice=practice, advice=advice)
    matches = match_claims(advice, known, payer=remittance.payer)
    _name_payer(remittance, matches)
    reasons = [
        *said.objections,
        *payee_mismatch(advice, npi=practice.npi, tax_number=practice.tax_number),
        *notices_that_pay(advice),
        *(match.objection for match in matches if match.objection),
        *_untreated(advice, treatments),
    ]
    faults.point("posting.judged")
    if not reasons:
        try:
            with transaction.atomic():
                _post(remittance, advice, matches, treatments, now=now, by=by)
        except CannotPost as error:
            reasons = [error.reason]
    if reasons:
        _park(remittance, advice, matches, reasons, now=now, by=by)


def _lock_visits(practice: Practice, advice: Advice) -> None:
    """Wait for whoever decides on the same visits, so that what is read now still holds when it is posted."""
    numbers = {claim.control_number for claim in advice.claims}
    visits = Claim.objects.filter(practice=practice, control_number__in=numbers).values("encounter_id")
    claims = Claim.objects.filter(practice=practice, encounter_id__in=visits).order_by("pk")
    list(claims.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def _post(
    remittance: Remittance,
    advice: Advice,
    matches: list[Match],
    treatments: Mapping[str, Treatment],
    *,
    now: datetime,
    by: User | None,
) -> None:
    """Rows, money, claims, news: together or not at all."""
    zone = ZoneInfo(remittance.practice.time_zone)
    day = advice.effective_on or advice.produced_on or now.astimezone(zone).date()
    store_rows(remittance, advice, matches, posting=True)
    faults.point("posting.rows_stored")
    book(remittance, advice, matches, treatments, day=day, now=now, by=by)
    faults.point("posting.booked")
    settle_claims(remittance, matches, day=day, now=now)
    faults.point("posting.claims_settled")
    remittance.reasons = []
    remittance.posted_at = now
    remittance.save(update_fields=["payer", "deposit", "reasons", "posted_at"])
    move(remittance, RemittanceStatus.POSTED, now=now, by=by)
    settle_document(document=remittance.document, status=DocumentStatus.POSTED, now=now)
    publish(
        "billing.remittance_posted",
        key=str(remittance.pk),
        practice_id=remittance.practice_id,
        now=now,
        remittance_id=remittance.pk,
    )


def _park(
    remittance: Remittance,
    advice: Advice,
    matches: list[Match],
    reasons: list[str],
    *,
    now: datetime,
    by: User | None,
) -> None:
    store_rows(remittance, advice, matches, posting=False)
    shown = reasons[:SHOWN_REASONS]
    if len(reasons) > SHOWN_REASONS:
        shown.append(f"And {len(reasons) - SHOWN_REASONS} more.")
    remittance.reasons = shown
    remittance.deposit = None
    remittance.posted_at = None
    remittance.save(update_fields=["payer", "deposit", "reasons", "posted_at"])
    if remittance.status == RemittanceStatus.PARKED:
        audit.record("tried_again", remittance, now=now, by=by, data={"reasons": len(reasons)})
    else:
        move(remittance, RemittanceStatus.PARKED, now=now, by=by)
    settle_document(document=remittance.document, status=DocumentStatus.PARKED, now=now, reasons=shown)


def _name_payer(remittance: Remittance, matches: list[Match]) -> None:
    """A sender that goes by unknown numbers is whoever owes all the claims it answers."""
    if remittance.payer is None:
        payers = {match.claim.coverage.payer for match in matches if match.claim}
        remittance.payer = payers.pop() if len(payers) == 1 else None


def _untreated(advice: Advice, treatments: Mapping[str, Treatment]) -> list[str]:
    return [
        f"Provider adjustment {item.reason_code} of {dollars(item.amount)} needs a person:"
        " where does it belong?"
        for item in advice.provider_reductions
        if item.amount and item.reason_code not in treatments
    ]
