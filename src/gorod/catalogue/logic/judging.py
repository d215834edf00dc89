"""How well the search answers the questions of a city."""

from __future__ import annotations

from collections.abc import Sequence

from gorod.catalogue.data import Judged, Question
from gorod.engines.search import api as search

BEST = 3


def judge(questions: Sequence[Question]) -> Judged:
    """Ask them all. Right is each answer that a question expects; of one that expects nothing, only that nothing is said."""
    said = {
        one: tuple(hit.name for hit in search.find(text=one.ask, language=one.language, limit=BEST))
        for one in questions
    }
    on_topic = [one for one in questions if one.expect]
    return Judged(
        on_topic=len(on_topic),
        first=sum(1 for one in on_topic if one.expect.intersection(said[one][:1])),
        in_three=sum(1 for one in on_topic if one.expect.intersection(said[one])),
        off_topic=len(questions) - len(on_topic),
        refused=sum(1 for one in questions if not one.expect and not said[one]),
        missed={
            one.ask: answer
            for one, answer in said.items()
            if (not one.expect and answer) or (one.expect and not one.expect.intersection(answer[:1]))
        },
    )
