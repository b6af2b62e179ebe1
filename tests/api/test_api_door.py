"""Who is let in: a live token, in its own practice, with a role that may ask this, not too often."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import get_resolver

from practice.access import granted
from practice.actions.token import ExpiryPassed, issue_token, revoke_token
from practice.api.authentication import TokenThrottle
from practice.models import ApiToken, KeptAnswer, Role
from rcm.db import current_scope, practice_scope
from rcm.models import AuditEvent
from tests.api.program import ROOT, Program
from tests.conftest import NOW
from tests.factories import PatientFactory, PracticeFactory, UserFactory

PERSON = {"first_name": "Ada", "last_name": "Quist", "birth_date": "1980-02-03"}


def test_a_token_is_shown_once_and_kept_as_a_hash(practice):
    issued = issue_token(
        practice=practice,
        role=Role.BILLER,
        name="Lockbox",
        expires_at=NOW + dt.timedelta(days=1),
        by=UserFactory(),
        now=NOW,
    )
    token = ApiToken.objects.get()
    assert issued.text.startswith(f"rcm_{token.prefix}_")
    assert issued.text not in str(ApiToken.objects.values_list())
    assert not token.user.has_usable_password()
    assert token.user.get_full_name() == "Lockbox"
    assert granted(user=token.user, roles=(Role.BILLER,)) == [practice.pk]
    assert AuditEvent.objects.filter(verb="apitoken.issued").count() == 1


def test_a_token_must_expire_later(practice):
    with pytest.raises(ExpiryPassed):
        issue_token(
            practice=practice, role=Role.BILLER, name="Lockbox", expires_at=NOW, by=UserFactory(), now=NOW
        )


def test_a_revoked_token_opens_nothing_and_its_answers_are_forgotten(practice):
    desk = Program(practice)
    desk.post("patients", PERSON)
    by = UserFactory()
    for _ in range(2):
        revoke_token(token=desk.token, by=by, now=NOW)
    assert desk.get("patients").status_code == 401
    assert KeptAnswer.objects.count() == 0
    assert granted(user=desk.user) == []
    assert AuditEvent.objects.filter(verb="apitoken.revoked").count() == 1


def test_an_expired_token_opens_nothing(practice, frozen):
    desk = Program(practice)
    frozen.advance(dt.timedelta(days=90))
    answer = desk.get("patients")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "header",
    [
        None,
        "Bearer",
        "Bearer ",
        "Bearer rcm_0000000000_x",
        "Bearer rcm__",
        "Basic YTpi",
        "Token x",
        "Bearer é",
    ],
)
def test_whoever_brings_no_token_is_a_stranger(practice, header):
    headers = {"Authorization": header} if header else {}
    answer = Client(headers=headers).get(ROOT + "patients")
    assert answer.status_code == 401
    assert answer.json()["code"] in {"not_authenticated", "authentication_failed"}


def test_the_right_prefix_with_another_secret_is_a_stranger(practice):
    desk = Program(practice)
    answer = Client(headers={"Authorization": f"Bearer {desk.text[:-1]}?"}).get(ROOT + "patients")
    assert answer.status_code == 401


def test_use_is_noted_to_the_minute(practice, frozen):
    desk = Program(practice)
    desk.get("payers")
    frozen.advance(dt.timedelta(seconds=30))
    desk.get("payers")
    assert ApiToken.objects.get().last_used_at == NOW
    frozen.advance(dt.timedelta(seconds=31))
    desk.get("payers")
    assert ApiToken.objects.get().last_used_at == NOW + dt.timedelta(seconds=61)


def test_a_program_works_in_its_own_practice_and_leaves_no_scope(practice):
    other = PracticeFactory()
    with practice_scope([other.pk]):
        stranger = PatientFactory(practice=other)
    desk = Program(practice)
    mine = PatientFactory(practice=practice)
    with practice_scope([]):
        listed = desk.get("patients").json()["results"]
        assert current_scope() == ()
        assert [row["id"] for row in listed] == [str(mine.public_id)]
        assert desk.get(f"patients/{stranger.public_id}").status_code == 404
        assert desk.patch(f"patients/{stranger.public_id}", {"sex": "F"}).status_code == 404
        assert desk.get("patients", after=stranger.public_id).status_code == 400
        assert desk.get("coverages", patient=stranger.public_id).json()["results"] == []
        answer = desk.post(
            "coverages", {"patient": str(stranger.public_id), "payer": str(stranger.public_id)}
        )
        fields = {error["field"]: error["code"] for error in answer.json()["errors"]}
        assert fields["patient"] == fields["payer"] == "does_not_exist"


def test_a_program_that_asks_too_often_is_told_to_wait(practice, monkeypatch):
    monkeypatch.setattr(TokenThrottle, "rate", "2/min", raising=False)
    desk, other = Program(practice), Program(practice)
    assert [desk.get("payers").status_code for _ in range(3)] == [200, 200, 429]
    answer = desk.get("payers")
    assert answer.json()["code"] == "throttled"
    assert 0 < int(answer["Retry-After"]) <= 60
    assert other.get("payers").status_code == 200


@pytest.mark.parametrize("path", ["nowhere", "patients/7", "patients/7/anything"])
def test_an_address_that_leads_nowhere_is_answered_as_a_problem(practice, path):
    answer = Program(practice).get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not_found"


def test_a_method_that_is_not_taken_is_told_which_are(practice):
    answer = Program(practice).client.delete(ROOT + "patients")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")


def test_whatever_can_be_read_answers_head_as_well(practice):
    desk = Program(practice)
    answer = desk.client.head(ROOT + "patients")
    assert (answer.status_code, answer.content) == (200, b"")
    assert desk.client.head(ROOT + "remittances").status_code == 403
    assert desk.client.head(ROOT + "patients/search").status_code == 405


def test_a_body_that_is_no_json_is_told_so(practice):
    desk = Program(practice)
    headers = {"Idempotency-Key": "something-new"}
    form = desk.client.post(ROOT + "patients", PERSON, headers=headers)
    assert form.status_code == 415
    broken = desk.client.post(ROOT + "patients", "{", content_type="application/json", headers=headers)
    assert (broken.status_code, broken.json()["code"]) == (400, "parse_error")


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"first_name": ' + "[" * 300 + "]" * 300 + "}",
        r'{"\ud800": 1}',
        r'{"first_name": "Ada", "last_name": "Quist", "birth_date": "1980-02-03", "sex": "\ud800"}',
        '{"first_name": ' + "9" * 5000 + "}",
    ],
    ids=["endless", "deep", "half a pair in a name", "half a pair in a value", "a number without end"],
)
@pytest.mark.parametrize("path", ["patients", "patients/search"])
def test_a_body_that_nothing_can_take_is_told_so(practice, path, body):
    headers = {"Idempotency-Key": "something-new"}
    answer = Program(practice).client.post(
        ROOT + path, body, content_type="application/json", headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


def test_a_body_that_is_too_large_is_answered_as_a_problem(practice, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = Program(practice).post("patients", {"first_name": "x" * 200})
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert answer.json()["code"] == "too_large"


def _operations() -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Method, path, action and roles of every operation of every resource."""
    found = []
    for prefix in get_resolver().url_patterns:
        if str(prefix.pattern) != "api/v1/":
            continue
        for app in prefix.url_patterns:
            for each in getattr(app, "url_patterns", []):
                view = each.callback.cls
                actions = {name: method for method, name in each.callback.actions.items() if method != "head"}
                for name, method in actions.items():
                    roles = getattr(getattr(view, name), "roles", view.read_by)
                    found.append((method, str(each.pattern), name, roles))
    return found


@pytest.mark.slow
def test_every_operation_refuses_strangers_and_programs_without_the_role(practice):
    programs = {role: Program(practice, role) for role in Role}
    operations = _operations()
    assert len(operations) > 80
    for method, path, name, roles in operations:
        address = ROOT + path.replace("<uuid:id>", "6f1d0f5e-7a0f-4b0c-9d0e-000000000000")
        assert getattr(Client(), method)(address).status_code == 401, name
        for role in [*(set(Role) - set(roles or Role)), *roles[:1]]:
            answer = getattr(programs[role].client, method)(address, content_type="application/json")
            assert (answer.status_code == 403) == (role not in roles), (method, path, role)


def test_no_write_is_open_to_an_auditor_or_an_administrator():
    writing = {roles for method, _, name, roles in _operations() if method != "get" and name != "search"}
    assert {role for roles in writing for role in roles} & {Role.AUDITOR, Role.ADMINISTRATOR} == set()
