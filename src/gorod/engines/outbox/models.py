"""Tables of the outbox."""

from __future__ import annotations

from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Item(models.Model):
    """One thing an agency is told. `seq` is given after the commit, by the first pull that sees the row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    owner = models.CharField(max_length=100)
    type = models.CharField(max_length=100)
    subject = models.CharField(max_length=200)
    at = models.DateTimeField(default=now)
    data = models.JSONField()
    seq = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "seq"], name="outbox_feed"),
            models.Index(fields=["owner", "id"], name="outbox_unnumbered", condition=models.Q(seq=None)),
        ]
