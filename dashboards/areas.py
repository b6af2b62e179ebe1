"""What of the dashboards is on the rail."""

from practice.models import Role
from rcm.ui.navigation import area

READERS = (Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR)

area(
    "Dashboard",
    "dashboards:overview",
    roles=READERS,
    group="Overview",
    icon="chart",
    first_for=(Role.MANAGER,),
    about="How the practice stands: owed, paid, refused and why. Each figure opens its rows.",
)
area(
    "Payers compared",
    "dashboards:payers",
    roles=READERS,
    group="Overview",
    icon="shield",
    about="The same figures, payer beside payer.",
)
area(
    "Providers compared",
    "dashboards:providers",
    roles=READERS,
    group="Overview",
    icon="people",
    about="The same figures, provider beside provider.",
)
