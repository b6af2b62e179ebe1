"""What is typed at the desk."""

from patients.forms.coverage import (
    AuthorizationForm,
    CoverageCorrectionForm,
    CoverageEndForm,
    CoverageForm,
)
from patients.forms.people import DetailsForm, GuarantorForm, RegistrationForm, SearchForm
from patients.forms.visit import BookingForm, TimeForm, WhyForm

__all__ = [
    "AuthorizationForm",
    "BookingForm",
    "CoverageCorrectionForm",
    "CoverageEndForm",
    "CoverageForm",
    "DetailsForm",
    "GuarantorForm",
    "RegistrationForm",
    "SearchForm",
    "TimeForm",
    "WhyForm",
]
