"""What is typed on the pages of the practice app."""

from practice.forms.account import ProfileForm
from practice.forms.fees import PricesConfirmedForm, PricesForm
from practice.forms.payer import (
    ContractForm,
    ContractTermsForm,
    EnrollmentForm,
    IdentifierForm,
    PayerForm,
    PayerRecordForm,
)
from practice.forms.people import FirstPersonForm, InvitationForm, PersonForm, RolesForm, TokenForm
from practice.forms.practice import (
    CredentialForm,
    LocationForm,
    LocationRecordForm,
    PracticeOpeningForm,
    PracticeRecordForm,
    ProviderForm,
    ProviderRecordForm,
    SignInRulesForm,
)

__all__ = [
    "ContractForm",
    "ContractTermsForm",
    "CredentialForm",
    "EnrollmentForm",
    "FirstPersonForm",
    "IdentifierForm",
    "InvitationForm",
    "LocationForm",
    "LocationRecordForm",
    "PayerForm",
    "PayerRecordForm",
    "PersonForm",
    "PracticeOpeningForm",
    "PracticeRecordForm",
    "PricesConfirmedForm",
    "PricesForm",
    "ProfileForm",
    "ProviderForm",
    "ProviderRecordForm",
    "RolesForm",
    "SignInRulesForm",
    "TokenForm",
]
