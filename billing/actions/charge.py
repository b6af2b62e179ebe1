"""Coded lines into the books."""

from datetime import datetime

from django.db import transaction

from billing import ledger
from billing.models import Charge
from coding.models import Encounter, ServiceLine
from patients.queries import primary_coverage
from rcm import faults


def book_charges(*, encounter: Encounter, now: datetime) -> list[Charge]:
    """Book every coded line that is not in the books yet.

    It is owed by the primary policy of the day of service, by the guarantor when there is none. A second call
    books nothing; lines without a charge are left out.
    """
    with transaction.atomic():
        visits = Encounter.objects.select_for_update(of=("self",), no_key=True).select_related("patient")
        visit = visits.get(pk=encounter.pk)
        lines = list(visit.service_lines.filter(booked_charge=None, charge__gt=0).order_by("position"))
        if not lines:
            return []
        charges = Charge.objects.bulk_create(_charge(visit, line, now) for line in lines)
        faults.point("charging.charges_stored")
        owed_by = _owed_by(visit)
        ledger.post(
            practice=visit.practice,
            key=_key(visit, lines),
            source="charge",
            legs=[ledger.Leg(owed_by, ledger.revenue(), charge.amount, charge) for charge in charges],
            occurred_on=visit.service_date,
            now=now,
        )
    return charges


def _charge(visit: Encounter, line: ServiceLine, now: datetime) -> Charge:
    return Charge(
        practice_id=visit.practice_id,
        service_line=line,
        guarantor_id=visit.patient.guarantor_id,
        amount=line.charge,
        service_date=line.service_date,
        booked_at=now,
    )


def _owed_by(visit: Encounter) -> ledger.AccountRef:
    coverage = primary_coverage(patient=visit.patient, day=visit.service_date)
    if coverage is None:
        return ledger.patient_ar(guarantor_id=visit.patient.guarantor_id)
    return ledger.insurance_ar(encounter_id=visit.pk, coverage_id=coverage.pk)


def _key(visit: Encounter, lines: list[ServiceLine]) -> str:
    """One entry per visit; lines added after that are named by the first of them."""
    key = f"charge:{visit.pk}"
    return f"{key}:{lines[0].pk}" if ledger.entries_by_key(practice=visit.practice, keys=[key]) else key
