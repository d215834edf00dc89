"""A life event is a graph that every step of it can reach: no cycle, no need that nobody meets."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from gorod.catalogue.data import Problem
from gorod.catalogue.logic.content import Content
from gorod.catalogue.logic.joining import joined


def check(content: Content) -> Iterator[Problem]:
    """Yield cycles, steps nothing can reach, and steps whose end nothing shows."""
    for name, service in content.services.items():
        events = [join.event for join in service.file.life_events]
        for i, event in enumerate(events):
            if event in events[:i]:
                yield Problem(
                    place=service.place("life_events", i), what=f"{name} joins {event} twice", remedy="keep one"
                )
    for event in content.life_events:
        joins = joined(content, event)
        for name, join in joins.items():
            service = content.services[name]
            for need in join.needs:
                unread = need not in content.services and any(content.folder.glob(f"services/*/{need}"))
                if need not in joins and not unread:  # what is wrong with that one's file is said already
                    yield Problem(
                        place=service.place("life_events"),
                        what=f"nothing can reach {name} in {event}: it needs {need}, which is no step of it",
                        remedy=f"let {need} join {event}, or drop the need",
                    )
        for need in sorted({need for join in joins.values() for need in join.needs} & joins.keys()):
            if not content.services[need].file.result:
                yield Problem(
                    place=content.services[need].place(),
                    what=f"steps of {event} need the result of {need}, which has none",
                    remedy="say `result`",
                )
        try:
            TopologicalSorter({name: join.needs for name, join in joins.items()}).prepare()
        except CycleError as error:
            circle = error.args[1]
            yield Problem(
                place=content.services[circle[0]].place("life_events"),
                what=f"steps of {event} wait for each other: {' → '.join(circle)}",
                remedy="drop one need",
            )
