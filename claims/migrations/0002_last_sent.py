"""Keep with the claim when its latest batch went out, from the batches there are.

The column is filled while the triggers of versions are off: a migration is no change that somebody made.
"""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

FILL = """
UPDATE claims_claim claim SET last_sent_at = latest.sent_at
FROM (
    SELECT s.claim_id, max(b.sent_at) AS sent_at
    FROM claims_submission s JOIN claims_batch b ON b.id = s.batch_id GROUP BY s.claim_id
) latest
WHERE latest.claim_id = claim.id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('claims', '0001_initial'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='claim',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='claim',
            name='update_update',
        ),
        migrations.AddField(
            model_name='claim',
            name='last_sent_at',
            field=models.DateTimeField(blank=True, help_text='When its latest batch went out', null=True),
        ),
        migrations.AddField(
            model_name='claimevent',
            name='last_sent_at',
            field=models.DateTimeField(blank=True, help_text='When its latest batch went out', null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name='claim',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "claims_claimevent" ("adjudicated_at", "authorization_number", "control_number", "coverage_id", "created_at", "diagnosis_codes", "encounter_id", "first_sent_at", "frequency", "id", "last_sent_at", "note", "original_reference_number", "patient_paid", "payer_control_number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "public_id", "replaces_id", "status", "total_charge") SELECT new_values."adjudicated_at", new_values."authorization_number", new_values."control_number", new_values."coverage_id", new_values."created_at", new_values."diagnosis_codes", new_values."encounter_id", new_values."first_sent_at", new_values."frequency", new_values."id", new_values."last_sent_at", new_values."note", new_values."original_reference_number", new_values."patient_paid", new_values."payer_control_number", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."practice_id", new_values."public_id", new_values."replaces_id", new_values."status", new_values."total_charge" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='99c3c7cda54d0d568d9af4a8a902409ec2ffe2db', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_df8fa', referencing='REFERENCING NEW TABLE AS new_values ', table='claims_claim', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='claim',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "claims_claimevent" ("adjudicated_at", "authorization_number", "control_number", "coverage_id", "created_at", "diagnosis_codes", "encounter_id", "first_sent_at", "frequency", "id", "last_sent_at", "note", "original_reference_number", "patient_paid", "payer_control_number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practice_id", "public_id", "replaces_id", "status", "total_charge") SELECT new_values."adjudicated_at", new_values."authorization_number", new_values."control_number", new_values."coverage_id", new_values."created_at", new_values."diagnosis_codes", new_values."encounter_id", new_values."first_sent_at", new_values."frequency", new_values."id", new_values."last_sent_at", new_values."note", new_values."original_reference_number", new_values."patient_paid", new_values."payer_control_number", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."practice_id", new_values."public_id", new_values."replaces_id", new_values."status", new_values."total_charge" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='e9298f9c97bee167c65803d639ca0418cdf4cfca', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_fe4ba', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='claims_claim', when='AFTER')),
        ),
    ]
