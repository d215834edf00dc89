"""Tables of dues."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from gorod.kernel.identifiers import new_id


class Assessment(models.Model):
    """One answer. A new row only when the answer or what it rests on is new; the newest row of a service counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    service = models.CharField(max_length=100)
    verdict = models.CharField(max_length=20)
    failing = ArrayField(models.CharField(max_length=100))
    missing = models.JSONField()
    late = ArrayField(models.CharField(max_length=100))
    amount = models.BigIntegerField(null=True)
    values = ArrayField(models.CharField(max_length=200))
    rule_version = models.CharField(max_length=64)
    as_of = models.DateField()
    known_at = models.DateTimeField()
    statement_ids = ArrayField(models.UUIDField())
    people = ArrayField(models.UUIDField())
    reading_id = models.UUIDField()

    class Meta:
        indexes = [
            models.Index(fields=["party_id", "service", "-id"], name="assessment_latest"),
            GinIndex(fields=["people"], name="assessment_people"),
            GinIndex(fields=["statement_ids"], name="assessment_statements"),
        ]
