"""What the search finds of the exchange. On the rail it stands among the claims (claims/areas.py)."""

from collections.abc import Sequence

from django.urls import reverse

from clearinghouse.models import Interchange
from clearinghouse.queries import without_content
from clearinghouse.queries.settings import (
    changed_keys,
    partial_files,
    silent_mailboxes,
    troubled_mailboxes,
    unknown_deliveries,
)
from practice.models import Role
from rcm import clock
from rcm.ui.alarms import WIRE, alarm
from rcm.ui.navigation import Hit, area, finder
from rcm.ui.words import moment

READERS = (Role.BILLER, Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR)
MOST_HITS = 6
SHORTEST_NUMBER = 4


def _files(practices: Sequence[int], words: str) -> list[Hit]:
    """By control number, leading zeros or not."""
    if not words.isdecimal() or len(words) < SHORTEST_NUMBER:
        return []
    found = without_content(practices).filter(control_number__endswith=words).order_by("-stored_at")
    return [_hit(interchange) for interchange in found[:MOST_HITS]]


def _hit(interchange: Interchange) -> Hit:
    about = (
        f"{interchange.kind} {interchange.get_direction_display().lower()}, {moment(interchange.stored_at)}"
    )
    url = reverse("clearinghouse:interchange", args=[interchange.public_id])
    return Hit(interchange.control_number, about, url)


def _troubled(practices: Sequence[int]) -> int:
    return troubled_mailboxes(practices).filter(sftp_offered_key="").count()


def _changed(practices: Sequence[int]) -> int:
    return changed_keys(practices).count()


def _silent(practices: Sequence[int]) -> int:
    return len(silent_mailboxes(practices, now=clock.now()))


def _partial(practices: Sequence[int]) -> int:
    return partial_files(practices, now=clock.now()).count()


def _unknown(practices: Sequence[int]) -> int:
    return unknown_deliveries(practices).count()


def _in_trouble(practices: Sequence[int]) -> int:
    return troubled_mailboxes(practices).count() + _silent(practices) + _partial(practices)


area(
    "Clearinghouse",
    "clearinghouse:connections",
    roles=(Role.ADMINISTRATOR,),
    group="Administration",
    icon="link",
    count=_in_trouble,
    urgent=True,
)
alarm(
    "changed_host_keys",
    "server with another host key,servers with another host key",
    todo=(
        "Nothing is exchanged with it: it may be somebody else. Telephone the clearinghouse; if it did change"
        " its key, compare the fingerprint and pin the new one on the connection's page."
    ),
    count=_changed,
    url_name="clearinghouse:connections",
    place=WIRE,
)
alarm(
    "unreachable_mailboxes",
    "mailbox cannot be emptied,mailboxes cannot be emptied",
    todo="Remittances and acknowledgments wait there. Test the connection: it says what does not work.",
    count=_troubled,
    url_name="clearinghouse:connections",
    place=WIRE,
)
alarm(
    "silent_mailboxes",
    "mailbox silent for too long,mailboxes silent for too long",
    todo=(
        "It can be opened, and nothing came for days. Ask the clearinghouse whether it delivers there; pause"
        " the connection, or set its days to 0, if nothing is expected."
    ),
    count=_silent,
    url_name="clearinghouse:connections",
    place=WIRE,
)
alarm(
    "partial_files",
    "file that stays incomplete in a mailbox,files that stay incomplete in a mailbox",
    todo=(
        "It was left alone, since it has no end. Ask the clearinghouse to deliver it again; on the page of"
        " the connection it can be taken in as it is: whole documents are read, the cut one is refused."
    ),
    count=_partial,
    url_name="clearinghouse:connections",
    place=WIRE,
)
alarm(
    "unknown_deliveries",
    "file with unknown delivery,files with unknown delivery",
    todo=(
        "We look for them again by ourselves, and any acknowledgment proves their arrival. One that stays"
        " needs the clearinghouse's word; then send it again: the same bytes under the same number."
    ),
    count=_unknown,
    url_name="clearinghouse:exchange",
    query="?state=unknown",
    place=WIRE,
)
finder("Files exchanged", roles=READERS, find=_files)
