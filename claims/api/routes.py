"""Claims and the batches they go out in."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from claims.actions.correction import (
    AlreadyReplaced,
    Changes,
    ClaimIsOut,
    IsVoid,
    LineChange,
    NoPayerControlNumber,
    NothingToCorrect,
    PayerTakesNoReplacements,
    correct_claim,
    void_claim,
)
from claims.actions.scrub import NotInOurHands, release_claim
from claims.actions.status import NotWithPayer, ask_about_claim
from claims.actions.submission import AllHeld, ClaimNotReady, SeveralFiles, send_batch
from claims.api.shapes import (
    BatchNew,
    BatchRecord,
    ClaimInFull,
    ClaimQuery,
    ClaimRecord,
    Correction,
    InquiryRecord,
)
from claims.models import Batch, Claim, StatusInquiry
from clearinghouse.actions.outbound import ControlNumbersExhausted
from clearinghouse.queries import NoConnection
from practice.models import Role
from rcm.api import Asked, Refusal, Refusals, Resource, Why, router, writes

READERS = (Role.CODER, Role.BILLER, Role.MANAGER, Role.AUDITOR)
BILLERS = (Role.BILLER, Role.MANAGER)

SENDING: Refusals = {
    NoConnection: Refusal(409, "The practice has no clearinghouse connection in use."),
    ControlNumbersExhausted: Refusal(
        409, "All interchange control numbers of the connection are used: it needs a new pair of ids."
    ),
    ClaimNotReady: Refusal(
        409,
        "Nothing was sent: the claims named in `control_numbers` are not ready.",
        lambda error: {"control_numbers": error.control_numbers},
    ),
    SeveralFiles: Refusal(
        409, "Nothing was sent: the claims go to several trading partners, or are too many for one file."
    ),
    AllHeld: Refusal(409, "No claim passes the edits today: all are held again. Read their findings."),
}
REPLACING: Refusals = {
    ClaimIsOut: Refusal(409, "The payer has the claim and has not decided: wait for its answer."),
    AlreadyReplaced: Refusal(409, "Another version stands in the claim's place: take that one."),
    IsVoid: Refusal(409, "The claim takes another back, as that was billed: send it as it is."),
    PayerTakesNoReplacements: Refusal(
        409, "This payer takes no frequency 7 and 8: ask it to reopen the claim, or appeal."
    ),
    NoPayerControlNumber: Refusal(
        409, "The payer's number of the claim is not known, and a replacement or void must name it."
    ),
}


class Claims(Resource[Claim]):
    """Bills to payers."""

    gives = ClaimInFull
    gives_listed = ClaimRecord
    query = ClaimQuery
    read_by = READERS

    def source(self) -> QuerySet[Claim]:
        """With visit, policy, and the version before."""
        return Claim.objects.select_related("encounter", "coverage", "replaces")

    @writes(
        roles=BILLERS,
        gives=ClaimInFull,
        refuses={NotInOurHands: Refusal(409, "The claim is on its way, with the payer, or replaced.")},
        path="release",
    )
    def release(self, asked: Asked) -> Claim:
        """Scrub a claim again after a fix: ready when nothing stops it any more, else held with what does."""
        return release_claim(claim=self.get_object(), by=asked.by, now=asked.now)

    @writes(
        roles=BILLERS,
        gives=BatchRecord,
        status=202,
        refuses=SENDING,
        path="submission",
        located="claim_batches",
    )
    def submission(self, asked: Asked) -> Batch:
        """Send one ready claim. It is queued; its status tells how far it came."""
        return send_batch(practice=asked.practice, claims=[self.get_object()], by=asked.by, now=asked.now)

    @writes(
        roles=BILLERS,
        takes=Correction,
        gives=ClaimInFull,
        refuses={
            **REPLACING,
            NothingToCorrect: Refusal(422, "The changes name nothing, or a line the claim does not have."),
        },
        path="correction",
        located="claims",
    )
    def correction(self, asked: Asked) -> Claim:
        """Correct a claim: in place while it is ours, as a new version once a payer has decided on it.

        The answer is the claim as it stands then, which may be another one.
        """
        told = dict(asked.told)
        lines = {line.pop("position"): LineChange(**_tuples(line)) for line in told.pop("lines", [])}
        changes = Changes(lines=lines, **_tuples(told))
        return correct_claim(claim=self.get_object(), changes=changes, by=asked.by, now=asked.now)

    @writes(
        roles=BILLERS,
        takes=Why,
        gives=ClaimInFull,
        refuses=REPLACING,
        path="voiding",
        located="claims",
    )
    def voiding(self, asked: Asked) -> Claim:
        """Take a claim back: it is voided where it is ours, else by a new claim that tells the payer so."""
        return void_claim(claim=self.get_object(), by=asked.by, now=asked.now, why=asked.told["why"])

    @writes(
        roles=BILLERS,
        gives=InquiryRecord,
        status=202,
        refuses={NotWithPayer: Refusal(409, "The claim is not out, so there is nothing to ask.")},
        path="inquiry",
    )
    def inquiry(self, asked: Asked) -> StatusInquiry:
        """Ask the payer about a claim; a question still open is answered instead."""
        return ask_about_claim(claim=self.get_object(), by=asked.by, now=asked.now)


class ClaimBatches(Resource[Batch]):
    """Files of claims to the clearinghouse."""

    gives = BatchRecord
    read_by = READERS
    is_about_patients = False

    def source(self) -> QuerySet[Batch]:
        """All of them."""
        return Batch.objects.all()

    @writes(
        roles=BILLERS, takes=BatchNew, gives=BatchRecord, status=202, refuses=SENDING, located="claim_batches"
    )
    def create(self, asked: Asked) -> Batch:
        """Send ready claims as one file. What does not pass the edits any more is held and stays behind."""
        claims = _claims_named(asked)
        return send_batch(practice=asked.practice, claims=claims, by=asked.by, now=asked.now)


def _claims_named(asked: Asked) -> list[Claim]:
    wanted = set(asked.told["claims"])
    found = list(Claim.objects.of([asked.practice.pk]).filter(public_id__in=wanted).order_by("pk"))
    if missing := wanted - {claim.public_id for claim in found}:
        raise serializers.ValidationError(
            {"claims": [f"There is no claim {public_id}." for public_id in sorted(missing)]}, "does_not_exist"
        )
    return found


def _tuples(told: dict[str, Any]) -> dict[str, Any]:
    """Lists as the tuples that an action takes."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}


urlpatterns = router(claims=Claims, claim_batches=ClaimBatches).urls
