"""Master data: the row, the refusals by name, a second call."""

import datetime as dt
from decimal import Decimal

import pytest

from practice.actions.adoption import adopt_location, adopt_payer, adopt_provider
from practice.actions.fees import FeeNegative, FeeScheduleKnown, publish_fees
from practice.actions.organization import (
    ClaimPrefixTaken,
    IdentifierNotValid,
    PostalAddress,
    TimeZoneUnknown,
    add_location,
    create_organization,
    open_practice,
)
from practice.actions.payer import (
    ApprovalWithoutDay,
    PatternNotValid,
    PayerKnown,
    agree_contract,
    enroll,
    identify_payer,
    register_payer,
)
from practice.actions.provider import ProviderKnown, credential_provider, register_provider
from practice.actions.staff import UsernameTaken, create_user, grant_role, revoke_role
from practice.models import (
    Credential,
    EnrollmentStatus,
    FeeSchedule,
    Membership,
    Payer,
    Practice,
    Provider,
    Role,
    WireTransaction,
)
from practice.queries import allowed_for, charge_for, contract_on, wire_number
from rcm.models import AuditEvent
from rcm.state import IllegalMove
from tests.conftest import NOW
from tests.factories import PayerFactory, UserFactory

MAIN_STREET = PostalAddress(street="1 Main St", city="Austin", state="TX", postal_code="787011234")
WRITE = {"by": None, "now": NOW}


def opened(**changes) -> Practice:
    wanted = {
        "name": "Hillside Pediatrics",
        "npi": "1234567893",
        "tax_number": "741234567",
        "taxonomy_code": "208000000X",
        "phone": "5125550101",
        "email": "billing@hillside.example",
        "address": MAIN_STREET,
        "claim_prefix": "HP",
    }
    organization = changes.pop("organization", None) or create_organization(name="Hillside", **WRITE)
    return open_practice(organization=organization, **WRITE, **wanted | changes)


def test_open_practice_is_on_record():
    practice = opened()
    assert (practice.city, practice.time_zone) == ("Austin", "America/Chicago")
    from rcm.db import practice_scope  # noqa: PLC0415

    with practice_scope([practice.pk]):
        assert AuditEvent.objects.get(verb="practice.opened").practice_id == practice.pk


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"npi": "1234567890"}, IdentifierNotValid),
        ({"tax_number": "74-123456"}, IdentifierNotValid),
        ({"time_zone": "Mars/Olympus"}, TimeZoneUnknown),
        ({"time_zone": "../etc"}, TimeZoneUnknown),
    ],
)
def test_open_practice_refuses_by_name(changes, refusal):
    with pytest.raises(refusal):
        opened(**changes)
    assert not Practice.objects.exists()


def test_open_practice_twice_is_refused():
    practice = opened()
    with pytest.raises(ClaimPrefixTaken):
        opened(organization=practice.organization)


def test_add_location_checks_its_npi(practice):
    location = add_location(
        practice=practice,
        name="Clinic",
        address=MAIN_STREET,
        place_of_service_code="22",
        npi="1234567893",
        **WRITE,
    )
    assert (location.place_of_service_code, location.street) == ("22", "1 Main St")
    with pytest.raises(IdentifierNotValid):
        add_location(practice=practice, name="Clinic", address=MAIN_STREET, npi="1", **WRITE)


def test_create_user_once_per_name():
    user = create_user(username="Rosa", password="correct horse battery", **WRITE)
    assert user.check_password("correct horse battery")
    with pytest.raises(UsernameTaken):
        create_user(username="rosa", password=None, **WRITE)


def test_grant_role_twice_is_once(practice):
    user = UserFactory()
    first = grant_role(user=user, practice=practice, role=Role.CODER, **WRITE)
    assert grant_role(user=user, practice=practice, role=Role.CODER, **WRITE) == first
    assert AuditEvent.objects.filter(verb="membership.granted").count() == 1


def test_revoke_role_takes_one_of_several(practice):
    user = UserFactory()
    for role in (Role.CODER, Role.BILLER):
        grant_role(user=user, practice=practice, role=role, **WRITE)
    for _ in range(2):
        revoke_role(user=user, practice=practice, role=Role.CODER, by=UserFactory(), now=NOW)
    assert Membership.objects.get(user=user).role == Role.BILLER


def registered(practice, **changes) -> Provider:
    wanted = {"first_name": "Linh", "last_name": "Nguyen", "npi": "1334455668", "taxonomy_code": "207Q00000X"}
    return register_provider(practice=practice, **WRITE, **wanted | changes)


def test_register_provider_once_per_npi(practice):
    provider = registered(practice)
    with pytest.raises(ProviderKnown):
        registered(practice)
    with pytest.raises(IdentifierNotValid):
        registered(practice, npi="1334455669")
    assert Provider.objects.get() == provider


def test_credential_provider_again_corrects_its_end(practice):
    provider, payer = registered(practice), PayerFactory(organization=practice.organization)
    span = {"effective_on": dt.date(2026, 1, 1), "ended_on": None}
    credential_provider(provider=provider, payer=payer, **WRITE, **span)
    credential_provider(provider=provider, payer=payer, **WRITE, **span | {"ended_on": dt.date(2026, 6, 30)})
    assert Credential.objects.get().ended_on == dt.date(2026, 6, 30)


def payer(practice, **changes) -> Payer:
    wanted = {"name": "BluePeak", "payer_number": "BPK01", "filing_indicator_code": "CI"}
    return register_payer(organization=practice.organization, **WRITE, **wanted | changes)


def test_register_payer_once_per_number(practice):
    assert payer(practice, address=MAIN_STREET, member_number_pattern="BPK[0-9]{9}").city == "Austin"
    with pytest.raises(PayerKnown):
        payer(practice)
    with pytest.raises(PatternNotValid):
        payer(practice, payer_number="BPK02", member_number_pattern="[")


def test_identify_payer_is_known_by_it(practice):
    known = payer(practice)
    for number in ("111", "222"):
        identify_payer(
            payer=known, clearinghouse="CH", transaction_kind=WireTransaction.CLAIM, number=number, **WRITE
        )
    asked = {"payer": known, "clearinghouse": "CH"}
    assert wire_number(transaction=WireTransaction.CLAIM, **asked) == "222"
    assert wire_number(transaction=WireTransaction.STATUS, **asked) == "BPK01"


def test_enroll_goes_step_by_step(practice):
    wanted = {
        "practice": practice,
        "payer": payer(practice),
        "transaction_kind": WireTransaction.CLAIM,
        **WRITE,
    }
    with pytest.raises(ApprovalWithoutDay):
        enroll(status=EnrollmentStatus.APPROVED, **wanted)
    day = dt.date(2026, 1, 1)
    for _ in range(2):
        enrollment = enroll(status=EnrollmentStatus.APPROVED, approved_on=day, **wanted)
    assert (enrollment.status, enrollment.approved_on) == (EnrollmentStatus.APPROVED, day)
    assert AuditEvent.objects.filter(verb="enrollment.status").count() == 2
    with pytest.raises(IllegalMove):
        enroll(status=EnrollmentStatus.PENDING, **wanted)


def test_enroll_may_begin_anywhere(practice):
    for transaction, status in zip(WireTransaction, EnrollmentStatus, strict=True):
        enrollment = enroll(
            practice=practice,
            payer=Payer.objects.first() or payer(practice),
            transaction_kind=transaction,
            status=status,
            approved_on=dt.date(2026, 1, 1),
            **WRITE,
        )
        assert enrollment.status == status


def test_agree_contract_ends_the_one_before(practice):
    known = payer(practice)
    first = agree_contract(practice=practice, payer=known, effective_on=dt.date(2025, 1, 1), **WRITE)
    second = agree_contract(practice=practice, payer=known, effective_on=dt.date(2026, 1, 1), **WRITE)
    again = agree_contract(
        practice=practice, payer=known, effective_on=dt.date(2026, 1, 1), appeal_days=90, **WRITE
    )
    first.refresh_from_db()
    assert (first.ended_on, again.pk, again.appeal_days) == (dt.date(2025, 12, 31), second.pk, 90)
    assert contract_on(practice=practice, payer=known, day=dt.date(2025, 6, 1)) == first
    assert contract_on(practice=practice, payer=known, day=dt.date(2024, 6, 1)) is None


def publish(practice, effective_on, amount, **changes) -> FeeSchedule:
    fees = {("99214", ""): Decimal(amount), ("99214", "26"): Decimal("50")}
    return publish_fees(
        practice=practice, name="Charges", effective_on=effective_on, **{"fees": fees} | changes, **WRITE
    )


def test_publish_fees_prices_by_day_and_modifier(practice):
    first = publish(practice, dt.date(2025, 1, 1), "200")
    publish(practice, dt.date(2026, 1, 1), "210")
    earlier = publish(practice, dt.date(2024, 1, 1), "190")
    first.refresh_from_db()
    assert (first.ended_on, earlier.ended_on) == (dt.date(2025, 12, 31), dt.date(2024, 12, 31))
    asked = {"practice": practice, "procedure_code": "99214"}
    assert charge_for(modifiers=[], day=dt.date(2025, 12, 31), **asked) == Decimal("200.00")
    assert charge_for(modifiers=["25"], day=dt.date(2026, 1, 1), **asked) == Decimal("210.00")
    assert charge_for(modifiers=["26"], day=dt.date(2026, 1, 1), **asked) == Decimal("50.00")
    assert charge_for(modifiers=[], day=dt.date(2023, 1, 1), **asked) is None


def test_publish_fees_again_is_the_same_list(practice):
    day = dt.date(2025, 1, 1)
    assert publish(practice, day, "200") == publish(practice, day, "200.00")
    with pytest.raises(FeeScheduleKnown):
        publish(practice, day, "201")
    with pytest.raises(FeeNegative):
        publish(practice, dt.date(2026, 1, 1), "-1")
    assert FeeSchedule.objects.count() == 1


def test_publish_fees_of_a_contract_are_what_it_allows(practice):
    contract = agree_contract(
        practice=practice, payer=payer(practice), effective_on=dt.date(2025, 1, 1), **WRITE
    )
    publish(practice, dt.date(2025, 1, 1), "130", contract=contract)
    asked = {"procedure_code": "99214", "modifiers": [], "day": dt.date(2026, 1, 1)}
    assert allowed_for(contract=contract, **asked) == Decimal("130.00")
    assert charge_for(practice=practice, **asked) is None


def test_adopt_provider_is_found_by_id_then_npi_then_name(practice):
    def adopt(**changes):
        wanted = {"external_id": "d1", "first_name": "Linh", "last_name": "Nguyen", "npi": "70"}
        return adopt_provider(practice=practice, **WRITE, **wanted | changes)

    first, written = adopt()
    assert written
    assert adopt() == (first, False)
    assert adopt(external_id="d2") == (first, False)
    assert adopt(last_name="Tran") == (first, True)
    nobody, written = adopt(external_id="", npi="", first_name="A", last_name="B")
    assert written
    assert adopt(external_id="", npi="", first_name="a", last_name="b") == (nobody, False)


def test_adopt_location_by_name(practice):
    clinic, written = adopt_location(practice=practice, name="Clinic", address=MAIN_STREET, **WRITE)
    assert written
    assert adopt_location(practice=practice, name="CLINIC", address=PostalAddress(), **WRITE) == (
        clinic,
        False,
    )


def test_adopt_payer_gets_a_number_of_its_own(practice):
    def adopt(name: str):
        return adopt_payer(organization=practice.organization, name=name, **WRITE)

    first, written = adopt("Lone Star Medicaid")
    assert (first.payer_number, first.filing_indicator_code, written) == ("LONESTARMEDICAID", "MC", True)
    assert adopt("lone star medicaid") == (first, False)
    assert adopt("Lone-Star Medicaid")[0].payer_number == "LONESTARMEDICAI2"
    assert adopt("保险")[0].payer_number == "PAYER"
