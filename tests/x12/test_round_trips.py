"""Whatever we can say in a typed model comes back from its text; whatever was read is written as it was."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from types import NoneType
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.x12.examples import golden, medicare_batch, peak_remittance, posted_835, posted_837
from x12 import claim_837 as pro
from x12 import remittance_835 as era
from x12.convert import RecordCodec, amount, shown_amount
from x12.envelope import read
from x12.records import Adjustment, Name, Party

WORDS = st.text(alphabet="ABCXYZ0189-", min_size=1, max_size=6)
MONEY = st.decimals(min_value=-99999, max_value=99999, places=2)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))
SCALARS = {str: WORDS, Decimal: MONEY, date: DAYS, int: st.integers(1, 99)}
TAKEN = {
    "references",
    "policies",
    "dates",
    "amounts",
    "unread",
    "layout",
    "contacts",
    "forms",
    "structure",
    "version",
}
CODES = {"diagnoses": "ABK", "anesthesia_procedures": "BP", "condition_codes": "BG"}


def value(annotation, depth):
    """A strategy for one field by its type: present or absent where absence is allowed."""
    if annotation in SCALARS:
        return SCALARS[annotation]
    arguments = get_args(annotation)
    if NoneType in arguments:
        inner = next(a for a in arguments if a is not NoneType)
        return st.none() | value(inner, depth).map(_told) if depth else st.none()
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        items = value(arguments[0], depth).filter(lambda item: _told(item) is not None)
        return st.lists(items, max_size=2 if depth else 0).map(tuple)
    return model(annotation, depth - 1)


def model(cls, depth=3):
    """A strategy for a whole record or loop."""
    if cls is Adjustment:
        quantity = st.none() | MONEY
        return st.builds(Adjustment, st.sampled_from(["CO", "PR", "OA", "PI"]), WORDS, MONEY, quantity)
    if cls is era.ProviderAdjustment:
        return st.builds(era.ProviderAdjustment, WORDS, DAYS, WORDS, WORDS, MONEY)
    named = {
        f.name: f
        for f in fields(cls)
        if f.name not in TAKEN and f.init and f.name not in ("findings", "trailer")
    }
    strategies = {name: value(f.type, depth) for name, f in named.items()}
    for name, code in CODES.items():
        if name in strategies:
            strategies[name] = strategies[name].map(
                lambda values, code=code: tuple(replace(v, qualifier=code) for v in values)
            )
    return st.builds(cls, **strategies).map(_settled)


def _told(item):
    """A record that says nothing is not written, so it reads as absent."""
    silent = RecordCodec.knows(type(item)) and item == RecordCodec.of(type(item)).blank
    return None if silent else item


def _settled(node):
    """The last day of a range needs its first."""
    changes = {}
    for through, first in (("service_through", "service_date"), ("disability_through", "disability_from")):
        if (
            isinstance(node, pro.Claim | pro.ServiceLine)
            and hasattr(node, through)
            and getattr(node, first) is None
        ):
            changes[through] = None
    return replace(node, **changes) if changes else node


SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def written(batch):
    return read(posted_837(pro.render(batch))).transactions[0]


@pytest.mark.slow
@SLOW
@given(model(pro.Claim))
def test_any_claim_comes_back(claim):
    batch = medicare_batch()
    (provider,) = batch.providers
    subscriber = replace(provider.subscribers[0], claims=(claim, claim))
    batch = replace(batch, providers=(replace(provider, subscribers=(subscriber,)),))

    again = pro.read(written(batch))

    assert again == batch
    assert again.findings == ()


@pytest.mark.slow
@SLOW
@given(st.lists(model(pro.Patient, 2), max_size=2), model(Party, 2), model(pro.BillingProvider, 1))
def test_any_level_comes_back(patients, payer, provider):
    batch = medicare_batch()
    named = replace(payer, name=Name(kind="2", last="PAYER"))
    subscriber = replace(batch.providers[0].subscribers[0], patients=tuple(patients), payer=named)
    batch = replace(batch, providers=(replace(provider, subscribers=(subscriber,)), *batch.providers))

    assert pro.read(written(batch)) == batch


@pytest.mark.slow
@SLOW
@given(st.lists(model(era.ClaimPayment), max_size=3), st.lists(model(era.ProviderAdjustment), max_size=8))
def test_any_remittance_comes_back(claims, adjustments):
    remittance = replace(
        peak_remittance(),
        groups=(era.ClaimGroup(number=1, claims=tuple(claims)), era.ClaimGroup(number=2)),
        provider_adjustments=tuple(adjustments),
    )

    (found,) = read(posted_835(era.render(remittance))).transactions
    again = era.read(found)

    assert again == remittance
    assert again.findings == ()


@pytest.mark.slow
@SLOW
@given(st.data())
def test_any_disorder_of_segments_is_kept(data):
    for text, document in ((golden("medicare.837"), pro), (golden("peak.835"), era)):
        (found,) = read(text).transactions
        first, *body, last = found.segments
        shuffled = data.draw(st.permutations(body))
        dropped = data.draw(st.integers(0, len(body)))
        moved = replace(found, segments=(first, *shuffled[dropped:], last))

        assert tuple(document.render(document.read(moved))) == moved.segments


@given(MONEY)
def test_an_amount_comes_back_without_needless_zeros(money):
    text = shown_amount(money)

    assert amount(text) == money
    assert not ("." in text and text.endswith("0"))


@pytest.mark.parametrize(
    ("money", "text"),
    [
        ("270.00", "270"),
        ("82.32", "82.32"),
        ("0.24", ".24"),
        ("-0.50", "-.5"),
        ("0.00", "0"),
        ("-0.00", "0"),
        ("1E+2", "100"),
        ("100", "100"),
        ("10.10", "10.1"),
    ],
)
def test_amounts_are_written_as_short_as_they_can_be(money, text):
    assert shown_amount(Decimal(money)) == text


@pytest.mark.parametrize("text", ["", "1,000", "1e5", "NaN", "Infinity", "1_000", "1-2", "--1", "٣", "$5"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match="not a number"):
        amount(text)
