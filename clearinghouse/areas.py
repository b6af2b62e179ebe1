"""What the search finds of the exchange. On the rail it stands among the claims (claims/areas.py)."""

from collections.abc import Sequence

from django.urls import reverse

from clearinghouse.models import Interchange
from clearinghouse.queries import without_content
from clearinghouse.queries.settings import troubled_mailboxes, unknown_deliveries
from practice.models import Role
from rcm.ui.alarms import alarm
from rcm.ui.navigation import Hit, area, finder
from rcm.ui.words import moment

READERS = (Role.BILLER, Role.ADMINISTRATOR, Role.AUDITOR)
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
    return troubled_mailboxes(practices).count()


def _unknown(practices: Sequence[int]) -> int:
    return unknown_deliveries(practices).count()


area(
    "Clearinghouse",
    "clearinghouse:connections",
    roles=(Role.ADMINISTRATOR,),
    group="Administration",
    icon="link",
    count=_troubled,
    urgent=True,
)
alarm(
    "unreachable_mailboxes",
    "mailbox cannot be emptied,mailboxes cannot be emptied",
    todo="Remittances and acknowledgments wait there. Test the connection: it says what does not work.",
    count=_troubled,
    url_name="clearinghouse:connections",
)
alarm(
    "unknown_deliveries",
    "file with unknown delivery,files with unknown delivery",
    todo="We look for them again by ourselves. One that stays needs the clearinghouse's word.",
    count=_unknown,
    url_name="clearinghouse:exchange",
    query="?state=unknown",
)
finder("Files exchanged", roles=READERS, find=_files)
