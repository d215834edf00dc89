"""From the differences of two sweeps to batches that workers do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

import polars as pl
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

from gorod.engines.offers import models
from gorod.engines.sweeps import api as sweeps
from gorod.engines.sweeps.data import Sweep
from gorod.kernel.errors import Refused

PEOPLE = 200  # of a batch: some seconds of work, so that a killed worker loses little


def start(sweep: Sweep, earlier: Collection[Sweep]) -> models.Following:
    """Write what is otherwise into batches, and defer the jobs that do them, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('offers.follow', 0))")
    known = models.Following.objects.filter(sweep=sweep.name).first()
    if known is not None:
        return known
    last = models.Following.objects.order_by("sweep").last()
    if last is not None and last.sweep > sweep.name:
        raise Refused(
            f"the later sweep {last.sweep} has been followed already",
            remedy="what is otherwise since then is its business",
        )
    partners: dict[str, str] = last.partners if last else {}
    row = models.Following(
        sweep=sweep.name,
        as_of=sweep.as_of,
        # one that is held back tonight is compared the next time with the night before
        partners={
            **{name: partners[name] for name in sweep.held if name in partners},
            **dict.fromkeys(sweep.tallies, sweep.name),
        },
    )
    counts: dict[str, Counter[str]] = {}
    for before in sorted(earlier, key=lambda one: one.name):
        services = [name for name in sweep.tallies if partners.get(name) == before.name]
        if services:
            row.before.append(before.name)
            counts |= {name: Counter() for name in services}
            for found in sweeps.differences(before=before, after=sweep, services=services):
                for service, what, number in found.group_by("service", "what").len().iter_rows():
                    counts[service][what] += number
                row.people += found.get_column("person").n_unique()
                _write(row, found)
    row.counts = counts
    row.save()
    return row


def _write(row: models.Following, found: pl.DataFrame) -> None:
    batches = [models.Batch(following_id=row.id, changes=changes) for changes in _of_some(found)]
    models.Batch.objects.bulk_create(batches, batch_size=100)
    if batches:
        wanted: list[JSONDict] = [{"batch": str(batch.id)} for batch in batches]
        app.configure_task("offers.batch").batch_defer(*wanted)


def _of_some(found: pl.DataFrame) -> Iterator[list[list[object]]]:
    """The differences of so many people at a time; all of one person together."""
    people = found.get_column("person").unique().sort()
    for first in range(0, people.len(), PEOPLE):
        some = people.slice(first, PEOPLE).implode()
        rows = found.filter(pl.col("person").is_in(some)).sort("person", "service")
        yield [list(one) for one in rows.select("person", "service", "what").iter_rows()]
