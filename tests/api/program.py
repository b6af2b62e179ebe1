"""A program that asks: a client with a token of its own."""

import datetime as dt
import json
from uuid import uuid4

from django.test import Client

from practice.actions.token import issue_token
from practice.models import Role
from tests.conftest import NOW
from tests.factories import UserFactory

ROOT = "/api/v1/"


class Program:
    """A client with a token: bodies are JSON, and every write gets a key of its own unless told one."""

    def __init__(self, practice, role: Role = Role.FRONT_DESK) -> None:
        issued = issue_token(
            practice=practice,
            role=role,
            name=f"{role.label} program",
            expires_at=NOW + dt.timedelta(days=90),
            by=UserFactory(),
            now=NOW,
        )
        self.token, self.text = issued.token, issued.text
        self.user = issued.token.user
        self.client = Client(
            headers={"Authorization": f"Bearer {issued.text}"}, raise_request_exception=False
        )

    def get(self, path: str, **query):
        return self.client.get(ROOT + path, query)

    def post(self, path: str, body=None, *, key: str | None = None):
        return self._write(self.client.post, path, body, key)

    def patch(self, path: str, body=None, *, key: str | None = None):
        return self._write(self.client.patch, path, body, key)

    def _write(self, send, path, body, key):
        headers = {"Idempotency-Key": key or str(uuid4())}
        return send(ROOT + path, json.dumps(body or {}), content_type="application/json", headers=headers)
