"""The parser bears any JSON, and knows dates, names and references."""

import datetime as dt
from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coding.rules.fhir import NotABundle, read_chart
from coding.rules.fhir.coverage import payer_name
from coding.rules.fhir.reading import at, day, items, moment, text, words
from coding.rules.us import phone, postal_code, state_code
from tests.coding.test_fhir_import import bundle, claim, condition, encounter, patient, practitioner

ZONE = ZoneInfo("America/Chicago")
KEYS = st.sampled_from(
    ["resourceType", "id", "entry", "resource", "name", "family", "given", "birthDate", "subject",
     "reference", "participant", "individual", "period", "start", "code", "coding", "display", "text",
     "class", "insurance", "coverage", "billablePeriod", "valueQuantity", "value", "extension"]
)  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["Patient/p1", "urn:uuid:e1", "2020-02-30", "9999-12-31T23:59:59-14:00", "Encounter"])
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
WHOLE = [patient(), practitioner(), encounter(), condition(), claim("2025-05-01", "private")]


@pytest.mark.slow
@given(document=JSON)
def test_read_chart_refuses_or_reads_any_json(document):
    with suppress(NotABundle):
        read_chart(document, ZONE)


@pytest.mark.slow
@settings(max_examples=200)
@given(
    place=st.integers(0, len(WHOLE) - 1),
    key=st.sampled_from(sorted({key for one in WHOLE for key in one if key != "resourceType"})),
    value=JSON,
)
def test_read_chart_bears_anything_in_the_place_of_anything(place, key, value):
    resources = [dict(one) for one in WHOLE]
    resources[place][key] = value
    chart = read_chart(bundle(*resources), ZONE)
    assert len(chart.patients) == 1


@pytest.mark.slow
@given(st.sets(st.integers(0, len(WHOLE) - 1), min_size=1))
def test_read_chart_bears_anything_missing(kept):
    chart = read_chart(bundle(*(WHOLE[place] for place in sorted(kept))), ZONE)
    assert len(chart.patients) == (0 in kept)
    assert len(chart.visits) == (2 in kept and 0 in kept)


def test_read_chart_resolves_references_of_every_shape():
    for reference in (
        {"reference": "Practitioner/d1"},
        {"reference": "urn:uuid:d1"},
        {"reference": "https://ehr.example/fhir/Practitioner/d1/_history/3"},
        {"reference": "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1334455668"},
        {"identifier": {"value": "1334455668"}},
    ):
        visit = encounter(participant=[{"individual": reference}])
        (found,) = read_chart(bundle(patient(), practitioner(), visit), ZONE).visits
        assert found.provider.last_name == "Nguyen", reference


def test_read_chart_takes_a_practitioner_by_display():
    visit = encounter(participant=[{"individual": {"display": "Linh Nguyen"}}])
    (found,) = read_chart(bundle(patient(), visit), ZONE).visits
    assert (found.provider.first_name, found.provider.last_name) == ("Linh", "Nguyen")


def test_read_chart_makes_one_coverage_per_run_of_claims():
    claims = [
        claim("2020-01-01", "private"),
        claim("2021-06-01", "private"),
        claim("2022-01-01", "no_insurance"),
        claim("2023-01-01", "medicare"),
        claim("2023-01-01T12:00:00Z", "private"),
    ]
    found = read_chart(bundle(patient(), *claims), ZONE).coverages
    assert [(one.payer_name, one.effective_on.year, one.ended_on) for one in found] == [
        ("Private", 2020, dt.date(2021, 12, 31)),
        ("Medicare", 2023, None),
    ]


def test_read_chart_writes_values_into_the_note():
    observed = {
        "resourceType": "Observation",
        "encounter": {"reference": "Encounter/e1"},
        "code": {"text": "Blood Pressure"},
        "component": [
            {"code": {"text": "Systolic"}, "valueQuantity": {"value": 158.9012, "unit": "mm[Hg]"}},
            {"code": {"text": "Diastolic"}, "valueQuantity": {"value": 105, "unit": "mm[Hg]"}},
        ],
    }
    wrong = condition(id="c2", verificationStatus={"coding": [{"code": "refuted"}]}, code={"text": "No"})
    (visit,) = read_chart(bundle(patient(), practitioner(), encounter(), observed, wrong), ZONE).visits
    assert visit.note.splitlines() == [
        "Visit: Encounter for symptom",
        "Observations: Blood Pressure: Systolic 158.9 mm[Hg], Diastolic 105 mm[Hg]",
    ]


def test_moment_is_in_the_zone_and_partial_dates_are_none():
    assert moment("2026-01-10T03:30:00Z", zone=ZONE).date() == dt.date(2026, 1, 9)
    assert moment("2026-01-10", zone=ZONE) == dt.datetime(2026, 1, 10, tzinfo=ZONE)
    assert [moment(one, zone=ZONE) for one in ("2026-01", "0001-01-01T00:00:00+14:00", 5)] == [None] * 3
    assert [day("2026-02-30"), day("2026-02"), day("2026-02-03T00:00:00Z")] == [None] * 3


def test_reading_what_is_not_there_is_empty():
    assert at({"a": [{"b": 1}]}, "a", 0, "b") == 1
    assert at({"a": 1}, "a", "b", 3) is None
    assert (items({"a": 1}, "a"), items({}, "a")) == ([1], [])
    assert (text(True), text({}), text(5), text(" a\x00\n b ")) == ("", "", "5", "a b")
    assert words({"coding": [{"code": "1"}, {"display": "Words"}]}) == "Words"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("private", "Private"),
        ("no_insurance", "No insurance"),
        ("Blue Cross", "Blue Cross"),
        ("AETNA", "AETNA"),
    ],
)
def test_payer_name_is_readable(said, shown):
    assert payer_name(said) == shown


def test_us_numbers_are_whole_or_empty():
    assert [state_code(one) for one in ("Massachusetts", "tx", "New  York", "XX", "")] == [
        "MA",
        "TX",
        "NY",
        "",
        "",
    ]
    assert [postal_code(one) for one in ("01344", "78701-1234", "123")] == ["01344", "787011234", ""]
    assert [phone(one) for one in ("+1 (512) 555-0142", "555-0142", "5125550142")] == [
        "5125550142",
        "",
        "5125550142",
    ]
