"""From counts of small groups to tables in which no figure speaks of fewer than `FEWEST` people.

Whoever sees a table also sees its sum, so a cell that is only left out could be worked out from the others. Therefore small cells
are put together until none of what they show, added up, is small any more. One question answered several times with slightly other
figures could still single somebody out: who asked what is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gorod.engines.scenarios.data import FEWEST, OTHERS, Effect

WAYS = ("gain", "lose", "both")
Counts = Mapping[str, int]


def added(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> dict[str, int]:
    """The columns added up."""
    total = dict.fromkeys(columns, 0)
    for row in rows:
        for name in columns:
            total[name] += row[name]
    return total


def too_few(counts: Counts, service: str) -> bool:
    """Whether a service concerns somebody, but so few that any figure would speak of them."""
    return any(map(_small, _of(counts, service)))


def _of(counts: Counts, service: str) -> list[int]:
    """How many a service changes something for, how many it pays before, how many after."""
    changed = counts[f"{service}/gain"] + counts[f"{service}/lose"]
    return [changed, counts[f"{service}/paid_before"], counts[f"{service}/paid_after"]]


def unclear(counts: Counts, service: str) -> int | None:
    """For how many it cannot be said; None when they are few."""
    count = counts[f"{service}/open"]
    return None if _small(count) else count


def table(groups: Mapping[str, Counts], monthly: Mapping[str, bool]) -> dict[str, Effect]:
    """The effect on each group, in the order given; small groups put together in `OTHERS`, which comes last."""
    whole = added(groups.values(), list(next(iter(groups.values()), {})))
    shown = [way for way in WAYS if not _small(whole.get(way, 0))]
    kept = {name: counts for name, counts in groups.items() if not _is_small(counts, monthly, shown)}
    together = [counts for name, counts in groups.items() if name not in kept]
    while together and kept and _is_small(added(together, list(whole)), monthly, shown):
        least = min(kept, key=lambda name: (kept[name]["people"], name))
        together.append(kept.pop(least))
    found = {name: effect(counts, monthly, shown) for name, counts in kept.items()}
    if together:
        found[OTHERS] = effect(added(together, list(whole)), monthly, shown)
    return found


def effect(counts: Counts, monthly: Mapping[str, bool], shown: Sequence[str] = WAYS) -> Effect:
    """What these counts say. A count that is small, or that is not to be shown, becomes None."""
    ways = {way: counts[way] if way in shown and not _small(counts[way]) else None for way in WAYS}
    return Effect(
        people=counts["people"],
        gain=ways["gain"],
        lose=ways["lose"],
        both=ways["both"],
        before=_sum(counts, monthly, "before", True),
        after=_sum(counts, monthly, "after", True),
        before_once=_sum(counts, monthly, "before", False),
        after_once=_sum(counts, monthly, "after", False),
    )


def of_service(counts: Counts, service: str, monthly: Mapping[str, bool]) -> Effect:
    """What one service does to everybody."""
    alone = {"gain": counts[f"{service}/gain"], "lose": counts[f"{service}/lose"], "both": 0}
    return effect({**counts, **alone}, {service: monthly[service]})


def _sum(counts: Counts, monthly: Mapping[str, bool], when: str, month: bool) -> int:
    return sum(counts[f"{service}/{when}"] for service, every_month in monthly.items() if every_month is month)


def _is_small(counts: Counts, monthly: Mapping[str, bool], shown: Sequence[str]) -> bool:
    """Whether anything of a group speaks of too few: how many they are, whom a service concerns, or which way."""
    concerned = [count for service in monthly for count in _of(counts, service)]
    ways = [counts[way] for way in shown]
    return any(map(_small, [counts["people"], sum(counts[way] for way in WAYS), *concerned, *ways]))


def _small(count: int) -> bool:
    return 0 < count < FEWEST
