"""Everything that was written down about one claim, for its timeline and its files."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from claims.models import Claim, StatusEvent, StatusInquiry, Submission
from rcm.models import AuditEvent


@dataclass(frozen=True, slots=True)
class Version:
    """A claim in the line of versions, the original first."""

    claim: Claim
    is_this: bool


@dataclass(frozen=True, slots=True)
class History:
    """What happened to a claim: acts and moves, the files it went out in, what was said, what was asked."""

    acts: list[AuditEvent]
    submissions: list[Submission]
    said: list[StatusEvent]
    inquiries: list[StatusInquiry]


def history_of(claim: Claim) -> History:
    """The claim's history in four queries, each list oldest first. Reads are left out."""
    events = AuditEvent.objects.filter(subject_label=Claim._meta.label, subject_id=claim.pk)
    acts = events.exclude(verb="claim.read").select_related("actor").order_by("happened_at", "pk")
    submissions = claim.submissions.select_related("batch__interchange__delivery").order_by("pk")
    said = claim.status_events.select_related("document__interchange").order_by("happened_at", "pk")
    inquiries = claim.inquiries.select_related("request", "response").order_by("asked_at", "pk")
    return History(list(acts), list(submissions), list(said), list(inquiries))


def versions_of(claim: Claim) -> list[Version]:
    """The claim with those it replaces and those that replace it, the original first."""
    line = [claim]
    while (before := line[0].replaces) is not None:
        line.insert(0, before)
    while (after := Claim.objects.filter(replaces=line[-1]).first()) is not None:
        line.append(after)
    return [Version(each, each.pk == claim.pk) for each in line]


def beside_the_visit(claim: Claim) -> list[Claim]:
    """The other bills about the same visit to other payers, in order of turn."""
    same = Claim.objects.filter(encounter_id=claim.encounter_id).exclude(coverage_id=claim.coverage_id)
    return list(same.select_related("coverage__payer").order_by("coverage__rank", "pk"))


def claims_matching(practices: Collection[int], words: str) -> QuerySet[Claim]:
    """Claims whose number, payer's number or patient's name begins with the words, the latest visit first."""
    last, _, first = (part.strip() for part in words.partition(","))
    named = Q(encounter__patient__last_name__istartswith=last)
    if first:
        named &= Q(encounter__patient__first_name__istartswith=first)
    numbered = Q(control_number__istartswith=words) | Q(payer_control_number__istartswith=words)
    found = Claim.objects.of(practices).filter(numbered | named)
    return found.select_related("encounter__patient", "coverage__payer").order_by(
        "-encounter__service_date", "-pk"
    )
