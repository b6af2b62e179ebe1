"""Keep what every entry changed of what is owed in step with Transfer, from what the books hold already."""

import django.db.models.deletion
import django.db.models.functions.datetime
import rcm.fields
import uuid
from django.db import migrations, models


MOVED = """
SELECT legs.practice_id, legs.entry_id, legs.charge_id, a.coverage_id, e.occurred_on, c.service_date,
       sum(legs.amount) AS amount
FROM (
    SELECT practice_id, entry_id, charge_id, debit_id AS account_id, amount FROM {transfers}
    UNION ALL
    SELECT practice_id, entry_id, charge_id, credit_id, -amount FROM {transfers}
) legs
JOIN billing_account a ON a.id = legs.account_id
JOIN billing_entry e ON e.id = legs.entry_id
LEFT JOIN billing_charge c ON c.id = legs.charge_id
WHERE a.kind IN ('insurance_ar', 'patient_ar')
GROUP BY legs.practice_id, legs.entry_id, legs.charge_id, a.coverage_id, e.occurred_on, c.service_date
HAVING sum(legs.amount) <> 0
ORDER BY legs.entry_id
"""

WRITE = """
    INSERT INTO billing_receivablemove
        (public_id, practice_id, entry_id, charge_id, coverage_id, occurred_on, service_date, amount)
    SELECT gen_random_uuid(), moved.* FROM ({moved}) moved;
"""

KEEP = f"""
CREATE FUNCTION billing_keep_receivable_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    {WRITE.format(moved=MOVED.format(transfers="added"))}
    RETURN NULL;
END $$;
CREATE TRIGGER keep_receivable_moves AFTER INSERT ON billing_transfer
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION billing_keep_receivable_moves();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0004_policy_balance'),
        ('patients', '0001_initial'),
        ('practice', '0004_people_by_public_id'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReceivableMove',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('occurred_on', models.DateField(help_text="The entry's")),
                ('service_date', models.DateField(help_text="The charge's", null=True)),
                ('amount', rcm.fields.MoneyField(decimal_places=2, max_digits=12)),
                ('charge', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.charge')),
                ('coverage', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.coverage')),
                ('entry', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.entry')),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
            ],
            options={
                'indexes': [models.Index(fields=['practice', 'occurred_on'], include=('service_date', 'coverage', 'charge', 'amount'), name='receivable_move_by_day')],
            },
        ),
        migrations.RunSQL(KEEP, "DROP FUNCTION billing_keep_receivable_moves CASCADE"),
        migrations.RunSQL(WRITE.format(moved=MOVED.format(transfers="billing_transfer")), ""),
    ]
