"""The audit trail in words: what was done, to what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db.models import Case, CharField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast

from practice.models import Membership, Practice, Role, User
from rcm.models import AuditEvent
from rcm.ui.history import name_of
from rcm.ui.timeline import Moment, Tone

DONE = {
    "adopted": "taken over from another system",
    "agreed": "agreed",
    "changed": "changed",
    "corrected": "corrected",
    "created": "created",
    "credentialed": "credentialed with a payer",
    "deactivated": "deactivated",
    "downloaded": "downloaded",
    "export": "exported a list",
    "granted": "given a role",
    "identified": "identified for a clearinghouse",
    "invited": "invited",
    "issued": "issued",
    "let_go": "let go",
    "locked_out": "locked out",
    "published": "published",
    "reactivated": "reactivated",
    "read": "looked at",
    "registered": "registered",
    "resent": "sent again",
    "revived": "tried again by a person",
    "revoked": "taken back",
    "sign_in_changed": "changed how they sign in",
    "sign_in_failed": "failed to sign in",
    "sign_in_rules_set": "given sign-in rules",
    "signed_in": "signed in",
    "signed_out": "signed out",
    "switched": "chosen to work in",
    "taken": "taken to work on",
    "tested": "tested",
}
"""What a verb means, where the verb alone does not say it."""


@dataclass(frozen=True, slots=True)
class Known:
    """How records of one kind are told apart without a patient's name, and the page they have."""

    field: str
    page: str = ""
    is_number: bool = True
    """Whether the field tells one record from all others, so that it can be looked for."""


REFERENCES = {
    "billing.OnlinePayment": Known("statement__number", "billing:online_payment"),
    "billing.Remittance": Known("trace_number", "billing:remittance"),
    "billing.Statement": Known("number", "billing:statement"),
    "claims.Batch": Known("reference", "claims:batch"),
    "claims.Claim": Known("control_number", "claims:claim"),
    "clearinghouse.Connection": Known("clearinghouse", "clearinghouse:connection"),
    "clearinghouse.Interchange": Known("control_number", "clearinghouse:interchange"),
    "coding.Encounter": Known("service_date", "coding:encounter", is_number=False),
    "denials.Denial": Known("claim__control_number", "denials:denial"),
    "patients.Appointment": Known("service_date", "patients:visit", is_number=False),
    "patients.Coverage": Known("payer__name", is_number=False),
    "patients.Patient": Known("medical_record_number", "patients:patient"),
    "practice.ApiToken": Known("name", "practice:tokens"),
    "practice.Contract": Known("payer__name", is_number=False),
    "practice.Enrollment": Known("payer__name", is_number=False),
    "practice.FeeSchedule": Known("name", "practice:fee_schedule"),
    "practice.Location": Known("name"),
    "practice.Membership": Known("user__username", is_number=False),
    "practice.Payer": Known("name", "practice:payer"),
    "practice.Practice": Known("name", "practice:practice"),
    "practice.Provider": Known("npi", "practice:provider"),
    "practice.User": Known("username", "practice:person"),
}
"""By the label of the model; kinds that are not listed are told by their kind alone."""

_TONES: dict[str, Tone] = {
    "deactivated": "bad",
    "locked_out": "bad",
    "sign_in_failed": "attention",
    "revoked": "attention",
    "granted": "good",
    "reactivated": "good",
    "signed_in": "information",
}


def kind_of(label: str) -> str:
    """The kind of a record in words; of one whose model is gone, the last part of its label."""
    if label == User._meta.label:
        return "Person"
    try:
        return str(apps.get_model(label)._meta.verbose_name).capitalize()
    except LookupError:
        return label.rpartition(".")[2]


def done_words(event: AuditEvent) -> str:
    """What was done, in words: `moved from “Held” to “Ready”`, `given a role: Biller`."""
    verb = event.verb.rpartition(".")[2]
    if verb == "status":
        return f"moved from “{_state(event, 'from')}” to “{_state(event, 'to')}”"
    words = DONE.get(verb, verb.replace("_", " "))
    detail = _detail(event)
    return f"{words}: {detail}" if detail else words


def with_references(events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    """Each event with the `reference` and `subject_uuid` of what it is about; empty where there is none."""
    return events.annotate(**_references())


@cache
def _references() -> dict[str, Case]:
    known = [(label, entry) for label, entry in REFERENCES.items() if _has(label, entry.field)]
    return {
        "reference": _looked_up((label, entry.field) for label, entry in known),
        "subject_uuid": _looked_up((label, "public_id") for label, _ in known),
    }


def history_of_person(person: User, *, limit: int = 60) -> list[Moment]:
    """What happened to an account and its roles, newest first."""
    about = Q(subject_label=User._meta.label, subject_id=person.pk)
    roles = Q(subject_label=Membership._meta.label, data__user=person.pk)
    events = AuditEvent.objects.filter(about | roles).exclude(verb__in=("user.signed_out", "user.export"))
    newest = list(events.select_related("actor").order_by("-happened_at", "-pk")[:limit])
    where = Practice.objects.in_bulk({each.practice_id for each in newest if each.practice_id})
    return [
        Moment(
            event.happened_at,
            done_words(event).capitalize(),
            ": ".join(each for each in (_where(event, where), event.why) if each),
            name_of(event),
            _TONES.get(event.verb.rpartition(".")[2], "plain"),
        )
        for event in newest
    ]


def _where(event: AuditEvent, practices: Mapping[int, Practice]) -> str:
    found = practices.get(event.practice_id) if event.practice_id else None
    return found.name if found else ""


def _looked_up(known: Iterable[tuple[str, str]]) -> Case:
    def found(label: str, field: str) -> Cast:
        rows = apps.get_model(label)._base_manager.filter(pk=OuterRef("subject_id"))
        return Cast(Subquery(rows.values(field)[:1]), CharField())

    branches = [When(subject_label=label, then=found(label, field)) for label, field in known]
    return Case(*branches, default=Value(""), output_field=CharField())


def _has(label: str, field: str) -> bool:
    model = apps.get_model(label)
    return any(each.name == field.partition("__")[0] for each in model._meta.get_fields())


def _state(event: AuditEvent, end: str) -> str:
    value = str(event.data.get(end, ""))
    try:
        choices = dict(apps.get_model(event.subject_label)._meta.get_field("status").flatchoices)
    except LookupError:
        choices = {}
    return str(choices.get(value, value.replace("_", " ")))


def _detail(event: AuditEvent) -> str:
    """The fact about the act that a reader asks for first."""
    data = event.data
    if "role" in data:
        return dict(Role.choices).get(str(data["role"]), str(data["role"]))
    if isinstance(data.get("fields"), list):
        return ", ".join(str(name).replace("_", " ") for name in data["fields"])
    for name in ("what", "step", "queue", "address"):
        if data.get(name):
            return str(data[name])
    return ""
