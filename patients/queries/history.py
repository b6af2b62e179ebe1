"""Who did or read what of a patient's record."""

from collections.abc import Sequence

from django.db.models import Q

from patients.models import Appointment, Coverage, EligibilityCheck, Guarantor, Patient
from rcm.models import AuditEvent


def history_of(*, patient: Patient, limit: int) -> list[AuditEvent]:
    """The latest events about a patient, the guarantor, coverages, questions to payers, and visits."""
    coverages = Coverage.objects.filter(patient=patient)
    about = (
        _about(Patient, [patient.pk])
        | _about(Guarantor, [patient.guarantor_id])
        | _about(Coverage, list(coverages.values_list("pk", flat=True)))
        | _about(
            EligibilityCheck,
            list(EligibilityCheck.objects.filter(coverage__in=coverages).values_list("pk", flat=True)),
        )
        | _about(Appointment, list(Appointment.objects.filter(patient=patient).values_list("pk", flat=True)))
    )
    return _latest(about, limit)


def history_of_visit(*, visit: Appointment, limit: int) -> list[AuditEvent]:
    """The latest events about one visit and the questions asked about it."""
    checks = EligibilityCheck.objects.filter(
        coverage__patient=visit.patient_id, service_date=visit.service_date
    )
    about = _about(Appointment, [visit.pk]) | _about(
        EligibilityCheck, list(checks.values_list("pk", flat=True))
    )
    return _latest(about, limit)


def _latest(about: Q, limit: int) -> list[AuditEvent]:
    events = AuditEvent.objects.filter(about).select_related("actor")
    return list(events.order_by("-happened_at", "-pk")[:limit])


def _about(
    model: type[Patient | Guarantor | Coverage | EligibilityCheck | Appointment], ids: Sequence[int]
) -> Q:
    return Q(subject_label=model._meta.label, subject_id__in=ids)
