"""Bundles in: wholly or not at all, the same one twice without a trace, and broken ones by name."""

import gzip
import json
import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from coding.actions import fhir_file
from coding.actions.encounter import void_encounter
from coding.actions.fhir import Result, import_bundle, import_file
from coding.actions.fhir_file import FileRefused
from coding.models import Encounter
from patients.models import Appointment, Coverage, Guarantor, Patient
from practice.models import Location, Payer, Provider
from rcm.models import AuditEvent
from tests.conftest import NOW
from tests.factories import PatientFactory, PayerFactory, PracticeFactory, UserFactory

SYNTHEA = Path(__file__).parent.parent.parent.parent / "shared" / "synthea" / "fhir_r4"


def bundle(*resources: dict) -> dict:
    entries = [{"fullUrl": f"urn:uuid:{one.get('id', '')}", "resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def patient(**changes) -> dict:
    return {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"use": "official", "family": "Okafor", "given": ["Ada", "Jane"]}],
        "gender": "female",
        "birthDate": "1980-02-29",
        "telecom": [{"system": "phone", "value": "+1 (512) 555-0142"}],
        "address": [{"line": ["1 Elm St"], "city": "Austin", "state": "Texas", "postalCode": "78701-1234"}],
    } | changes


def practitioner(**changes) -> dict:
    return {
        "resourceType": "Practitioner",
        "id": "d1",
        "name": [{"family": "Nguyen", "given": ["Linh"]}],
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1334455668"}],
    } | changes


def encounter(**changes) -> dict:
    return {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "finished",
        "class": {"code": "EMER"},
        "type": [{"text": "Encounter for symptom"}],
        "subject": {"reference": "urn:uuid:p1"},
        "participant": [{"individual": {"reference": "Practitioner/d1"}}],
        "period": {"start": "2026-01-10T03:30:00Z"},
        "serviceProvider": {"display": "Oak Clinic"},
    } | changes


def condition(**changes) -> dict:
    return {
        "resourceType": "Condition",
        "id": "c1",
        "subject": {"reference": "urn:uuid:p1"},
        "encounter": {"reference": "Encounter/e1"},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "1", "display": "Viral sinusitis"}]},
    } | changes


def claim(start: str, payer: str, **changes) -> dict:
    return {
        "resourceType": "Claim",
        "id": f"claim-{start}",
        "patient": {"reference": "Patient/p1"},
        "billablePeriod": {"start": start},
        "insurance": [{"focal": True, "coverage": {"display": payer}}],
    } | changes


def take(practice, *resources):
    return import_bundle(practice=practice, document=bundle(*resources), by=None, now=NOW)


def test_import_bundle_registers_patient_and_opens_the_visit_for_coding(practice):
    report = take(
        practice, patient(), practitioner(), encounter(), condition(), claim("2025-05-01", "private")
    )

    assert report.result == Result.IMPORTED
    assert report.added == {
        "providers": 1,
        "patients": 1,
        "payers": 1,
        "coverages": 1,
        "locations": 1,
        "encounters": 1,
    }
    one = Patient.objects.get()
    assert (one.external_id, one.first_name, one.middle_name, one.last_name) == (
        "p1",
        "Ada",
        "Jane",
        "Okafor",
    )
    assert (one.phone, one.state, one.postal_code, one.sex) == ("5125550142", "TX", "787011234", "F")
    assert (one.guarantor.first_name, one.guarantor.last_name) == ("Ada", "Okafor")
    visit = Encounter.objects.get()
    assert visit.status == "open"
    assert visit.service_date.isoformat() == "2026-01-09"  # in the practice's own zone
    assert visit.place_of_service_code == "23"
    assert visit.note == "Visit: Encounter for symptom\nDiagnoses: Viral sinusitis"
    assert (visit.rendering_provider.npi, visit.location.name) == ("1334455668", "Oak Clinic")
    assert AuditEvent.objects.filter(subject_label="coding.Encounter").count() == 1


def test_import_bundle_again_changes_nothing(practice):
    everything = (patient(), practitioner(), encounter(), condition(), claim("2025-05-01", "private"))
    take(practice, *everything)
    written = AuditEvent.objects.count()
    report = take(practice, *everything)
    assert (report.result, report.added, report.changed) == (Result.UNCHANGED, {}, {})
    assert AuditEvent.objects.count() == written


def test_import_bundle_brings_rows_in_line(practice):
    take(practice, patient(), practitioner(), encounter(), claim("2025-05-01", "private"))
    report = take(
        practice,
        patient(telecom=[]),
        practitioner(),
        encounter(),
        condition(),
        claim("2025-05-01", "private"),
        claim("2026-01-01", "medicaid"),
    )
    assert report.result == Result.UPDATED
    assert report.changed == {"patients": 1, "coverages": 1, "encounters": 1}
    first, second = Coverage.objects.order_by("effective_on")
    assert (first.payer.name, first.ended_on.isoformat()) == ("Private", "2025-12-31")
    assert (second.payer.name, second.payer.filing_indicator_code, second.ended_on) == (
        "Medicaid",
        "MC",
        None,
    )


def test_import_bundle_leaves_a_visit_alone_that_is_no_longer_open(practice):
    take(practice, patient(), practitioner(), encounter())
    void_encounter(encounter=Encounter.objects.get(), by=UserFactory(), now=NOW, why="entered twice")
    report = take(practice, patient(), practitioner(), encounter(), condition())
    assert report.result == Result.UNCHANGED


def test_import_bundle_knows_the_payer_by_name(practice):
    payer = PayerFactory(organization=practice.organization, name="BluePeak Health Plan")
    take(practice, patient(), claim("2025-05-01", "BLUEPEAK HEALTH PLAN"))
    assert Coverage.objects.get().payer == payer
    assert Payer.objects.count() == 1


def test_import_bundle_covers_nobody_who_has_no_insurance(practice):
    report = take(practice, patient(), claim("2025-05-01", "no_insurance"))
    assert report.added == {"patients": 1}


def test_import_bundle_takes_a_stated_coverage_with_its_subscriber(practice):
    report = take(
        practice,
        patient(birthDate="2015-08-22"),
        {
            "resourceType": "RelatedPerson",
            "id": "r1",
            "patient": {"reference": "Patient/p1"},
            "relationship": [{"coding": [{"code": "FTH"}]}],
            "name": [{"family": "Okafor", "given": ["Obi"]}],
            "birthDate": "1979-01-02",
        },
        {
            "resourceType": "Coverage",
            "id": "k1",
            "status": "active",
            "beneficiary": {"reference": "Patient/p1"},
            "subscriber": {"reference": "RelatedPerson/r1"},
            "relationship": {"coding": [{"code": "child"}]},
            "subscriberId": "BPK900112233",
            "payor": [{"display": "BluePeak Health Plan"}],
            "class": [{"type": {"coding": [{"code": "group"}]}, "value": "GRP88210"}],
            "period": {"start": "2025-01-01"},
            "order": 2,
        },
    )
    assert report.left_out == {}
    coverage = Coverage.objects.get()
    assert (coverage.rank, coverage.relation, coverage.member_number) == ("S", "19", "BPK900112233")
    assert (coverage.subscriber_first_name, coverage.group_number) == ("Obi", "GRP88210")
    assert Patient.objects.get().guarantor.first_name == "Obi"


def test_import_bundle_names_a_placeholder_for_an_unknown_parent(practice):
    take(practice, patient(birthDate="2015-08-22"))
    guarantor = Guarantor.objects.get()
    assert (guarantor.first_name, guarantor.last_name, guarantor.email) == (
        "Parent or guardian",
        "Okafor",
        "",
    )


def test_import_bundle_books_a_visit_to_come_and_moves_it(practice):
    planned = {"status": "planned", "period": {"start": "2026-04-01T15:00:00Z"}}
    take(practice, patient(), practitioner(), encounter(**planned))
    appointment = Appointment.objects.get()
    assert (appointment.status, appointment.service_date.isoformat()) == ("booked", "2026-04-01")
    planned["period"] = {"start": "2026-04-02T15:00:00Z"}
    report = take(practice, patient(), practitioner(), encounter(**planned))
    assert report.changed == {"appointments": 1}
    assert Appointment.objects.get().service_date.isoformat() == "2026-04-02"


def test_import_bundle_takes_appointments(practice):
    appointment = {
        "resourceType": "Appointment",
        "id": "a1",
        "status": "booked",
        "start": "2026-04-01T15:00:00Z",
        "description": "Follow-up",
        "participant": [{"actor": {"reference": f"{kind}"}} for kind in ("Patient/p1", "Practitioner/d1")],
    }
    report = take(practice, patient(), practitioner(), appointment)
    assert report.added["appointments"] == 1
    assert Appointment.objects.get().reason == "Follow-up"
    assert take(practice, patient(), practitioner(), appointment).result == Result.UNCHANGED


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (encounter(status="cancelled"), "encounter canceled"),
        (encounter(status=None), "encounter of no known status"),
        (encounter(period={"start": "2026-01"}), "encounter without a patient or a day"),
        (encounter(subject={"reference": "Patient/other"}), "encounter without a patient or a day"),
        (encounter(participant=[]), "visits that name no provider"),
        (encounter(period={"start": "2030-01-01"}), "finished visits with a day in the future"),
        ({"resourceType": "Coverage", "id": "k"}, "coverage without a patient, payer or first day"),
    ],
)
def test_import_bundle_counts_what_it_leaves_out(practice, resource, reason):
    assert take(practice, patient(), practitioner(), resource).left_out == {reason: 1}


@pytest.mark.parametrize(
    ("resources", "reason"),
    [
        ([], "the bundle holds no resources"),
        ([patient(name=[])], "a patient has no name"),
        ([patient(birthDate="1980")], "a patient has no full birth date"),
        ([patient(birthDate="2080-01-01")], "a patient's birth date lies in the future"),
        (
            [patient(deceasedDateTime="1970-01-01T00:00:00Z")],
            "a patient's day of death lies before the birth",
        ),
    ],
)
def test_import_bundle_refuses_by_name_and_keeps_nothing(practice, resources, reason):
    with pytest.raises(FileRefused) as refused:
        take(practice, *resources, practitioner()) if resources else take(practice)
    assert str(refused.value) == reason
    assert not Provider.objects.exists()


def test_import_bundle_refuses_a_look_alike(practice):
    import datetime as dt  # noqa: PLC0415

    PatientFactory(practice=practice, first_name="Ada", last_name="Okafor", birth_date=dt.date(1980, 2, 29))
    with pytest.raises(FileRefused, match="looks like one on file"):
        take(practice, patient())


def test_import_bundle_survives_odd_characters(practice):
    take(practice, patient(name=[{"family": "O\u0000ka\ud800for\n II", "given": ["Ada"]}]))
    assert Patient.objects.get().last_name == "Okafor II"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is not JSON"),
        (b"{", "it is not JSON"),
        (b"\xff\xfe\x00", "it is not JSON"),
        (b"ISA*00*          ", "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b"[1, 2]", "it is JSON, but no FHIR bundle"),
        (b'{"resourceType": "Patient"}', "it is JSON, but no FHIR bundle"),
        (gzip.compress(b"{}", mtime=0)[:-4], "it cannot be read, or is cut short"),
        (b"\x1f\x8bnot gzip", "it cannot be read, or is cut short"),
    ],
)
def test_import_file_refuses_what_is_no_bundle(practice, tmp_path, content, reason):
    file = tmp_path / "file.json"
    file.write_bytes(content)
    report = import_file(practice=practice, path=file, by=None, now=NOW)
    assert (report.result, report.reason) == (Result.REFUSED, reason)


def test_import_file_refuses_a_pipe_without_waiting_for_its_end(practice, tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    report = import_file(practice=practice, path=tmp_path / "pipe.json", by=None, now=NOW)
    assert (report.result, report.reason) == (Result.REFUSED, "it is not a file")


def test_import_file_refuses_a_gzip_bomb(practice, tmp_path, monkeypatch):
    monkeypatch.setattr(fhir_file, "LARGEST", 1024 * 1024)
    file = tmp_path / "bomb.json.gz"
    file.write_bytes(gzip.compress(b" " * (1024 * 1024 + 1)))
    report = import_file(practice=practice, path=file, by=None, now=NOW)
    assert report.reason == "it is larger than 1 MB"


def run(*arguments: object, **options: object) -> str:
    out = StringIO()
    call_command("import_fhir", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def test_import_fhir_goes_on_after_a_broken_file(practice, tmp_path):
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "b.json").write_text(json.dumps(bundle(patient())))
    (tmp_path / "notes.txt").write_text("not looked at")
    said = json.loads(run(tmp_path, tmp_path / "missing.json", json=True))
    assert [(one["file"], one["result"], one["reason"]) for one in said["files"]] == [
        ("a.json", "refused", "it is not JSON"),
        ("b.json", "imported", ""),
        ("missing.json", "refused", "there is no such file"),
    ]
    assert said["totals"] == {"imported": 1, "updated": 0, "unchanged": 0, "refused": 2}


def test_import_fhir_prints_counts_and_nothing_of_a_patient(practice, tmp_path):
    (tmp_path / "b.json").write_text(json.dumps(bundle(patient(), practitioner(), encounter())))
    said = run(tmp_path, practice=practice.claim_prefix)
    assert said.splitlines() == [
        "b.json: imported: added 1 providers, added 1 patients, added 1 locations, added 1 encounters",
        "1 imported, 0 updated, 0 unchanged, 0 refused",
    ]


def test_import_fhir_asks_which_practice(practice, tmp_path):
    other = PracticeFactory(name="Hillside Pediatrics")
    with pytest.raises(CommandError, match="--practice"):
        run(tmp_path)
    with pytest.raises(CommandError, match="No practice"):
        run(tmp_path, practice="Nowhere")
    for said in (other.claim_prefix, str(other.public_id), "hillside pediatrics"):
        assert "0 refused" in run(tmp_path, practice=said)


@pytest.mark.slow
@pytest.mark.skipif(not SYNTHEA.is_dir(), reason="the synthetic patients are not at ../shared/synthea")
def test_import_fhir_takes_every_synthetic_patient_once(practice):
    first = json.loads(run(SYNTHEA, json=True))
    assert first["totals"] == {"imported": 120, "updated": 0, "unchanged": 0, "refused": 0}
    assert not any(one["left_out"] for one in first["files"])
    assert Encounter.objects.filter(status="open").count() == 1831
    assert not Encounter.objects.filter(note="").exists()
    rows = [model.objects.count() for model in (Patient, Coverage, Provider, Location, Payer, AuditEvent)]

    second = json.loads(run(SYNTHEA, json=True))
    assert second["totals"] == {"imported": 0, "updated": 0, "unchanged": 120, "refused": 0}
    assert [m.objects.count() for m in (Patient, Coverage, Provider, Location, Payer, AuditEvent)] == rows
