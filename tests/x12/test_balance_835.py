from dataclasses import replace
from decimal import Decimal

import pytest

from tests.x12.examples import golden, peak_remittance
from tests.x12.samples import ABSENT, SAMPLES, samples
from x12 import remittance_835 as era
from x12.envelope import read
from x12.remittance_835 import Imbalance, imbalances


def broken(old, new, count=1):
    text = golden("peak.835")
    assert old in text
    (found,) = read(text.replace(old, new, count)).transactions
    return imbalances(era.read(found))


def test_the_worked_example_balances():
    assert imbalances(peak_remittance()) == ()


def test_a_deposit_that_differs_is_told_with_its_difference():
    (found,) = imbalances(replace(peak_remittance(), paid=Decimal("52.26")))

    assert found == Imbalance("transaction", Decimal("52.25"), Decimal("52.26"))
    assert found.difference == Decimal("0.01")
    assert found.blocking


def test_a_provider_adjustment_belongs_to_the_deposit():
    (found,) = imbalances(replace(peak_remittance(), provider_adjustments=()))

    assert (found.rule, found.difference) == ("transaction", Decimal("1.25"))


def test_a_line_that_differs_upsets_its_claim():
    assert broken("CAS*CO*45*55~", "CAS*CO*45*54~") == (
        Imbalance("claim", Decimal("82"), Decimal("81"), claim=1),
        Imbalance("line", Decimal("66"), Decimal("65"), claim=1, line=1),
    )


def test_lines_must_add_up_to_their_claim():
    found = broken("SVC*HC:12001*260*16", "SVC*HC:12001*261*17")

    assert [(i.rule, i.expected, i.stated) for i in found] == [
        ("claim_charge", Decimal("411"), Decimal("410")),
        ("claim_paid", Decimal("82"), Decimal("81")),
    ]


def test_patient_responsibility_that_differs_does_not_block():
    (found,) = broken("*81*134*", "*81*133*")

    assert (found.rule, found.claim, found.difference) == ("patient_responsibility", 1, Decimal("-1"))
    assert not found.blocking


@pytest.mark.slow
@pytest.mark.skipif(not SAMPLES.exists(), reason=ABSENT)
def test_valid_samples_balance_where_the_index_found_no_problem():
    for sample in samples("835"):
        if sample.label != "valid" or sample.row["own_checks"]:
            continue
        for found in read(sample.data).transactions:
            blocking = [i for i in imbalances(era.read(found)) if i.blocking]
            assert blocking == [], sample.path.name
