"""The pure rules about 835s: matching, sharing out, what moves, and what becomes of a claim."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.advice import ClaimAdvice, LineAdvice, Reduction
from billing.rules.match import BilledLine, Unmatched, match_lines, rank_answered, takes_back
from billing.rules.posting import (
    Movement,
    Outcome,
    Side,
    is_crossed_over,
    is_duplicate_notice,
    movements,
    outcome,
)
from billing.rules.share import share_out

D = Decimal
DAY = dt.date(2026, 3, 10)


def billed(code="99213", charge="150", number="A11", modifiers=()):
    return BilledLine(frozenset({number}), code, tuple(modifiers), DAY, D(charge))


def advised(code="99213", charge="150", number="", modifiers=(), day=DAY, paid="0", reductions=()):
    return LineAdvice(
        charge=D(charge),
        paid=D(paid),
        reductions=tuple(Reduction(group, reason, D(amount)) for group, reason, amount in reductions),
        control_number=number,
        procedure_code=code,
        modifiers=tuple(modifiers),
        service_date=day,
    )


def claim(*lines, status="1", reductions=(), paid=None, **fields):
    return ClaimAdvice(
        position=0,
        control_number="A1",
        status_code=status,
        charge=sum((line.charge for line in lines), D("0.00")),
        paid=sum((line.paid for line in lines), D("0.00")) if paid is None else D(paid),
        patient_responsibility=D("0.00"),
        reductions=tuple(Reduction(group, reason, D(amount)) for group, reason, amount in reductions),
        lines=lines,
        **fields,
    )


# --- lines -----------------------------------------------------------------------------------------------


def test_match_lines_goes_by_our_number_first():
    ours = [billed(number="A11"), billed(number="A12")]

    assert match_lines([advised(number="A12"), advised(number="A11")], ours) == [1, 0]


def test_match_lines_goes_by_looks_without_a_number():
    ours = [billed("99213"), billed("12001", "260", "A12"), billed("99213", number="A13", modifiers=("25",))]
    said = [advised("99213", modifiers=("25",)), advised("12001", "260", day=None), advised("99213")]

    assert match_lines(said, ours) == [2, 1, 0]


def test_match_lines_puts_an_unbundled_service_together_by_our_number():
    said = [advised(charge="100", number="A11"), advised("93000", "50", number="A11")]

    assert match_lines(said, [billed()]) == [0, 0]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ([advised("99214")], "line 1 (99214 for $150.00) was not billed"),
        ([advised(modifiers=("25",))], "line 1 (99213 for $150.00) was not billed"),
        ([advised(day=dt.date(2026, 3, 11))], "line 1 (99213 for $150.00) was not billed"),
        ([advised(), advised()], "line 2 (99213 for $150.00) was not billed"),
        (
            [advised(charge="140", number="A11")],
            "line 99213 was billed with $150.00, the payer decided on $140.00",
        ),
    ],
)
def test_match_lines_names_what_it_cannot_tell(said, reason):
    with pytest.raises(Unmatched) as caught:
        match_lines(said, [billed()])
    assert caught.value.reason == reason


def test_match_lines_misses_a_line_the_payer_left_out():
    with pytest.raises(Unmatched) as caught:
        match_lines([advised(number="A11")], [billed(), billed("93000", "60", "A12")])
    assert caught.value.reason == "line 93000 was billed with $60.00, the payer decided on $0.00"


@pytest.mark.parametrize(
    ("code", "rank"), [("1", ""), ("2", "S"), ("20", "S"), ("3", "T"), ("21", "T"), ("4", "")]
)
def test_rank_answered_reads_clp02(code, rank):
    assert rank_answered(code) == rank


def negated(original):
    def turned(reductions):
        return tuple(replace(item, amount=-item.amount) for item in reductions)

    lines = tuple(
        replace(line, charge=-line.charge, paid=-line.paid, reductions=turned(line.reductions))
        for line in original.lines
    )
    return replace(original, status_code="22", charge=-original.charge, paid=-original.paid, lines=lines)


def test_takes_back_wants_every_amount_negated_and_the_same_numbers():
    original = claim(advised(paid="90", reductions=[("CO", "45", "60")]), payer_control_number="ICN1")
    reversal = negated(original)

    assert takes_back(reversal, original)
    assert takes_back(replace(reversal, payer_control_number=""), original)
    assert takes_back(replace(reversal, lines=(), reductions=(Reduction("CO", "45", D("-60")),)), original)
    assert not takes_back(replace(reversal, payer_control_number="ICN2"), original)
    assert not takes_back(replace(reversal, control_number="A2"), original)
    assert not takes_back(replace(reversal, paid=D("-80")), original)
    assert not takes_back(original, original)


# --- sharing out -----------------------------------------------------------------------------------------

cents = st.integers(1, 1_000_000).map(lambda n: D(n) / 100)


@given(charges=st.lists(cents, min_size=1, max_size=8), data=st.data())
def test_share_out_loses_no_cent_and_balances_every_line(charges, data):
    total = sum(charges, D("0.00"))
    taken = data.draw(st.lists(st.tuples(st.sampled_from(["CO", "PR", "OA"]), cents), max_size=4))
    reductions = tuple(Reduction(group, "45", amount) for group, amount in taken)
    paid = total - sum((item.amount for item in reductions), D("0.00"))
    whole = ClaimAdvice(0, "A1", "1", total, paid, D("0.00"), reductions=reductions)

    shared = share_out(whole, [billed(charge=str(charge)) for charge in charges])

    assert [line.charge for line in shared.lines] == charges
    assert sum(line.paid for line in shared.lines) == paid
    assert all(line.charge - sum(r.amount for r in line.reductions) == line.paid for line in shared.lines)
    for group in ("CO", "PR", "OA"):
        given_ = sum(item.amount for item in reductions if item.group == group)
        assert sum(item.amount for item in shared.all_reductions if item.group == group) == given_


# --- what moves ------------------------------------------------------------------------------------------


def moved(*reductions, paid="0", has_next_payer=False, held=None):
    line = advised(paid=paid, reductions=reductions)
    return [
        (it.debit, it.credit, it.amount)
        for it in movements(line, has_next_payer=has_next_payer, held=None if held is None else D(held))
    ]


def test_movements_of_a_paid_line():
    assert moved(("CO", "45", "40"), ("CO", "253", "1.40"), ("PR", "3", "20"), paid="88.60") == [
        (Side.PAYER_CASH, Side.THIS_PAYER, D("88.60")),
        (Side.CONTRACTUAL, Side.THIS_PAYER, D("40")),
        (Side.SEQUESTRATION, Side.THIS_PAYER, D("1.40")),
        (Side.PATIENT, Side.THIS_PAYER, D("20")),
    ]


def test_movements_pass_the_patients_share_to_the_next_payer():
    assert moved(("PR", "1", "20"), has_next_payer=True) == [(Side.NEXT_PAYER, Side.THIS_PAYER, D("20"))]


@pytest.mark.parametrize(
    "group_and_reason", [("CO", "197"), ("CO", "97"), ("PI", "45"), ("OA", "23"), ("OA", "18")]
)
def test_movements_leave_refusals_and_information_where_they_are(group_and_reason):
    assert moved((*group_and_reason, "150")) == []


def test_movements_of_a_negative_amount_go_the_other_way():
    line = advised(reductions=[("CO", "144", "-5")])

    assert list(movements(line, has_next_payer=False)) == [
        Movement(Side.THIS_PAYER, Side.CONTRACTUAL, D("5"), "CO", "144")
    ]


def test_movements_of_a_later_payer_take_no_discount_twice():
    assert moved(("CO", "45", "40"), ("PR", "3", "5"), paid="10", held="20") == [
        (Side.PAYER_CASH, Side.THIS_PAYER, D("10")),
        (Side.CONTRACTUAL, Side.THIS_PAYER, D("5")),
        (Side.PATIENT, Side.THIS_PAYER, D("5")),
    ]
    assert (Side.CONTRACTUAL, Side.THIS_PAYER, D("40")) not in moved(("CO", "45", "40"), held="0")


# --- what becomes of the claim ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paid", "reductions", "expected"),
    [
        ("90", [("CO", "45", "60")], Outcome.PAID),
        ("0", [("PR", "1", "110"), ("CO", "45", "40")], Outcome.PAID),
        ("0", [("CO", "24", "150")], Outcome.PAID),
        ("0", [("OA", "23", "150")], Outcome.PAID),
        ("90", [("CO", "97", "60")], Outcome.PARTIALLY_PAID),
        ("0", [("PR", "1", "90"), ("CO", "97", "60")], Outcome.PARTIALLY_PAID),
        ("0", [("CO", "197", "150")], Outcome.DENIED),
        ("0", [("PR", "204", "150")], Outcome.DENIED),
        ("0", [("CO", "45", "50"), ("CO", "197", "100")], Outcome.DENIED),
        ("0", [("OA", "18", "150")], Outcome.DENIED),
    ],
)
@pytest.mark.parametrize("status", ["1", "4"])
def test_outcome_goes_by_money_and_reasons_not_by_clp02(status, paid, reductions, expected):
    assert outcome(claim(advised(paid=paid, reductions=reductions), status=status)) == expected


def test_is_duplicate_notice_wants_nothing_but_carc_18():
    assert is_duplicate_notice(claim(advised(reductions=[("OA", "18", "150")])))
    assert not is_duplicate_notice(claim(advised(reductions=[("OA", "18", "50"), ("CO", "45", "100")])))
    assert not is_duplicate_notice(claim(advised(paid="150")))


@pytest.mark.parametrize(
    ("status", "remarks", "crossed"),
    [("19", (), True), ("20", (), True), ("21", (), True), ("1", ("MA18",), True), ("1", ("N89",), True),
     ("1", ("MA01",), False), ("23", (), False)],
)  # fmt: skip
def test_is_crossed_over_by_clp02_or_remark(status, remarks, crossed):
    assert is_crossed_over(claim(advised(), status=status, remark_codes=remarks)) is crossed
