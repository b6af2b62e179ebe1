"""What is to be done with a claim next, and what stands behind a finding."""

import pytest

from claims.rules.edits import EDITS
from claims.rules.next_step import Act, Phase, Standing, next_step
from claims.rules.remedies import Place, remedy_for


@pytest.mark.parametrize(
    ("standing", "act", "others"),
    [
        (Standing(phase=Phase.OURS), Act.SCRUB, (Act.CHANGE, Act.VOID)),
        (Standing(phase=Phase.OURS, was_turned_down=True), Act.SCRUB, (Act.CHANGE, Act.VOID)),
        (Standing(phase=Phase.OURS, is_mended_here=True), Act.CHANGE, (Act.SCRUB, Act.VOID)),
        (Standing(phase=Phase.READY), Act.SEND, (Act.CHANGE, Act.VOID)),
        (Standing(phase=Phase.READY, is_void=True), Act.SEND, ()),
        (Standing(phase=Phase.OURS, is_void=True, is_mended_here=True), Act.SCRUB, ()),
        (Standing(phase=Phase.QUEUED), None, ()),
        (Standing(phase=Phase.UNKNOWN), None, (Act.ASK,)),
        (Standing(phase=Phase.WITH_PAYER), None, (Act.ASK,)),
        (Standing(phase=Phase.WITH_PAYER, is_silent=True), Act.ASK, ()),
        (Standing(phase=Phase.WITH_PAYER, alarm=True), Act.ASK, ()),
        (Standing(phase=Phase.CROSSED_OVER), None, (Act.SEND_ANYWAY,)),
        (Standing(phase=Phase.PAID), None, ()),
        (Standing(phase=Phase.PAID, has_payer_number=True), None, (Act.CORRECT, Act.VOID)),
        (Standing(phase=Phase.PAID, has_payer_number=True, is_void=True), None, ()),
        (Standing(phase=Phase.PARTLY_PAID, has_payer_number=True), None, (Act.CORRECT, Act.VOID)),
        (Standing(phase=Phase.DENIED, has_payer_number=True), Act.CORRECT, (Act.VOID,)),
        (Standing(phase=Phase.DENIED), None, ()),
        (Standing(phase=Phase.DENIED, has_payer_number=True, takes_replacements=False), None, ()),
        (Standing(phase=Phase.CLOSED), None, ()),
        (Standing(phase=Phase.REPLACED), None, ()),
    ],
)
def test_next_step_is_one_thing_by_where_the_claim_stands(standing, act, others):
    step = next_step(standing)
    assert (step.act, step.others) == (act, others)
    assert step.words.endswith(".")


def test_next_step_says_why_a_denied_claim_cannot_be_corrected():
    unknown = next_step(Standing(phase=Phase.DENIED)).words
    refused = next_step(Standing(phase=Phase.DENIED, takes_replacements=False)).words
    assert "Its number for the claim is not known" in unknown
    assert "takes no corrected claims" in refused


@pytest.mark.parametrize("edit", [edit.id for edit in EDITS])
def test_every_edit_has_its_rule_and_where_it_is_written(edit):
    remedy = remedy_for(edit, "")
    assert remedy.rule[0].isupper() or remedy.rule[0].isdigit()
    assert remedy.source != "our own edit"
    assert remedy.is_ours


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("patient.birth_date", Place.PATIENT),
        ("coverage.member_number", Place.COVERAGE),
        ("encounter.admission_date", Place.VISIT),
        ("claim.authorization_number", Place.CLAIM),
        ("lines[L1].modifiers", Place.CLAIM),
        ("payer.enrollment", Place.PAYER),
        ("rendering.npi", Place.PROVIDER),
        ("practice.npi", Place.PRACTICE),
        ("connection.usage", Place.CONNECTION),
        ("", Place.CLAIM),
    ],
)
def test_remedy_names_the_record_to_fix(field, place):
    assert remedy_for("P01", field).place == place


def test_remedy_of_somebody_else_s_finding_and_of_an_edit_we_had_once():
    assert not remedy_for("277CA", "").is_ours
    assert "no longer in force" in remedy_for("X99", "").rule
