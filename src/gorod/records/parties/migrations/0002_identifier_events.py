"""An identifier may be said by several events: it falls with the last of them."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("parties", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="identifier",
            name="events",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
        ),
        migrations.RunSQL(
            "UPDATE parties_identifier SET events = ARRAY[event_id] WHERE event_id IS NOT NULL",
            "UPDATE parties_identifier SET event_id = events[1]",
        ),
        migrations.RemoveField(model_name="identifier", name="event_id"),
        migrations.AddIndex(
            model_name="identifier",
            index=django.contrib.postgres.indexes.GinIndex(fields=["events"], name="identifier_events"),
        ),
    ]
