"""Where these records are found under /api/v1/."""

from patients.api.coverage import Authorizations, Coverages, EligibilityChecks
from patients.api.people import Guarantors, Patients
from patients.api.schedule import Appointments
from rcm.api import router

urlpatterns = router(
    patients=Patients,
    guarantors=Guarantors,
    coverages=Coverages,
    authorizations=Authorizations,
    eligibility_checks=EligibilityChecks,
    appointments=Appointments,
).urls
