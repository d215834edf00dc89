"""Tables of applications. `party_id` is the applicant."""

from __future__ import annotations

from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Draft(models.Model):
    """What somebody has filled in so far, as they typed it. Gone once they apply, or DRAFT_DAYS later."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    service = models.CharField(max_length=100)
    subject_id = models.UUIDField()
    typed = models.JSONField()
    saved_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party_id", "service", "subject_id"], name="draft_one_each"),
        ]
