"""Tables of scenarios."""

from __future__ import annotations

from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Trial(models.Model):
    """A scenario that an official has had answered: the answer, or why there is none, is filled in by a job."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    official_id = models.UUIDField()
    at = models.DateTimeField(default=now)
    scenario = models.JSONField()
    answer = models.JSONField(null=True)
    problem = models.TextField(blank=True)
