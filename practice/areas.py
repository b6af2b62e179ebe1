"""What of the administration is on the rail, what the search finds of it, and what rings."""

from collections.abc import Sequence
from functools import reduce
from operator import and_, or_

from django.db.models import Q
from django.urls import reverse

from practice.models import Role
from practice.queries import dead_letters, payers_of, people_in, providers_in
from rcm import clock
from rcm.runs import troubled_runs
from rcm.ui.alarms import alarm, raised
from rcm.ui.navigation import Hit, area, finder

ADMINISTRATION = "Administration"
WRITERS = (Role.ADMINISTRATOR,)
READERS = (Role.ADMINISTRATOR, Role.AUDITOR)
_MOST = 6


def _ringing(practices: Sequence[int]) -> int:
    return len(raised(practices))


def _dead(practices: Sequence[int]) -> int:
    return dead_letters(practices, now=clock.now()).count()


def _late(_practices: Sequence[int]) -> int:
    return len(troubled_runs())


def _begin(words: str, *fields: str) -> Q:
    """Every word begins one of the fields, in whatever order they are said."""
    said = words.replace(",", " ").split()
    anywhere = (reduce(or_, (Q(**{f"{field}__istartswith": word}) for field in fields)) for word in said)
    return reduce(and_, anywhere, Q(pk=None) if not said else Q())


def _master(practices: Sequence[int], words: str) -> list[Hit]:
    """People and providers by the beginnings of their names or number, payers by a part of name or number."""
    people = people_in(practices).filter(_begin(words, "first_name", "last_name", "username"))[:_MOST]
    payers = payers_of(practices).filter(Q(name__icontains=words) | Q(payer_number__istartswith=words))[
        :_MOST
    ]
    providers = providers_in(practices).filter(_begin(words, "first_name", "last_name", "npi"))[:_MOST]
    return [
        *(
            Hit(
                each.get_full_name(),
                f"sign-in {each.username}",
                reverse("practice:person", args=[each.public_id]),
            )
            for each in people
        ),
        *(
            Hit(each.name, f"payer {each.payer_number}", reverse("practice:payer", args=[each.public_id]))
            for each in payers
        ),
        *(
            Hit(str(each), f"provider, NPI {each.npi}", reverse("practice:provider", args=[each.public_id]))
            for each in providers
        ),
    ]


area("People", "practice:people", roles=WRITERS, group=ADMINISTRATION, icon="people")
area("Practices", "practice:practices", roles=WRITERS, group=ADMINISTRATION, icon="gear")
area("Providers", "practice:providers", roles=WRITERS, group=ADMINISTRATION, icon="person")
area("Payers", "practice:payers", roles=WRITERS, group=ADMINISTRATION, icon="shield")
area("Fee schedules", "practice:fee_schedules", roles=WRITERS, group=ADMINISTRATION, icon="scale")
area(
    "API tokens",
    "practice:tokens",
    roles=WRITERS,
    group=ADMINISTRATION,
    icon="lock",
    about="Programs that may read and write here through the API, each in one practice and one role.",
)
area(
    "Operations",
    "practice:operations",
    roles=READERS,
    group=ADMINISTRATION,
    icon="pulse",
    count=_ringing,
    urgent=True,
    first_for=(Role.ADMINISTRATOR,),
    about="Whether the machinery runs: what waits to be delivered, what failed, and what wants a person.",
)
area(
    "Audit trail",
    "practice:audit",
    roles=READERS,
    group=ADMINISTRATION,
    icon="eye",
    first_for=(Role.AUDITOR,),
)
finder("People, payers, providers", roles=WRITERS, find=_master)
alarm(
    "dead_letters",
    "dead letter",
    todo="A step failed ten times. Read its error below, mend the cause, then try it again.",
    count=_dead,
    url_name="practice:operations",
    query="#dead-letters",
)
alarm(
    "late_tasks",
    "scheduled task late or failed,scheduled tasks late or failed",
    todo="Nothing arrives and nothing is sent while they stand. See that worker and scheduler run.",
    count=_late,
    url_name="practice:operations",
    query="#last-runs",
)
