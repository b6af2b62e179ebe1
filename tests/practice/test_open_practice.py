"""The first practice of an installation, by the command line."""

import pytest
from django.core.management import CommandError, call_command

from practice.models import Membership, Organization, Practice, Role, User
from practice.queries import all_practice_ids
from rcm.db import practice_scope

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

SAID = {
    "--name": "Hillside Pediatrics",
    "--claim-prefix": "hp",
    "--npi": "1556677882",
    "--tax-number": "742345678",
    "--taxonomy-code": "208000000X",
    "--phone": "5125550180",
    "--street": "1 Hill Street",
    "--city": "Austin",
    "--state": "TX",
    "--postal-code": "78701",
    "--time-zone": "America/Denver",
    "--administrator": "ada",
    "--administrator-email": "ada@example.org",
}


def run(**changed):
    said = SAID | {f"--{name}": value for name, value in changed.items()}
    call_command("open_practice", *(word for pair in said.items() for word in pair))


def test_command_opens_a_practice_whose_administrator_comes_in_by_the_link(capsys, client):
    run()
    with practice_scope(all_practice_ids()):
        practice = Practice.objects.get()
        held = [(each.user.username, each.role) for each in Membership.objects.select_related("user")]
    assert (practice.name, practice.claim_prefix, practice.time_zone) == (
        "Hillside Pediatrics",
        "HP",
        "America/Denver",
    )
    assert practice.organization.name == "Hillside Pediatrics"
    assert held == [("ada", Role.ADMINISTRATOR)]
    link = capsys.readouterr().out.split()[-1]
    door = client.get("/" + link.split("/", 3)[3], follow=True)
    chosen = {"password1": "correct horse 4 battery", "password2": "correct horse 4 battery"}
    client.post(door.redirect_chain[-1][0], chosen)
    came = client.post("/sign-in/", {"login": "ada", "password": chosen["password1"]}, follow=True)
    assert "Administration" in came.content.decode()


def test_command_says_of_each_entry_what_is_wrong_with_it_and_opens_nothing():
    with pytest.raises(CommandError) as refusal:
        run(npi="1234567890", **{"administrator-email": "nowhere"})
    assert "--npi: This is no NPI" in str(refusal.value)
    assert "--administrator-email: Enter a valid email address" in str(refusal.value)
    assert not Organization.objects.exists()


def test_command_leaves_nothing_behind_when_the_name_is_taken():
    run()
    with pytest.raises(CommandError, match="somebody has this name"):
        run(**{"claim-prefix": "OT"})
    assert Practice.objects.count() == Organization.objects.count() == User.objects.count() == 1
