"""The questions that measure the search speak of what the city has, and stand in no text that the search reads."""

from __future__ import annotations

from collections.abc import Iterator

from gorod.catalogue.data import Problem
from gorod.catalogue.logic import finding
from gorod.catalogue.logic.content import Content


def check(content: Content) -> Iterator[Problem]:
    """Yield what is wrong with the questions; a city without questions.yaml has none."""
    if content.questions is None:
        return
    assert content.city is not None
    document, file = content.questions
    there = [*content.folder.glob("services/*/*"), *content.folder.glob("life_events/*.yaml")]
    found = {path.stem for path in there}  # of one that cannot be read it is said already what is wrong
    answers = finding.asked_as(content)
    seen: set[str] = set()
    for number, one in enumerate(file.root):
        place, asked = document.place(number), one.ask.casefold()
        if one.language not in content.city.languages:
            yield Problem(
                place=place,
                what=f"the city does not speak {one.language!r}",
                remedy=f"one of {', '.join(content.city.languages)}",
            )
        for name in one.expect:
            if name not in found:
                yield Problem(
                    place=place,
                    what=f"no service and no life event is called {name!r}",
                    remedy="correct the name, or expect nothing",
                )
        if asked in answers:
            yield Problem(
                place=place,
                what=f"{one.ask!r} stands in `asked_as` of {answers[asked]}",
                remedy="a question whose answer is given away measures nothing: ask in other words",
            )
        if asked in seen:
            yield Problem(place=place, what=f"{one.ask!r} is asked twice", remedy="ask it once")
        seen.add(asked)
