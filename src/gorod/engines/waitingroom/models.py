"""Tables of the waiting room. Nothing of one opening locks or reads rows of another."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gorod.engines.waitingroom.data import STAY_SECONDS
from gorod.kernel.identifiers import new_id


class Opening(models.Model):
    """An announced opening, and how far it is. Everything from `seed` on is changed by a turn (`logic/turns.py`) and nothing else,
    but for what is measured."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    service = models.CharField(max_length=100)
    title = models.JSONField()  # by language
    gathers_at = models.DateTimeField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    capacity = models.PositiveIntegerField()
    stay_seconds = models.PositiveIntegerField(default=STAY_SECONDS)
    seed = models.BinaryField(null=True)  # drawn with the places
    drawn_at = models.DateTimeField(null=True)
    batches = models.PositiveIntegerField(default=0)  # turns in which places were given; the first is the draw
    present = models.PositiveIntegerField(default=0)
    given = models.PositiveIntegerField(default=0)
    let_in = models.PositiveIntegerField(default=0)
    inside = models.PositiveIntegerField(default=0)  # after the last turn
    leaving = models.FloatField(default=0.0)  # a minute, a mean in which the last minutes weigh most
    turned_at = models.DateTimeField(null=True)
    allowed = models.PositiveIntegerField()
    measured = models.PositiveIntegerField(default=0)  # requests since `judged_at`
    slowest = models.FloatField(default=0.0)  # seconds: the 95th percentile of the process where it was greatest
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(gathers_at__lte=models.F("opens_at"), opens_at__lt=models.F("closes_at")),
                name="opening_times",
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1, allowed__gte=1, allowed__lte=models.F("capacity")),
                name="opening_capacity",
            ),
            models.CheckConstraint(condition=Q(let_in__lte=models.F("given")), name="opening_let_in"),
        ]
        indexes = [
            models.Index(fields=["service", "closes_at"], name="opening_of_service"),
            models.Index(fields=["closes_at"], name="opening_closes"),
        ]


class Arrival(models.Model):
    """That somebody came, once a resident. The id is the order of arrival. No foreign key to the opening: every arrival would lock
    its row. `batch`: with which turn the place was given. `inside_until`: they may be inside until then, unless they are seen
    again; `back_at`: they had their turn and come again."""

    id = models.BigAutoField(primary_key=True)
    opening_id = models.UUIDField()
    party_id = models.UUIDField()
    arrived_at = models.DateTimeField()
    place = models.PositiveIntegerField(null=True)
    batch = models.PositiveIntegerField(null=True)
    inside_until = models.DateTimeField(null=True)
    back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opening_id", "party_id"], name="arrival_once"),
            models.UniqueConstraint(fields=["opening_id", "place"], name="arrival_place_once"),
        ]
        indexes = [
            models.Index(fields=["opening_id", "id"], name="arrival_waits", condition=Q(place__isnull=True)),
            models.Index(
                fields=["opening_id", "inside_until"], name="arrival_inside", condition=Q(inside_until__isnull=False)
            ),
            models.Index(fields=["opening_id", "place"], name="arrival_back", condition=Q(back_at__isnull=False)),
        ]
