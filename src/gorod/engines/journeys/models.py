"""Tables of journeys. `party_id` is the one the journey is about."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Journey(models.Model):
    """One life event of one family. `people` are all whose facts or applications it concerned the last time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    life_event = models.CharField(max_length=60)
    state = models.CharField(max_length=20, default="open")
    opened_at = models.DateTimeField(default=now)
    events = ArrayField(models.UUIDField(), default=list)
    members = models.JSONField(default=dict)
    people = ArrayField(models.UUIDField(), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party_id", "life_event"], name="journey_once")]
        indexes = [
            GinIndex(fields=["people"], name="journey_people"),
            GinIndex(fields=["events"], name="journey_events"),
        ]


class Step(models.Model):
    """One step. `attempt` counts applications, `offers` how often it was offered: parts of idempotency keys."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    journey_id = models.UUIDField()
    service = models.CharField(max_length=100)
    state = models.CharField(max_length=20, default="later")
    subject_id = models.UUIDField()
    applicant_id = models.UUIDField(null=True)
    failing = ArrayField(models.CharField(max_length=100), default=list)
    missing = models.JSONField(default=list)
    amount = models.BigIntegerField(null=True)
    offer_until = models.DateField(null=True)
    case_id = models.UUIDField(null=True)
    assessment_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    attempt = models.IntegerField(default=0)
    offers = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party_id", "journey_id", "service"], name="step_once")]


class Change(models.Model):
    """One change of one step. Rows are only added."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    journey_id = models.UUIDField()
    service = models.CharField(max_length=100)
    at = models.DateTimeField(default=now)
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["party_id", "journey_id", "id"], name="change_journey")]
