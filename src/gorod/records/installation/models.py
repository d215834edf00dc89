"""Tables of installation."""

from __future__ import annotations

from django.db import models

from gorod.kernel.clock import now


class Installation(models.Model):
    """The one row. Written once; there is nothing to update."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    city = models.CharField(max_length=100)
    synthetic = models.BooleanField()
    founded_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="installation_one_row")]
