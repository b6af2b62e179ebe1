"""The pages of the administrator: people, practices, providers, payers, prices, tokens."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice.actions.staff import grant_role
from practice.models import (
    ApiToken,
    Contract,
    Credential,
    Enrollment,
    FeeSchedule,
    Location,
    Membership,
    Payer,
    PayerIdentifier,
    Practice,
    Provider,
    Role,
    User,
)
from practice.queries import fee_schedules_of, people_in, prices_in
from rcm.db import practice_scope
from rcm.models import AuditEvent
from tests.conftest import NOW
from tests.factories import (
    CodeFactory,
    ContractFactory,
    EnrollmentFactory,
    FeeFactory,
    FeeScheduleFactory,
    LocationFactory,
    PayerFactory,
    PracticeFactory,
    ProviderFactory,
    UserFactory,
)

pytestmark = pytest.mark.slow

PAGES = [
    "/settings/people/",
    "/settings/people/invitation/",
    "/settings/practices/",
    "/settings/practices/new/",
    "/settings/providers/",
    "/settings/providers/new/",
    "/settings/payers/",
    "/settings/payers/new/",
    "/settings/fees/",
    "/settings/fees/upload/",
    "/settings/tokens/",
    "/settings/tokens/new/",
]
PROVIDER = {"first_name": "Ada", "last_name": "Moss", "npi": "1234567893", "taxonomy_code": "207q00000x"}
PAYER = {"name": "Prairie Health", "payer_number": "ph1", "filing_indicator_code": "CI"}
TERMS = {"timely_filing_days": 90, "corrected_claim_days": 60, "appeal_days": 120, "days_to_pay": 21}


@pytest.fixture
def administrator(staff):
    return staff(Role.ADMINISTRATOR, first_name="Ad", last_name="Min")


@pytest.fixture
def stranger(staff):
    """An administrator of another practice."""
    return staff(Role.ADMINISTRATOR, at=[PracticeFactory()])


def page(name, record):
    return reverse(f"practice:{name}", args=[record.public_id])


def said(answer):
    """The page, however its source is broken into lines."""
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("url", PAGES)
def test_pages_open_for_administrators_only(administrator, staff, url):
    assert administrator.get(url).status_code == 200
    assert administrator.get(url, headers={"HX-Request": "true"}).status_code == 200
    assert staff(Role.MANAGER).get(url).status_code == 403


@pytest.mark.parametrize(
    ("url", "make"),
    [
        ("/settings/people/", lambda practice: UserFactory(member_of=practice)),
        ("/settings/providers/", lambda practice: ProviderFactory(practice=practice, npi="", last_name="X")),
        ("/settings/fees/", lambda practice: FeeFactory(fee_schedule__practice=practice)),
    ],
)
def test_lists_ask_as_often_for_one_row_as_for_three(administrator, practice, url, make):
    make(practice)
    administrator.get(url)
    with CaptureQueriesContext(connection) as one:
        administrator.get(url)
    make(practice), make(practice)
    with CaptureQueriesContext(connection) as three:
        administrator.get(url)
    assert len(one) == len(three)


def test_person_is_invited_and_seen_with_their_roles(administrator, practice, drain):
    entered = {"first_name": "Ana", "last_name": "Reyes", "username": "ana", "email": "ana@example.org"}
    field = f"roles_{practice.public_id}"
    without = administrator.post("/settings/people/invitation/", entered)
    assert without.status_code == 422
    assert "Tick at least one role" in said(without)
    answer = administrator.post("/settings/people/invitation/", entered | {field: ["biller", "coder"]})
    ana = User.objects.get(username="ana")
    assert answer.url == page("person", ana)
    shown = said(administrator.get(answer.url))
    assert "Invited" in shown
    assert shown.count("yes</span") == 2
    again = administrator.post("/settings/people/invitation/", entered | {field: ["biller"]})
    assert "under this name already" in said(again)
    administrator.post(page("invitation_again", ana))
    assert drain() == 2


def test_roles_are_changed_but_not_the_last_administrators(administrator, practice):
    field = f"roles_{practice.public_id}"
    person = UserFactory(member_of=practice)
    administrator.post(page("roles", person), {field: ["coder"]})
    assert list(Membership.objects.filter(user=person).values_list("role", flat=True)) == ["coder"]
    assert "Leave one role" in said(administrator.post(page("roles", person), {}))
    refused = administrator.post(page("roles", administrator.user), {field: ["biller"]})
    assert refused.status_code == 422
    assert "Nobody else administers" in said(refused)


def test_name_and_address_are_put_right_and_a_stale_write_is_shown(administrator, practice):
    person = UserFactory(member_of=practice, first_name="An", last_name="Reyes")
    seen = administrator.get(page("person_profile", person)).context["form"].initial["seen"]
    User.objects.filter(pk=person.pk).update(first_name="Anna")
    entered = {"first_name": "Ana", "last_name": "Reyes", "email": "a@example.org"}
    stale = administrator.post(page("person_profile", person), entered | {"seen": seen})
    assert stale.status_code == 422
    assert "Somebody changed this record" in said(stale)
    administrator.post(page("person_profile", person), entered)
    person.refresh_from_db()
    assert (person.first_name, person.email) == ("Ana", "a@example.org")


def test_person_is_deactivated_after_one_question_and_let_in_again(administrator, practice):
    person = UserFactory(member_of=practice)
    assert "cannot sign in again" in said(administrator.get(page("deactivation", person)))
    administrator.post(page("deactivation", person), {"why": "Left"})
    assert not User.objects.get(pk=person.pk).is_active
    administrator.post(page("activation", person))
    assert User.objects.get(pk=person.pk).is_active
    own = administrator.post(page("deactivation", administrator.user), follow=True)
    assert "account you are signed in with" in said(own)


def test_account_of_somebody_who_also_works_elsewhere_is_theirs(administrator, staff, practice):
    other = PracticeFactory()
    person = staff(Role.BILLER, at=[practice, other]).user
    assert "practices that you do not administer" in said(administrator.get(page("person", person)))
    for name in ("person_profile", "deactivation"):
        assert administrator.get(page(name, person)).status_code == 404
    field = f"roles_{practice.public_id}"
    administrator.post(page("roles", person), {field: []})
    assert not people_in([practice.pk]).filter(pk=person.pk).exists()


def test_timelines_say_which_of_several_rows_is_meant(administrator, staff, practice):
    both = staff(Role.ADMINISTRATOR, at=[practice, other := PracticeFactory(name="Riverside")])
    person = UserFactory(member_of=practice)
    for place in (practice, other):
        given = {"user": person, "practice": place, "role": Role.CODER, "by": both.user, "now": NOW}
        with practice_scope([place.pk]):
            grant_role(**given)
    timeline = said(both.get(page("person", person))).partition("Timeline")[2]
    assert "<p>Riverside</p>" in timeline
    assert f"<p>{practice.name}</p>" in timeline
    payer, provider = PayerFactory(organization=practice.organization), ProviderFactory(practice=practice)
    entered = {"payer": payer.public_id, "effective_on": "2026-01-01"}
    administrator.post(page("credential", provider), entered)
    assert f"<p>{payer.name}</p>" in said(administrator.get(page("provider", provider)))


def test_people_of_another_practice_are_not_there(stranger, practice):
    person = UserFactory(member_of=practice)
    for name in ("person", "roles", "person_profile", "deactivation"):
        assert stranger.get(page(name, person)).status_code == 404
    assert person.username not in said(stranger.get("/settings/people/"))


def test_practice_is_put_right_and_its_numbers_prove_themselves(administrator, practice):
    form = administrator.get(page("practice_record", practice)).context["form"]
    entered = {name: form.initial[name] for name in form.fields} | {
        "name": "Lakeside PLLC",
        "npi": "1234567890",
    }
    wrong = administrator.post(page("practice_record", practice), entered)
    assert wrong.status_code == 422
    assert "check digit" in said(wrong)
    administrator.post(page("practice_record", practice), entered | {"npi": practice.npi})
    practice.refresh_from_db()
    assert practice.name == "Lakeside PLLC"
    assert AuditEvent.objects.get(verb="practice.changed").data == {"fields": ["name"]}
    box = administrator.post(
        page("practice_record", practice), entered | {"npi": practice.npi, "street": "PO Box 7", "seen": ""}
    )
    assert "never a PO box" in said(box)


NEW_PRACTICE = {
    "name": "Hillside Pediatrics",
    "claim_prefix": "hp",
    "npi": "1556677882",
    "tax_number": "74-2345678",
    "taxonomy_code": "208000000X",
    "phone": "5125550180",
    "street": "1 Hill Street",
    "city": "Austin",
    "state": "tx",
    "postal_code": "78701",
    "time_zone": "America/Chicago",
}


def test_practice_is_opened_and_told_what_it_still_needs(administrator, practice):
    assert "Open a practice" in said(administrator.get("/settings/practices/"))
    answer = administrator.post("/settings/practices/new/", NEW_PRACTICE, follow=True)
    opened = Practice.objects.get(claim_prefix="HP")
    assert answer.redirect_chain == [(page("practice", opened), 302)]
    assert (opened.organization, opened.tax_number, opened.state) == (
        practice.organization,
        "742345678",
        "TX",
    )
    assert "Hillside Pediatrics is open, and you administer it." in said(answer)
    for words in (
        "A place where patients are seen",
        "A provider, and",
        "A price list",
        "People in the roles",
    ):
        assert words in said(answer)
    homeless = administrator.post("/settings/practices/new/", NEW_PRACTICE | {"street": ""})
    assert "Claims need it." in said(homeless)
    optional = said(administrator.get("/settings/practices/new/")).count("field-optional")
    assert optional == 2, "suite and e-mail"
    again = administrator.post("/settings/practices/new/", NEW_PRACTICE)
    assert again.status_code == 422
    assert "Claim numbers of another practice of yours begin so." in said(again)


def test_practice_that_is_opened_is_worked_in_when_another_was_chosen(administrator, practice):
    administrator.post("/account/practice/", {"practice": practice.public_id})
    answer = administrator.post("/settings/practices/new/", NEW_PRACTICE, follow=True)
    assert answer.status_code == 200
    assert answer.context["standing"].chosen.name == "Hillside Pediatrics"


def test_practice_is_opened_in_one_of_the_organizations_of_who_asks(staff, practice):
    elsewhere, foreign = PracticeFactory(), PracticeFactory()
    client = staff(Role.ADMINISTRATOR, at=[practice, elsewhere])
    entered = NEW_PRACTICE | {"organization": foreign.organization.public_id}
    assert client.post("/settings/practices/new/", entered).status_code == 422
    client.post("/settings/practices/new/", NEW_PRACTICE | {"organization": elsewhere.organization.public_id})
    assert Practice.objects.get(claim_prefix="HP").organization == elsewhere.organization


def test_sign_in_rules_are_set_within_their_range(administrator, practice):
    url = page("sign_in_rules", practice)
    assert administrator.post(url, {"idle_minutes": "90"}).status_code == 422
    administrator.post(url, {"idle_minutes": "20"})
    practice.refresh_from_db()
    assert practice.idle_minutes == 20


def test_locations_are_added_and_put_right(administrator, practice, stranger):
    entered = {"name": "East office", "place_of_service_code": "11", "street": "1 East St", "city": "Austin"}
    entered |= {"state": "tx", "postal_code": "78701"}
    administrator.post(page("location_new", practice), entered)
    east = Location.objects.get(name="East office")
    assert east.state == "TX"
    assert "East office" in said(administrator.get(page("practice", practice)))
    administrator.post(page("location", east), entered | {"name": "West office"})
    east.refresh_from_db()
    assert east.name == "West office"
    assert stranger.get(page("location", east)).status_code == 404


def test_provider_is_added_once_and_put_right(administrator, practice, stranger):
    administrator.post("/settings/providers/new/", PROVIDER)
    ada = Provider.objects.get(last_name="Moss")
    assert ada.taxonomy_code == "207Q00000X"
    assert "is on file already" in said(administrator.post("/settings/providers/new/", PROVIDER))
    administrator.post(page("provider_record", ada), PROVIDER | {"ended_on": "2026-03-31"})
    ada.refresh_from_db()
    assert ada.ended_on == dt.date(2026, 3, 31)
    payer = PayerFactory(organization=practice.organization)
    url = page("credential", ada)
    entered = {"payer": str(payer.public_id), "effective_on": "2026-01-01", "ended_on": "2025-01-01"}
    assert administrator.post(url, entered).status_code == 422
    administrator.post(url, entered | {"ended_on": ""})
    assert Credential.objects.get().payer == payer
    assert "In force" in said(administrator.get(page("provider", ada)))
    assert stranger.get(page("provider", ada)).status_code == 404


def test_payer_is_added_once_and_known_to_its_organization_only(administrator, practice, stranger):
    administrator.post("/settings/payers/new/", PAYER)
    payer = Payer.objects.get()
    assert (payer.payer_number, payer.organization) == ("PH1", practice.organization)
    assert "has this number already" in said(administrator.post("/settings/payers/new/", PAYER))
    wrong = administrator.post(page("payer_record", payer), PAYER | {"member_number_pattern": "("})
    assert "no regular expression" in said(wrong)
    administrator.post(page("payer_record", payer), PAYER | {"name": "Prairie Health Plan"})
    payer.refresh_from_db()
    assert payer.name == "Prairie Health Plan"
    entered = {"clearinghouse": "Northwind", "transaction": "270", "number": "99"}
    administrator.post(page("payer_identifier", payer), entered)
    assert PayerIdentifier.objects.get().number == "99"
    assert stranger.get(page("payer", payer)).status_code == 404
    assert stranger.post(page("payer_record", payer), PAYER).status_code == 404


def test_enrollment_and_contract_belong_to_the_practice(administrator, practice, stranger):
    payer = PayerFactory(organization=practice.organization)
    url = page("enrollment", payer)
    assert administrator.post(url, {"transaction": "837P", "status": "approved"}).status_code == 422
    administrator.post(url, {"transaction": "837P", "status": "approved", "approved_on": "2026-01-01"})
    assert Enrollment.objects.get().status == "approved"
    back = administrator.post(url, {"transaction": "837P", "status": "pending"})
    assert "cannot go there" in said(back)
    entered = TERMS | {"effective_on": "2026-01-01", "authorization_required": "70553, 70553 j0897"}
    administrator.post(page("contract_new", payer), entered)
    contract = Contract.objects.get()
    assert contract.authorization_required == ["70553", "J0897"]
    assert administrator.post(page("contract_new", payer), entered | {"days_to_pay": "0"}).status_code == 422
    administrator.post(page("contract", contract), TERMS | {"days_to_pay": 14, "ended_on": "2026-12-31"})
    contract.refresh_from_db()
    assert (contract.days_to_pay, contract.effective_on) == (14, dt.date(2026, 1, 1))
    shown = said(administrator.get(page("payer", payer)))
    assert "14 days" in shown
    assert "Approved" in shown
    for name, record in (("enrollment", payer), ("contract_new", payer), ("contract", contract)):
        assert stranger.get(page(name, record)).status_code == 404


def upload(text, **more):
    file = SimpleUploadedFile("prices.csv", text.encode(), "text/csv")
    return {"name": "Charges 2026", "effective_on": "2026-04-01", "contract": "", "file": file} | more


def test_price_list_is_shown_before_it_holds(administrator, practice):
    before = FeeScheduleFactory(practice=practice)
    FeeFactory(fee_schedule=before, procedure_code="99213", amount="100.00")
    FeeFactory(fee_schedule=before, procedure_code="99214", amount="150.00")
    shown = administrator.post("/settings/fees/upload/", upload("code,price\n99213,110\n99215,200\n"))
    assert [shown.context[name] for name in ("changed", "added", "dropped")] == [1, 1, 1]
    assert fee_schedules_of([practice.pk]).count() == 1
    sealed = shown.context["sealed"]
    administrator.post("/settings/fees/upload/confirmed/", {"sealed": sealed})
    administrator.post("/settings/fees/upload/confirmed/", {"sealed": sealed})
    made = FeeSchedule.objects.get(name="Charges 2026")
    assert {code: str(amount) for (code, _), amount in prices_in(made).items()} == {
        "99213": "110.00",
        "99215": "200.00",
    }
    before.refresh_from_db()
    assert before.ended_on == dt.date(2026, 3, 31)
    assert "$110.00" in said(administrator.get(page("fee_schedule", made)))
    assert "Follow-up visit" not in said(administrator.get(page("fee_schedule", made)))
    CodeFactory(system="procedure", code="99213", description="Follow-up visit: standard")
    assert "Follow-up visit: standard" in said(administrator.get(page("fee_schedule", made)))
    assert b"99215,,200.00" in administrator.get(page("fee_schedule", made) + "?export=csv").content


def test_price_list_with_wrong_lines_changes_nothing_and_names_them(administrator, practice):
    answer = administrator.post("/settings/fees/upload/", upload("code,price\n9921,110\n99215,free\n"))
    assert answer.status_code == 422
    assert "is no procedure code" in said(answer)
    assert "is no amount in dollars" in said(answer)
    assert FeeSchedule.objects.count() == 0
    assert "empty" in said(administrator.post("/settings/fees/upload/", upload("")))


def test_prices_once_in_force_are_not_changed_and_a_forged_list_is_refused(administrator, practice, stranger):
    first = administrator.post("/settings/fees/upload/", upload("code,price\n99213,110\n"))
    sealed = first.context["sealed"]
    assert stranger.post("/settings/fees/upload/confirmed/", {"sealed": sealed}).status_code == 404
    administrator.post("/settings/fees/upload/confirmed/", {"sealed": sealed})
    other = administrator.post("/settings/fees/upload/", upload("code,price\n99213,120\n"))
    assert other.context["refused"]
    again = {"sealed": other.context["sealed"]}
    refused = administrator.post("/settings/fees/upload/confirmed/", again, follow=True)
    assert "choose a later day" in said(refused)
    forged = administrator.post("/settings/fees/upload/confirmed/", {"sealed": "x"}, follow=True)
    assert "upload the file again" in said(forged)
    assert FeeSchedule.objects.count() == 1


def test_prices_of_a_contract_are_its_own(administrator, practice, stranger):
    contract = ContractFactory(practice=practice, payer__organization=practice.organization)
    shown = administrator.post(
        "/settings/fees/upload/", upload("code,price\n99213,80\n", contract=str(contract.public_id))
    )
    administrator.post("/settings/fees/upload/confirmed/", {"sealed": shown.context["sealed"]})
    made = FeeSchedule.objects.get()
    assert made.contract == contract
    assert "Allowed by" in said(administrator.get("/settings/fees/"))
    assert stranger.get(page("fee_schedule", made)).status_code == 404


def test_token_is_shown_once_and_revoked(administrator, practice, stranger):
    entered = {"name": "Warehouse", "practice": str(practice.public_id), "role": "auditor"}
    past = administrator.post("/settings/tokens/new/", entered | {"expires_on": "2026-03-11"})
    assert past.status_code == 422
    issued = said(administrator.post("/settings/tokens/new/", entered | {"expires_on": "2026-12-31"}))
    token = ApiToken.objects.get()
    assert f"rcm_{token.prefix}_" in issued
    listed = said(administrator.get("/settings/tokens/"))
    assert "Live" in listed
    assert "Warehouse" not in said(administrator.get("/settings/people/"))
    assert stranger.get(page("token_revocation", token)).status_code == 404
    assert "cannot be taken back" in said(administrator.get(page("token_revocation", token)))
    administrator.post(page("token_revocation", token))
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_several_practices_are_asked_for_which(staff, practice):
    second = PracticeFactory(organization=practice.organization, name="Riverside")
    client = staff(Role.ADMINISTRATOR, at=[practice, second])
    assert "For which practice?" in said(client.get("/settings/providers/new/"))
    url = f"/settings/providers/new/?practice={second.public_id}"
    assert client.post(url, PROVIDER).url.startswith("/settings/providers/")
    payer = PayerFactory(organization=practice.organization)
    EnrollmentFactory(practice=practice, payer=payer)
    assert said(client.get(page("payer", payer))).count("Change enrollment") == 2
    LocationFactory(practice=practice)
    field = f"roles_{second.public_id}"
    assert field in said(client.get("/settings/people/invitation/"))


def test_somebody_without_a_role_has_an_account_page(staff):
    client = staff()
    assert client.get("/account/").status_code == 200
    assert client.get("/account/sessions/").status_code == 200
    assert client.get("/settings/people/").status_code == 403
