"""What the bills of claims take from rows beside them, read in a few statements for any number of claims."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.db.models import Sum

from claims.models import Claim, ClaimLine, Frequency, PriorPayment
from claims.states import REPLACED
from clearinghouse.models import Connection
from clearinghouse.queries import Routes, routes_of
from coding.models import Code, CodeSystem
from patients.models import Authorization, Coverage
from patients.queries import TURN
from practice.models import Contract, Enrollment, EnrollmentStatus, Payer, Practice, WireTransaction
from practice.queries import wire_numbers

Key = TypeVar("Key")
Row = TypeVar("Row")
Consent = tuple[int, str]
"""An authorization as a claim names it: (coverage, number)."""
Use = tuple[int, str, Decimal]
"""Units of a procedure at a visit: (encounter, procedure code, units)."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Everything around some claims of one practice, by the primary keys named."""

    routes: Routes
    lines: Mapping[int, Sequence[ClaimLine]]  # by claim, in order
    prior: Mapping[int, Sequence[PriorPayment]]  # by claim
    coverages: Mapping[int, Sequence[Coverage]]  # by patient, whose turn is first coming first
    contracts: Mapping[int, Sequence[Contract]]  # by payer, the latest first
    payer_numbers: Mapping[str, Mapping[int, str]]  # by clearinghouse, by payer: its id there
    enrolled: frozenset[int]  # the payers that take our claims
    diagnoses: Mapping[str, Sequence[Code]]  # by code
    authorizations: Mapping[Consent, Authorization]
    uses: Mapping[Consent, Sequence[Use]]

    def connection(self, claim: Claim) -> Connection | None:
        """The trading partner by which the claim goes to its payer; None without one."""
        return self.routes.connection(WireTransaction.CLAIM, claim.coverage.payer_id)

    def payer_number(self, payer_id: int, claim: Claim) -> str:
        """The id by which a payer named on the claim goes at the partner that the claim goes by."""
        return self.payer_numbers[_clearinghouse(self.connection(claim))][payer_id]

    def other_coverages(self, claim: Claim) -> list[Coverage]:
        """The patient's coverages on the day of service that this claim is not under."""
        known = self.coverages[claim.encounter.patient_id]
        day = claim.encounter.service_date
        return [it for it in known if it.pk != claim.coverage_id and it.is_in_force(day)]

    def contract(self, claim: Claim) -> Contract | None:
        """The agreement with the claim's payer on the day of service, the latest if several overlap."""
        known = self.contracts[claim.coverage.payer_id]
        return next((it for it in known if it.is_in_force(claim.encounter.service_date)), None)

    def unknown_diagnoses(self, claim: Claim) -> frozenset[str]:
        """The claim's diagnosis codes that were no billable ICD-10-CM code on the day of service."""
        day = claim.encounter.service_date
        return frozenset(
            code
            for code in claim.diagnosis_codes
            if not any(it.is_valid_on(day) for it in self.diagnoses[code])
        )

    def authorization(self, claim: Claim) -> Authorization | None:
        """The payer's consent on file under the claim's number."""
        return self.authorizations.get((claim.coverage_id, claim.authorization_number))

    def used_elsewhere(self, claim: Claim, on_file: Authorization) -> Decimal:
        """The units of it that live claims of other visits have taken."""
        uses = self.uses[claim.coverage_id, on_file.number]
        named = on_file.procedure_codes
        counted = (
            units
            for visit, procedure, units in uses
            if visit != claim.encounter_id and (not named or procedure in named)
        )
        return sum(counted, Decimal(0))


def beside_of(claims: Sequence[Claim]) -> Beside:
    """What stands beside these claims, one at least and all of one practice."""
    practice, keys = claims[0].practice, [claim.pk for claim in claims]
    lines = ClaimLine.objects.filter(claim__in=keys).select_related("coded_line").order_by("position")
    prior = list(
        PriorPayment.objects.filter(claim_line__claim__in=keys)
        .select_related("claim_line", "coverage__payer")
        .order_by("pk")
    )
    patients = {claim.encounter.patient_id for claim in claims}
    coverages = list(
        Coverage.objects.filter(patient__in=patients).select_related("payer", "patient").order_by(TURN)
    )
    named = [claim.coverage for claim in claims] + [payment.coverage for payment in prior]
    payers = {coverage.payer_id: coverage.payer for coverage in [*coverages, *named]}
    routes = routes_of(practice)
    partners = {routes.connection(WireTransaction.CLAIM, claim.coverage.payer_id) for claim in claims}
    consents = {(it.coverage_id, it.authorization_number) for it in claims if it.authorization_number}
    return Beside(
        routes=routes,
        lines=_grouped((line.claim_id, line) for line in lines),
        prior=_grouped((payment.claim_line.claim_id, payment) for payment in prior),
        coverages=_grouped((coverage.patient_id, coverage) for coverage in coverages),
        contracts=_contracts(practice, payers),
        payer_numbers={_clearinghouse(each): _payer_numbers(payers.values(), each) for each in partners},
        enrolled=_enrolled(practice, payers),
        diagnoses=_diagnoses({code for claim in claims for code in claim.diagnosis_codes}),
        authorizations=_authorizations(consents),
        uses=_uses(consents),
    )


def _clearinghouse(connection: Connection | None) -> str:
    return connection.clearinghouse if connection else ""


def _contracts(practice: Practice, payers: Iterable[int]) -> Mapping[int, Sequence[Contract]]:
    found = Contract.objects.filter(practice=practice, payer__in=payers).order_by("-effective_on")
    return _grouped((contract.payer_id, contract) for contract in found)


def _payer_numbers(payers: Iterable[Payer], connection: Connection | None) -> Mapping[int, str]:
    if connection is None:
        return {payer.pk: payer.payer_number for payer in payers}
    return wire_numbers(
        payers=payers, clearinghouse=connection.clearinghouse, transaction=WireTransaction.CLAIM
    )


def _enrolled(practice: Practice, payers: Iterable[int]) -> frozenset[int]:
    approved = Enrollment.objects.filter(
        practice=practice,
        payer__in=payers,
        transaction=WireTransaction.CLAIM,
        status=EnrollmentStatus.APPROVED,
    )
    return frozenset(approved.values_list("payer_id", flat=True))


def _diagnoses(codes: Iterable[str]) -> Mapping[str, Sequence[Code]]:
    found = Code.objects.filter(system=CodeSystem.ICD10CM, code__in=codes, billable=True)
    return _grouped((code.code, code) for code in found)


def _authorizations(named: set[Consent]) -> Mapping[Consent, Authorization]:
    coverages, numbers = {coverage for coverage, _ in named}, {number for _, number in named}
    found = Authorization.objects.filter(coverage__in=coverages, number__in=numbers)
    return {(it.coverage_id, it.number): it for it in found}


def _uses(named: set[Consent]) -> Mapping[Consent, Sequence[Use]]:
    """What live claims used of each: one that was replaced, or that takes another back, uses nothing."""
    coverages, numbers = {coverage for coverage, _ in named}, {number for _, number in named}
    lines = ClaimLine.objects.filter(claim__coverage__in=coverages, claim__authorization_number__in=numbers)
    live = lines.exclude(claim__status__in=REPLACED).exclude(claim__frequency=Frequency.VOID)
    by = ("claim__coverage_id", "claim__authorization_number", "claim__encounter_id", "procedure_code")
    rows = live.order_by().values_list(*by).annotate(units=Sum("units"))
    return _grouped(
        ((coverage, number), (visit, procedure, units)) for coverage, number, visit, procedure, units in rows
    )


def _grouped(rows: Iterable[tuple[Key, Row]]) -> Mapping[Key, Sequence[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for key, row in rows:
        found[key].append(row)
    return found
