"""Input about connections to clearinghouses."""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from django import forms

from clearinghouse.actions.connection import SECRETS
from clearinghouse.models import ROUTED, Adapter, Connection, CoreForm, Mode, Usage
from practice.models import Payer, Practice, WireTransaction
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


_NEEDED: dict[str, tuple[str, ...]] = {
    Adapter.SFTP: ("sftp_host", "sftp_username", "upload_directory", "download_directory"),
    Adapter.CORE: ("batch_url", "realtime_username"),
    Adapter.DROP: ("upload_directory", "download_directory"),
    Adapter.NONE: (),
}
"""What each way of exchanging files cannot do without."""


def _address(url: str) -> str:
    """An address of the web without a password in it; or nothing."""
    parts = urlsplit(url)
    if url and (parts.scheme not in ("https", "http") or not parts.hostname or parts.username):
        raise forms.ValidationError("Enter an address such as https://realtime.example.com/core.")
    return url


class _Settings(forms.Form):
    """What both a new and a known connection are asked."""

    usage = forms.ChoiceField(
        label="Their addresses are for",
        choices=Usage.choices,
        help_text="Test and production never mix: a system of the other kind exchanges nothing there.",
    )
    sender_number = text("Our id", 15, required=True, help_text="ISA06 and GS02, as they told you.")
    receiver_number = text("Their id", 15, required=True, help_text="ISA08 and GS03.")
    adapter = forms.ChoiceField(
        label="Files go by", choices=Adapter.choices, initial=Adapter.SFTP, help_text="Claims and answers."
    )
    upload_directory = text("Upload directory", 120, initial="inbound", help_text="Ours to them.")
    download_directory = text("Download directory", 120, initial="outbound", help_text="Theirs to us.")
    sftp_host = text("SFTP host", 120)
    sftp_port = forms.IntegerField(label="SFTP port", min_value=1, max_value=65535, initial=22)
    sftp_username = text("SFTP user", 60)
    sftp_private_key = secret("Our private key", rows=3)
    sftp_password = secret("SFTP password")
    sftp_host_key = forms.CharField(
        label="Their host key",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
        help_text="One line, “ssh-ed25519 AAAA…”. Any other server is refused. Empty: the test shows it.",
    )
    core_form = forms.ChoiceField(
        label="CORE envelope",
        choices=CoreForm.choices,
        initial=CoreForm.MIME,
        help_text="vC2.2.0: for questions, and for batches where files go by CORE.",
    )
    realtime_url = text(
        "Real-time address", 200, help_text="https://…, CAQH CORE. Empty: no questions are asked."
    )
    batch_url = text("Batch address", 200, help_text="https://…, only where files go by CORE.")
    realtime_username = text("CORE user", 60)
    realtime_password = secret("CORE password")
    claims_per_batch = forms.IntegerField(
        label="Claims in a transaction", min_value=1, max_value=5000, initial=5000, help_text="In one ST."
    )
    claims_per_file = forms.IntegerField(
        label="Claims in a file", min_value=1, max_value=1_000_000, initial=50_000, help_text="At most."
    )
    poll_minutes = forms.IntegerField(
        label="Look every so many minutes", min_value=0, max_value=1440, initial=0, help_text="0: always."
    )
    partial_minutes = forms.IntegerField(
        label="Minutes a file may stay incomplete", min_value=1, max_value=10_080, initial=60
    )
    silent_days = forms.IntegerField(
        label="Business days it may be silent", min_value=0, max_value=60, initial=3, help_text="0: for ever."
    )
    delete_after_fetch = forms.BooleanField(
        label="Remove files after fetching them",
        required=False,
        initial=True,
        help_text="Only after their bytes are stored here.",
    )

    def clean(self) -> dict[str, Any]:
        """What a way of exchanging files needs has to be said."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for name in _NEEDED[said.get("adapter", Adapter.NONE)]:
            if not said.get(name) and name not in self.errors:
                self.add_error(name, "This way of exchanging files needs it.")
        return said

    def clean_batch_url(self) -> str:
        """As the real-time address."""
        return _address(str(self.cleaned_data["batch_url"]))

    def clean_realtime_url(self) -> str:
        """An address of the web, without a password in it."""
        return _address(str(self.cleaned_data["realtime_url"]))

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


class RouteForm(forms.Form):
    """By which partner one kind of document goes, to one payer or to all."""

    transaction = forms.ChoiceField(label="What goes", choices=[(each.value, each.label) for each in ROUTED])
    payer = forms.ModelChoiceField(
        Payer.objects.none(),
        label="To",
        required=False,
        to_field_name="public_id",
        empty_label="All payers",
        help_text="A payer's own route goes before the one for all.",
    )
    connection = forms.ModelChoiceField(
        Connection.objects.none(), label="By", to_field_name="public_id", empty_label=None
    )
    mode = forms.ChoiceField(label="How", choices=Mode.choices, help_text="Claims always go as files.")

    def __init__(self, *args: Any, practices: Collection[int], **more: Any) -> None:
        super().__init__(*args, **more)
        organizations = Practice.objects.filter(pk__in=practices).values("organization")
        payers = Payer.objects.filter(organization__in=organizations).order_by("name", "pk")
        partners = Connection.objects.of(practices).select_related("practice")
        self.fields["payer"].queryset = payers  # type: ignore[attr-defined]
        self.fields["connection"].queryset = partners.order_by("clearinghouse", "pk")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The partner must be able to take it that way, and the payer be one of its practice."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        partner, payer, mode = said.get("connection"), said.get("payer"), said.get("mode")
        if partner is None:
            return said
        if payer is not None and payer.organization_id != partner.practice.organization_id:
            self.add_error("payer", "This payer is not known to the practice of that connection.")
        if mode == Mode.REAL_TIME:
            if said.get("transaction") == WireTransaction.CLAIM:
                self.add_error("mode", "Claims go as files.")
            elif not partner.realtime_url:
                self.add_error("connection", "It has no real-time address.")
        elif not partner.has_mailbox:
            self.add_error("connection", "It takes no files, only questions in real time.")
        return said
