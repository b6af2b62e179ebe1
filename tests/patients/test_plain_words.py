"""What a desk is told: answers in plain words, advice about refusals, and the next step."""

from decimal import Decimal

import pytest

from patients.rules.plain_words import everything, explained
from patients.rules.refusal import advice, is_about_the_practice
from patients.rules.standing import Standing, Step, next_steps, standing
from x12 import eligibility_270_271 as x270
from x12.engine import read_segments
from x12.segments import Segment


def lines(*rows: str) -> dict[str, str]:
    """The lines about one subscriber whose 271 holds these EB rows."""
    segments = ["ST*271*0001", "BHT*0022*11*1", "HL*1**20*1", "NM1*PR*2*BLUEPEAK", "HL*2*1*21*1"]
    segments += ["NM1*1P*2*LAKESIDE", "HL*3*2*22*0", "NM1*IL*1*ELLISON*MARGARET", *rows]
    parsed = [Segment(tuple(text.split("*"))) for text in segments]
    response = read_segments(x270.EligibilityResponse, parsed)
    said = x270.summary(response, service_types=("30", "98"))
    return {line.label: line.words for line in explained(said, service="98")}


@pytest.mark.parametrize(
    ("rows", "label", "words"),
    [
        (["EB*1**30**PEAK PPO"], "Coverage", "Active"),
        (["EB*6**30"], "Coverage", "Not active"),
        (["EB*B*IND*98***27*30"], "Copay", "$30.00 for an office visit"),
        (["EB*B*IND*UC***27*50"], "Copay", "$50.00 for urgent care"),
        (["EB*A*IND*30****0.2"], "Coinsurance", "20% of what the plan allows, for any covered service"),
        (
            ["EB*C*IND*30***23*1500", "EB*C*IND*30***29*500"],
            "Deductible",
            "$500.00 of $1,500.00 left this calendar year",
        ),
        (
            ["EB*C*IND*30***23*1500", "EB*C*IND*30***29*0"],
            "Deductible",
            "Met: nothing of $1,500.00 is left this calendar year",
        ),
        (["EB*C*IND*30***23*1500"], "Deductible", "$1,500.00 this calendar year"),
        (["EB*1**30", "EB*1**62********Y"], "Authorization", "Needed for MRI or CT scan"),
        (["EB*1**30"], "Authorization", "None asked for in this answer"),
        (["EB*1**30", "EB*I**35"], "Not covered", "Dental care"),
        (["EB*1**30", "EB*R**30***"], "Another payer", "Not named"),
    ],
)
def test_answer_says_in_words(rows, label, words):
    found = lines(*rows)
    assert label in found
    assert found[label].startswith(words)


def test_everything_is_read_aloud_in_the_payers_order():
    row = x270.Benefit(code="B", service_types=("98",), amount=Decimal(30))
    assert [(line.label, line.words) for line in everything((row,))] == [
        ("EB 1", "Copay; $30.00; Office visit")
    ]


def test_every_refusal_has_advice():
    assert "Type the member id again" in advice("72")
    assert "your administrator" in advice("41")
    assert "Call the payer" in advice("ZZ")
    assert is_about_the_practice("79")
    assert not is_about_the_practice("72")


@pytest.mark.parametrize(
    ("status", "known", "ahead", "steps"),
    [
        ("booked", Standing.ACTIVE, 0, [Step.CHECK_IN]),
        ("booked", Standing.ACTIVE, 3, []),
        ("booked", Standing.NOT_CHECKED, 0, [Step.ASK, Step.CHECK_IN]),
        ("booked", Standing.NOT_CHECKED, 2, [Step.ASK]),
        ("booked", Standing.NO_COVERAGE, 0, [Step.ADD_COVERAGE, Step.CHECK_IN]),
        ("booked", Standing.INACTIVE, 4, [Step.ADD_COVERAGE]),
        ("booked", Standing.NOT_FOUND, 4, [Step.READ]),
        ("booked", Standing.REFUSED, 0, [Step.READ, Step.CHECK_IN]),
        ("booked", Standing.UNANSWERED, 1, [Step.ASK]),
        ("booked", Standing.ACTIVE, -1, [Step.CHECK_IN, Step.NO_SHOW]),
        ("arrived", Standing.NOT_CHECKED, 0, []),
    ],
)
def test_next_step_is_the_most_useful_one(status, known, ahead, steps):
    assert next_steps(status=status, known=known, days_ahead=ahead) == steps


def test_standing_is_the_answer_or_why_there_is_none():
    assert standing(covered=False, status=None) == Standing.NO_COVERAGE
    assert standing(covered=True, status=None) == Standing.NOT_CHECKED
    assert standing(covered=True, status="inactive") == Standing.INACTIVE
