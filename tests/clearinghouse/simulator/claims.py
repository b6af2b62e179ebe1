"""Claims as the payer reads them, for tests: the three worked cases of domain.md 11 and a plain visit."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from clearinghouse.simulator.adjudicate import Case
from clearinghouse.simulator.claim import Claim, Line, OtherPayer, Person, Provider
from clearinghouse.simulator.members import Register
from clearinghouse.simulator.plans import BLUEPEAK, MEDICARE, NORTHSTAR, Plan, load_plans
from clearinghouse.simulator.pricing import Accumulators

PLANS = load_plans()
PRACTICE = Provider(
    name="LAKESIDE FAMILY MEDICINE PLLC",
    npi="1234567893",
    tin="741234567",
    street="100 MAIN STREET",
    city="AUSTIN",
    state="TX",
    zip_code="787011234",
)
ELLISON = Person("ELLISON", "MARGARET", "R", "1EG4TE5MK73", date(1950, 5, 14), "F")
ORTEGA = Person("ORTEGA", "DANIEL", "", "BPK900112233", date(1983, 2, 1), "M")
SOFIA = Person("ORTEGA", "SOFIA", "", "", date(2015, 8, 22), "F")
REYES = Person("REYES", "ANNA", "", "NSH700345681", date(1970, 1, 2), "F")


def line(number: int, procedure: str, charge: str, on: date, **more: object) -> Line:
    """One service line of one unit, with a control number of its own."""
    values: dict[str, object] = {"modifiers": (), "units": Decimal(1), "diagnoses": ("I10",)}
    values |= more
    return Line(
        number=number,
        control_number=f"L{number}",
        procedure=procedure,
        charge=Decimal(charge),
        service_date=on,
        **values,  # type: ignore[arg-type]
    )


def claim(payer_id: str, subscriber: Person, *lines: Line, **more: object) -> Claim:
    """A first claim to a primary payer."""
    values: dict[str, object] = {
        "number": "26070001A",
        "rank": "P",
        "patient": subscriber,
        "frequency": "1",
        "place_of_service": "11",
        "rendering_npi": "1334455668",
    }
    values |= more
    return Claim(
        payer_id=payer_id,
        subscriber=subscriber,
        charge=sum((item.charge for item in lines), Decimal("0.00")),
        provider=PRACTICE,
        lines=lines,
        **values,  # type: ignore[arg-type]
    )


def plan(payer_id: str, **changes: object) -> Plan:
    """A plan of the package, with some rules changed."""
    found = PLANS.find(payer_id)
    assert found is not None
    return replace(found, **changes)  # type: ignore[arg-type]


def case(
    sent: Claim, rules: Plan | None = None, *, left: tuple[str, str] = ("0", "9999"), **more: object
) -> Case:
    """A case received a week after service; `left` is what remains of deductible and out-of-pocket maximum."""
    rules = rules or plan(sent.payer_id)
    values: dict[str, object] = {
        "member": Register().find(rules, sent.subscriber.member_id, sent.service_date),
        "received_on": date.fromordinal(sent.service_date.toordinal() + 7),
        "accumulators": Accumulators(Decimal(left[0]), Decimal(left[1])),
    }
    values |= more
    return Case(claim=sent, plan=rules, **values)  # type: ignore[arg-type]


def medicare_claim() -> Claim:
    """Case 1: an office visit and an ECG, with a Medigap policy behind."""
    on = date(2026, 3, 10)
    return claim(
        MEDICARE,
        ELLISON,
        line(1, "99214", "210.00", on, diagnoses=("I10", "R002")),
        line(2, "93000", "60.00", on, diagnoses=("R002",)),
        others=(OtherPayer("S", "59999", "STATEWIDE MEDIGAP", "MG55512345"),),
    )


def dependent_claim() -> Claim:
    """Case 2: a child's visit with a laceration repair."""
    on = date(2026, 4, 2)
    return claim(
        BLUEPEAK,
        ORTEGA,
        line(1, "99213", "150.00", on, modifiers=("25",), diagnoses=("S61211A",)),
        line(2, "12001", "260.00", on, diagnoses=("S61211A", "W260XXA")),
        number="26040077A",
        patient=SOFIA,
    )


def injection_claim(**more: object) -> Claim:
    """Case 3: a procedure that needs an authorization."""
    on = date(2026, 5, 5)
    work = line(1, "64483", "900.00", on, modifiers=("RT",), diagnoses=("M5416",))
    return claim(NORTHSTAR, REYES, work, **({"number": "26050031A"} | more))
