"""Tables of offers. `party_id` of an offer is the one it is about."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Offer(models.Model):
    """One offer. A sweep makes it once; of several sweeps' only one is open at a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    service = models.CharField(max_length=100)
    sweep = models.CharField(max_length=40)
    applicant_id = models.UUIDField()
    state = models.CharField(max_length=20, default="open")
    state_at = models.DateTimeField(default=now)
    made_at = models.DateTimeField(default=now)
    amount = models.BigIntegerField(null=True)
    until = models.DateField(null=True)
    found_on = models.DateField()
    conditions = ArrayField(models.CharField(max_length=100), default=list)
    failing = ArrayField(models.CharField(max_length=100), default=list)
    reason = models.CharField(max_length=500, blank=True)
    assessment_id = models.UUIDField()
    rule_version = models.CharField(max_length=100)
    case_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party_id", "service", "sweep"], name="offer_once"),
            models.UniqueConstraint(
                fields=["party_id", "service"], condition=models.Q(state="open"), name="offer_one_open"
            ),
        ]
        indexes = [
            models.Index(fields=["until"], condition=models.Q(state="open"), name="offer_ending"),
            models.Index(fields=["sweep"], name="offer_of_sweep"),
        ]


class Change(models.Model):
    """One change of one offer. Rows are only added."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField()
    offer_id = models.UUIDField()
    at = models.DateTimeField(default=now)
    state = models.CharField(max_length=20)
    amount = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["party_id", "offer_id", "id"], name="offer_change")]


class Following(models.Model):
    """That a sweep's differences were handed to batches. `partners`: service → the sweep in which its answers were followed last,
    with which the next one is compared. `counts`: service → how many of each difference."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sweep = models.CharField(max_length=40, unique=True)
    before = ArrayField(models.CharField(max_length=40), default=list)
    as_of = models.DateField()
    at = models.DateTimeField(default=now)
    partners = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    people = models.IntegerField(default=0)


class Batch(models.Model):
    """Some of the people of a following. `changes`: [random key, service, what is otherwise], emptied when all of it is done: so a
    batch needs no file, and any worker can take it up again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    following_id = models.UUIDField()
    changes = models.JSONField(default=list)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["following_id"], name="batch_of_following")]
