"""The states of a visit on the schedule and of a question about eligibility."""

from django.db.models import TextChoices


class AppointmentStatus(TextChoices):
    """A visit on the schedule."""

    BOOKED = "booked", "Booked"
    ARRIVED = "arrived", "Arrived"
    COMPLETED = "completed", "Completed"
    NO_SHOW = "no_show", "No show"
    CANCELED = "canceled", "Canceled"


APPOINTMENT_MOVES = {
    AppointmentStatus.BOOKED: frozenset(
        {AppointmentStatus.ARRIVED, AppointmentStatus.NO_SHOW, AppointmentStatus.CANCELED}
    ),
    AppointmentStatus.ARRIVED: frozenset({AppointmentStatus.COMPLETED, AppointmentStatus.BOOKED}),
    AppointmentStatus.NO_SHOW: frozenset({AppointmentStatus.BOOKED}),
    AppointmentStatus.COMPLETED: frozenset[AppointmentStatus](),
    AppointmentStatus.CANCELED: frozenset[AppointmentStatus](),
}


class EligibilityStatus(TextChoices):
    """What is known of one question to a payer. A payer that is down is not a patient without coverage."""

    PENDING = "pending", "Asked"
    ACTIVE = "active", "Active"
    INACTIVE = "inactive", "Inactive"
    NOT_FOUND = "not_found", "Not found"
    REFUSED = "refused", "Question refused"
    UNANSWERED = "unanswered", "Payer did not answer"


ELIGIBILITY_MOVES = {
    EligibilityStatus.PENDING: frozenset(
        {
            EligibilityStatus.ACTIVE,
            EligibilityStatus.INACTIVE,
            EligibilityStatus.NOT_FOUND,
            EligibilityStatus.REFUSED,
            EligibilityStatus.UNANSWERED,
        }
    ),
    EligibilityStatus.UNANSWERED: frozenset({EligibilityStatus.PENDING}),
    EligibilityStatus.ACTIVE: frozenset[EligibilityStatus](),
    EligibilityStatus.INACTIVE: frozenset[EligibilityStatus](),
    EligibilityStatus.NOT_FOUND: frozenset[EligibilityStatus](),
    EligibilityStatus.REFUSED: frozenset[EligibilityStatus](),
}
