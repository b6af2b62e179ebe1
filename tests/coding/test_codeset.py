"""Code sets: loaded whole, valid by day, found by their beginning and by their words."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from coding.actions.codeset import (
    PROCEDURES,
    Entry,
    Loaded,
    NotAProcedureList,
    OlderRelease,
    load_icd10cm,
    load_procedures,
    load_release,
)
from coding.models import Code, CodeSystem
from coding.queries import code_on, search_codes, valid_codes
from rcm.models import AuditEvent
from tests.conftest import NOW
from tests.factories import CodeFactory

FIRST, NEXT = dt.date(2025, 10, 1), dt.date(2026, 10, 1)
ICD = CodeSystem.ICD10CM


def load(entries: dict[str, Entry], effective_on: dt.date = FIRST) -> Loaded:
    return load_release(
        system=ICD, entries=entries, release=str(effective_on), effective_on=effective_on, by=None, now=NOW
    )


def test_load_release_twice_changes_nothing():
    entries = {"I10": Entry("Hypertension"), "E11": Entry('Diabetes, "type 2"', billable=False)}
    assert load(entries) == Loaded(added=2, changed=0, ended=0, unchanged=0)
    assert load(entries) == Loaded(added=0, changed=0, ended=0, unchanged=2)
    assert Code.objects.get(code="E11").description == 'Diabetes, "type 2"'
    assert AuditEvent.objects.filter(verb="code.loaded").count() == 1


def test_load_release_ends_what_the_next_one_lacks():
    load({"I10": Entry("Hypertension"), "E119": Entry("Diabetes"), "Z00": Entry("Check-up")})
    loaded = load({"I10": Entry("Hypertension"), "E119": Entry("Diabetes", billable=False)}, NEXT)
    assert loaded == Loaded(added=0, changed=1, ended=1, unchanged=1)
    last_day = NEXT - dt.timedelta(days=1)
    assert code_on(system=ICD, code="Z00", day=last_day) is not None
    assert code_on(system=ICD, code="Z00", day=NEXT) is None
    assert code_on(system=ICD, code="E11.9", day=last_day).billable
    assert not code_on(system=ICD, code="E11.9", day=NEXT).billable
    assert code_on(system=ICD, code="I10", day=NEXT).effective_on == FIRST
    assert code_on(system=ICD, code="I10", day=FIRST - dt.timedelta(days=1)) is None


def test_load_release_corrects_itself():
    load({"I10": Entry("Hypertention"), "Z99": Entry("Not a code")})
    assert load({"I10": Entry("Hypertension")}) == Loaded(added=0, changed=1, ended=1, unchanged=0)
    assert list(Code.objects.values_list("code", "description")) == [("I10", "Hypertension")]


def test_load_release_refuses_an_older_one():
    load({"I10": Entry("Hypertension")}, NEXT)
    with pytest.raises(OlderRelease):
        load({"I10": Entry("Hypertension")}, FIRST)


def test_load_procedures_has_plain_words():
    load_procedures(by=None, now=NOW)
    rows = valid_codes(system=CodeSystem.PROCEDURE, codes=["99213", "11111"], day=FIRST)
    assert {code: row.description for code, row in rows.items()} == {"99213": "Follow-up visit: standard"}
    assert len(PROCEDURES.read_text().splitlines()) == Code.objects.count() + 1


def test_load_procedures_refuses_another_file(tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("a;b\n")
    with pytest.raises(NotAProcedureList):
        load_procedures(by=None, now=NOW, file=file)
    with pytest.raises(CommandError, match="no CSV"):
        call_command("load_codes", procedures=tmp_path / "missing.csv", stdout=StringIO())


def found(words: str, **options) -> list[str]:
    return [row.code for row in search_codes(system=ICD, words=words, day=FIRST, **options)]


def test_search_codes_puts_what_is_meant_before_what_only_holds_the_words():
    CodeFactory(code="D65", description="Disseminated coagulation", also_called="COVID coagulopathy")
    CodeFactory(code="U071", description="COVID-19")
    assert found("covid") == ["U071", "D65"]
    CodeFactory(code="J14", description="Pneumonia due to Hemophilus influenzae")
    CodeFactory(code="J111", description="Influenza with other respiratory manifestations")
    assert found("flu") == ["J111", "J14"]


def test_search_codes_puts_the_initial_encounter_of_an_injury_first():
    for seventh, words in (
        ("S", "sequela"),
        ("D", "later"),
        ("B", "open"),
        ("A", "initial encounter, closed"),
    ):
        CodeFactory(code=f"S62162{seventh}", description=f"Fracture of pisiform, left wrist, {words}")
    assert found("broken wrist") == ["S62162A", "S62162B", "S62162D", "S62162S"]


@pytest.mark.parametrize("typed", ["(cough", "a:b & !", "\\", "cough*", "' or 1"])
def test_search_codes_takes_signs_for_what_they_are(typed):
    CodeFactory(code="R051", description="Acute cough")
    assert found(typed) in ([], ["R051"])


def test_search_codes_by_beginning_then_by_words():
    CodeFactory(code="E119", description="Type 2 diabetes mellitus without complications")
    CodeFactory(code="E1165", description="Type 2 diabetes mellitus with hyperglycemia")
    CodeFactory(code="E11", description="Type 2 diabetes mellitus", billable=False)
    CodeFactory(code="Z131", description="Encounter for screening for diabetes mellitus")
    CodeFactory(
        code="E139",
        description="Other diabetes",
        ended_on=FIRST - dt.timedelta(days=1),
        effective_on="2020-10-01",
    )
    assert found("e11.") == ["E1165", "E119"]
    assert found("E11", billable_only=False, limit=1) == ["E11"]
    assert found("diabetes TYPE") == ["E119", "E1165"]
    assert found("screening") == ["Z131"]
    assert found("diabetes", limit=2) == ["Z131", "E119"]  # as long a code, fewer words
    assert found("diabetes", usual=["E1165"]) == ["E1165", "Z131", "E119"]
    assert found("complications DM2") == ["E119"]
    assert found("  ") == []


@pytest.mark.slow
def test_load_icd10cm_loads_the_tabular_list_once():
    loaded = load_icd10cm(by=None, now=NOW)
    assert loaded.added > 90_000
    assert load_icd10cm(by=None, now=NOW).unchanged == loaded.added
    hypertension = code_on(system=ICD, code="I10", day=dt.date(2026, 3, 1))
    assert (hypertension.description, hypertension.billable) == ("Essential (primary) hypertension", True)
    assert not code_on(system=ICD, code="E11", day=dt.date(2026, 3, 1)).billable
    assert code_on(system=ICD, code="S61.211A", day=dt.date(2026, 3, 1)).billable
    assert not Code.objects.filter(code__contains="-").exists()
    assert found("hyperglycemia type 2 diabetes") == ["E1165"]


@pytest.mark.slow
def test_load_codes_tells_what_it_did():
    out = StringIO()
    call_command("load_codes", stdout=out)
    second, first = out.getvalue().splitlines()
    assert first.startswith("ICD-10-CM: 9")
    assert first.endswith(" 0 changed, 0 ended, 0 unchanged")
    assert second == "Procedures: 56 added, 0 changed, 0 ended, 0 unchanged"
