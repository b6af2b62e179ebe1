"""Keep what each policy owes of each visit in step with Transfer, from what the books hold already."""

import django.db.models.deletion
import django.db.models.functions.datetime
import rcm.fields
import uuid
from django.db import migrations, models


OWED = """
SELECT legs.practice_id, legs.account_id, sum(legs.amount) AS amount
FROM (
    SELECT practice_id, debit_id AS account_id, amount FROM {transfers}
    UNION ALL
    SELECT practice_id, credit_id, -amount FROM {transfers}
) legs
JOIN billing_account a ON a.id = legs.account_id
WHERE a.kind = 'insurance_ar'
GROUP BY legs.practice_id, legs.account_id
ORDER BY legs.account_id
"""

KEEP = f"""
CREATE FUNCTION billing_keep_policy_balances() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO billing_policybalance AS b (public_id, practice_id, account_id, amount)
    SELECT gen_random_uuid(), owed.* FROM ({OWED.format(transfers="added")}) owed
    ON CONFLICT (account_id) DO UPDATE SET amount = b.amount + excluded.amount;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_policy_balances AFTER INSERT ON billing_transfer
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION billing_keep_policy_balances();
"""

FILL = f"""
INSERT INTO billing_policybalance (public_id, practice_id, account_id, amount)
SELECT gen_random_uuid(), owed.* FROM ({OWED.format(transfers="billing_transfer")}) owed;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0003_online"),
        ("practice", "0004_people_by_public_id"),
    ]

    operations = [
        migrations.CreateModel(
            name="PolicyBalance",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("amount", rcm.fields.MoneyField(decimal_places=2, max_digits=12)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policy_balance",
                        to="billing.account",
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="practice.practice"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("amount", 0), _negated=True),
                        fields=["practice"],
                        include=["account", "amount"],
                        name="policy_balance_open",
                    )
                ],
            },
        ),
        migrations.RunSQL(KEEP, "DROP FUNCTION billing_keep_policy_balances CASCADE"),
        migrations.RunSQL(FILL, ""),
    ]
