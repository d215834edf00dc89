"""Tables of emergency."""

from __future__ import annotations

from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Opening(models.Model):
    """That somebody broke the glass, and what the supervisor found. Never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField(db_index=True)
    official_id = models.UUIDField()
    agency = models.CharField(max_length=100)
    reason = models.TextField()
    opened_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField()
    reviewed_by = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    justified = models.BooleanField(null=True)
    remark = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["agency", "id"], name="opening_waits", condition=models.Q(reviewed_at=None))]
