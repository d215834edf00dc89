"""Tables of renewals."""

from __future__ import annotations

from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Renewal(models.Model):
    """What became of a right that ends. `outcome`: renewed, asks, lost, declined, warned."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    decision_id = models.UUIDField()
    outcome = models.CharField(max_length=20)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party_id", "decision_id", "outcome"], name="renewal_once")]
