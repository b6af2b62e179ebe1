"""What a practice's days came to: counts and dollars per state."""

from typing import Any

from django.db.models import Count, QuerySet, Sum

from billing.models import DunningNotice, PatientPayment, Remittance, Statement, WriteOff
from billing.queries import prove, totals_by_kind
from claims.models import Claim
from clearinghouse.models import Delivery, Document
from coding.models import Encounter
from demonstration.truth import Comparison
from denials.models import Appeal, Denial
from patients.models import Appointment, EligibilityCheck, Patient
from practice.models import Practice
from rcm.models import OutboxMessage


def report(*, practice: Practice, comparison: Comparison) -> dict[str, Any]:
    """Counts and dollars per state of everything the practice has, and whether books and payers agree."""
    return {
        "practice": practice.name,
        "patients": Patient.objects.filter(practice=practice).count(),
        "appointments": _counts(Appointment.objects.filter(practice=practice)),
        "eligibility": _counts(EligibilityCheck.objects.filter(practice=practice)),
        "encounters": _counts(Encounter.objects.filter(practice=practice)),
        "claims": _dollars(Claim.objects.filter(practice=practice), "total_charge"),
        "deliveries": _counts(Delivery.objects.filter(practice=practice)),
        "documents": {
            f"{kind} {status}": count
            for kind, status, count in Document.objects.filter(practice=practice)
            .values_list("kind", "status")
            .annotate(Count("pk"))
            .order_by("kind", "status")
        },
        "remittances": _dollars(Remittance.objects.filter(practice=practice), "amount"),
        "denials": _dollars(Denial.objects.filter(practice=practice), "amount"),
        "appeals": _counts(Appeal.objects.filter(practice=practice)),
        "write_offs": _dollars(WriteOff.objects.filter(practice=practice), "amount"),
        "statements": _dollars(Statement.objects.filter(practice=practice), "amount"),
        "notices_sent": DunningNotice.objects.filter(practice=practice, sent_at__isnull=False).count(),
        "patient_payments": _total(
            PatientPayment.objects.filter(practice=practice, voided_at=None), "amount"
        ),
        "charges_by_account": {
            kind: str(amount) for kind, amount in totals_by_kind(practice=practice).items() if amount
        },
        "undelivered_messages": OutboxMessage.objects.undelivered()
        .filter(scope_practice_id=practice.pk)
        .count(),
        "books": {verdict.proof.name: verdict.holds for verdict in prove()},
        "payers_log": {
            "claims_sent": comparison.claims_sent,
            "remittances_posted": comparison.remittances,
            "charges": comparison.charges,
            "paid": str(comparison.paid),
            "differences": comparison.differences,
        },
    }


def _counts(rows: QuerySet[Any]) -> dict[str, int]:
    return dict(rows.order_by("status").values_list("status").annotate(Count("pk")))


def _dollars(rows: QuerySet[Any], field: str) -> dict[str, dict[str, Any]]:
    found = rows.order_by("status").values_list("status").annotate(Count("pk"), Sum(field))
    return {status: {"count": count, "dollars": str(total)} for status, count, total in found}


def _total(rows: QuerySet[Any], field: str) -> dict[str, Any]:
    return {"count": rows.count(), "dollars": str(rows.aggregate(total=Sum(field))["total"] or 0)}
