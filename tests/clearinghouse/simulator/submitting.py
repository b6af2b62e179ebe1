"""The submitter's side, for tests: 837s written from the simulator's own claims, and a box without servers."""

import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from clearinghouse.simulator.box import Box
from clearinghouse.simulator.claim import Claim, Line, OtherPayer, Person
from clearinghouse.simulator.members import Register
from clearinghouse.simulator.plans import Plans
from clearinghouse.simulator.scenario import Scenario
from tests.clearinghouse.simulator.claims import PLANS
from x12 import claim_837 as x837
from x12 import claim_ack_277ca, remittance_835
from x12.envelope import Transaction, read
from x12.outbound import Address, OutboundGroup, write
from x12.records import Adjustment, Contact, HealthCode, Name, Party, Procedure, Reference

PERSON, ORGANIZATION = "1", "2"
NOON = dt.time(12, tzinfo=dt.UTC)


def interchange(number: int, *claims: Claim, at: dt.datetime, usage: str = "T", **more: Any) -> str:
    """One interchange with one 837P that holds the claims."""
    batch = x837.ClaimBatch(
        batch_id=f"B{number}",
        created_on=at.date(),
        created_time=f"{at:%H%M}",
        submitter=Party(
            name=Name(
                kind=ORGANIZATION, last="LAKESIDE FAMILY MEDICINE PLLC", id_qualifier="46", id="LAKESIDE01"
            ),
            contacts=(Contact(name="BILLING OFFICE", numbers=("TE", "5125550100")),),
        ),
        receiver=Party(
            name=Name(kind=ORGANIZATION, last="EXAMPLE CLEARINGHOUSE", id_qualifier="46", id="CLEARHSE")
        ),
        providers=(
            x837.BillingProvider(
                taxonomy="207Q00000X",
                party=_billing(claims[0]),
                subscribers=tuple(_subscriber(c) for c in claims),
            ),
        ),
    )
    group = OutboundGroup(
        functional_id="HC", version=x837.VERSION, control_number=number, transactions=[x837.render(batch)]
    )
    return write(
        sender=Address(id="LAKESIDE01"),
        receiver=Address(id="CLEARHSE"),
        control_number=number,
        written_at=at,
        usage=usage,
        groups=[group],
        **more,
    )


def _billing(claim: Claim) -> Party:
    who = claim.provider
    return Party(
        name=Name(kind=ORGANIZATION, last=who.name, id_qualifier="XX", id=who.npi),
        street=who.street,
        city=who.city,
        state=who.state,
        postal_code=who.zip_code,
        references=(Reference(qualifier="EI", value=who.tin),),
    )


def _person(who: Person) -> Party:
    return Party(
        name=Name(
            kind=PERSON,
            last=who.last_name,
            first=who.first_name,
            middle=who.middle_name,
            id_qualifier="MI" if who.member_id else "",
            id=who.member_id,
        ),
        street="22 OAK LANE",
        city="AUSTIN",
        state="TX",
        postal_code="78704",
        birth_date=who.birth_date,
        gender=who.sex,
    )


def _subscriber(claim: Claim) -> x837.Subscriber:
    payer = Party(name=Name(kind=ORGANIZATION, last="PAYER", id_qualifier="PI", id=claim.payer_id))
    sent = _claim(claim)
    if claim.is_dependent:
        patient = x837.Patient(relationship="19", party=_person(claim.patient), claims=(sent,))
        return x837.Subscriber(
            sequence=claim.rank,
            filing_indicator="CI",
            party=_person(claim.subscriber),
            payer=payer,
            patients=(patient,),
        )
    return x837.Subscriber(
        sequence=claim.rank,
        relationship="18",
        filing_indicator="CI",
        party=_person(claim.subscriber),
        payer=payer,
        claims=(sent,),
    )


def _claim(claim: Claim) -> x837.Claim:
    codes = list(dict.fromkeys(code for line in claim.lines for code in line.diagnoses))
    rendering = Name(kind=PERSON, last="NGUYEN", first="LINH", id_qualifier="XX", id=claim.rendering_npi)
    return x837.Claim(
        control_number=claim.number,
        charge=claim.charge,
        place_of_service=claim.place_of_service,
        frequency=claim.frequency,
        prior_authorization=claim.authorization,
        payer_claim_control_number=claim.replaces,
        diagnoses=tuple(
            HealthCode(qualifier="ABF" if i else "ABK", code=code) for i, code in enumerate(codes)
        ),
        rendering_provider=Party(name=rendering, specialty="207Q00000X"),
        other_coverages=tuple(_other(other, claim) for other in claim.others),
        lines=tuple(_line(line, codes) for line in claim.lines),
    )


def _other(other: OtherPayer, claim: Claim) -> x837.OtherCoverage:
    who = claim.subscriber
    insured = Name(
        kind=PERSON, last=who.last_name, first=who.first_name, id_qualifier="MI", id=other.member_id
    )
    return x837.OtherCoverage(
        sequence=other.rank,
        relationship="18",
        filing_indicator="CI",
        paid=other.paid,
        subscriber=Party(name=insured, street="22 OAK LANE", city="AUSTIN", state="TX", postal_code="78704"),
        payer=x837.OtherPayer(
            name=Name(kind=ORGANIZATION, last=other.name or "OTHER", id_qualifier="PI", id=other.payer_id)
        ),
    )


def _line(line: Line, codes: Sequence[str]) -> x837.ServiceLine:
    return x837.ServiceLine(
        number=line.number,
        procedure=Procedure(code=line.procedure, modifiers=line.modifiers),
        charge=line.charge,
        quantity=line.units,
        pointers=tuple(codes.index(code) + 1 for code in line.diagnoses),
        service_date=line.service_date,
        control_number=line.control_number,
        adjudications=tuple(
            x837.LineAdjudication(
                payer_id=prior.payer_id,
                paid=prior.paid,
                procedure=Procedure(code=line.procedure, modifiers=line.modifiers),
                quantity=line.units,
                adjustments=tuple(Adjustment(a.group, a.code, a.amount) for a in prior.adjustments),
                adjudicated_on=line.service_date + dt.timedelta(days=14),
            )
            for prior in line.prior
        ),
    )


class Desk:
    """A submitter with a box of its own: puts files in, moves the clock, fetches answers. No servers."""

    def __init__(
        self, directory: Path, now: dt.datetime, scenario: Scenario | None = None, **more: Any
    ) -> None:
        self.directory = directory
        self.now = now
        self._settings: dict[str, Any] = {
            "plans": PLANS,
            "register": Register(),
            "scenario": scenario or Scenario(),
            "seed": "1",
        }
        self._settings |= more
        self.number = 0
        self.box = self._open()

    def _open(self) -> Box:
        return Box(directory=self.directory, **self._settings)

    def restart(self) -> None:
        """As after a power cut: a new box finds what the old one left."""
        self.box.close()
        self.box = self._open()

    @property
    def outbound(self) -> Path:
        """Where answers appear."""
        return self.directory / "mailboxes" / "submitter" / "outbound"

    def put(self, text: str, name: str = "") -> None:
        """Put a file into inbound."""
        self.number += 1
        inbound = self.directory / "mailboxes" / "submitter" / "inbound"
        (inbound / (name or f"{self.number:05d}.x12")).write_text(text)

    def submit(self, *claims: Claim, **more: Any) -> None:
        """Send claims in one interchange and let the box take them."""
        self.put(interchange(self.number + 1, *claims, at=self.now, **more))
        self.work()

    def work(self, **later: float) -> None:
        """Move the clock on and let the box work; `later` are the words of timedelta."""
        self.now += dt.timedelta(**later)
        self.box.work(self.now)

    def fetch(self) -> list[Transaction]:
        """Take all answers out of outbound: their transactions, oldest first."""
        return [found for text in self.fetch_texts() for found in read(text).transactions]

    def fetch_texts(self) -> list[str]:
        """Take all answers out of outbound, as they are."""
        found = []
        for path in sorted(self.outbound.iterdir()):
            found.append(path.read_text())
            path.unlink()
        return found

    def remittances(self) -> list[remittance_835.Remittance]:
        """Fetch, and give the 835s among the answers; all of them balance."""
        found = [remittance_835.read(t) for t in self.fetch() if t.kind == "835"]
        assert [remittance_835.imbalances(item) for item in found] == [()] * len(found)
        return found

    def acknowledgments(self) -> list[claim_ack_277ca.ClaimAcknowledgment]:
        """Fetch, and give the 277CAs among the answers; all their totals agree."""
        found = [claim_ack_277ca.read(t) for t in self.fetch() if t.kind == "277CA"]
        assert all(r.totals_agree for item in found for s in item.sources for r in s.receivers)
        return found

    def verdicts(self) -> dict[str, str]:
        """Fetch, and give what the 277CAs say of each claim: CLM01 to category, status and entity."""
        return {
            found.claim.control_number: ":".join(filter(None, (code.category, code.status, code.entity)))
            for item in self.acknowledgments()
            for found in item.claims()
            for code in (found.claim.statuses[0].code,)
        }

    def pay(self) -> list[remittance_835.Remittance]:
        """Wait for the next payment run, and fetch its 835s."""
        self.work(seconds=10)
        return self.remittances()

    def truth(self, event: str = "") -> list[dict[str, Any]]:
        """The truth log, or the events of one kind in it."""
        lines = (self.directory / "truth.jsonl").read_text().splitlines()
        found = [json.loads(line) for line in lines]
        return [item for item in found if event in ("", item["event"])]


def dollars(text: str) -> Decimal:
    """An amount."""
    return Decimal(text)


def plans_with(*changed: Any) -> Plans:
    """The package's plans, with some replaced by their payer id."""
    new = {plan.payer_id: plan for plan in changed}
    return Plans(tuple(new.get(plan.payer_id, plan) for plan in PLANS.plans))
