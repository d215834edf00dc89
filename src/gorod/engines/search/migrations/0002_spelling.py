"""How many letters two words differ by."""

from django.contrib.postgres.operations import CreateExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [CreateExtension("fuzzystrmatch")]
