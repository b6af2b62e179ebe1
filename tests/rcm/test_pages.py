"""What the kernel itself answers: health, headers, errors."""

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import connection
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from rcm import health
from rcm.db import current_scope, practice_scope

SECRET = "Jane Doe"
seen: list[tuple[int, ...]] = []


def scope(request):
    seen.append(current_scope())
    with practice_scope([1]):
        connection.ensure_connection()
        return HttpResponse("ok")


def forbidden(request):
    raise PermissionDenied(SECRET)


def bad(request):
    raise BadRequest(SECRET)


def broken(request):
    raise ValueError(SECRET)


urlpatterns = [path("scope", scope), path("forbidden", forbidden), path("bad", bad), path("broken", broken)]


def test_healthz_asks_nobody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"alive": True})


def test_readyz_says_which_part_is_missing(client, monkeypatch):
    def away() -> bool:
        raise ConnectionRefusedError(SECRET)

    monkeypatch.setitem(health.CHECKS, "broker", away)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "ready": False,
        "parts": {"database": True, "migrations": True, "broker": False},
    }


@pytest.mark.slow
def test_readyz_is_ready_when_all_parts_are(client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()["ready"]) == (200, True)


@override_settings(ROOT_URLCONF="tests.rcm.test_pages")
def test_request_begins_and_ends_without_a_scope(client):
    seen.clear()
    with practice_scope([9]):
        client.get("/scope")
        assert current_scope() == (9,)  # the test's own, brought back
    assert seen == [()]


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
@override_settings(ROOT_URLCONF="tests.rcm.test_pages")
def test_connection_that_stays_open_carries_no_scope_to_the_next_request(client):
    said = []
    for _ in range(2):
        client.get("/scope")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid(), current_setting('rcm.practices', true)")
            said.append(cursor.fetchone())
    (one, after_one), (other, after_other) = said
    assert one == other  # the same connection
    assert (after_one, after_other) == ("{}", "{}")


@override_settings(ROOT_URLCONF="tests.rcm.test_pages")
@pytest.mark.parametrize(
    ("where", "status"), [("bad", 400), ("forbidden", 403), ("nowhere", 404), ("broken", 500)]
)
def test_error_pages_leak_nothing(client, where, status):
    client.raise_request_exception = False
    response = client.get(f"/{where}")
    assert response.status_code == status
    assert response.content.startswith(b"<!DOCTYPE html>")
    assert SECRET.encode() not in response.content


def test_answers_carry_the_request_id_and_a_strict_policy(client):
    response = client.get("/healthz", headers={"X-Request-ID": "abc"})
    assert response["X-Request-ID"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"


def test_the_bare_address_tells_what_runs_here(client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert b"Sign in" in answer.content
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
