"""The access log."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Reading(models.Model):
    """One request that read facts: who, why, when, of whom, which. Append only; belongs to nobody, so no `party_id`.

    A reading of the whole city is one row: `everybody` instead of `people`. `salt`: of its commitment in the ledger."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=now)
    reader_kind = models.CharField(max_length=20)
    reader_name = models.CharField(max_length=100)
    purpose = models.CharField(max_length=300)
    names = ArrayField(models.CharField(max_length=100))
    people = ArrayField(models.UUIDField())
    everybody = models.BooleanField(default=False)
    entry_id = models.UUIDField(null=True)  # of the ledger; null: from before it
    salt = models.BinaryField(null=True)

    class Meta:
        indexes = [
            GinIndex(fields=["people"], name="reading_people"),
            models.Index(fields=["id"], name="reading_of_everybody", condition=models.Q(everybody=True)),
        ]
