"""Who paid for whom and when: from Coverage resources, else from what claims say."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby

from coding.rules.fhir.bundle import Bundle
from coding.rules.fhir.facts import CoverageFacts, LeftOut, PersonFacts
from coding.rules.fhir.people import person
from coding.rules.fhir.reading import Json, at, codes, items, moment, text, words

SELF_PAY = frozenset({"no insurance", "none", "self pay", "self-pay", "selfpay", "uninsured"})
RELATIONS = {"self": "18", "spouse": "01", "child": "19", "common": "53"}
OTHER_RELATION = "G8"
RANKS = {"1": "P", "2": "S", "3": "T"}
UNUSABLE = frozenset({"cancelled", "draft", "entered-in-error"})
ONE_DAY = timedelta(days=1)


def coverages(bundle: Bundle, zone: tzinfo, left_out: LeftOut) -> Iterator[CoverageFacts]:
    """Every policy of every patient, oldest first per patient. Nobody is covered by a text for self-pay."""
    stated = set()
    for resource in bundle.all("Coverage"):
        found = _stated(bundle, resource, zone)
        if found is None:
            left_out.add("coverage without a patient, payer or first day")
        elif found.payer_name.casefold() not in SELF_PAY:
            stated.add(found.patient_id)
            yield found
    for patient in bundle.all("Patient"):
        if bundle.id_of(patient) not in stated:
            yield from _from_claims(bundle, patient, zone)


def payer_name(said: str) -> str:
    """A payer as a claim's text names it, in readable words: `no_insurance` is No insurance."""
    name = " ".join(said.replace("_", " ").split())[:60]
    return name.capitalize() if name.islower() else name


def _stated(bundle: Bundle, resource: Json, zone: tzinfo) -> CoverageFacts | None:
    """A Coverage resource; None where it cannot be one of ours."""
    patient = bundle.patient_of(resource)
    payor = at(resource, "payor", 0) or at(resource, "insurer")
    name = text(bundle.find(payor, "Organization"), "name") or text(payor, "display")
    name = payer_name(name or words(at(resource, "type")))
    starts = moment(resource, "period", "start", zone=zone)
    if patient is None or not name or starts is None or text(resource, "status") in UNUSABLE:
        return None
    ends = moment(resource, "period", "end", zone=zone)
    subscriber, relation = _subscriber(bundle, resource, patient)
    return CoverageFacts(
        patient_id=bundle.id_of(patient),
        payer_name=name,
        effective_on=starts.date(),
        ended_on=ends.date() if ends and ends >= starts else None,
        rank=RANKS.get(text(resource, "order"), "P"),
        member_number=text(resource, "subscriberId", limit=40)
        or text(resource, "identifier", 0, "value", limit=40),
        group_number=_class(resource, "group"),
        plan_name=_class(resource, "plan"),
        relation=relation,
        subscriber=subscriber,
    )


def _subscriber(bundle: Bundle, resource: Json, patient: Json) -> tuple[PersonFacts | None, str]:
    """Through whom the patient is insured. A dependent whose subscriber is not known stands as self."""
    said = codes(at(resource, "relationship"))
    holder = bundle.find(at(resource, "subscriber"), "Patient", "RelatedPerson")
    if holder is None or holder is patient or "self" in said:
        return None, RELATIONS["self"]
    found = person(holder)
    if not found.last_name or found.birth_date is None:
        return None, RELATIONS["self"]
    return found, RELATIONS.get(next(iter(said), ""), OTHER_RELATION)


def _class(resource: Json, kind: str) -> str:
    for one in items(resource, "class"):
        if kind in codes(at(one, "type")):
            return text(one, "name", limit=40) or text(one, "value", limit=40)
    return ""


def _from_claims(bundle: Bundle, patient: Json, zone: tzinfo) -> Iterator[CoverageFacts]:
    """One coverage per run of claims that name the same payer: it ends when claims name another."""
    runs = _runs(_named_payers(bundle, patient, zone))
    for place, (starts, name) in enumerate(runs):
        following = runs[place + 1][0] if place + 1 < len(runs) else None
        if name.casefold() not in SELF_PAY:
            yield CoverageFacts(
                patient_id=bundle.id_of(patient),
                payer_name=name,
                effective_on=starts,
                ended_on=following - ONE_DAY if following else None,
            )


def _runs(named: list[tuple[date, str]]) -> list[tuple[date, str]]:
    """The first day and the payer of each run; of several payers on one day the first is taken."""
    by_day: dict[date, str] = {}
    for day, name in sorted(named, key=lambda one: one[0]):
        by_day.setdefault(day, name)
    return [next(run) for _, run in groupby(by_day.items(), key=lambda one: one[1])]


def _named_payers(bundle: Bundle, patient: Json, zone: tzinfo) -> list[tuple[date, str]]:
    """The day and the payer of each claim, or of each explanation of benefits where there is no claim."""
    for kind in ("Claim", "ExplanationOfBenefit"):
        found = [
            (billed.date(), name)
            for resource in bundle.all(kind)
            if bundle.patient_of(resource) is patient
            and (billed := _billed(resource, zone)) is not None
            and (name := _payer_of(resource))
        ]
        if found:
            return found
    return []


def _billed(resource: Json, zone: tzinfo) -> datetime | None:
    return moment(resource, "billablePeriod", "start", zone=zone) or moment(resource, "created", zone=zone)


def _payer_of(resource: Json) -> str:
    """The display text of the insurance in focus."""
    insurance = items(resource, "insurance")
    focal = [one for one in insurance if at(one, "focal") is True] or insurance
    return payer_name(text(focal, 0, "coverage", "display"))
