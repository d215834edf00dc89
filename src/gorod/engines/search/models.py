"""Tables of search. All of them are made from the city's content and can be made again."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from gorod.kernel.identifiers import new_id


class Topic(models.Model):
    """One thing that can be found, in one language. `meanings`: one vector after the other, float32, little-endian."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    language = models.CharField(max_length=10)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    words = SearchVectorField()
    meanings = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["language", "kind", "name"], name="topic_once")]
        indexes = [GinIndex(fields=["words"], name="topic_words")]


class Word(models.Model):
    """A word that the texts of a language use: what a misspelt one is compared with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    language = models.CharField(max_length=10)
    word = models.CharField(max_length=300)
    lexeme = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["language", "word", "lexeme"], name="word_once")]
        indexes = [
            models.Index(fields=["language", "lexeme"], name="word_lexeme"),
            GinIndex(fields=["word"], name="word_trigrams", opclasses=["gin_trgm_ops"]),
        ]


class Index(models.Model):
    """The one row: which content, read by which model, the other tables were made from."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="index_one_row")]
