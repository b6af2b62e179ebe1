"""Refused lines and appeals, for programs."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from billing.actions.write_off import AmountNotPositive, MoreThanOwed
from claims.actions.correction import (
    AlreadyReplaced,
    Changes,
    ClaimIsOut,
    IsVoid,
    LineChange,
    NoPayerControlNumber,
    NothingToCorrect,
    PayerTakesNoReplacements,
)
from claims.models import Claim
from denials.actions.appeal import (
    AppealUnderWay,
    DeadlinePassed,
    DenialEnded,
    IncompleteLetter,
    NoAppealRight,
    draft_appeal,
    file_appeal,
)
from denials.actions.denial import NothingOpen, ask_correction, ask_write_off, put_back, take_up
from denials.models import Appeal, Denial
from denials.states import AppealStatus, DenialStatus
from practice.models import Role
from rcm.api import (
    Asked,
    Code,
    Record,
    Refusal,
    Refusals,
    Resource,
    Shape,
    Text,
    pdf,
    record_of,
    router,
    writes,
)

READERS = (Role.BILLER, Role.MANAGER, Role.AUDITOR)
BILLERS = (Role.BILLER, Role.MANAGER)
LONGEST_LETTER = 20_000

CORRECTING: Refusals = {
    ClaimIsOut: Refusal(409, "The payer has the claim and has not decided: wait for its answer."),
    AlreadyReplaced: Refusal(409, "Another version stands in the claim's place: take that one."),
    IsVoid: Refusal(409, "The claim takes another back, as that was billed: send it as it is."),
    PayerTakesNoReplacements: Refusal(
        409, "This payer takes no frequency 7 and 8: ask it to reopen the claim, or appeal."
    ),
    NoPayerControlNumber: Refusal(
        409, "The payer's number of the claim is not known, and a replacement or void must name it."
    ),
    NothingToCorrect: Refusal(422, "The changes name nothing, or a line the claim does not have."),
}
GIVING_UP: Refusals = {
    NothingOpen: Refusal(409, "The payer owes nothing of this line any more."),
    MoreThanOwed: Refusal(409, "Less is owed of the line than was to be written off."),
    AmountNotPositive: Refusal(409, "A write-off is of at least one cent."),
}
DRAFTING: Refusals = {
    DenialEnded: Refusal(409, "The denial is won, lost, written off or closed."),
    NoAppealRight: Refusal(
        409, "The payer's remark codes leave no appeal: correct the claim, or give it up."
    ),
    AppealUnderWay: Refusal(409, "An appeal against this denial is drafted or filed already."),
}
FILING: Refusals = {
    IncompleteLetter: Refusal(409, "A letter says what is asked and what happened."),
    DeadlinePassed: Refusal(409, "The payer's window is over."),
}


class DeniedLineCorrection(Shape):
    """New modifiers or pointers of one line; what is left out stays."""

    position = serializers.IntegerField(min_value=1, max_value=50)
    modifiers = serializers.ListField(child=Code(r"^[0-9A-Z]{2}$"), required=False, max_length=4)
    pointers = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=12), required=False, max_length=4
    )


class DeniedClaimCorrection(Shape):
    """What to correct in the denied claim; what is left out stays."""

    authorization_number = Text(required=False, allow_blank=True, max_length=50)
    diagnosis_codes = serializers.ListField(
        child=Code(r"^[A-Z][0-9][0-9A-Z]{1,5}$"), required=False, min_length=1, max_length=12
    )
    note = Text(required=False, allow_blank=True, max_length=80)
    lines = serializers.ListField(child=DeniedLineCorrection(), required=False, max_length=50)


class WriteOffAsked(Shape):
    """Why the rest is given up."""

    note = Text(required=False, allow_blank=True, max_length=200)


class AppealNew(Shape):
    """A letter in the making."""

    request = Text(max_length=200, help_text="What is asked of the payer")
    facts = Text(max_length=LONGEST_LETTER)
    rule = Text(required=False, allow_blank=True, max_length=LONGEST_LETTER)
    evidence = serializers.ListField(child=Text(max_length=200), required=False, max_length=50)


class DenialQuery(serializers.Serializer[Any]):
    """About what, in which state, until when."""

    status = serializers.ChoiceField(DenialStatus.choices, required=False)
    claim = serializers.UUIDField(required=False, source="claim__public_id")
    patient = serializers.UUIDField(required=False, source="claim__encounter__patient__public_id")
    payer = serializers.UUIDField(required=False, source="claim__coverage__payer__public_id")
    deadline_to = serializers.DateField(required=False, source="deadline_on__lte")


class AppealQuery(serializers.Serializer[Any]):
    """Against which denial, in which state."""

    denial = serializers.UUIDField(required=False, source="denial__public_id")
    status = serializers.ChoiceField(AppealStatus.choices, required=False)


class DenialRecord(Record):
    """One line a payer refused: why, how much is at stake, until when something can be done."""

    procedure_code = serializers.CharField(source="remittance_line.procedure_code", read_only=True)

    Meta = record_of(
        Denial,
        "claim",
        "procedure_code",
        "category",
        "group_code",
        "reason_code",
        "remark_codes",
        "next_step",
        "amount",
        "opened_at",
        "deadline_on",
        "deadline_basis",
        "status",
        "closed_at",
    )


class ClaimMade(Record):
    """The claim that stands in the denied one's place."""

    Meta = record_of(Claim, "status", "control_number", "frequency", "replaces")


class AppealRecord(Record):
    """One level of appeal against one denial."""

    evidence = serializers.ListField(child=serializers.CharField(), read_only=True)

    Meta = record_of(
        Appeal,
        "denial",
        "level",
        "request",
        "facts",
        "rule",
        "evidence",
        "status",
        "drafted_at",
        "filed_at",
        "decided_at",
        "sha256",
    )


class Denials(Resource[Denial]):
    """Refused lines, and what is done about them."""

    gives = DenialRecord
    query = DenialQuery
    read_by = READERS

    def source(self) -> QuerySet[Denial]:
        """With claim and line."""
        return Denial.objects.select_related("claim", "remittance_line")

    @writes(roles=BILLERS, gives=DenialRecord, path="work")
    def work(self, asked: Asked) -> Denial:
        """Take a denial up: the program works on it."""
        denial = self.get_object()
        take_up(denial=denial, by=asked.by, now=asked.now)
        return denial

    @writes(roles=BILLERS, gives=DenialRecord, path="return")
    def put_down(self, asked: Asked) -> Denial:
        """Put a denial back: nobody works on it."""
        denial = self.get_object()
        put_back(denial=denial, by=asked.by, now=asked.now)
        return denial

    @writes(
        roles=BILLERS,
        takes=DeniedClaimCorrection,
        gives=ClaimMade,
        refuses=CORRECTING,
        path="correction",
        located="claims",
    )
    def correction(self, asked: Asked) -> Claim:
        """Correct the claim in answer to the denial; it stands for every open denial of the claim."""
        told = dict(asked.told)
        lines = {line.pop("position"): LineChange(**_tuples(line)) for line in told.pop("lines", [])}
        changes = Changes(lines=lines, **_tuples(told))
        return ask_correction(denial=self.get_object(), changes=changes, by=asked.by, now=asked.now)

    @writes(roles=BILLERS, takes=WriteOffAsked, gives=DenialRecord, refuses=GIVING_UP, path="write-off")
    def write_off(self, asked: Asked) -> Denial:
        """Ask to give up what the payer still owes of the line.

        Within the practice's limit it is done at once; above it a person decides, on the pages.
        """
        denial = self.get_object()
        ask_write_off(denial=denial, by=asked.by, today=asked.today, now=asked.now, **asked.told)
        denial.refresh_from_db()
        return denial

    @writes(
        roles=BILLERS,
        takes=AppealNew,
        gives=AppealRecord,
        status=201,
        refuses=DRAFTING,
        path="appeal",
        located="appeals",
    )
    def appeal(self, asked: Asked) -> Appeal:
        """Draft an appeal of the next level."""
        return draft_appeal(denial=self.get_object(), by=asked.by, now=asked.now, **asked.told)


class Appeals(Resource[Appeal]):
    """Letters to payers."""

    gives = AppealRecord
    query = AppealQuery
    read_by = READERS

    def source(self) -> QuerySet[Appeal]:
        """With the denial; the letters themselves are read one by one."""
        return Appeal.objects.select_related("denial").defer("pdf")

    @writes(roles=BILLERS, gives=AppealRecord, refuses=FILING, path="filing")
    def filing(self, asked: Asked) -> Appeal:
        """Freeze the letter as PDF with its hash, and count the denial as appealed."""
        return file_appeal(appeal=self.get_object(), by=asked.by, today=asked.today, now=asked.now)

    @pdf
    def letter(self, _request: Request, **_place: Any) -> HttpResponse:
        """The exact letter that was filed; 404 while it is a draft."""
        return self.letter_of(self.get_object())


def _tuples(told: dict[str, Any]) -> dict[str, Any]:
    """Lists as the tuples that an action takes."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}


urlpatterns = router(denials=Denials, appeals=Appeals).urls
