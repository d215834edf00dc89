"""One question: its words in spite of typos, its meaning, and one score of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np
from django.db import connection

from gorod.engines.search import models
from gorod.engines.search.data import Hit, Kind
from gorod.engines.search.logic import meaning
from gorod.engines.search.logic.words import clauses_of, configuration, normalised, words_of

PLACES = {"A": 1.0, "B": 1.0, "C": 0.6, "D": 0.2}  # the title, everyday words, what it is and gives, why it is refused
ALIKE = 0.5  # trigrams: from here on a word that no text has is taken for one that a text has
ONE_LETTER_FROM = 6  # letters; in shorter words one wrong letter may make another word
ONE_LETTER = 0.6  # how alike that is
SPELT_FROM = 4  # letters; shorter words have too few trigrams to be compared
WORDS_WEIGH = 1.3  # a score is meaning + WORDS_WEIGH * words
LEAST = 0.45  # under this score nothing is said
BESIDE_BEST = 0.6  # what scores less than this share of the best hit is no answer to the same question

_Topic = tuple[str, str]  # kind, name


@dataclass(frozen=True)
class _Shelf:
    """The topics of a language, and whose each row of `vectors` is."""

    topics: tuple[_Topic, ...]
    owners: tuple[int, ...]
    vectors: meaning.Vectors
    config: str


@dataclass(frozen=True)
class _Asked:
    """One word of a question: what it is taken for, its stem, how alike both are (1: a text has it; 0: unknown)."""

    word: str
    meant: str
    lexeme: str
    alike: float


@lru_cache(maxsize=32)
def _shelf(digest: str, language: str) -> _Shelf:
    """Read once a process and content: reading the vectors for each question would take longer than answering it."""
    rows = (
        models.Topic.objects.filter(language=language).order_by("kind", "name").values_list("kind", "name", "meanings")
    )
    topics, owners, vectors = [], [], [np.empty((0, meaning.LENGTH), np.float32)]
    for number, (kind, name, stored) in enumerate(rows):
        topics.append((kind, name))
        vectors.append(meaning.unpacked(bytes(stored)))
        owners += [number] * len(vectors[-1])
    return _Shelf(tuple(topics), tuple(owners), np.concatenate(vectors), configuration(language))


def scores(text: str, language: str) -> dict[_Topic, tuple[float, float]]:
    """How well each topic of a language answers: (words, meaning)."""
    digest = models.Index.objects.values_list("digest", flat=True).first()
    shelf = _shelf(digest or "", language)
    if not shelf.topics:
        return {}
    asked = _spelt(words_of(normalised(text)), language, shelf.config)
    by_words = _by_words(asked, language, len(shelf.topics))
    by_meaning = _by_meaning(_corrected(normalised(text), asked), shelf)
    return {topic: (by_words.get(topic, 0.0), by_meaning[number]) for number, topic in enumerate(shelf.topics)}


def find(text: str, language: str, limit: int) -> list[Hit]:
    """The best hits, best first; none when nothing is good enough."""
    found = [
        Hit(kind=Kind(kind), name=name, score=of_meaning + WORDS_WEIGH * of_words)
        for (kind, name), (of_words, of_meaning) in scores(text, language).items()
    ]
    found.sort(key=lambda hit: (-hit.score, hit.name))
    if not found or found[0].score < LEAST:
        return []
    least = max(LEAST, found[0].score * BESIDE_BEST)
    return [hit for hit in found[:limit] if hit.score >= least]


def _spelt(words: Sequence[str], language: str, config: str) -> list[_Asked]:
    """The words of a question that mean something by themselves. One that no text has is taken for the most alike."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT asked.word, coalesce(near.word, asked.word), coalesce(near.lexeme, asked.lexeme), coalesce(near.alike, 0)
            FROM (
                SELECT word, stem.lexeme
                FROM unnest(%(words)s::text[]) AS one(word),
                     unnest(to_tsvector(%(config)s::regconfig, word)) AS stem(lexeme, positions, weights)
            ) asked
            LEFT JOIN LATERAL (
                SELECT known.word, known.lexeme,
                       CASE WHEN known.lexeme = asked.lexeme THEN 1
                            ELSE greatest(
                                similarity(known.word, asked.word),
                                similarity(known.lexeme, asked.lexeme),
                                CASE WHEN length(asked.word) >= %(one_letter_from)s
                                          AND levenshtein_less_equal(known.word, asked.word, 1) = 1 THEN %(one_letter)s END
                            )
                       END AS alike
                FROM search_word known
                WHERE known.language = %(language)s
                      AND (known.lexeme = asked.lexeme
                           OR (length(asked.word) >= %(spelt_from)s AND known.word %% asked.word))
                ORDER BY alike DESC, known.word
                LIMIT 1
            ) near ON near.alike >= %(alike)s
            """,
            {
                "words": list(words),
                "config": config,
                "language": language,
                "spelt_from": SPELT_FROM,
                "alike": ALIKE,
                "one_letter_from": ONE_LETTER_FROM,
                "one_letter": ONE_LETTER,
            },
        )
        return [_Asked(*row) for row in cursor.fetchall()]


def _by_words(asked: Sequence[_Asked], language: str, topics: int) -> Mapping[_Topic, float]:
    """How much of what was asked each topic speaks of, 0 to 1: rare words count more, and so does where they stand."""
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT topic.kind, topic.name, said.lexeme, said.weights
            FROM search_topic topic, unnest(topic.words) AS said(lexeme, positions, weights)
            WHERE topic.language = %s AND topic.words @@ %s::tsquery AND said.lexeme = ANY(%s)
            """,
            [language, " | ".join(f"'{one.lexeme}'" for one in asked), [one.lexeme for one in asked]],
        )
        said: dict[str, dict[_Topic, float]] = defaultdict(dict)
        for kind, name, lexeme, weights in cursor.fetchall():
            said[lexeme][(kind, name)] = max(PLACES[weight] for weight in weights)
    everything = 0.0
    found: dict[_Topic, float] = defaultdict(float)
    for one in asked:
        rarity = log(1 + topics / max(1, len(said[one.lexeme])))
        everything += rarity
        for topic, place in said[one.lexeme].items():
            found[topic] += rarity * one.alike * place
    return {topic: part / everything for topic, part in found.items()}


def _by_meaning(text: str, shelf: _Shelf) -> list[float]:
    """How near the meaning of each topic's nearest sentence is to the question or a part of it: the cosine, −1 to 1."""
    near = [-1.0] * len(shelf.topics)
    asked = meaning.vectors([text, *clauses_of(text)])
    for owner, cosine in zip(shelf.owners, (shelf.vectors @ asked.T).max(axis=1).tolist(), strict=True):
        near[owner] = max(near[owner], cosine)
    return near


def _corrected(text: str, asked: Sequence[_Asked]) -> str:
    meant = {one.word: one.meant for one in asked if one.alike < 1}
    return " ".join(meant.get(word, word) for word in text.split())
