"""Tables of the outbox."""

from __future__ import annotations

from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Webhook(models.Model):
    """Where an agency is called, and how far it was told. `retry_at`: not before, after a failure."""

    owner = models.CharField(primary_key=True, max_length=100)
    url = models.URLField(max_length=500)
    delivered = models.BigIntegerField(default=0)
    failures = models.IntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    retry_at = models.DateTimeField(default=now)


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
