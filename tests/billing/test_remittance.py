"""835s taken in: posted whole, or parked whole with the reasons in words."""

import datetime as dt
from decimal import Decimal

import pytest

from billing import handlers, ledger
from billing.actions.remittance import NotParked, dismiss_parked, post_parked, take_in
from billing.models import Deposit, Remittance, RemittanceClaim, RemittanceLine
from billing.models.ledger import Entry
from billing.queries import prove
from billing.rules.posting import Treatment
from billing.states import RemittanceStatus
from claims.models import PriorPayment
from claims.states import ClaimStatus
from clearinghouse.queries import State, exchanged, stuck
from clearinghouse.states import DocumentStatus
from rcm import faults
from rcm.models import OutboxMessage
from tests.billing.scenario import billed_visit, claim_to, document_of, taken_in, text_835
from tests.conftest import NOW
from tests.factories import UserFactory

D = Decimal
PAID = (
    "CLP*A1*1*150*90*20*12*ICN1*11*1~NM1*QC*1*HALL*PETER~"
    "SVC*HC:99213*150*90**1~DTM*472*20260310~CAS*CO*45*40~CAS*PR*3*20~REF*6R*A11~AMT*B6*110~"
)
TAKEN_BACK = (
    "CLP*A1*22*-150*-90*-20*12*ICN1*11*1~NM1*QC*1*HALL*PETER~"
    "SVC*HC:99213*-150*-90**1~DTM*472*20260310~CAS*CO*45*-40~CAS*PR*3*-20~REF*6R*A11~"
)
DENIED = (
    "CLP*A1*1*150*0**12*ICN1*11*1~NM1*QC*1*HALL*PETER~"
    "SVC*HC:99213*150*0**1~DTM*472*20260310~CAS*CO*197*150~REF*6R*A11~"
)
UNBALANCED = "does not balance"
NET = "the claims paid less the provider adjustments"
LINES = "the lines' payments"
BOTH = {"P": ("BPK01", "BluePeak"), "S": ("59999", "Medigap")}


def paid(trace="T1", body=PAID, amount="90", **fields):
    return text_835(body, paid=amount, trace=trace, **fields)


@pytest.fixture
def visit(practice):
    return billed_visit(practice, number="A1")


def differences():
    return {verdict.proof.name: verdict.differences for verdict in prove() if not verdict.holds}


def posted_keys():
    return sorted(Entry.objects.exclude(source="charge").values_list("key", flat=True))


# --- posting ---------------------------------------------------------------------------------------------


def test_take_in_posts_rows_money_claim_and_news_together(practice, visit):
    document = document_of(practice, paid())

    remittance = take_in(document=document, now=NOW)

    document.refresh_from_db()
    visit.claim.refresh_from_db()
    assert (remittance.status, remittance.posted_at, remittance.payer) == (
        RemittanceStatus.POSTED,
        NOW,
        visit.claim.coverage.payer,
    )
    assert document.status == DocumentStatus.POSTED
    assert (visit.claim.status, visit.claim.payer_control_number) == (ClaimStatus.PAID, "ICN1")
    assert visit.owners() == {"paid": D("90.00"), "adjusted": D("40.00"), "patient": D("20.00")}
    line = RemittanceLine.objects.get()
    assert (line.claim_line, line.allowed, line.derived) == (visit.claim.lines.get(), D("110.00"), False)
    assert list(line.adjustments.order_by("pk").values_list("group_code", "reason_code", "amount")) == [
        ("CO", "45", D("40.00")),
        ("PR", "3", D("20.00")),
    ]
    assert posted_keys() == [f"deposit:{remittance.deposit_id}", f"remittance:{remittance.pk}:0"]
    assert OutboxMessage.objects.filter(topic="billing.remittance_posted").exists()
    assert differences() == {}


def test_take_in_twice_posts_once(practice, visit):
    document = document_of(practice, paid())
    first = take_in(document=document, now=NOW)

    assert take_in(document=document, now=NOW) == first
    assert len(posted_keys()) == 2


def test_take_in_is_what_a_received_835_sets_off(practice, visit, drain):
    document_of(practice, paid())

    drain()

    assert Remittance.objects.get().status == RemittanceStatus.POSTED


@pytest.mark.parametrize(
    "point",
    [
        "read",
        "trace_taken",
        "judged",
        "rows_stored",
        "before_entries",
        "entries_written",
        "booked",
        "claims_decided",
        "claims_settled",
        "before_commit",
        "committed",
    ],
)
def test_take_in_cut_off_anywhere_posts_once_when_run_again(practice, visit, monkeypatch, point):
    class PowerCut(Exception):
        pass

    def cut(name):
        if name == f"posting.{point}":
            raise PowerCut

    document = document_of(practice, paid())
    with monkeypatch.context() as crash, pytest.raises(PowerCut):
        crash.setattr(faults, "point", cut)
        take_in(document=document, now=NOW)
    if point != "committed":
        assert (Remittance.objects.count(), posted_keys()) == (0, [])

    handlers.take_in_remittance(document_id=document.pk, now=NOW)

    assert Remittance.objects.get().status == RemittanceStatus.POSTED
    assert len(posted_keys()) == 2
    assert differences() == {}


def test_take_in_leaves_a_denial_open_with_the_payer(practice, visit):
    remittance = taken_in(practice, paid(body=DENIED, amount="0", method="NON"))

    visit.claim.refresh_from_db()
    assert (remittance.status, visit.claim.status) == ("posted", ClaimStatus.DENIED)
    assert visit.owed_by_payer() == D("150.00")
    assert posted_keys() == []
    assert differences() == {}


def test_take_in_of_a_partial_denial_pays_the_one_line_and_leaves_the_other(practice):
    visit = billed_visit(practice, number="A1", lines=[("99213", "150"), ("93000", "60")])
    body = (
        "CLP*A1*4*210*110*0*12*ICN1~SVC*HC:99213*150*110~CAS*CO*45*40~REF*6R*A11~"
        "SVC*HC:93000*60*0~CAS*CO*97*60~REF*6R*A12~LQ*HE*N19~"
    )

    taken_in(practice, paid(body=body, amount="110"))

    visit.claim.refresh_from_db()
    assert visit.claim.status == ClaimStatus.PARTIALLY_PAID
    assert visit.owed_by_payer() == D("60.00")
    assert RemittanceLine.objects.get(procedure_code="93000").remark_codes == ["N19"]


# --- separated claims ------------------------------------------------------------------------------------

ONE_PART = "CLP*A1*1*100*70*0*12*ICN1~MOA***MA15~SVC*HC:99213*100*70~CAS*CO*45*30~REF*6R*A11~{further}"
OTHER_PART = "CLP*A1*1*50*20*0*12*ICN2~MOA***MA15~SVC*HC:93000*50*20~CAS*CO*45*30~REF*6R*A12~"


def test_take_in_puts_a_separated_claim_together_again(practice):
    visit = billed_visit(practice, number="A1", lines=[("99213", "100"), ("93000", "50")])

    remittance = taken_in(practice, paid(body=ONE_PART.format(further=OTHER_PART)))

    visit.claim.refresh_from_db()
    assert (remittance.status, remittance.reasons) == ("posted", [])
    assert (remittance.claims.count(), visit.claim.payer_control_number) == (1, "ICN1")
    assert visit.owners() == {"paid": D("90.00"), "adjusted": D("60.00")}


def test_take_in_parks_one_part_of_a_separated_claim_and_says_what_is_missing(practice):
    visit = billed_visit(practice, number="A1", lines=[("99213", "100"), ("93000", "50")])

    remittance = taken_in(practice, paid(body=ONE_PART.format(further=""), amount="70"))

    assert remittance.status == "parked"
    assert remittance.reasons == [
        "Claim 1 (A1): line 93000 was billed with $50.00, the payer decided on $0.00."
    ]
    assert visit.owed_by_payer() == D("150.00")


# --- claim-level decisions -------------------------------------------------------------------------------


def test_take_in_shares_a_claim_level_decision_out_over_the_lines(practice):
    visit = billed_visit(practice, number="A1", lines=[("99213", "100"), ("93000", "50.01")])
    body = "CLP*A1*1*150.01*90*20.01*12*ICN1~CAS*CO*45*40~CAS*PR*1*20.01~NM1*QC*1*HALL*PETER~"

    remittance = taken_in(practice, paid(body=body))

    lines = list(RemittanceLine.objects.order_by("position"))
    assert remittance.status == "posted"
    assert [line.derived for line in lines] == [True, True]
    assert sum(line.paid for line in lines) == D("90.00")
    assert all(
        line.charge - sum(item.amount for item in line.adjustments.all()) == line.paid for line in lines
    )
    assert visit.owners() == {"paid": D("90.00"), "adjusted": D("40.00"), "patient": D("20.01")}
    assert not remittance.claims.get().adjustments.filter(line=None).exists()


def test_take_in_reverses_a_decision_that_was_shared_out(practice):
    visit = billed_visit(practice, number="A1", lines=[("99213", "100"), ("93000", "50.01")])
    given = "CLP*A1*1*150.01*90*20.01*12*ICN1~CAS*CO*45*40~CAS*PR*1*20.01~"
    back = (
        "CLP*A1*22*-150.01*-90*-20.01*12*ICN1~CAS*CO*45*-40~CAS*PR*1*-20.01~PLB*1234567893*20261231*FB*-90~"
    )
    taken_in(practice, paid(body=given))

    remittance = taken_in(practice, paid("T2", back, "0"))

    assert (remittance.status, remittance.reasons) == ("posted", [])
    assert visit.owners() == {"payer": D("150.01")}


# --- reversals -------------------------------------------------------------------------------------------


def test_take_in_of_a_reversal_alone_puts_the_claim_back_to_pending(practice, visit):
    taken_in(practice, paid())
    plb = "PLB*1234567893*20261231*WO:A1 ICN1 T1*-90~"

    remittance = taken_in(practice, paid("T2", TAKEN_BACK + plb, "0"))

    visit.claim.refresh_from_db()
    assert (remittance.status, visit.claim.status) == ("posted", ClaimStatus.PENDING)
    assert visit.owners() == {"payer": D("150.00")}
    recoupment = ledger.payer_recoupment(payer_id=remittance.payer_id)
    assert ledger.balance(practice=practice, ref=recoupment) == D("-90.00")
    assert differences() == {}


def test_take_in_of_the_withheld_money_closes_the_recoupment(practice, visit):
    other = billed_visit(practice, number="B1")
    taken_in(practice, paid())
    taken_in(practice, paid("T2", TAKEN_BACK + "PLB*1234567893*20261231*WO:A1*-90~", "0"))
    body = PAID.replace("A1", "B1") + "PLB*1234567893*20261231*WO:A1*90~"

    remittance = taken_in(practice, paid("T3", body, "0"))

    recoupment = ledger.payer_recoupment(payer_id=remittance.payer_id)
    assert remittance.status == "posted"
    assert ledger.balance(practice=practice, ref=recoupment) == 0
    assert other.owners() == {"paid": D("90.00"), "adjusted": D("40.00"), "patient": D("20.00")}
    assert differences() == {}


@pytest.mark.parametrize(
    ("change", "amount"),
    [
        (("ICN1", "ICN2"), "-90"),
        (("*-90*", "*-80*"), "-80"),
        (("CO*45*-40", "CO*131*-40"), "-90"),
        (("CAS*CO*45*-40~CAS*PR*3*-20", "CAS*CO*45*-20~CAS*PR*3*-40"), "-90"),
    ],
)
def test_take_in_parks_a_reversal_that_is_not_what_was_posted(practice, visit, change, amount):
    taken_in(practice, paid())
    body = TAKEN_BACK.replace(*change)
    if amount == "-80":
        body = body.replace("CO*45*-40", "CO*45*-50").replace(
            "SVC*HC:99213*-150*-90", "SVC*HC:99213*-150*-80"
        )

    remittance = taken_in(practice, paid("T2", body + f"PLB*1234567893*20261231*WO*{amount}~", "0"))

    assert remittance.status == "parked"
    assert remittance.reasons[0].endswith("matches nothing that was posted.")
    assert visit.owners() == {"paid": D("90.00"), "adjusted": D("40.00"), "patient": D("20.00")}


def test_take_in_parks_a_second_reversal(practice, visit):
    body = TAKEN_BACK + "PLB*1234567893*20261231*WO*-90~"
    taken_in(practice, paid())
    taken_in(practice, paid("T2", body, "0"))

    assert taken_in(practice, paid("T3", body, "0")).status == "parked"


def test_take_in_finds_the_corrected_claim_before_its_reversal(practice, visit):
    """The guide puts the reversal first; a payer that sorts by status does not."""
    taken_in(practice, paid())
    again = PAID.replace("*90*20*", "*100*10*").replace("*150*90", "*150*100").replace("PR*3*20", "PR*3*10")

    remittance = taken_in(practice, paid("T2", again.replace("ICN1", "ICN2") + TAKEN_BACK, "10"))

    visit.claim.refresh_from_db()
    assert (remittance.status, remittance.reasons) == ("posted", [])
    assert visit.owners() == {"paid": D("100.00"), "adjusted": D("40.00"), "patient": D("10.00")}
    assert visit.claim.status == ClaimStatus.PAID


# --- decided twice ---------------------------------------------------------------------------------------


def test_take_in_parks_a_second_decision_without_reversal(practice, visit):
    taken_in(practice, paid())

    remittance = taken_in(practice, paid("T2"))

    assert remittance.status == "parked"
    assert remittance.reasons == ["Claim 1 (A1): decided before (trace T1) and not reversed since."]
    assert visit.owners()["paid"] == D("90.00")


def test_take_in_parks_a_remittance_that_decides_a_claim_twice(practice, visit):
    remittance = taken_in(practice, paid(body=PAID + PAID, amount="180"))

    assert remittance.reasons == ["Claim 2 (A1): this remittance decides it twice."]


def test_take_in_of_a_duplicate_denial_leaves_the_first_decision_alone(practice, visit):
    taken_in(practice, paid())
    body = DENIED.replace("CO*197", "OA*18")

    remittance = taken_in(practice, paid("T2", body, "0"))

    visit.claim.refresh_from_db()
    assert (remittance.status, visit.claim.status) == ("posted", ClaimStatus.PAID)
    assert remittance.claims.get().claim == visit.claim


def test_take_in_decides_a_corrected_claim_after_its_denial(practice, visit):
    taken_in(practice, paid(body=DENIED, amount="0"))
    visit.claim.refresh_from_db()
    type(visit.claim).objects.filter(pk=visit.claim.pk).update(status=ClaimStatus.CORRECTED)
    corrected = claim_to(
        visit.encounter,
        visit.claim.coverage,
        number="A2",
        replaces=visit.claim,
        frequency="7",
        original_reference_number="ICN1",
    )

    remittance = taken_in(practice, paid("T2", PAID.replace("A1", "A2")))

    corrected.refresh_from_db()
    visit.claim.refresh_from_db()
    assert (remittance.status, corrected.status) == ("posted", ClaimStatus.PAID)
    assert visit.claim.status == ClaimStatus.CORRECTED


# --- the next payer --------------------------------------------------------------------------------------


def test_take_in_opens_the_secondary_claim_with_what_the_primary_decided(practice):
    visit = billed_visit(practice, number="A1", payers=BOTH)

    taken_in(practice, paid())

    secondary = visit.encounter.claims.get(coverage=visit.coverages["S"])
    prior = PriorPayment.objects.get(claim_line__claim=secondary)
    assert secondary.status in {ClaimStatus.READY, ClaimStatus.HELD}
    assert (prior.paid, prior.payer_control_number) == (D("90.00"), "ICN1")
    assert prior.adjustments == [["CO", "45", "40.00"], ["PR", "3", "20.00"]]
    assert prior.adjudicated_on == dt.date(2026, 4, 20)
    assert (visit.owed_by_payer("S"), visit.owed_by_patient()) == (D("20.00"), 0)


PAID_IN_FULL = "CLP*A1*1*150*110*0*12*ICN2*11*7~SVC*HC:99213*150*110**1~CAS*CO*45*40~REF*6R*A11~"


@pytest.mark.parametrize(
    ("body", "amount", "plb"),
    [(TAKEN_BACK, "0", "PLB*1234567893*20261231*FB:X*-90~"), (TAKEN_BACK + PAID_IN_FULL, "20", "")],
)
def test_take_in_holds_the_secondary_claim_when_what_it_follows_does_not_stand(practice, body, amount, plb):
    visit = billed_visit(practice, number="A1", payers=BOTH)
    taken_in(practice, paid())
    secondary = visit.encounter.claims.get(coverage=visit.coverages["S"])
    type(secondary).objects.filter(pk=secondary.pk).update(status=ClaimStatus.READY)
    secondary.findings.all().delete()

    remittance = taken_in(practice, paid("T2", body + plb, amount))

    secondary.refresh_from_db()
    assert remittance.status == RemittanceStatus.POSTED
    assert secondary.status == ClaimStatus.HELD
    assert [finding.edit for finding in secondary.findings.all()] == ["835"]
    assert visit.owed_by_payer("S") == 0


def test_take_in_goes_by_the_payer_when_the_first_calls_itself_the_second(practice):
    """CLP02 is the payer's own view of whose turn it was."""
    visit = billed_visit(practice, number="A1", payers=BOTH)
    taken_in(practice, paid())
    corrected = PAID.replace("CLP*A1*1*", "CLP*A1*2*")

    remittance = taken_in(practice, paid("T2", TAKEN_BACK + corrected, "0"))

    assert remittance.status == RemittanceStatus.POSTED
    assert (visit.owed_by_payer(), visit.owed_by_payer("S")) == (0, D("20.00"))


def test_take_in_of_a_discount_the_first_payer_took_already_does_not_take_it_twice(practice):
    """Many secondary payers repeat CO-45 beside an OA-23 of the first payment alone."""
    visit = billed_visit(practice, number="A1", payers=BOTH)
    taken_in(practice, paid())
    body = "CLP*A1*2*150*15*5*HM*MG1~SVC*HC:99213*150*15**1~CAS*CO*45*40~CAS*OA*23*90~CAS*PR*3*5~"

    remittance = taken_in(practice, paid("T2", body, "15", payer_number="59999", originator="9"))

    assert remittance.status == "posted"
    assert visit.owners() == {"paid": D("105.00"), "adjusted": D("40.00"), "patient": D("5.00")}
    assert visit.owed_by_payer("S") == 0


def test_take_in_parks_the_second_payers_answer_until_the_first_has_decided(practice, drain):
    visit = billed_visit(practice, number="A1", payers=BOTH)
    body = "CLP*A1*2*150*20*0*HM*MG1~SVC*HC:99213*150*20**1~CAS*OA*23*130~"
    early = taken_in(practice, paid("T2", body, "20", payer_number="59999", originator="9"))
    assert early.status == "parked"
    assert early.reasons == ["Claim 1 (A1): neither we nor the payer before sent it to this payer yet."]

    taken_in(practice, paid(body=PAID.replace("CLP*A1*1*", "CLP*A1*19*")))
    drain()

    early.refresh_from_db()
    assert (early.status, early.reasons) == ("posted", [])
    assert early.document.status == DocumentStatus.POSTED
    assert visit.owners() == {"paid": D("110.00"), "adjusted": D("40.00")}


# --- the gate --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            paid(body=PAID.replace("CO*45*40", "CO*45*41")),
            f"Claim 1 (A1) {UNBALANCED}: charge less adjustments makes $89.00, paid is $90.00: $1.00 too much.",
        ),
        (
            paid(amount="91"),
            f"It {UNBALANCED}: {NET} make $90.00, the payment is $91.00: $1.00 too much.",
        ),
        (
            paid(body=PAID.replace("SVC*HC:99213*150*90", "SVC*HC:99213*150*85")),
            f"Claim 1 (A1) {UNBALANCED}: {LINES} make $85.00, the claim's payment is $90.00: $5.00 too much.",
        ),
        (paid(npi="1999999984"), "It pays somebody else than this practice (NPI 1999999984)."),
        (
            paid(body=PAID.replace("CLP*A1", "CLP*Z9")),
            "Claim 1 (Z9): we have no claim of this number.",
        ),
        (
            paid(body=PAID.replace("REF*6R*A11~", "").replace("SVC*HC:99213", "SVC*HC:99214")),
            "Claim 1 (A1): line 1 (99214 for $150.00) was not billed.",
        ),
        (
            paid(body=PAID + "PLB*1234567893*20261231*CS:ADJ*-10~", amount="100"),
            "Provider adjustment CS of \N{MINUS SIGN}$10.00 needs a person: where does it belong?",
        ),
        (
            paid(body=PAID.replace("AMT*B6*110", "CAS*CO*45*X")),
            "Segment 20 was not understood: CAS03 cannot be read as its type.",
        ),
        (
            paid(body=PAID.replace("*40~", "*39.995~").replace("*20~", "*20.005~")),
            "An amount has fractions of a cent.",
        ),
        (
            paid(body="CLP*A1*25*150*90*0*12*ICN1~CAS*CO*45*60~"),
            "Claim 1 (A1): CLP02 25 decides nothing, yet $90.00 is paid.",
        ),
    ],
)
def test_take_in_parks_whole_with_the_reason_in_words(practice, visit, text, reason):
    document = document_of(practice, text)

    remittance = take_in(document=document, now=NOW)

    document.refresh_from_db()
    visit.claim.refresh_from_db()
    assert remittance.status == RemittanceStatus.PARKED
    assert reason in remittance.reasons
    assert (document.status, document.reasons) == (DocumentStatus.PARKED, remittance.reasons)
    assert (posted_keys(), visit.claim.status) == ([], ClaimStatus.SENT)
    assert (remittance.claims.count(), Deposit.objects.count()) == (1, 0)


def test_take_in_parks_good_claims_together_with_a_bad_one(practice, visit):
    remittance = taken_in(practice, paid(body=PAID + PAID.replace("A1", "Z9"), amount="180"))

    assert remittance.status == "parked"
    assert visit.owed_by_payer() == D("150.00")


def test_take_in_parks_a_remittance_that_is_not_what_the_bank_saw(practice, visit):
    Deposit.objects.create(
        practice=practice, originator_number="3216549870", trace_number="T1", method="ACH", amount=D("80")
    )

    remittance = taken_in(practice, paid())

    assert remittance.reasons == ["The deposit is $80.00, the remittance says $90.00; difference $10.00."]
    assert (posted_keys(), remittance.deposit) == ([], None)


def test_take_in_uses_the_deposit_the_bank_saw_first(practice, visit):
    seen = Deposit.objects.create(
        practice=practice, originator_number="3216549870", trace_number="T1", method="ACH", amount=D("90")
    )

    assert taken_in(practice, paid()).deposit == seen


def test_take_in_parks_a_claim_whose_charges_are_not_booked(practice, visit):
    bare = claim_to(visit.encounter, visit.claim.coverage, number="A9", status=ClaimStatus.VOIDED)
    visit.encounter.service_lines.create(practice=practice, position=2, procedure_code="93000", charge=D("60"),
                                         service_date=visit.encounter.service_date)  # fmt: skip
    unbooked = visit.encounter.service_lines.get(position=2)
    bare.lines.update(coded_line=unbooked)

    remittance = taken_in(practice, paid(body=PAID.replace("A1", "A9")))

    assert remittance.reasons == ["Claim 1 (A9): its charges are not in the books yet."]


def test_take_in_asks_nobody_where_nothing_belongs(practice, visit):
    remittance = taken_in(practice, paid(body=PAID + "PLB*1234567893*20261231*CS:X*0~"))

    assert remittance.status == RemittanceStatus.POSTED


def test_take_in_shows_no_more_than_thirty_reasons(practice):
    body = "".join(PAID.replace("A1", f"Z{n}") for n in range(40))

    remittance = taken_in(practice, paid(body=body, amount="3600"))

    assert (len(remittance.reasons), remittance.reasons[-1]) == (31, "And 10 more.")


@pytest.mark.parametrize("odd", ["CLP*A1\x00", "CLP*A1\x1a", "CLP*A1\x85"])
def test_take_in_parks_what_holds_unprintable_characters(practice, visit, odd):
    remittance = taken_in(practice, paid(body=PAID.replace("CLP*A1", odd), amount="91"))

    assert remittance.status == RemittanceStatus.PARKED
    assert all(reason.isprintable() for reason in remittance.reasons)


def test_take_in_parks_what_would_not_fit_into_the_books(practice, visit):
    most = "9999999999.99"
    body = (
        "CLP*A1*1*150*0*0*12*ICN1*11*1~SVC*HC:99213*150*0**1~"
        f"CAS*CO*45*{most}**131*{most}~CAS*OA*23*-{most}**23*-9999999849.99~REF*6R*A11~"
    )

    remittance = taken_in(practice, paid(body=body, amount="0"))

    assert remittance.status == RemittanceStatus.PARKED
    assert remittance.reasons == ["A balance would grow beyond ten digits."]
    assert posted_keys() == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (paid(trace=""), "It has no trace number (TRN02), so it cannot be told from another."),
        (paid(trace="T" * 51), "Its trace number (TRN02) is longer than 50 characters."),
        (paid(amount="99999999999"), "An amount is beyond ten digits."),
        (paid(amount="-90"), "Its payment amount (BPR02) is negative: -90.00."),
    ],
)
def test_take_in_refuses_what_cannot_even_be_parked(practice, visit, text, reason):
    document = document_of(practice, text)

    assert take_in(document=document, now=NOW) is None
    document.refresh_from_db()
    assert (document.status, document.reasons) == (DocumentStatus.REFUSED, [reason])


# --- after parking ---------------------------------------------------------------------------------------


def test_post_parked_posts_once_the_reason_is_gone(practice):
    remittance = taken_in(practice, paid())
    assert remittance.status == "parked"
    visit = billed_visit(practice, number="A1")

    post_parked(remittance=remittance, now=NOW, by=UserFactory(member_of=practice))

    remittance.refresh_from_db()
    assert (remittance.status, remittance.reasons) == ("posted", [])
    assert remittance.document.status == DocumentStatus.POSTED
    assert RemittanceClaim.objects.get().claim == visit.claim
    assert differences() == {}


def test_post_parked_keeps_it_parked_with_the_reasons_of_today(practice):
    remittance = taken_in(practice, paid(npi="1999999984"))
    billed_visit(practice, number="A1")

    post_parked(remittance=remittance, now=NOW, by=None)

    remittance.refresh_from_db()
    assert remittance.status == "parked"
    assert remittance.reasons == ["It pays somebody else than this practice (NPI 1999999984)."]


def test_post_parked_takes_a_persons_word_for_a_provider_adjustment(practice, visit):
    body = PAID + "PLB*1234567893*20261231*CS:ADJ*-10~"
    remittance = taken_in(practice, paid(body=body, amount="100"))

    post_parked(
        remittance=remittance,
        now=NOW,
        by=UserFactory(member_of=practice),
        treatments={"CS": Treatment.RECOUPMENT},
    )

    remittance.refresh_from_db()
    recoupment = ledger.payer_recoupment(payer_id=remittance.payer_id)
    assert remittance.status == "posted"
    assert ledger.balance(practice=practice, ref=recoupment) == D("-10.00")


def test_post_parked_refuses_one_that_is_posted(practice, visit):
    remittance = taken_in(practice, paid())

    with pytest.raises(NotParked):
        post_parked(remittance=remittance, now=NOW, by=None)


def test_dismiss_parked_frees_the_trace_for_its_correction(practice, visit):
    wrong = taken_in(practice, paid(body=PAID.replace("CO*45*40", "CO*45*41")))
    right = document_of(practice, paid())
    assert take_in(document=right, now=NOW) is None
    right.refresh_from_db()
    assert right.status == DocumentStatus.PARKED

    dismiss_parked(
        remittance=wrong, why="the payer sent it anew", by=UserFactory(member_of=practice), now=NOW
    )
    take_in(document=right, now=NOW)

    right.refresh_from_db()
    wrong.document.refresh_from_db()
    assert (right.status, wrong.document.status) == (DocumentStatus.POSTED, DocumentStatus.REFUSED)
    assert exchanged([practice.pk]).get(pk=wrong.document.interchange_id).state == State.SET_ASIDE
    assert not stuck([practice.pk]).exists()
    assert visit.owners()["paid"] == D("90.00")


# --- duplicates ------------------------------------------------------------------------------------------


def test_take_in_of_the_same_trace_is_a_duplicate(practice, visit):
    taken_in(practice, paid())
    again = document_of(practice, paid())

    assert take_in(document=again, now=NOW) is None
    again.refresh_from_db()
    assert again.status == DocumentStatus.DUPLICATE
    assert len(posted_keys()) == 2


def test_take_in_of_a_parked_trace_in_the_same_words_is_a_duplicate(practice):
    taken_in(practice, paid())
    again = document_of(practice, paid())

    take_in(document=again, now=NOW)

    again.refresh_from_db()
    assert again.status == DocumentStatus.DUPLICATE


def test_take_in_tells_equal_trace_numbers_of_two_payers_apart(practice, visit):
    billed_visit(practice, number="B1")
    taken_in(practice, paid())

    other = taken_in(practice, paid(body=PAID.replace("A1", "B1"), originator="1111111111"))

    assert other.status == "posted"
