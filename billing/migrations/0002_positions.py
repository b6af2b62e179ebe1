"""Keep Position in step with Transfer, and refuse a transfer that crosses practices.

The function runs as the owner (SECURITY DEFINER), so the application role needs no right to write positions: what
the books add up to cannot be set beside them.
"""

from django.db import migrations

SQL = """
CREATE FUNCTION billing_keep_positions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM added t
        JOIN billing_entry e ON e.id = t.entry_id
        JOIN billing_account d ON d.id = t.debit_id
        JOIN billing_account c ON c.id = t.credit_id
        LEFT JOIN billing_charge h ON h.id = t.charge_id
        WHERE e.practice_id <> t.practice_id OR d.practice_id <> t.practice_id OR c.practice_id <> t.practice_id
           OR h.practice_id <> t.practice_id
    ) THEN
        RAISE EXCEPTION 'a transfer stays within one practice' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO billing_position AS p (public_id, practice_id, charge_id, kind, amount)
    SELECT gen_random_uuid(), legs.practice_id, legs.charge_id, legs.kind, sum(legs.amount)
    FROM (
        SELECT t.practice_id, t.charge_id, a.kind, t.amount
        FROM added t JOIN billing_account a ON a.id = t.debit_id
        UNION ALL
        SELECT t.practice_id, t.charge_id, a.kind, -t.amount
        FROM added t JOIN billing_account a ON a.id = t.credit_id
    ) legs
    WHERE legs.charge_id IS NOT NULL
    GROUP BY legs.practice_id, legs.charge_id, legs.kind
    ORDER BY legs.charge_id, legs.kind
    ON CONFLICT (charge_id, kind) DO UPDATE SET amount = p.amount + excluded.amount;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_positions AFTER INSERT ON billing_transfer
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION billing_keep_positions();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [migrations.RunSQL(SQL, "DROP FUNCTION billing_keep_positions CASCADE")]
