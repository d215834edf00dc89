"""Who was told what came of it, and when."""

from django.db import migrations, models

TOLD = """
UPDATE allotment_application SET told_at = now()
FROM allotment_allotment AS whole
WHERE whole.id = allotment_id AND whole.state = 'dealt' AND told <> '{}'
"""  # of whom took no part that is not known: to tell them again changes nothing


class Migration(migrations.Migration):
    dependencies = [("allotment", "0001_initial")]

    operations = [
        migrations.AddField("application", "told_at", models.DateTimeField(null=True)),
        migrations.AddField("application", "tell_after", models.DateTimeField(null=True)),
        migrations.RunSQL(TOLD, migrations.RunSQL.noop),
        migrations.AddIndex(
            "application",
            models.Index(fields=["allotment"], condition=models.Q(told_at=None), name="application_untold"),
        ),
    ]
