"""What the tests of the claims' pages share: people at the screen, and claims in every standing."""

from django.test import Client
from django.urls import reverse

from claims.actions.correction import Changes, correct_claim
from claims.actions.decisions import Decision, settle_claims
from claims.actions.submission import send_batch
from claims.models import Batch, Claim
from claims.states import ClaimStatus
from clearinghouse.actions.inbound import receive_file
from practice.models import Practice, Role
from tests.claims.answers import ack_277ca, of
from tests.claims.scenes import built_claim
from tests.conftest import NOW
from tests.factories import MembershipFactory, UserFactory


def person(client: Client, practice: Practice, *roles: Role) -> Client:
    """The browser of somebody with these roles."""
    user = UserFactory(first_name="Dana", last_name="Reyes")
    for role in roles:
        MembershipFactory(user=user, practice=practice, role=role)
    client.force_login(user)
    return client


def held_claim(practice: Practice) -> Claim:
    """A claim that our own edits hold: the member id has not the payer's form."""
    claim = built_claim(practice, member_number="BPK-?")
    claim.coverage.payer.member_number_pattern = "BPK[0-9]{9}"
    claim.coverage.payer.save()
    return correct_claim(claim=claim, changes=Changes(note="see card"), by=None, now=NOW)


def sent(practice: Practice, drain, count: int = 1) -> Batch:
    """Claims that the clearinghouse has."""
    claims = [built_claim(practice) for _ in range(count)]
    batch = send_batch(practice=practice, claims=claims, by=None, now=NOW)
    drain()
    return batch


def rejected_claim(practice: Practice, drain, connection) -> Claim:
    """A claim that a 277CA turned down."""
    batch = sent(practice, drain)
    claim = Claim.objects.get(submissions__batch=batch)
    content = ack_277ca(batch.reference, of([claim], "A7"))
    receive_file(connection=connection, name="277ca.x12", content=content, now=NOW)
    drain()
    claim.refresh_from_db()
    return claim


def denied_claim(practice: Practice, drain) -> Claim:
    """A claim that the payer denied, under a number of its own."""
    batch = sent(practice, drain)
    claim = Claim.objects.get(submissions__batch=batch)
    decision = Decision(claim, ClaimStatus.DENIED, "ICN0001")
    settle_claims(decisions=[decision], source="remittance 1", now=NOW)
    claim.refresh_from_db()
    return claim


def page_of(claim: Claim, name: str = "claims:claim") -> str:
    return reverse(name, args=[claim.public_id])


def text_of(answer) -> str:
    """A page with its spaces and line breaks as a reader sees them."""
    return " ".join(answer.content.decode().split())
