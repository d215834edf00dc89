"""Drawings stand beside areas and life events that there are, and there is a drawing of that name."""

from __future__ import annotations

from collections.abc import Iterator

from gorod.catalogue.data import Problem
from gorod.catalogue.logic.content import Content
from gorod.ui.assets import pictures


def check(content: Content) -> Iterator[Problem]:
    """Yield names that lead nowhere. Before set-up no drawing is known, and none is missed."""
    assert content.city is not None and content.city_document is not None
    beside = {service.area for service in content.services.values()} | content.life_events.keys()
    for name, drawing in content.city.pictures.items():
        place = content.city_document.place("pictures", name)
        if name not in beside:
            yield Problem(
                place=place,
                what=f"no area or life event is called {name!r}",
                remedy=f"one of {', '.join(sorted(beside))}",
            )
        if pictures.names() and drawing not in pictures.names():
            yield Problem(place=place, what=f"Lucide has no drawing {drawing!r}", remedy="take the name of one it has")
