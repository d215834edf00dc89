"""Tables of mandates."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Side(models.Model):
    """One of the two sides of a mandate: a row at the giver and one at the holder, written together."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    mandate_id = models.UUIDField()
    other_id = models.UUIDField()
    gives = models.BooleanField()
    services = ArrayField(models.CharField(max_length=100))
    last_day = models.DateField()
    by = models.CharField(max_length=100)
    given_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["party_id", "gives"], name="mandate_side")]
