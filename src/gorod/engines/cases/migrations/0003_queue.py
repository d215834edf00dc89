"""The officials' queue: who works on a case, and the index behind it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_what_was_applied_for")]

    operations = [
        migrations.AddField("case", "handler_id", models.UUIDField(null=True)),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["owner", "deadline"], name="case_queue", condition=models.Q(phase__in=["open", "asks"])
            ),
        ),
    ]
