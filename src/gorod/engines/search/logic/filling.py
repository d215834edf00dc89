"""The tables are made from the city's content, once for each content."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from django.contrib.postgres.search import SearchVector
from django.db import connection, transaction
from django.db.models import Value
from django.db.models.expressions import Combinable

from gorod.engines.search import models
from gorod.engines.search.data import Entry
from gorod.engines.search.logic import meaning
from gorod.engines.search.logic.words import configuration, normalised, sentences_of, words_of

MEANT_FROM = (
    5  # letters; to the model a shorter text, an abbreviation, is as near to letters without a meaning as to anything
)


def fill(entries: Sequence[Entry], digest: str) -> bool:
    """Make the tables anew unless they are of this digest. Returns whether they were made."""
    if models.Index.objects.filter(digest=digest).exists():
        return False
    with transaction.atomic():
        models.Index.objects.get_or_create(id=1)
        kept = models.Index.objects.select_for_update().get(id=1)
        if kept.digest == digest:
            return False
        models.Topic.objects.all().delete()
        models.Word.objects.all().delete()
        ordered = sorted(entries, key=lambda entry: entry.language)
        for language, of_language in groupby(ordered, key=lambda entry: entry.language):
            _fill_language(language, list(of_language))
        kept.digest = digest
        kept.save(update_fields=["digest"])
    return True


def _fill_language(language: str, entries: Sequence[Entry]) -> None:
    config = configuration(language)
    models.Topic.objects.bulk_create(
        [
            models.Topic(
                language=language,
                kind=entry.kind,
                name=entry.name,
                words=_by_weight(entry, config),
                meanings=meaning.packed(meaning.vectors(_passages(entry))),
            )
            for entry in entries
        ]
    )
    said = words_of(normalised(" ".join(text for entry in entries for text in _all(entry))))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, stem.lexeme FROM unnest(%s::text[]) AS said(word),"
            " unnest(to_tsvector(%s::regconfig, word)) AS stem(lexeme, positions, weights)",
            [said, config],
        )
        stems = cursor.fetchall()
    models.Word.objects.bulk_create([models.Word(language=language, word=word, lexeme=stem) for word, stem in stems])


def _by_weight(entry: Entry, config: str) -> Combinable:
    """Everything that is said, each with the weight that `asking.PLACES` gives it."""
    said = {"A": [entry.title], "B": entry.asked_as, "C": entry.texts, "D": entry.conditions}
    vectors = [
        SearchVector(Value(normalised(" ".join(texts))), config=config, weight=weight) for weight, texts in said.items()
    ]
    return vectors[0] + vectors[1] + vectors[2] + vectors[3]


def _passages(entry: Entry) -> list[str]:
    """What is compared by meaning: not the sentences of refusals, which speak of what is not so."""
    sentences = [sentence for text in entry.texts for sentence in sentences_of(text)]
    return [normalised(text) for text in (entry.title, *entry.asked_as, *sentences) if len(text) >= MEANT_FROM]


def _all(entry: Entry) -> tuple[str, ...]:
    return (entry.title, *entry.asked_as, *entry.texts, *entry.conditions)
