"""The tour on screen."""

import pytest

from demonstration.tours import steps_for
from practice.models import Role
from rcm.ui.queue import QUEUES
from tests.conftest import NOW
from tests.factories import EncounterFactory

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("role", list(Role))
def test_every_step_leads_to_its_page_and_says_its_words(staff, role):
    client = staff(role)
    steps = list(steps_for({role}))
    assert len(steps) >= 5
    listed = client.get("/demonstration/tour/").content.decode()
    for number, step in enumerate(steps, 1):
        assert step.title in listed or "&#x27;" in listed
        led = client.get(f"/demonstration/tour/{number}/")
        assert led.url == f"{step.url}?tour={number}"
        page = client.get(led.url)
        assert page.status_code == 200
        assert f"/demonstration/tour/{number}/card/" in page.content.decode()
        assert (
            f"{number} of {len(steps)}" in client.get(f"/demonstration/tour/{number}/card/").content.decode()
        )


def test_coder_is_led_to_the_visit_that_waits_longest(staff, practice):
    for _ in range(2):
        EncounterFactory(practice=practice)
    client = staff(Role.CODER)
    wanted = QUEUES["coding:queue"].rows([practice.pk], NOW).first()
    led = client.get("/demonstration/tour/2/")
    assert led.url == f"/coding/{wanted.public_id}/?tour=2"
    assert "/demonstration/tour/2/card/" in client.get(led.url).content.decode()


def test_there_is_no_step_after_the_last(staff):
    client = staff(Role.CODER)
    assert client.get("/demonstration/tour/99/").status_code == 404
    assert client.get("/demonstration/tour/0/card/").status_code == 404
