"""A two-minute tour for every role: what to look at first, in the order of the day. Pure data.

A step names its page by URL name; a page that does not exist yet is left out (`steps_for`), and no step
needs a record's number. The frame draws the tour.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from practice.models import Role


@dataclass(frozen=True, slots=True)
class Step:
    """One stop: the page (URL name without arguments), a title of a few words, one or two sentences.

    With `opens_first` the page is a queue, and the stop is its first row, where it has one.
    """

    url_name: str
    title: str
    text: str
    opens_first: bool = False

    @property
    def url(self) -> str | None:
        """Where it is; None while there is no such page."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return None


TOURS: dict[Role, tuple[Step, ...]] = {
    Role.FRONT_DESK: (
        Step(
            "patients:schedule",
            "The day at a glance",
            "Everybody who comes today, by time and provider. The mark beside a name says what the"
            " payer answered about the coverage; j and k move, Enter opens the visit.",
        ),
        Step(
            "patients:problems",
            "Trouble before it walks in",
            "Coverage of the coming days was asked about overnight. Whoever is not active, not found"
            " or not answered stands here, with the words to use on the telephone.",
        ),
        Step(
            "patients:search",
            "Find anybody",
            "By name, birth date, phone or record number. Press / on any page to search from there.",
        ),
        Step(
            "patients:registration",
            "Register once",
            "While you type, people who look alike are shown, so that nobody gets a second record. A"
            " minor needs somebody who answers for the bills.",
        ),
        Step(
            "patients:schedule",
            "Check in and take the copay",
            "Open a visit, compare the copay the payer named, take it and print the receipt. The"
            " money waits as a credit until the payer has decided.",
        ),
    ),
    Role.CODER: (
        Step(
            "coding:queue",
            "Notes that wait for codes",
            "Oldest first, with how long they lie. Everything a visit needs before a claim can be"
            " built starts here.",
        ),
        Step(
            "coding:queue",
            "Note on the left, codes on the right",
            "This is the visit that has waited longest. Type a few words to find a diagnosis; codes that"
            " are headings or not valid on that day are not offered.",
            opens_first=True,
        ),
        Step(
            "coding:queue",
            "Edits as you type",
            "Modifiers, pointers and units are judged at once. What would stop the claim later is"
            " said now, with the way to mend it.",
            opens_first=True,
        ),
        Step(
            "coding:queue",
            "Sign and go on",
            "Signing prices the lines, books the charges and builds the claim in the background. The"
            " next note opens by itself.",
            opens_first=True,
        ),
        Step(
            "coding:queue",
            "Your own view of the queue",
            "Filter by provider, payer or age and keep the view under a name. j and k move through"
            " the rows, / searches everywhere.",
        ),
    ),
    Role.BILLER: (
        Step(
            "claims:held",
            "Mend what is held",
            "Each claim says what stops it and which field to change. Mend it here and release it; it"
            " is judged again at once.",
        ),
        Step(
            "claims:ready",
            "Send the batch",
            "Choose all or some and send. The file goes out over SFTP; the answers of clearinghouse"
            " and payers come back onto the same claims.",
        ),
        Step(
            "claims:rejected",
            "Rejected is not denied",
            "The clearinghouse or payer did not take these. Mend and send again under the same"
            " number; no appeal is needed.",
        ),
        Step(
            "claims:silent",
            "Who owes an answer",
            "Claims past the days the contract gives the payer. Status questions go out by"
            " themselves; those the payer lost are marked.",
        ),
        Step(
            "billing:parked",
            "Remittances that do not add up",
            "Nothing of them is in the books. The reasons name the line and the difference; post by"
            " hand, wait for the payer's correction, or set it aside.",
        ),
        Step(
            "denials:queue",
            "Denials by what they are worth",
            "Sorted by dollars, chance and deadline. The reason is in words, with the first step:"
            " correct, appeal with a letter, or ask for a write-off.",
        ),
        Step(
            "billing:accounts",
            "What patients owe",
            "Balances with statements, reminders, holds and disputes. Every cent leads back to a"
            " visit and a line of a remittance.",
        ),
    ),
    Role.MANAGER: (
        Step(
            "dashboards:overview",
            "The practice in figures",
            "Days in A/R, clean claims, denials, collections. Open a figure to see how it is counted,"
            " and the very rows that make it up.",
        ),
        Step(
            "dashboards:overview",
            "Two practices, one view",
            "The switcher at the top chooses one practice or all of yours. Figures, queues and search"
            " follow it.",
        ),
        Step(
            "denials:queue",
            "Why payers refuse",
            "Causes and deadlines. What was won before counts into the order of the queue.",
        ),
        Step(
            "billing:write_offs",
            "Write-offs wait for you",
            "Who asks does not decide. Approve or refuse with a reason; above the practice's limit"
            " nothing is forgiven without you.",
        ),
        Step(
            "claims:silent",
            "Money that lies still",
            "Which payer is late, and for how much. The contract's days to pay are kept with the payer.",
        ),
        Step(
            "billing:accounts",
            "Patients' accounts",
            "Balances under review after the final notice come to a person; nobody is sent to"
            " collections by a program.",
        ),
    ),
    Role.ADMINISTRATOR: (
        Step(
            "practice:people",
            "People and roles",
            "Who may do what in which practice. Roles combine: look at the one who codes and bills.",
        ),
        Step(
            "practice:practices",
            "Practices and providers",
            "NPIs and tax ids have to prove themselves; a provider is credentialed with each payer for a"
            " span of days.",
        ),
        Step(
            "practice:payers",
            "Payers and contracts",
            "Days to file, to correct, to appeal and to pay. Every deadline in the queues is counted"
            " from here.",
        ),
        Step(
            "practice:operations",
            "Is all well?",
            "What waits, what failed, when each job ran last. A message that used up its tries is"
            " sent again from here.",
        ),
        Step(
            "practice:audit",
            "Who did what",
            "Every change and every look into a patient's record, with person, time and reason."
            " Nothing can be taken out of it.",
        ),
    ),
    Role.AUDITOR: (
        Step(
            "practice:audit",
            "Who did or read what",
            "Every change and every look into a patient's record, with person, time and reason."
            " Find one record's trail by its number, or by name.",
        ),
        Step(
            "clearinghouse:exchange",
            "Byte for byte",
            "Whatever went out and came in is kept as it was, with its control numbers. Open one to"
            " read it segment by segment.",
        ),
        Step(
            "billing:remittances",
            "Every payment proves itself",
            "Paid and adjusted add up to what was charged, line by line, or nothing of it is in the books.",
            opens_first=True,
        ),
        Step(
            "billing:write_offs",
            "Who forgave how much",
            "Above the practice's limit one person asks and another decides. Both names stay.",
        ),
        Step(
            "dashboards:overview",
            "Figures with their rows",
            "Each says how it is counted and opens the very rows that sum to it.",
        ),
    ),
}


def role_of(step: Step) -> Role:
    """Whose tour a step belongs to."""
    return next(role for role, steps in TOURS.items() if step in steps)


def steps_for(roles: Collection[Role]) -> Iterator[Step]:
    """The steps of the roles that lead to a page that exists, in order; a page with the same title once."""
    seen: set[tuple[str, str]] = set()
    for role, steps in TOURS.items():
        for step in steps:
            stop = (step.url_name, step.title)
            if role in roles and stop not in seen and step.url is not None:
                seen.add(stop)
                yield step
