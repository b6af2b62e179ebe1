"""The books proved from their rows alone, in SQL, within the practices stated.

Each proof counts what it looked at and gives what does not hold. None reads a cached figure except the one
that compares the cache.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from billing.models.ledger import AccountKind
from billing.queries.balances import OWNERS
from billing.states import RemittanceStatus


@dataclass(frozen=True, slots=True)
class Proof:
    """A sentence that must hold.

    `count` gives one number, `differences` rows of (practice, subject, words); both read `sides` and WORDS.
    """

    name: str
    sentence: str
    count: str
    differences: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a proof found. `differences` are (practice id, subject, what is wrong), empty when it holds."""

    proof: Proof
    checked: int
    differences: list[tuple[int, str, str]]

    @property
    def holds(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


def prove(proofs: Iterable[Proof] | None = None) -> list[Verdict]:
    """The verdict on every proof, all on one snapshot of the database."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        verdicts = []
        for proof in PROOFS if proofs is None else proofs:
            cursor.execute(proof.count, WORDS)
            checked = int(cursor.fetchone()[0])
            cursor.execute(SIDES + proof.differences, WORDS)
            found = [(int(practice), str(subject), str(words)) for practice, subject, words in cursor]
            verdicts.append(Verdict(proof, checked, found))
    return verdicts


# Both sides of every transfer, debit positive.
SIDES = """
WITH sides AS (
    SELECT id, practice_id, entry_id, charge_id, debit_id AS account_id, amount FROM billing_transfer
    UNION ALL
    SELECT id, practice_id, entry_id, charge_id, credit_id, -amount FROM billing_transfer
)
"""
WORDS = {
    "posted": RemittanceStatus.POSTED.value,
    "revenue": AccountKind.REVENUE.value,
    "insurance_ar": AccountKind.INSURANCE_AR.value,
    "patient_ar": AccountKind.PATIENT_AR.value,
    "unapplied_payer": AccountKind.UNAPPLIED_PAYER.value,
    "unapplied_patient": AccountKind.UNAPPLIED_PATIENT.value,
    "owners": ",".join(kind.value for kinds in OWNERS.values() for kind in kinds),
}

ENTRIES = Proof(
    "entries",
    "Every entry moves money, and what it debits it credits, within one practice.",
    "SELECT count(*) FROM billing_entry",
    """
    SELECT e.practice_id, 'entry ' || e.key,
           CASE WHEN min(s.id) IS NULL THEN 'it has no transfers'
                WHEN sum(s.amount) <> 0 THEN 'debits less credits make ' || sum(s.amount)
                ELSE 'a transfer is not positive, between two accounts, and within the practice' END
    FROM billing_entry e
    LEFT JOIN sides s ON s.entry_id = e.id
    LEFT JOIN billing_account a ON a.id = s.account_id
    LEFT JOIN billing_transfer t ON t.id = s.id
    GROUP BY e.practice_id, e.id, e.key
    HAVING min(s.id) IS NULL OR sum(s.amount) <> 0 OR bool_or(
        t.amount <= 0 OR t.debit_id = t.credit_id
        OR s.practice_id <> e.practice_id OR a.id IS NULL OR a.practice_id <> e.practice_id
    )
    ORDER BY 1, 2
    """,
)

FINGERPRINTS = Proof(
    "fingerprints",
    "Every entry's transfers are those it was posted with.",
    "SELECT count(*) FROM billing_entry",
    """
    SELECT e.practice_id, 'entry ' || e.key, 'its transfers are not those of its fingerprint'
    FROM billing_entry e
    LEFT JOIN (
        SELECT t.entry_id, string_agg(t.line, ';' ORDER BY t.line COLLATE "C") AS lines
        FROM (
            SELECT entry_id, debit_id || '>' || credit_id || ':' || amount
                   || ':' || coalesce(charge_id::text, '') || ':' || group_code || ':' || reason_code AS line
            FROM billing_transfer
        ) t
        GROUP BY t.entry_id
    ) legs ON legs.entry_id = e.id
    WHERE e.fingerprint IS DISTINCT FROM encode(sha256(convert_to(coalesce(legs.lines, ''), 'UTF8')), 'hex')
    ORDER BY 1, 2
    """,
)

REVERSALS = Proof(
    "reversals",
    "Every reversing entry takes back what its original moved, charge by charge.",
    "SELECT count(*) FROM billing_entry WHERE reverses_id IS NOT NULL",
    """
    SELECT r.practice_id, 'entry ' || r.key,
           'with its original it leaves ' || sum(s.amount) || ' in ' || a.kind
    FROM billing_entry r
    JOIN sides s ON s.entry_id IN (r.id, r.reverses_id)
    JOIN billing_account a ON a.id = s.account_id
    WHERE r.reverses_id IS NOT NULL
    GROUP BY r.practice_id, r.id, r.key, a.kind, s.charge_id
    HAVING sum(s.amount) <> 0
    ORDER BY 1, 2
    """,
)

POSITIONS = Proof(
    "positions",
    "Every position equals the sum of its transfers.",
    "SELECT count(*) FROM billing_position",
    """
    SELECT coalesce(p.practice_id, x.practice_id), 'charge ' || coalesce(p.charge_id, x.charge_id),
           coalesce(p.kind, x.kind) || ' is kept as ' || coalesce(p.amount, 0)
           || ', its transfers make ' || coalesce(x.amount, 0)
    FROM billing_position p
    FULL JOIN (
        SELECT s.practice_id, s.charge_id, a.kind, sum(s.amount) AS amount
        FROM sides s JOIN billing_account a ON a.id = s.account_id
        WHERE s.charge_id IS NOT NULL
        GROUP BY s.practice_id, s.charge_id, a.kind
    ) x ON x.charge_id = p.charge_id AND x.kind = p.kind
    WHERE coalesce(p.amount, 0) <> coalesce(x.amount, 0)
       OR p.practice_id IS DISTINCT FROM coalesce(x.practice_id, p.practice_id)
    ORDER BY 1, 2
    """,
)

POLICY_BALANCES = Proof(
    "policy balances",
    "What a policy owes of a visit equals the sum of its account's transfers.",
    "SELECT count(*) FROM billing_policybalance",
    """
    SELECT coalesce(b.practice_id, x.practice_id), 'account ' || coalesce(b.account_id, x.account_id),
           'it is kept as ' || coalesce(b.amount, 0) || ', its transfers make ' || coalesce(x.amount, 0)
    FROM billing_policybalance b
    FULL JOIN (
        SELECT s.practice_id, s.account_id, sum(s.amount) AS amount
        FROM sides s JOIN billing_account a ON a.id = s.account_id
        WHERE a.kind = %(insurance_ar)s
        GROUP BY s.practice_id, s.account_id
    ) x ON x.account_id = b.account_id
    WHERE coalesce(b.amount, 0) <> coalesce(x.amount, 0)
       OR b.practice_id IS DISTINCT FROM coalesce(x.practice_id, b.practice_id)
    ORDER BY 1, 2
    """,
)

RECEIVABLE_MOVES = Proof(
    "receivable moves",
    "What is kept of every change of what is owed, and by whom, equals the transfers of its entry.",
    "SELECT count(*) FROM billing_receivablemove",
    """
    SELECT coalesce(m.practice_id, x.practice_id), 'entry ' || coalesce(m.entry_id, x.entry_id),
           'it is kept as ' || coalesce(m.amount, 0) || ', its transfers make ' || coalesce(x.amount, 0)
    FROM (
        SELECT practice_id, entry_id, charge_id, coverage_id, occurred_on, service_date, sum(amount) AS amount
        FROM billing_receivablemove
        GROUP BY practice_id, entry_id, charge_id, coverage_id, occurred_on, service_date
    ) m
    FULL JOIN (
        SELECT s.practice_id, s.entry_id, s.charge_id, a.coverage_id, e.occurred_on, c.service_date,
               sum(s.amount) AS amount
        FROM sides s
        JOIN billing_account a ON a.id = s.account_id
        JOIN billing_entry e ON e.id = s.entry_id
        LEFT JOIN billing_charge c ON c.id = s.charge_id
        WHERE a.kind IN (%(insurance_ar)s, %(patient_ar)s)
        GROUP BY s.practice_id, s.entry_id, s.charge_id, a.coverage_id, e.occurred_on, c.service_date
    ) x ON x.practice_id = m.practice_id AND x.entry_id = m.entry_id
       AND coalesce(x.charge_id, 0) = coalesce(m.charge_id, 0)
       AND coalesce(x.coverage_id, 0) = coalesce(m.coverage_id, 0)
       AND x.occurred_on = m.occurred_on
       AND coalesce(x.service_date, 'infinity') = coalesce(m.service_date, 'infinity')
    WHERE coalesce(m.amount, 0) <> coalesce(x.amount, 0)
    ORDER BY 1, 2
    """,
)

DEPOSITS = Proof(
    "deposits",
    "Every posted 835 equals its deposit: claims paid less provider adjustments, booked once, used up.",
    "SELECT count(*) FROM billing_remittance WHERE status = %(posted)s",
    """
    SELECT * FROM (
        SELECT r.practice_id, 'remittance ' || r.id AS subject,
               concat_ws(', ',
                   CASE WHEN d.id IS NULL THEN 'it has no deposit' END,
                   CASE WHEN d.amount <> r.amount
                        THEN 'the deposit is ' || d.amount || ', BPR02 ' || r.amount END,
                   CASE WHEN r.amount <> c.paid - p.amount
                        THEN 'claims ' || c.paid || ' less PLB ' || p.amount || ' is not ' || r.amount END,
                   CASE WHEN k.amount <> r.amount
                        THEN k.amount || ' is booked as cash, BPR02 ' || r.amount END,
                   CASE WHEN u.amount <> 0 THEN -u.amount || ' of the deposit is not used up' END
               ) AS words
        FROM billing_remittance r
        LEFT JOIN billing_deposit d ON d.id = r.deposit_id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(paid), 0) AS paid FROM billing_remittanceclaim WHERE remittance_id = r.id
        ) c
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(amount), 0) AS amount FROM billing_provideradjustment
            WHERE remittance_id = r.id
        ) p
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(t.amount), 0) AS amount FROM billing_transfer t
            JOIN billing_entry e ON e.id = t.entry_id
            WHERE e.practice_id = r.practice_id AND e.key = 'deposit:' || r.deposit_id
        ) k
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(s.amount), 0) AS amount FROM billing_account a
            JOIN sides s ON s.account_id = a.id
            WHERE a.deposit_id = r.deposit_id AND a.kind = %(unapplied_payer)s
        ) u
        WHERE r.status = %(posted)s
    ) judged
    WHERE words <> ''
    ORDER BY 1, 2
    """,
)

CHARGES = Proof(
    "charges",
    "Every charge is fully owned: payer + patient + paid + adjusted + written off + to refund = charge.",
    "SELECT count(*) FROM billing_charge",
    """
    SELECT c.practice_id, 'charge ' || c.id,
           'charged ' || c.amount || ', booked ' || coalesce(b.revenue, 0)
           || ', owned ' || coalesce(b.owned, 0) || ', elsewhere ' || coalesce(b.elsewhere, 0)
    FROM billing_charge c
    LEFT JOIN (
        SELECT s.charge_id,
               -sum(s.amount) FILTER (WHERE a.kind = %(revenue)s) AS revenue,
               sum(s.amount) FILTER (WHERE a.kind = ANY (string_to_array(%(owners)s, ','))) AS owned,
               sum(s.amount) FILTER (
                   WHERE a.kind <> ALL (string_to_array(%(owners)s, ',')) AND a.kind <> %(revenue)s
               ) AS elsewhere
        FROM sides s JOIN billing_account a ON a.id = s.account_id
        WHERE s.charge_id IS NOT NULL
        GROUP BY s.charge_id
    ) b ON b.charge_id = c.id
    WHERE c.amount <> coalesce(b.revenue, 0) OR c.amount <> coalesce(b.owned, 0)
       OR coalesce(b.elsewhere, 0) <> 0
    ORDER BY 1, c.id
    """,
)

ACCOUNTS = Proof(
    "accounts",
    "All balances of a practice add up to zero.",
    "SELECT count(*) FROM billing_account",
    """
    SELECT a.practice_id, 'practice ' || a.practice_id, 'its balances add up to ' || sum(s.amount)
    FROM billing_account a JOIN sides s ON s.account_id = a.id
    GROUP BY a.practice_id HAVING sum(s.amount) <> 0
    ORDER BY 1
    """,
)

PATIENT_CREDITS = Proof(
    "patient credits",
    "No patient's money is applied twice: no unapplied balance is below zero.",
    "SELECT count(*) FROM billing_account WHERE kind = %(unapplied_patient)s",
    """
    SELECT a.practice_id, 'guarantor ' || a.guarantor_id, 'unapplied money stands at ' || -sum(s.amount)
    FROM billing_account a JOIN sides s ON s.account_id = a.id
    WHERE a.kind = %(unapplied_patient)s
    GROUP BY a.practice_id, a.id, a.guarantor_id HAVING sum(s.amount) > 0
    ORDER BY 1, 2
    """,
)

PROOFS = (
    ENTRIES,
    FINGERPRINTS,
    REVERSALS,
    POSITIONS,
    POLICY_BALANCES,
    RECEIVABLE_MOVES,
    DEPOSITS,
    CHARGES,
    ACCOUNTS,
    PATIENT_CREDITS,
)
