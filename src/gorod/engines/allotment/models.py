"""Tables of allotment."""

from __future__ import annotations

from django.db import models

from gorod.engines.allotment.data import Held, State
from gorod.kernel.identifiers import new_id


class Allotment(models.Model):
    """What is dealt out, from the draft to the end."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField(max_length=12, choices=[(state.value, state.value) for state in State])
    document = models.TextField()
    opens = models.DateTimeField()
    closes = models.DateTimeField()
    official_id = models.UUIDField()
    at = models.DateTimeField()
    secret = models.BinaryField(null=True)  # of the lottery, encrypted
    commitment = models.CharField(max_length=64, default="")
    rules = models.CharField(max_length=64, default="")
    as_of = models.DateField(null=True)  # of which day and moment criteria are
    known_at = models.DateTimeField(null=True)
    readings = models.JSONField(default=list)  # of facts, one for each batch
    input_file = models.BinaryField(null=True)
    input = models.CharField(max_length=64, default="")
    beacon = models.TextField(default="")
    result_file = models.BinaryField(null=True)
    result = models.CharField(max_length=64, default="")
    problem = models.TextField(default="")


class Application(models.Model):
    """That somebody wants a place for a child or for themselves."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    allotment = models.ForeignKey(Allotment, on_delete=models.PROTECT, related_name="+")
    party_id = models.UUIDField()
    by_id = models.UUIDField()
    number = models.CharField(max_length=16)
    wishes = models.JSONField()
    together = models.CharField(max_length=20, default="")
    withdrawn = models.BooleanField(default=False)
    at = models.DateTimeField()
    asked = models.BooleanField(default=False)
    left_out = models.JSONField(default=list)
    criteria = models.JSONField(default=list)
    here = models.JSONField(default=dict)
    told = models.JSONField(default=dict)
    told_at = models.DateTimeField(null=True)  # what came of it
    tell_after = models.DateTimeField(null=True)  # it did not work before

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["allotment", "party_id"], name="application_once"),
            models.UniqueConstraint(fields=["allotment", "number"], name="number_once"),
        ]
        indexes = [
            models.Index(fields=["party_id"], name="application_party"),
            models.Index(fields=["allotment"], condition=models.Q(told_at=None), name="application_untold"),
        ]


class Seat(models.Model):
    """A seat that was given to somebody, and what they said."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="seats")
    place = models.CharField(max_length=64)
    group = models.CharField(max_length=64, null=True)  # null: an open seat, as in the result
    held = models.CharField(max_length=10, choices=[(held.value, held.value) for held in Held])
    until = models.DateField()
    from_list = models.BooleanField()
    passed_on = models.BooleanField(default=False)  # whoever is next was looked for
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "place"],
                condition=models.Q(held__in=[Held.OFFERED, Held.ACCEPTED]),
                name="one_seat_at_a_place",
            ),
            models.UniqueConstraint(
                fields=["application"], condition=models.Q(held=Held.ACCEPTED), name="one_seat_at_once"
            ),
        ]
