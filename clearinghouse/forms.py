"""Input about connections to clearinghouses."""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from django import forms

from clearinghouse.actions.connection import SECRETS
from clearinghouse.models import Connection, Usage
from practice.models import Practice
from rcm.ui.fields import text
from rcm.ui.forms import GuardedForm


def secret(label: str, *, rows: int = 0) -> forms.CharField:
    """A secret that is entered and never shown: left empty, the one on file stays."""
    attrs = {"autocomplete": "new-password", "spellcheck": "false"}
    widget: forms.Widget = forms.PasswordInput(attrs=attrs)
    if rows:
        widget = forms.Textarea(attrs=attrs | {"rows": rows})
    return forms.CharField(
        label=label,
        required=False,
        strip=not rows,
        widget=widget,
        help_text="Never shown again. Empty: the one on file stays.",
    )


class _Settings(forms.Form):
    """What both a new and a known connection are asked."""

    usage = forms.ChoiceField(
        label="Traffic", choices=Usage.choices, help_text="Test and production never mix (ISA15)."
    )
    sender_number = text("Our id", 15, required=True, help_text="ISA06 and GS02, as they told you.")
    receiver_number = text("Their id", 15, required=True, help_text="ISA08 and GS03.")
    claims_per_batch = forms.IntegerField(
        label="Claims in a file", min_value=1, max_value=5000, initial=5000, help_text="At most."
    )
    sftp_host = text("SFTP host", 120, required=True)
    sftp_port = forms.IntegerField(label="SFTP port", min_value=1, max_value=65535, initial=22)
    sftp_username = text("SFTP user", 60, required=True)
    sftp_private_key = secret("Our private key", rows=3)
    sftp_password = secret("SFTP password")
    sftp_host_key = forms.CharField(
        label="Their host key",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
        help_text="One line, “ssh-ed25519 AAAA…”. Any other server is refused. Empty: the test shows it.",
    )
    upload_directory = text(
        "Upload directory", 120, required=True, initial="inbound", help_text="Ours to them."
    )
    download_directory = text(
        "Download directory", 120, required=True, initial="outbound", help_text="Theirs to us."
    )
    delete_after_fetch = forms.BooleanField(
        label="Remove files after fetching them",
        required=False,
        initial=True,
        help_text="Only after their bytes are stored here.",
    )
    realtime_url = text(
        "Real-time address", 200, help_text="https://…, CAQH CORE. Empty: no questions are asked."
    )
    realtime_username = text("Real-time user", 60)
    realtime_password = secret("Real-time password")

    def clean_realtime_url(self) -> str:
        """An address of the web, without a password in it."""
        url = str(self.cleaned_data["realtime_url"])
        if not url:
            return ""
        parts = urlsplit(url)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.username:
            raise forms.ValidationError("Enter an address such as https://realtime.example.com/core.")
        return url

    def clean_sftp_host_key(self) -> str:
        """Kind and key; a comment after them is left out."""
        words = str(self.cleaned_data["sftp_host_key"]).split()
        if not words:
            return ""
        if len(words) < 2 or not words[0].startswith(("ssh-", "ecdsa-")):
            raise forms.ValidationError("Enter the kind and the key, such as “ssh-ed25519 AAAA…”.")
        return " ".join(words[:2])

    @property
    def told(self) -> dict[str, Any]:
        """The fields as entered; a secret left empty is left out."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return {name: value for name, value in said.items() if value or name not in SECRETS}


class ConnectionForm(_Settings):
    """A new connection."""

    clearinghouse = text(
        "Clearinghouse", 40, required=True, help_text="Payers' ids are kept under this name."
    )
    field_order = ("practice", "clearinghouse")

    def __init__(self, *args: Any, practices: Collection[Practice], **more: Any) -> None:
        super().__init__(*args, **more)
        if len(practices) > 1:
            self.fields["practice"] = forms.ModelChoiceField(
                Practice.objects.filter(pk__in=[each.pk for each in practices]).order_by("name"),
                label="Practice",
                to_field_name="public_id",
                empty_label=None,
            )
            self.order_fields(self.field_order)
        self.only = next(iter(practices))

    @property
    def practice(self) -> Practice:
        """Whose connection it is."""
        chosen: Practice = self.cleaned_data.get("practice") or self.only
        return chosen


class ConnectionRecordForm(_Settings, GuardedForm):
    """A connection, to be put right. What is secret is no part of the page, the signed field included."""

    def __init__(self, *args: Any, connection: Connection, **more: Any) -> None:
        hidden = (*SECRETS, "seen")
        known = {name: getattr(connection, name) for name in self.base_fields if name not in hidden}
        super().__init__(*args, initial=known, **more)
