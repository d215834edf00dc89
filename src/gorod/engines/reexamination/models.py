"""Tables of reexamination."""

from __future__ import annotations

from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Review(models.Model):
    """A decision whose facts no longer give the same answer. One row per decision and answer: a person is asked once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    case_id = models.UUIDField()
    decision_id = models.UUIDField()
    answer = models.CharField(max_length=64)
    cause = models.CharField(max_length=300)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party_id", "decision_id", "answer"], name="review_once_per_answer")
        ]
