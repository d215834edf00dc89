"""Tables of consents."""

from __future__ import annotations

from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Word(models.Model):
    """What a resident said. Rows are only added; the newest of a scope counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    scope = models.CharField(max_length=200)
    allowed = models.BooleanField()
    at = models.DateTimeField(default=now)
    by = models.CharField(max_length=100)

    class Meta:
        indexes = [
            models.Index(fields=["party_id", "scope", "-id"], name="word_latest"),
            models.Index(fields=["scope", "party_id", "-id"], name="word_of_scope"),
        ]
