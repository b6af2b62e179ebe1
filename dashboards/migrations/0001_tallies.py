"""Keep what the figures of a day are made of."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('practice', '0004_people_by_public_id'),
    ]

    operations = [
        migrations.CreateModel(
            name='TalliedDay',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('day', models.DateField()),
                ('time_zone', models.CharField(max_length=40)),
                ('tallied_on', models.DateField()),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('practice', 'day'), name='tallied_day_once')],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('day', models.DateField()),
                ('clean_claims_over', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('clean_claims_under', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('denial_rate_over', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('denial_rate_under', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('net_collection_over', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('net_collection_under', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('cash_over', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('charge_lag_over', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('charge_lag_under', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('claim_lag_over', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('claim_lag_under', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('days_to_pay_over', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('days_to_pay_under', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('charged_over', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('payer', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='practice.payer')),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
                ('provider', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='practice.provider')),
            ],
            options={
                'verbose_name_plural': 'tallies',
                'constraints': [models.UniqueConstraint(fields=('practice', 'day', 'payer', 'provider'), name='tally_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='TouchedDay',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('day', models.DateField()),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practice.practice')),
            ],
            options={
                'indexes': [models.Index(fields=['practice', 'day'], name='touched_day')],
            },
        ),
    ]
