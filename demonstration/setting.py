"""The demonstration's practices: staff, payers, prices and contracts, made by our own actions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from demonstration.catalog import procedures
from practice.actions.fees import publish_fees
from practice.actions.organization import PostalAddress, add_location, create_organization, open_practice
from practice.actions.payer import agree_contract, enroll, identify_payer, register_payer
from practice.actions.provider import credential_provider, register_provider
from practice.actions.staff import create_user, grant_role
from practice.models import (
    EnrollmentStatus,
    Location,
    Membership,
    Organization,
    Payer,
    Practice,
    Provider,
    Role,
    User,
    WireTransaction,
)
from rcm.db import practice_scope

CLEARINGHOUSE = "Payer in a box"
# The shape of a Medicare number: letters, and letters or digits, by place (domain.md section 6, C02).
_L, _LD = "[AC-HJKMNP-RT-Y]", "[0-9AC-HJKMNP-RT-Y]"
MEDICARE_NUMBER = rf"^[1-9]{_L}{_LD}\d{_L}{_LD}\d{_L}{{2}}\d{{2}}$"
TRANSACTIONS = (WireTransaction.CLAIM, WireTransaction.ELIGIBILITY, WireTransaction.STATUS)
OFFICE = PostalAddress(street="100 Main Street", city="Austin", state="TX", postal_code="787011234")
PROVIDERS = (
    ("Linh", "Nguyen", "MD", "1334455668", "207Q00000X"),
    ("Marcus", "Whitfield", "MD", "1223344551", "207R00000X"),
    ("Elena", "Castellano", "NP", "1445566775", "363LF0000X"),
)


@dataclass(frozen=True, slots=True)
class PayerFacts:
    """A payer of the box as the practice knows it; days are the contract's clocks."""

    number: str
    name: str
    filing_indicator: str
    originator: str
    pattern: str
    timely_filing_days: int
    days_to_pay: int
    authorization_required: tuple[str, ...] = ()
    takes_replacements: bool = True


PAYERS = (
    PayerFacts(
        "04412", "Medicare Part B TX", "MB", "1234567890", MEDICARE_NUMBER, 365, 21, takes_replacements=False
    ),
    PayerFacts(
        "BPK01", "BluePeak Health Plan", "12", "1321654987", r"^BPK\d{9}$", 180, 14, ("64483", "70551")
    ),
    PayerFacts("NSH01", "North Star Health", "HM", "1456789123", r"^NSH\d{9}$", 90, 14, ("70551",)),
    PayerFacts("LSM01", "Lone Star Medicaid", "MC", "1567891234", r"^LSM\d{9}$", 95, 21),
    PayerFacts("59999", "Statewide Medigap", "15", "1987654321", r"^MG\d{8}$", 365, 21),
)


@dataclass(frozen=True, slots=True)
class PracticeFacts:
    """A practice to be opened: how it bills, where it is, and who sees patients (names, NPI, taxonomy)."""

    name: str
    claim_prefix: str
    npi: str = "1234567893"
    tax_number: str = "741234567"
    taxonomy_code: str = "207Q00000X"
    phone: str = "5125550100"
    email: str = "billing@lakeside.example"
    office: str = "Main Street office"
    address: PostalAddress = OFFICE
    providers: Sequence[tuple[str, str, str, str, str]] = PROVIDERS


@dataclass(frozen=True)
class Setting:
    """A practice ready for its first visit. `team` is everybody with a role, `staff` the first of them."""

    practice: Practice
    location: Location
    providers: list[Provider]
    payers: dict[str, Payer]
    staff: dict[Role, User]
    team: Mapping[Role, Sequence[User]] = field(default_factory=dict)

    @property
    def needs_authorization(self) -> dict[str, tuple[str, ...]]:
        """By payer number, the procedures that its contract wants consent for."""
        return {facts.number: facts.authorization_required for facts in PAYERS}

    def on_duty(self, role: Role, turn: int) -> User:
        """Who of those with the role does this piece of work; `turn` is any number that names the piece."""
        team = self.team.get(role)
        return team[turn % len(team)] if team else self.staff[role]


def open_setting(
    *,
    name: str,
    claim_prefix: str,
    usernames: dict[Role, str],
    password: str | None,
    now: datetime,
    today: date,
) -> Setting:
    """A new organization with one practice, its providers, payers, contracts, prices and staff."""
    organization = create_organization(name=f"{name} Group", by=None, now=now)
    setting = open_office(
        organization=organization,
        payers=register_payers(organization=organization, now=now),
        facts=PracticeFacts(name, claim_prefix),
        now=now,
        today=today,
    )
    with practice_scope([setting.practice.pk]):
        for role, username in usernames.items():
            user = create_user(username=username, password=password, first_name=role.label, by=None, now=now)
            grant_role(user=user, practice=setting.practice, role=role, by=None, now=now)
            setting.staff[role] = user
    return setting


def register_payers(*, organization: Organization, now: datetime) -> dict[str, Payer]:
    """The payers of the box as the organization's, by payer number."""
    return {facts.number: _register_payer(organization, facts, now=now) for facts in PAYERS}


def open_office(
    *,
    organization: Organization,
    payers: dict[str, Payer],
    facts: PracticeFacts,
    now: datetime,
    today: date,
) -> Setting:
    """A new practice of the organization, enrolled with its payers; nobody works there yet."""
    since = today - timedelta(days=400)
    practice = open_practice(
        organization=organization,
        name=facts.name,
        npi=facts.npi,
        tax_number=facts.tax_number,
        taxonomy_code=facts.taxonomy_code,
        phone=facts.phone,
        email=facts.email,
        address=facts.address,
        claim_prefix=facts.claim_prefix,
        by=None,
        now=now,
        opened_on=since,
    )
    with practice_scope([practice.pk]):
        location = add_location(practice=practice, name=facts.office, address=facts.address, by=None, now=now)
        for terms in PAYERS:
            _agree(practice, payers[terms.number], terms, since=since, now=now)
        providers = [_add_provider(practice, row, payers, since=since, now=now) for row in facts.providers]
        prices = {(code, ""): procedure.charge for code, procedure in procedures().items()}
        publish_fees(
            practice=practice, name="Practice charges", effective_on=since, fees=prices, by=None, now=now
        )
    return Setting(practice, location, providers, payers, {})


def read_setting(practice: Practice) -> Setting:
    """A practice that was opened before, as it stands; its scope is stated."""
    payers = Payer.objects.filter(organization=practice.organization)
    team: dict[Role, list[User]] = {}
    for membership in Membership.objects.filter(practice=practice).select_related("user").order_by("pk"):
        team.setdefault(Role(membership.role), []).append(membership.user)
    return Setting(
        practice=practice,
        location=Location.objects.filter(practice=practice).earliest("pk"),
        providers=list(Provider.objects.filter(practice=practice).order_by("pk")),
        payers={payer.payer_number: payer for payer in payers},
        staff={role: users[0] for role, users in team.items()},
        team=team,
    )


def _register_payer(organization: Organization, facts: PayerFacts, *, now: datetime) -> Payer:
    payer = register_payer(
        organization=organization,
        name=facts.name,
        payer_number=facts.number,
        filing_indicator_code=facts.filing_indicator,
        member_number_pattern=facts.pattern,
        takes_replacements=facts.takes_replacements,
        by=None,
        now=now,
    )
    identify_payer(
        payer=payer,
        clearinghouse=CLEARINGHOUSE,
        transaction_kind=WireTransaction.REMITTANCE,
        number=facts.originator,
        by=None,
        now=now,
    )
    return payer


def _agree(practice: Practice, payer: Payer, facts: PayerFacts, *, since: date, now: datetime) -> None:
    for kind in TRANSACTIONS:
        enroll(
            practice=practice,
            payer=payer,
            transaction_kind=kind,
            status=EnrollmentStatus.APPROVED,
            approved_on=since,
            by=None,
            now=now,
        )
    agree_contract(
        practice=practice,
        payer=payer,
        effective_on=since,
        timely_filing_days=facts.timely_filing_days,
        days_to_pay=facts.days_to_pay,
        authorization_required=facts.authorization_required,
        by=None,
        now=now,
    )


def _add_provider(
    practice: Practice,
    row: tuple[str, str, str, str, str],
    payers: dict[str, Payer],
    *,
    since: date,
    now: datetime,
) -> Provider:
    first_name, last_name, credential, npi, taxonomy_code = row
    provider = register_provider(
        practice=practice,
        first_name=first_name,
        last_name=last_name,
        credential=credential,
        npi=npi,
        taxonomy_code=taxonomy_code,
        by=None,
        now=now,
    )
    for payer in payers.values():
        credential_provider(provider=provider, payer=payer, effective_on=since, by=None, now=now)
    return provider
