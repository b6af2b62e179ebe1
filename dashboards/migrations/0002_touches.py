"""Note which days change: triggers on every table that a figure is counted from (docs/adr/0021).

A visit's day of service, its coding, its bills' sending, their decisions and its charges each count on a day
of their own, so a change of any row that hangs on a visit touches all of them. A row that moves away from a
day touches that one too: an update is looked at as it was and as it is.
"""

from django.db import migrations

LOCAL = "({moment} AT TIME ZONE p.time_zone)::date"

# Few rows change at a time, in tables that grow: the plans are made for that, though they may be kept from the
# day when the tables were empty.
BY_INDEX = "SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"

VISITS = f"""
CREATE FUNCTION dashboards_touch_visits(visits bigint[]) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = public, pg_temp {BY_INDEX} AS $$
    INSERT INTO dashboards_touchedday (public_id, practice_id, day)
    SELECT gen_random_uuid(), touched.practice_id, touched.day
    FROM (
        SELECT e.practice_id, e.service_date AS day
        FROM coding_encounter e
        WHERE e.id = ANY (visits)
        UNION
        SELECT e.practice_id, {LOCAL.format(moment="e.coded_at")}
        FROM coding_encounter e JOIN practice_practice p ON p.id = e.practice_id
        WHERE e.id = ANY (visits)
        UNION
        SELECT h.practice_id, h.service_date
        FROM coding_serviceline l JOIN billing_charge h ON h.service_line_id = l.id
        WHERE l.encounter_id = ANY (visits)
        UNION
        SELECT c.practice_id, {LOCAL.format(moment="c.first_sent_at")}
        FROM claims_claim c JOIN practice_practice p ON p.id = c.practice_id
        WHERE c.encounter_id = ANY (visits)
        UNION
        SELECT c.practice_id, {LOCAL.format(moment="r.posted_at")}
        FROM claims_claim c
        JOIN billing_remittanceclaim a ON a.claim_id = c.id
        JOIN billing_remittance r ON r.id = a.remittance_id
        JOIN practice_practice p ON p.id = c.practice_id
        WHERE c.encounter_id = ANY (visits)
    ) touched
    WHERE touched.day IS NOT NULL;
$$;
"""

# By table: the visits that its changed rows hang on, and the days that those rows count on by themselves.
TOUCHES = {
    "coding_encounter": (
        "SELECT id FROM changed",
        f"""
        SELECT practice_id, service_date AS day FROM changed
        UNION
        SELECT e.practice_id, {LOCAL.format(moment="e.coded_at")}
        FROM changed e JOIN practice_practice p ON p.id = e.practice_id
        """,
    ),
    "claims_claim": (
        "SELECT encounter_id FROM changed",
        f"""
        SELECT c.practice_id, {LOCAL.format(moment="c.first_sent_at")} AS day
        FROM changed c JOIN practice_practice p ON p.id = c.practice_id
        """,
    ),
    "claims_finding": (
        "SELECT c.encounter_id FROM changed f JOIN claims_claim c ON c.id = f.claim_id",
        "",
    ),
    "patients_coverage": (
        "SELECT c.encounter_id FROM changed v JOIN claims_claim c ON c.coverage_id = v.id",
        "",
    ),
    "denials_denial": (
        """
        SELECT c.encounter_id
        FROM changed d
        JOIN billing_remittanceline l ON l.id = d.remittance_line_id
        JOIN billing_remittanceclaim a ON a.id = l.remittance_claim_id
        JOIN claims_claim c ON c.id = a.claim_id
        """,
        "",
    ),
    "billing_remittanceclaim": (
        "SELECT c.encounter_id FROM changed a JOIN claims_claim c ON c.id = a.claim_id",
        f"""
        SELECT a.practice_id, {LOCAL.format(moment="r.posted_at")} AS day
        FROM changed a
        JOIN billing_remittance r ON r.id = a.remittance_id
        JOIN practice_practice p ON p.id = a.practice_id
        """,
    ),
    "billing_remittance": (
        """
        SELECT c.encounter_id
        FROM changed r
        JOIN billing_remittanceclaim a ON a.remittance_id = r.id
        JOIN claims_claim c ON c.id = a.claim_id
        """,
        f"""
        SELECT r.practice_id, {LOCAL.format(moment="r.posted_at")} AS day
        FROM changed r JOIN practice_practice p ON p.id = r.practice_id
        """,
    ),
    "billing_charge": (
        "SELECT l.encounter_id FROM changed h JOIN coding_serviceline l ON l.id = h.service_line_id",
        "SELECT practice_id, service_date AS day FROM changed",
    ),
    "billing_transfer": (
        "",
        """
        SELECT t.practice_id, h.service_date AS day
        FROM changed t JOIN billing_charge h ON h.id = t.charge_id
        UNION
        SELECT t.practice_id, e.occurred_on
        FROM changed t JOIN billing_entry e ON e.id = t.entry_id
        """,
    ),
    "billing_deposit": (
        "",
        """
        SELECT t.practice_id, e.occurred_on AS day
        FROM changed d
        JOIN billing_account a ON a.deposit_id = d.id
        JOIN billing_transfer t ON a.id IN (t.debit_id, t.credit_id)
        JOIN billing_entry e ON e.id = t.entry_id
        """,
    ),
}

BY_VISITS = "PERFORM dashboards_touch_visits(ARRAY(SELECT DISTINCT v.* FROM ({visits}) v));"
BY_DAYS = """
    INSERT INTO dashboards_touchedday (public_id, practice_id, day)
    SELECT gen_random_uuid(), touched.practice_id, touched.day
    FROM (SELECT DISTINCT d.practice_id, d.day FROM ({days}) d) touched
    WHERE touched.day IS NOT NULL;
"""
FUNCTION = f"""
CREATE FUNCTION dashboards_touch_{{table}}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp {BY_INDEX} AS $$
BEGIN
    {{body}}
    RETURN NULL;
END $$;
"""
TRIGGER = """
CREATE TRIGGER touch_days_{name} AFTER {event} ON {table} REFERENCING {rows} TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION dashboards_touch_{table}();
"""
EVENTS = {
    "added": ("INSERT", "NEW"),
    "as_it_was": ("UPDATE", "OLD"),
    "as_it_is": ("UPDATE", "NEW"),
    "removed": ("DELETE", "OLD"),
}


def _installed(table: str, visits: str, days: str) -> str:
    body = BY_VISITS.format(visits=visits) if visits else ""
    body += BY_DAYS.format(days=days) if days else ""
    triggers = (
        TRIGGER.format(name=name, event=event, rows=rows, table=table)
        for name, (event, rows) in EVENTS.items()
    )
    return FUNCTION.format(table=table, body=body) + "".join(triggers)


class Migration(migrations.Migration):
    dependencies = [
        ("dashboards", "0001_tallies"),
        ("billing", "0005_receivable_moves"),
        ("claims", "0001_initial"),
        ("coding", "0003_remove_code_code_by_words_and_more"),
        ("denials", "0001_initial"),
        ("patients", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(VISITS, "DROP FUNCTION dashboards_touch_visits"),
        *(
            migrations.RunSQL(_installed(table, *touched), f"DROP FUNCTION dashboards_touch_{table} CASCADE")
            for table, touched in TOUCHES.items()
        ),
    ]
