"""Coverages and authorizations, as pages."""

import datetime as dt

import pytest

from patients.models import Authorization, Coverage, EligibilityCheck, Patient
from practice.models import EnrollmentStatus, Payer, Role, WireTransaction
from tests.factories import (
    AppointmentFactory,
    CoverageFactory,
    EnrollmentFactory,
    PatientFactory,
    PayerFactory,
)

TODAY = dt.date(2026, 3, 11)


@pytest.fixture
def patient(practice) -> Patient:
    return PatientFactory(practice=practice)


@pytest.fixture
def payer(practice) -> Payer:
    return PayerFactory(organization=practice.organization, member_number_pattern=r"BPK\d{9}")


def card(payer: Payer, **changed: str) -> dict[str, str]:
    return {
        "payer": str(payer.public_id),
        "rank": "P",
        "member_number": "BPK900112233",
        "group_number": "G-100",
        "effective_on": "2026-01-01",
        "relation": "18",
        "subscriber_sex": "U",
    } | changed


def test_coverage_is_added_from_the_card(desk, patient, payer):
    answer = desk.post(f"/patients/{patient.public_id}/coverages/new/", card(payer))
    coverage = Coverage.objects.get()
    assert answer.url == f"/patients/{patient.public_id}/"
    assert (coverage.member_number, coverage.group_number) == ("BPK900112233", "G-100")
    assert coverage.effective_on == dt.date(2026, 1, 1)


def test_coverage_added_for_a_visit_leads_back_to_the_visit(desk, practice, patient, payer):
    mine, another = (
        AppointmentFactory(practice=practice, patient=patient),
        AppointmentFactory(practice=practice),
    )
    url = f"/patients/{patient.public_id}/coverages/new/?visit={mine.public_id}"
    page = desk.get(url).content.decode()
    assert f'action="{url}"' in page
    assert f'href="/schedule/{mine.public_id}/"' in page
    assert desk.post(url, card(payer)).url == f"/schedule/{mine.public_id}/"
    for strange in (another.public_id, "x"):
        details = f"/patients/{patient.public_id}/guarantor/?visit={strange}"
        assert f'href="/patients/{patient.public_id}/"' in desk.get(details).content.decode()


def test_coverage_added_can_be_asked_about_at_once(desk, patient, payer, connection):
    answer = desk.post(f"/patients/{patient.public_id}/coverages/new/", card(payer, then="ask"))
    check = EligibilityCheck.objects.get()
    assert answer.url == f"/eligibility/{check.public_id}/"
    assert check.service_date == TODAY


def test_coverage_added_for_a_visit_is_asked_about_on_its_day(desk, practice, patient, payer, connection):
    visit = AppointmentFactory(
        practice=practice,
        patient=patient,
        service_date=TODAY + dt.timedelta(days=3),
        starts_at=dt.datetime(2026, 3, 14, 16, tzinfo=dt.UTC),
    )
    url = f"/patients/{patient.public_id}/coverages/new/?visit={visit.public_id}"
    answer = desk.post(url, card(payer, then="ask"))
    assert EligibilityCheck.objects.get().service_date == visit.service_date
    page = desk.get(answer.url).content.decode()
    assert f"/correction/?visit={visit.public_id}" in page
    assert f'href="/schedule/{visit.public_id}/"' in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"member_number": "123"}, "This does not look like a member id of this payer."),
        ({"ended_on": "2025-12-31"}, "The last day lies before the first."),
        ({"subscriber_last_name": "Ellison"}, "A subscriber is named here: say how the patient is related"),
        ({"effective_on": "0026-01-01"}, "Check the year: it has to be from 1900 to 2199."),
        ({"relation": "19"}, "The patient is a dependent: enter the subscriber&#x27;s name"),
    ],
)
def test_coverage_that_cannot_be_is_refused_beside_its_field(desk, patient, payer, changed, said):
    answer = desk.post(f"/patients/{patient.public_id}/coverages/new/", card(payer, **changed))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Coverage.objects.exists()


def test_coverage_of_the_same_rank_is_refused_or_replaced(desk, patient, payer):
    old = CoverageFactory(practice=patient.practice, patient=patient, payer=payer)
    url = f"/patients/{patient.public_id}/coverages/new/"
    answer = desk.post(url, card(payer, effective_on="2026-03-01"))
    assert "Another coverage of this rank is in force then." in answer.content.decode()
    desk.post(url, card(payer, effective_on="2026-03-01", replaces="on"))
    old.refresh_from_db()
    assert old.ended_on == dt.date(2026, 2, 28)
    assert Coverage.objects.count() == 2


def test_coverage_of_a_dependent_keeps_the_subscriber(desk, patient, payer):
    subscriber = {
        "relation": "19",
        "subscriber_first_name": "Carla",
        "subscriber_last_name": "Ellison",
        "subscriber_birth_date": "1970-02-03",
        "subscriber_sex": "F",
    }
    desk.post(f"/patients/{patient.public_id}/coverages/new/", card(payer, **subscriber))
    assert Coverage.objects.get().subscriber_last_name == "Ellison"
    assert "Carla Ellison" in desk.get(f"/patients/{patient.public_id}/").content.decode()


def test_two_subscribers_under_one_member_id_are_pointed_out(desk, practice, patient, payer):
    other = PatientFactory(practice=practice)
    theirs = CoverageFactory(practice=practice, patient=other, payer=payer, member_number="BPK900112233")
    pointed_out = f"record {other.medical_record_number}, is the subscriber under this member id too"

    url = f"/patients/{patient.public_id}/coverages/new/"
    assert pointed_out in desk.post(url, card(payer), follow=True).content.decode()
    assert "messages" not in desk.cookies  # it names a patient
    assert Coverage.objects.count() == 2

    Coverage.objects.filter(pk=theirs.pk).update(relation="19", subscriber_last_name="Ellison")
    mine = Coverage.objects.get(patient=patient)
    url = f"/patients/{patient.public_id}/coverages/{mine.public_id}/correction/"
    saved = desk.post(
        url, {"rank": "P", "member_number": "BPK900112233", "effective_on": "2025-01-01"}, follow=True
    )
    assert "Saved." in saved.content.decode()
    assert "is the subscriber under this member id too" not in saved.content.decode()


def test_coverage_is_corrected(signed_in, patient, payer):
    coverage = CoverageFactory(practice=patient.practice, patient=patient, payer=payer)
    biller = signed_in(Role.BILLER)
    url = f"/patients/{patient.public_id}/coverages/{coverage.public_id}/correction/"
    assert "subscriber" not in biller.get(url).content.decode()
    typed = {"rank": "P", "member_number": "BPK900112299", "effective_on": "2025-01-01"}
    assert biller.post(url, typed).url == f"/patients/{patient.public_id}/"
    coverage.refresh_from_db()
    assert coverage.member_number == "BPK900112299"
    assert biller.post(url, typed | {"member_number": "x"}).status_code == 422


def test_coverage_is_ended(desk, patient, payer):
    coverage = CoverageFactory(practice=patient.practice, patient=patient, payer=payer)
    url = f"/patients/{patient.public_id}/coverages/{coverage.public_id}/end/"
    assert desk.post(url, {"ended_on": "2024-01-01"}).status_code == 422
    desk.post(url, {"ended_on": "2026-02-28"})
    coverage.refresh_from_db()
    assert coverage.ended_on == dt.date(2026, 2, 28)


def test_authorization_is_added_once(desk, patient, payer):
    coverage = CoverageFactory(practice=patient.practice, patient=patient, payer=payer)
    url = f"/patients/{patient.public_id}/coverages/{coverage.public_id}/authorization/"
    typed = {
        "number": "AUTH1",
        "effective_on": "2026-01-01",
        "ended_on": "2026-06-30",
        "procedure_codes": "99214, j1234",
    }
    desk.post(url, typed)
    assert Authorization.objects.get().procedure_codes == ["99214", "J1234"]
    assert "on file already" in desk.post(url, typed).content.decode()
    assert "five characters" in desk.post(url, typed | {"procedure_codes": "99"}).content.decode()


def test_asking_without_a_connection_says_why(desk, patient, payer):
    coverage = CoverageFactory(practice=patient.practice, patient=patient, payer=payer)
    url = f"/patients/{patient.public_id}/coverages/{coverage.public_id}/eligibility/"
    page = desk.post(url, follow=True).content.decode()
    assert "no clearinghouse connection" in page
    assert not EligibilityCheck.objects.exists()


def test_asking_a_payer_that_has_not_approved_the_practice_says_why(desk, patient, payer, connection):
    EnrollmentFactory(
        practice=patient.practice,
        payer=payer,
        transaction=WireTransaction.ELIGIBILITY,
        status=EnrollmentStatus.PENDING,
    )
    coverage = CoverageFactory(practice=patient.practice, patient=patient, payer=payer)
    url = f"/patients/{patient.public_id}/coverages/{coverage.public_id}/eligibility/"
    assert "has not approved the practice" in desk.post(url, follow=True).content.decode()
