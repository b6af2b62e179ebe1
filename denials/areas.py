"""What of denials is on the rail."""

from collections.abc import Sequence

from denials.models import Denial
from denials.states import UNWORKED
from practice.models import Role
from rcm.ui.navigation import area


def _waiting(practices: Sequence[int]) -> int:
    return Denial.objects.of(practices).filter(status__in=UNWORKED).count()


_READERS = (Role.BILLER, Role.MANAGER, Role.AUDITOR)

area("Denials", "denials:queue", roles=_READERS, group="Claims", icon="stop", count=_waiting, urgent=True)
area(
    "All denials",
    "denials:all",
    roles=_READERS,
    group="Claims",
    icon="book",
    about="Every denial, decided ones too.",
)
