"""Tables of officials: small ones of the whole city."""

from __future__ import annotations

from django.db import models

from gorod.kernel.clock import now
from gorod.kernel.identifiers import new_id


class Official(models.Model):
    """Somebody who works for the city; `id` is that of the account."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=200)


class Appointment(models.Model):
    """That somebody holds a role, and until when they held it. Never deleted: the history of cases names its holders."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="+")
    agency = models.CharField(max_length=100, blank=True)
    role = models.CharField(max_length=20)
    by = models.CharField(max_length=200)
    since = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["official", "agency", "role"], condition=models.Q(ended_at=None), name="appointment_once"
            )
        ]
