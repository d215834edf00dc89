"""Tables of intake. An event concerns several people, so it belongs to none of them."""

from __future__ import annotations

from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Event(models.Model):
    """One received event. `persons`: role → party, as matched or as a clerk said."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.CharField(max_length=300)
    key = models.CharField(max_length=300)
    type = models.CharField(max_length=100)
    sender = models.CharField(max_length=100)
    time = models.DateTimeField()
    received_at = models.DateTimeField(default=now)
    data = models.JSONField()
    fate = models.CharField(max_length=20)
    reason = models.TextField(blank=True)
    persons = models.JSONField(default=dict)
    journey_id = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="event_once")]
        indexes = [models.Index(fields=["id"], name="event_parked", condition=models.Q(fate="parked"))]


class Refusal(models.Model):
    """That a request was refused, and why: all that is kept of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=now)
    sender = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=300, blank=True)
    type = models.CharField(max_length=100, blank=True)
    reason = models.TextField()
