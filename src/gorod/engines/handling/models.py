"""Tables of handling. `party_id` is the subject of the case."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Proposal(models.Model):
    """A decision that one official proposes and another confirms. `case_at`: when the case took the status it was proposed in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    case_id = models.UUIDField()
    owner = models.CharField(max_length=100)
    case_at = models.DateTimeField()
    approved = models.BooleanField()
    reasons = ArrayField(models.CharField(max_length=100), default=list)
    text = models.TextField(blank=True)
    values = models.JSONField(default=dict)
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=20, default="open")
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["owner", "id"], name="proposal_open", condition=models.Q(state="open"))]
        constraints = [
            models.UniqueConstraint(
                fields=["party_id", "case_id"], condition=models.Q(state="open"), name="proposal_one_open"
            )
        ]
