"""The addresses of allauth's pages: only the ones we use, under our own names.

Signing up, e-mail verification and sign-in by other sites have no address at all.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, re_path

urlpatterns = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-in/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/second-factor/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/inactive/", account.account_inactive, name="account_inactive"),
    path("sign-in/again/", account.reauthenticate, name="account_reauthenticate"),
    path("sign-in/again/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("sign-in/again/passkey/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("sign-in/password/", account.password_reset, name="account_reset_password"),
    path("sign-in/password/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "sign-in/password/changed/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(  # in this shape because allauth puts the two halves together itself
        r"^sign-in/password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("sign-out/", account.logout, name="account_logout"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/password/first/", account.password_set, name="account_set_password"),
    path("account/second-factor/", mfa.index, name="mfa_index"),
    path("account/second-factor/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/second-factor/app/removal/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/second-factor/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/second-factor/codes/new/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("account/passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("account/passkeys/new/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/name/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("account/passkeys/<int:pk>/removal/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
]
