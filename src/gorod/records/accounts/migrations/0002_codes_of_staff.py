"""One-time codes for those who only work for the city."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RenameField("invitation", "party_id", "resident_id"),
        migrations.AlterField("invitation", "resident_id", models.UUIDField(db_index=True, null=True)),
        migrations.AddField("invitation", "account_id", models.UUIDField(db_index=True, null=True)),
        migrations.AddConstraint(
            "invitation",
            models.CheckConstraint(
                condition=models.Q(resident_id=None) ^ models.Q(account_id=None), name="invitation_for_one"
            ),
        ),
    ]
