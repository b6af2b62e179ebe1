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
from practice.forms.people import InvitationForm, PersonForm, RolesForm, TokenForm
from practice.forms.practice import (
    CredentialForm,
    LocationForm,
    LocationRecordForm,
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
    "IdentifierForm",
    "InvitationForm",
    "LocationForm",
    "LocationRecordForm",
    "PayerForm",
    "PayerRecordForm",
    "PersonForm",
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
