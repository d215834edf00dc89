"""Tables of snapshots."""

from __future__ import annotations

from django.db import models

from gorod.kernel.identifiers import new_id


class Key(models.Model):
    """The random number under which files speak of a party. It is kept for good, so that two snapshots can be compared; who is
    meant stands here alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    key = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party_id"], name="snapshot_key_of_party")]
        indexes = [models.Index(fields=["key"], name="snapshot_key")]
