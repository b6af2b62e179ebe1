"""Payers with manners of their own, from their decision to our books: posted right, or parked with the reason.

The payers are those in the box; nothing of their 835s is made up here.
"""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from billing import ledger
from billing.models import Remittance
from billing.queries import prove
from claims.states import ClaimStatus
from clearinghouse.simulator.claim import Claim as Sent
from clearinghouse.simulator.claim import OtherPayer
from clearinghouse.simulator.scenario import Delays, Scenario, Shares
from tests.billing.scenario import Visit, billed_visit, taken_in
from tests.clearinghouse.simulator.claims import ELLISON, ORTEGA, claim, line
from tests.clearinghouse.simulator.submitting import Desk
from tests.conftest import NOW

pytestmark = pytest.mark.slow
D = Decimal
DAY = 86400
SERVICES = [("99214", "200.00"), ("20610", "301.01")]
MEDICARE = {"P": ("04412", "Medicare Part B TX"), "S": ("59999", "Statewide Medigap")}


class Payers:
    """The payers in the box, and what they said of the visits they were sent."""

    def __init__(self, practice, directory: Path, scenario: Scenario) -> None:
        self.practice = practice
        self.desk = Desk(directory, NOW, scenario)

    def decide(self, *visits: Visit) -> list[Remittance]:
        """Send the visits' claims, wait for the payers, and take in what they answer."""
        self.desk.submit(*(as_sent(visit) for visit in visits))
        return self.hear(seconds=10)

    def hear(self, **later: float) -> list[Remittance]:
        """Take in what comes by then, in its order."""
        self.desk.work(**later)
        texts = [text for text in self.desk.fetch_texts() if "*835*" in text]
        return [taken_in(self.practice, text) for text in texts]

    def decided(self, number: str = "A1") -> dict[str, D]:
        """What the payers' own log says of a claim: the newest decision."""
        told = [item for item in self.desk.truth("decided") if item["claim"] == number][-1]
        return {name: D(told[name]) for name in ("charge", "paid", "patient")}


def as_sent(visit: Visit) -> Sent:
    """The visit's claim as its payer got it."""
    ours = visit.claim
    payer = ours.coverage.payer.payer_number
    lines = (
        replace(
            line(it.position, it.procedure_code, str(it.charge), it.service_date, diagnoses=("R002",)),
            control_number=it.control_number,
            modifiers=tuple(it.modifiers),
        )
        for it in ours.lines.order_by("position")
    )
    others = (OtherPayer("S", "59999", "STATEWIDE MEDIGAP", "MG55512345"),) if "S" in visit.coverages else ()
    who = ELLISON if payer == "04412" else ORTEGA
    return claim(payer, who, *lines, number=ours.control_number, others=others)


@pytest.fixture
def open_payers(practice, tmp_path):
    def open_with(*misfortunes: str, **delays: int) -> Payers:
        shares = Shares(**dict.fromkeys(misfortunes, D(1)))
        return Payers(practice, tmp_path / "box", Scenario(shares=shares, delays=Delays(**delays)))

    return open_with


@pytest.fixture(autouse=True)
def _books_hold(practice):
    """Whatever a payer does, the books add up afterwards."""
    yield
    assert {it.proof.name: it.differences for it in prove() if not it.holds} == {}


def beside(practice, account: ledger.AccountRef) -> D:
    return ledger.balance(practice=practice, ref=account)


def shared(payers: Payers) -> dict[str, D]:
    """Who owns the charge by the payer's decision: what it paid, what the patient owes, the rest."""
    told = payers.decided()
    rest = told["charge"] - told["paid"] - told["patient"]
    return {"paid": told["paid"], "patient": told["patient"], "adjusted": rest}


# How a decision is put


@pytest.mark.parametrize("manner", ["claim_level", "unnumbered", "split_lines", "split_claim", "recoded"])
def test_decision_is_posted_to_the_cent_however_it_is_put(practice, open_payers, manner):
    visit = billed_visit(practice, number="A1", lines=SERVICES)
    payers = open_payers(manner)

    (remittance,) = payers.decide(visit)

    visit.claim.refresh_from_db()
    assert (remittance.status, remittance.reasons) == ("posted", [])
    assert visit.claim.status == ClaimStatus.PAID
    assert visit.owners() == shared(payers)


def test_bundled_service_stays_open_as_a_denial(practice, open_payers):
    visit = billed_visit(practice, number="A1", lines=SERVICES)

    (remittance,) = open_payers("bundled").decide(visit)

    visit.claim.refresh_from_db()
    assert (remittance.status, visit.claim.status) == ("posted", ClaimStatus.PARTIALLY_PAID)
    assert visit.owed_by_payer() == D("301.01")


@pytest.mark.parametrize(
    "manner", ["", "claim_level", "unnumbered", "split_lines", "split_claim", "recoded", "bundled"]
)
@pytest.mark.parametrize("order", ["", "corrected_first"])
def test_correction_takes_back_and_pays_anew_whatever_the_manner(practice, open_payers, manner, order):
    visit = billed_visit(practice, number="A1", lines=SERVICES)
    payers = open_payers("corrected", *filter(None, (manner, order)), correction=DAY)
    (first,) = payers.decide(visit)

    (second,) = payers.hear(days=2)

    assert [(it.status, it.reasons) for it in (first, second)] == [("posted", []), ("posted", [])]
    assert visit.owners()["paid"] == payers.decided()["paid"]
    assert visit.owners()["patient"] == payers.decided()["patient"]


# Money beside the claims


def test_interest_is_income_and_no_payment_of_the_claim(practice, open_payers):
    visit = billed_visit(practice, number="A1", lines=SERVICES)
    payers = open_payers("interest")

    (remittance,) = payers.decide(visit)

    assert remittance.status == "posted"
    interest = remittance.amount - payers.decided()["paid"]
    assert interest > 0
    assert beside(practice, ledger.interest_income()) == -interest
    assert visit.owners() == shared(payers)


def test_forwarding_balance_is_carried_and_taken(practice, open_payers):
    visit, other = (billed_visit(practice, number=number, lines=SERVICES) for number in ("A1", "A2"))
    type(other.claim.lines.first()).objects.filter(claim=other.claim, position=1).update(modifiers=["25"])
    payers = open_payers("corrected", correction=DAY)
    (first,) = payers.decide(visit)
    (second,) = payers.hear(days=2)
    account = ledger.forward_balance(payer_id=first.payer_id)
    owed = first.amount - payers.decided()["paid"]
    assert (second.status, second.amount, beside(practice, account)) == ("posted", 0, -owed)

    (third,) = payers.decide(other)

    assert third.status == "posted"
    assert beside(practice, account) == 0


def test_recouped_money_is_owed_first_and_withheld_later(practice, open_payers):
    visit, other = (billed_visit(practice, number=number, lines=SERVICES) for number in ("A1", "A2"))
    type(other.claim.lines.first()).objects.filter(claim=other.claim, position=1).update(modifiers=["25"])
    payers = open_payers("corrected", "recouped", correction=DAY, recoupment=DAY)
    (first,) = payers.decide(visit)
    (second,) = payers.hear(days=2)
    account = ledger.payer_recoupment(payer_id=first.payer_id)
    owed = first.amount - payers.decided()["paid"]
    assert (second.status, second.reasons, beside(practice, account)) == ("posted", [], -owed)

    payers.hear(days=1)
    (third,) = payers.decide(other)

    assert third.status == "posted"
    assert third.amount == payers.decided("A2")["paid"] - owed
    assert beside(practice, account) == 0


def test_money_kept_for_a_claim_nobody_knows_stays_to_be_seen(practice, open_payers):
    visit = billed_visit(practice, number="A1", lines=SERVICES)
    payers = open_payers("withheld")

    (remittance,) = payers.decide(visit)

    kept = payers.decided()["paid"] - remittance.amount
    assert remittance.status == "posted"
    assert kept > 0
    assert beside(practice, ledger.payer_recoupment(payer_id=remittance.payer_id)) == kept
    assert visit.owners() == shared(payers)


def test_stranger_among_ours_parks_the_remittance_by_name(practice, open_payers):
    visit = billed_visit(practice, number="A1", lines=SERVICES)

    (remittance,) = open_payers("strangers").decide(visit)

    assert remittance.status == "parked"
    assert remittance.reasons == ["Claim 2 (X1): we have no claim of this number."]
    assert visit.owed_by_payer() == D("501.01")


def test_slips_are_parked_and_their_corrections_wait_for_a_person(practice, open_payers):
    visit = billed_visit(practice, number="A1", lines=SERVICES)

    (wrong,) = open_payers("slips", amendment=DAY).decide(visit)

    assert wrong.status == "parked"
    assert visit.owed_by_payer() == D("501.01")


# Crossovers


def both_decide(payers: Payers, visit: Visit) -> list[Remittance]:
    """The first payer's answer and what the next one says by itself."""
    return [*payers.decide(visit), *payers.hear(days=60)]


@pytest.fixture
def visit_of_two(practice) -> Visit:
    return billed_visit(practice, number="A1", lines=[("99214", "210"), ("93000", "60")], payers=MEDICARE)


def test_crossover_is_posted_at_both_payers(practice, open_payers, visit_of_two, drain):
    first, second = both_decide(open_payers(), visit_of_two)
    drain()
    second.refresh_from_db()
    assert [(it.status, it.reasons) for it in (first, second)] == [("posted", []), ("posted", [])]
    assert (visit_of_two.owed_by_payer(), visit_of_two.owed_by_payer("S")) == (0, 0)


def test_crossover_that_was_lost_leaves_the_balance_with_the_next_payer(practice, open_payers, visit_of_two):
    (first,) = both_decide(open_payers("crossovers_lost"), visit_of_two)
    assert first.status == "posted"
    left = visit_of_two.owed_by_payer("S")
    assert left > 0
    secondary = visit_of_two.encounter.claims.get(coverage=visit_of_two.coverages["S"])
    assert secondary.status not in {ClaimStatus.PAID, ClaimStatus.DENIED}


def test_crossover_nobody_spoke_of_is_posted_where_it_belongs(practice, open_payers, visit_of_two, drain):
    first, second = both_decide(open_payers("crossovers_untold"), visit_of_two)
    drain()
    second.refresh_from_db()
    assert [(it.status, it.reasons) for it in (first, second)] == [("posted", []), ("posted", [])]
    assert visit_of_two.owed_by_payer("S") == 0
