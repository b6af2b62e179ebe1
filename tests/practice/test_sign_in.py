"""Coming in: password, lock-out, second factor, passkeys' pages, sessions, and being signed off."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.contrib.auth import authenticate
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from practice import middleware
from practice.actions.sign_in import IdleMinutesOutOfRange, set_sign_in_rules
from practice.models import Role
from practice.rules.browser import browser_named_by
from rcm import clock
from rcm.db import practice_scope
from rcm.models import AuditEvent
from tests.factories import MembershipFactory, PracticeFactory, UserFactory

PASSWORD = "correct horse battery"
SIGN_IN = "/sign-in/"
ACCOUNT = "/account/"


@pytest.fixture(autouse=True)
def _no_tries_so_far() -> None:
    """Tries are counted outside the database, and no test begins with another's."""
    cache.clear()


@pytest.fixture
def biller(practice):
    person = UserFactory(
        username="bill", email="bill@lakeside.example", member_of=practice, member_of__role=Role.BILLER
    )
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def hours(monkeypatch):
    """Move the machine's clock: `hours(0.25)`."""
    moved = [0.0]
    real = time.time

    def move(by: float) -> None:
        moved[0] += by * 3600

    monkeypatch.setattr(middleware.time, "time", lambda: real() + moved[0])
    return move


def sign_in(client, password=PASSWORD, username="bill", **more):
    return client.post(SIGN_IN, {"login": username, "password": password, **more})


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def written(verb: str) -> list[dict]:
    return list(AuditEvent.objects.filter(verb=f"user.{verb}").order_by("pk").values_list("data", flat=True))


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def confirm(client) -> None:
    """Prove once more who is there, which every change of the sign-in asks for."""
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def set_up_app(client) -> str:
    """Turn the authenticator app on, as its page asks; returns the key."""
    confirm(client)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'id="authenticator-secret">([A-Z2-7]+)<', page)[1]
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    return secret


# --- By password --------------------------------------------------------------------------------


def test_sign_in_comes_back_to_the_page_asked_for(client, biller):
    answer = sign_in(client, next="/account/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert client.get(ACCOUNT).status_code == 200
    assert written("signed_in") == [{"methods": ["password"], "address": "127.0.0.1"}]


def test_sign_in_takes_no_next_on_another_site(client, biller):
    assert sign_in(client, next="https://elsewhere.example/")["Location"] == "/"


def test_sign_in_asks_again_after_a_wrong_password(client, biller):
    answer = sign_in(client, "wrong")
    assert answer.status_code == 200
    assert "The username and/or password you specified are not correct." in answer.content.decode()
    assert written("sign_in_failed") == [{"step": "password", "address": "127.0.0.1"}]
    assert AuditEvent.objects.get(verb="user.sign_in_failed").subject_id == biller.pk


def test_sign_in_keeps_no_name_that_nobody_has(client, biller):
    sign_in(client, "x", username="hunter2 my password")
    assert written("sign_in_failed") == []


def test_sign_in_stands_whatever_the_clock_of_the_demonstration_says(client, biller, frozen):
    sign_in(client)
    frozen.moment = frozen.moment.replace(year=2031)
    assert client.get(ACCOUNT).status_code == 200
    assert clock.now().year == 2031


def test_sign_out_is_written_down(client, biller):
    sign_in(client)
    assert client.post(reverse("account_logout"))["Location"] == SIGN_IN
    assert not signed_in(client)
    assert AuditEvent.objects.get(verb="user.signed_out").why == ""


@pytest.mark.parametrize("path", ["/sign-up/", "/accounts/signup/", "/sign-in/signup/"])
def test_nobody_signs_up(client, path):
    assert client.get(path).status_code == 404


# --- Lock-out -----------------------------------------------------------------------------------


def test_lock_out_after_five_wrong_passwords_says_for_how_long(client, biller):
    for _ in range(4):
        assert sign_in(client, "wrong").status_code == 200
    answer = sign_in(client, "wrong", username="BILL")  # capital letters are no way around
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert "Locked for 15 minutes" in answer.content.decode()
    assert sign_in(client).status_code == 429  # the right one, too
    assert not signed_in(client)
    assert written("locked_out") == [{"address": "127.0.0.1"}] * 2


def test_lock_out_is_of_a_name_at_an_address(client, biller, practice):
    other = UserFactory(username="cora", member_of=practice)
    other.set_password(PASSWORD)
    other.save()
    for _ in range(5):
        sign_in(client, "wrong")
    assert sign_in(client, username="cora").status_code == 302
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    assert sign_in(elsewhere).status_code == 302


def test_lock_out_of_a_name_tried_from_many_addresses(biller):
    for last in range(1, 21):
        sign_in(Client(REMOTE_ADDR=f"10.0.0.{last}"), "wrong")
    answer = sign_in(Client(REMOTE_ADDR="10.0.0.99"))
    assert "Too many failed login attempts" in answer.content.decode()


def test_lock_out_forgets_tries_before_a_success(client, biller):
    for _ in range(2):
        for _ in range(4):
            sign_in(client, "wrong")
        assert sign_in(client).status_code == 302
        client.post(reverse("account_logout"))


# --- Idle, and the whole session ----------------------------------------------------------------


def test_idle_session_is_signed_off_and_comes_back_to_its_page(client, biller, hours):
    sign_in(client)
    client.get(ACCOUNT)
    hours(0.24)
    assert client.get(ACCOUNT).status_code == 200  # sliding: counted from here on
    hours(0.24)
    assert client.get(ACCOUNT).status_code == 200
    hours(0.26)
    answer = client.get(ACCOUNT)
    assert answer["Location"] == f"{SIGN_IN}?next=/account/"
    assert "You were signed off: 15 minutes without activity." in client.get(SIGN_IN).content.decode()
    assert AuditEvent.objects.get(verb="user.signed_out").why == "15 minutes without activity"


def test_idle_session_says_that_a_form_was_not_saved(client, biller, hours):
    sign_in(client)
    client.get(ACCOUNT)
    hours(1)
    client.post(ACCOUNT, {"first_name": "Bo"})
    assert "What you had just sent was not saved." in client.get(SIGN_IN).content.decode()
    biller.refresh_from_db()
    assert biller.first_name == ""


def test_idle_page_of_htmx_is_sent_to_sign_in_whole(client, biller, hours):
    sign_in(client)
    client.get(ACCOUNT)
    hours(1)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/account/"}
    answer = client.get(ACCOUNT, headers=headers)
    assert (answer.status_code, answer["HX-Redirect"]) == (401, f"{SIGN_IN}?next=/account/")


def test_idle_is_not_broken_by_what_a_page_asks_by_itself(client, biller, hours):
    sign_in(client)
    client.get(ACCOUNT)
    hours(0.2)
    left = client.get(reverse("practice:session"), headers={"X-Background": "idle"}).json()["seconds"]
    assert 170 <= left <= 180
    hours(0.1)
    assert client.get(ACCOUNT).status_code == 302


def test_idle_person_who_wants_to_stay_stays(client, biller, hours):
    sign_in(client)
    client.get(ACCOUNT)
    hours(0.24)
    assert client.post(reverse("practice:session")).json()["seconds"] in (899, 900)
    hours(0.24)
    assert client.get(ACCOUNT).status_code == 200


def test_idle_minutes_are_those_of_the_strictest_practice(client, biller, practice, hours):
    strict = PracticeFactory(idle_minutes=5)
    with practice_scope([strict.pk]):
        MembershipFactory(practice=strict, user=biller)
    sign_in(client)
    client.get(ACCOUNT)
    hours(0.1)
    assert client.get(ACCOUNT).status_code == 302


def test_whole_session_ends_after_twelve_hours_of_work(client, biller, hours):
    sign_in(client)
    for _ in range(60):
        assert client.get(ACCOUNT).status_code == 200
        hours(0.2)
    assert client.get(ACCOUNT).status_code == 302
    assert AuditEvent.objects.get(verb="user.signed_out").why == "a session lasts 12 hours"


# --- Second factor ------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)  # allauth tells of a new factor once it is committed
def test_second_factor_is_asked_for_once_it_is_set_up(client, biller):
    sign_in(client)
    secret = set_up_app(client)
    client.post(reverse("account_logout"))
    cache.clear()  # a code is good once
    assert sign_in(client)["Location"] == reverse("mfa_authenticate")
    assert not signed_in(client)
    assert "Incorrect code." in client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})["Location"] == "/"
    assert written("signed_in")[-1]["methods"] == ["password", "mfa"]
    assert written("sign_in_failed") == [{"step": "second factor", "address": "127.0.0.1"}]
    assert [change["what"] for change in written("sign_in_changed")] == ["totp added", "recovery_codes added"]


def test_second_factor_may_be_a_recovery_code_once(client, biller):
    sign_in(client)
    set_up_app(client)
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    code = re.search(r"<li>(\d{8})</li>", page)[1]
    for works in (True, False):
        client.post(reverse("account_logout"))
        sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert signed_in(client) is works


def test_second_factors_secret_is_sealed_in_the_database(client, biller):
    sign_in(client)
    secret = set_up_app(client)
    kept = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)
    assert TOTP(kept).validate_code(code_of(secret))


def test_second_factor_is_required_before_anything_else(client, biller, practice):
    set_sign_in_rules(
        practice=practice, second_factor_required=True, idle_minutes=15, by=None, now=clock.now()
    )
    sign_in(client)
    assert client.get(ACCOUNT)["Location"] == reverse("mfa_index")
    assert client.get("/")["Location"] == reverse("mfa_index")
    assert "Your practice requires a second factor" in client.get(reverse("mfa_index")).content.decode()
    set_up_app(client)
    assert client.get(ACCOUNT).status_code == 200


def test_second_factor_that_is_required_cannot_be_removed(client, biller, practice):
    sign_in(client)
    set_up_app(client)
    set_sign_in_rules(
        practice=practice, second_factor_required=True, idle_minutes=15, by=None, now=clock.now()
    )
    page = client.post(reverse("mfa_deactivate_totp")).content.decode()
    assert "Add a passkey first" in page
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()


def test_second_factor_that_is_not_required_can_be_removed(client, biller):
    sign_in(client)
    set_up_app(client)
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not Authenticator.objects.exists()


def test_second_factor_is_changed_only_by_who_proves_to_be_there(client, biller):
    client.force_login(biller)  # a session whose password was typed long ago
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    answer = client.post(answer["Location"], {"password": PASSWORD})
    assert answer["Location"] == reverse("mfa_activate_totp")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_rules_of_sign_in_keep_idle_minutes_sane(practice):
    with pytest.raises(IdleMinutesOutOfRange):
        set_sign_in_rules(
            practice=practice, second_factor_required=False, idle_minutes=240, by=None, now=clock.now()
        )


# --- A person's own pages -----------------------------------------------------------------------


def test_sessions_are_listed_and_ended_one_by_one_or_all(client, biller):
    others = [Client(headers={"User-Agent": f"Tablet {number}"}) for number in range(3)]
    for browser in (client, *others):
        sign_in(browser)
    page = client.get(reverse("practice:sessions")).content.decode()
    assert page.count("named-item") == 4
    assert page.count("this browser") == 1
    tablet = UserSession.objects.get(user_agent="Tablet 0")
    assert client.post(reverse("practice:end_session", args=[tablet.pk])).status_code == 302
    assert others[0].get(ACCOUNT).status_code == 302
    assert others[1].get(ACCOUNT).status_code == 200
    client.post(reverse("practice:end_other_sessions"))
    assert [browser.get(ACCOUNT).status_code for browser in (client, *others)] == [200, 302, 302, 302]


def test_sessions_of_others_are_none_of_ours(client, biller, practice):
    theirs = Client()
    other = UserFactory(username="cora", member_of=practice)
    other.set_password(PASSWORD)
    other.save()
    sign_in(theirs, username="cora")
    sign_in(client)
    row = UserSession.objects.get(user=other)
    assert client.post(reverse("practice:end_session", args=[row.pk])).status_code == 404
    assert theirs.get(ACCOUNT).status_code == 200


def test_profile_is_changed_and_the_address_only_with_the_password(client, biller):
    sign_in(client)
    new = {"first_name": "Bill", "last_name": "Moss", "email": "moss@lakeside.example"}
    answer = client.post(ACCOUNT, new)
    assert answer.status_code == 422
    assert "Enter your password to change the e-mail address." in answer.content.decode()
    assert client.post(ACCOUNT, {**new, "password": PASSWORD}).status_code == 302
    biller.refresh_from_db()
    assert (biller.get_full_name(), biller.email) == ("Bill Moss", "moss@lakeside.example")
    assert written("changed") == [{"fields": ["first_name", "last_name", "email"]}]
    assert client.post(ACCOUNT, new).status_code == 302  # nothing new: nothing to prove, nothing written
    assert len(written("changed")) == 1


def test_password_is_changed_by_its_owner(client, biller):
    sign_in(client)
    new = "a much longer passphrase"
    answer = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer["Location"] == ACCOUNT
    assert client.get(ACCOUNT).status_code == 200
    assert [change["what"] for change in written("sign_in_changed")] == ["password"]
    assert [message.to for message in mail.outbox] == [["bill@lakeside.example"]]


def test_password_is_reset_by_a_link_that_holds_once(client, biller):
    answer = client.post(reverse("account_reset_password"), {"email": "bill@lakeside.example"})
    assert answer["Location"] == reverse("account_reset_password_done")
    link = re.search(r"http://testserver(/sign-in/password/\S+)", mail.outbox[0].body)[1]
    new = "a much longer passphrase"
    form = client.get(link)["Location"]
    assert client.post(form, {"password1": new, "password2": new}).status_code == 302
    assert sign_in(client, new).status_code == 302
    assert "This link holds no more" in Client().get(link).content.decode()


def test_password_reset_does_not_tell_who_has_an_account(client, biller):
    answer = client.post(reverse("account_reset_password"), {"email": "nobody@lakeside.example"})
    assert answer["Location"] == reverse("account_reset_password_done")
    assert mail.outbox == []


@pytest.mark.parametrize(
    "name",
    [
        "practice:account",
        "practice:session",
        "account_change_password",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_view_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "practice:sessions",
    ],
)
def test_own_pages_are_for_people_who_are_signed_in(client, db, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(SIGN_IN)


@pytest.mark.parametrize(
    "name",
    ["mfa_index", "mfa_list_webauthn", "mfa_add_webauthn", "practice:sessions", "account_logout",
     "account_change_password", "mfa_generate_recovery_codes", "account_reauthenticate"],
)  # fmt: skip
def test_own_pages_are_in_our_clothes(client, biller, name):
    sign_in(client)
    set_up_app(client)
    page = client.get(reverse(name)).content.decode()
    assert 'name="viewport"' in page
    assert " style=" not in page
    assert "onclick" not in page


def test_programs_without_a_request_do_not_sign_in(db):
    with pytest.raises(Exception, match="requires a request"):
        authenticate(username="bill", password=PASSWORD)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0.0.0 Safari/537.36 Edg/130.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox on Linux"),
        ("curl/8", "An unknown browser"),
    ],
)
def test_browsers_are_named_in_words(said, words):
    assert browser_named_by(said) == words
