"""Tables of installation."""

from __future__ import annotations

from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Installation(models.Model):
    """The one row. Written once; there is nothing to update."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    city = models.CharField(max_length=100)
    synthetic = models.BooleanField()
    founded_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="installation_one_row")]


class Persona(models.Model):
    """A made-up resident whom anybody may try the city as."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party_id = models.UUIDField(unique=True)
    role = models.CharField(max_length=100)
