"""The tours: for every role that works here, short, and leading somewhere."""

import pytest

from demonstration.tours import TOURS, Step, steps_for
from practice.models import Role

TOURED = (Role.FRONT_DESK, Role.CODER, Role.BILLER, Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR)


def test_every_role_that_works_has_a_tour():
    assert tuple(TOURS) == TOURED


@pytest.mark.parametrize("role", TOURED)
def test_a_tour_takes_two_minutes(role):
    assert 5 <= len(TOURS[role]) <= 7
    assert sum(len(step.text.split()) for step in TOURS[role]) < 260
    assert all(len(step.title) <= 40 for step in TOURS[role])


def test_a_page_that_does_not_exist_is_left_out(monkeypatch):
    known = Step("practice:account", "Yours", "Your account.")
    monkeypatch.setitem(TOURS, Role.CODER, (known, Step("nowhere:at_all", "Nowhere", "Not yet.")))
    assert list(steps_for([Role.CODER])) == [known]


def test_tours_of_several_roles_follow_each_other():
    both = list(steps_for([Role.CODER, Role.BILLER]))
    assert both == list(dict.fromkeys([*steps_for([Role.CODER]), *steps_for([Role.BILLER])]))
