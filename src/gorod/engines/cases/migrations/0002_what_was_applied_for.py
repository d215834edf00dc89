from django.db import migrations, models

# what was applied for is what the answer said then; without one (decided on paper) what stands is the best that is known
APPLIED = """
UPDATE cases_case SET applied_amount = COALESCE(
    (SELECT amount FROM dues_assessment WHERE dues_assessment.id = cases_case.assessment_id), amount
)
"""


class Migration(migrations.Migration):
    """`carried` stays null for decisions from before: what they said is not known."""

    dependencies = [
        ("cases", "0001_initial"),
        ("dues", "0001_initial"),
    ]

    operations = [
        migrations.AddField(model_name="case", name="applied_amount", field=models.BigIntegerField(null=True)),
        migrations.AddField(model_name="decision", name="carried", field=models.JSONField(null=True)),
        migrations.RunSQL(APPLIED, reverse_sql=migrations.RunSQL.noop),
    ]
