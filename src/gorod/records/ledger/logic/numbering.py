"""Giving numbers to what waits. One process does it at a time; others find nothing to do."""

from __future__ import annotations

from random import SystemRandom

from django.db import transaction

from gorod.kernel.merkle import api as merkle
from gorod.records.ledger import models

_random = SystemRandom()


def number(limit: int) -> int:
    """Number at most so many entries. Returns how many.

    What waits together is numbered in an order by chance, so that nothing follows from who was first.
    """
    with transaction.atomic():
        models.Head.objects.get_or_create(id=1)
        head = models.Head.objects.select_for_update().get(id=1)
        waiting = list(models.Waiting.objects.order_by("id")[:limit])
        if not waiting:
            return 0
        tree = tree_of(head)
        _random.shuffle(waiting)
        numbered = []
        for index, one in enumerate(waiting, head.size):
            leaf = merkle.leaf_hash(bytes(one.entry))
            tree.add(leaf)
            numbered.append(
                models.Entry(
                    index=index,
                    entry_id=one.id,
                    entry=one.entry,
                    about=one.about,
                    once=one.once,
                    leaf=leaf if one.about else None,
                )
            )
        models.Entry.objects.bulk_create(numbered)
        models.Waiting.objects.filter(id__in=[one.id for one in waiting]).delete()
        head.size, head.subtrees = tree.size, b"".join(tree.subtrees)
        head.save(update_fields=["size", "subtrees"])
    return len(waiting)


def tree_of(head: models.Head) -> merkle.Growing:
    """The tree of the log as it is numbered."""
    return merkle.Growing(merkle.split(bytes(head.subtrees)), head.size)
