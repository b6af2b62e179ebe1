"""`./manage.py open_practice ...`: an installation's first practice, and who lets people in."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from practice.actions.opening import FirstPerson, open_first_practice
from practice.actions.staff import UsernameTaken
from practice.forms import FirstPersonForm, PracticeOpeningForm
from practice.sign_in.invitation import invitation_link
from rcm import clock

ENTERED = (PracticeOpeningForm, FirstPersonForm)


class Command(BaseCommand):
    """Prints the link under which the administrator chooses a password; needs no mail server."""

    help = "Open an organization's first practice, with the person who administers it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One option for each entry of the forms, which say what is wrong with it."""
        for form in ENTERED:
            for name, field in form.base_fields.items():
                about = f"{field.label}. {field.help_text}".replace("%", "%%").strip()
                parser.add_argument(
                    _option(name), required=field.required, default=field.initial, help=about, metavar="..."
                )

    def handle(self, **options: Any) -> None:
        """Open it, or say of each entry what is wrong with it."""
        given = {
            "time_zone": "America/Chicago",
            **{name: it for name, it in options.items() if it is not None},
        }
        practice, person = PracticeOpeningForm(given), FirstPersonForm(given)
        faults = [
            f"{_option(name)}: {' '.join(str(word) for word in words)}"
            for form in (practice, person)
            for name, words in form.errors.items()
        ]
        if faults:
            raise CommandError("Nothing was opened.\n" + "\n".join(faults))
        said = person.cleaned_data
        try:
            administrator = open_first_practice(
                organization=said["organization"] or practice.cleaned_data["name"],
                administrator=FirstPerson(username=said["administrator"], email=said["administrator_email"]),
                now=clock.now(),
                **practice.told,
                address=practice.address,
            )
        except UsernameTaken:
            raise CommandError("Nothing was opened.\n--administrator: somebody has this name.") from None
        minutes = settings.PASSWORD_RESET_TIMEOUT // 60
        self.stdout.write(
            f"{practice.cleaned_data['name']} is open. {administrator.username} chooses a password here, "
            f"within {minutes} minutes:\n\n  {invitation_link(administrator)}\n"
        )


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")
