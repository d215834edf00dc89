"""Everyday questions, each answered by the search.

Measured: `search.find` for each question of the city's questions.yaml, in this process: typos looked up, words matched in
PostgreSQL, the meaning compared, one score made of all. The questions were written before the search and stand in none of the texts
that it reads; the notes say how many are answered rightly (docs/reference/search.md has what is counted and what is missed).

Beside it: the question's vector from the same model, and one full-text SELECT with the question as it is. That is the floor because
meaning and words both have to be asked, and neither can be asked with less.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from functools import partial

import psycopg

from benchmarks.measuring.data import Table, Unit, row
from benchmarks.measuring.stage import Stage
from gorod.catalogue import api as catalogue
from gorod.engines.search import api as search
from gorod.engines.search.logic import meaning

ROUNDS = 3
MILLISECONDS = 1000.0
SELECT = """
SELECT kind, name, ts_rank(words, query) FROM search_topic, websearch_to_tsquery(%s) AS query
WHERE language = %s AND words @@ query ORDER BY 3 DESC LIMIT 5
"""


def run(stage: Stage) -> Table:
    """All questions in turns with the floor, then how many are right."""
    asked = stage.city.content.questions
    search.index()
    search.warm_up()
    ours, floor = [], []
    with closing(stage.city.connect()) as connection:
        for round_ in range(stage.size(ROUNDS, quick=1) + 1):
            for one in asked:
                took = _milliseconds(partial(search.find, text=one.ask, language=one.language))
                beside = _milliseconds(partial(_floor, connection, one.ask, one.language))
                if round_:  # the first round warms up
                    ours.append(took)
                    floor.append(beside)
    judged = catalogue.judge_search()
    return Table(
        rows=[
            row(
                what="a question",
                unit=Unit.MILLISECONDS,
                ours=ours,
                beside="one vector, one full-text SELECT",
                floor=floor,
            )
        ],
        notes=[
            f"{judged.on_topic} questions that the city has an answer to: right at first {judged.first}"
            f" ({judged.first / judged.on_topic:.0%}), among the first three {judged.in_three}"
            f" ({judged.in_three / judged.on_topic:.0%}).",
            f"{judged.off_topic} that it has none to: {judged.refused} get no answer ({judged.refused / judged.off_topic:.0%}).",
        ],
    )


def _floor(connection: psycopg.Connection, text: str, language: str) -> None:
    meaning.vectors([text])
    connection.execute(SELECT, [text, language]).fetchall()


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * MILLISECONDS
