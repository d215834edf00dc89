"""Tables of counter."""

from __future__ import annotations

from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Visit(models.Model):
    """That a clerk served a resident, by which document they knew them, from when to when. Never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField(db_index=True)
    official_id = models.UUIDField()
    agency = models.CharField(max_length=100)
    document = models.CharField(max_length=60)
    began_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["official_id", "ends_at"], name="visit_running")]
