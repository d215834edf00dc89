"""A small city of things to be found, and questions asked of it."""

from __future__ import annotations

from collections.abc import Iterable

from gorod.engines.search import api
from gorod.engines.search.data import Entry, Kind

KINDERGARTEN = Entry(
    kind=Kind.SERVICE,
    name="kindergarten",
    language="ru",
    title="Очередь в детский сад",
    texts=("Запишем ребёнка в электронную очередь.",),
    asked_as=("ясли",),
)
ALLOWANCE = Entry(
    kind=Kind.SERVICE,
    name="allowance",
    language="ru",
    title="Ежемесячная выплата на ребёнка",
    texts=("Для семей, где доход ниже прожиточного минимума.",),
    conditions=("Ребёнку исполнилось 18 лет.",),
)
FUNERAL = Entry(
    kind=Kind.SERVICE,
    name="funeral",
    language="ru",
    title="Пособие на погребение",
    texts=("Его получает тот, кто взял на себя похороны.",),
)
POLICY = Entry(
    kind=Kind.SERVICE,
    name="policy",
    language="ru",
    title="Полис ОМС",
    texts=("Цифровой полис медицинского страхования.",),
)
PARKING = Entry(
    kind=Kind.SERVICE,
    name="parking",
    language="ru",
    title="Парковочное разрешение",
    texts=("Бесплатная парковка зелёных машин.",),
)
BIRTH = Entry(kind=Kind.LIFE_EVENT, name="birth", language="ru", title="Родился ребёнок")
DEATH = Entry(kind=Kind.LIFE_EVENT, name="death", language="ru", title="Умер близкий человек")
RUSSIAN = (KINDERGARTEN, ALLOWANCE, FUNERAL, POLICY, PARKING, BIRTH, DEATH)
ENGLISH = (
    Entry(kind=Kind.SERVICE, name="kindergarten", language="en", title="Kindergarten queue"),
    Entry(kind=Kind.SERVICE, name="library", language="en", title="Library card", texts=("Borrow books for free.",)),
)


def indexed(entries: Iterable[Entry] = (*RUSSIAN, *ENGLISH)) -> None:
    """A city that offers just this."""
    api.configure(entries=entries)
    api.index()


def found(text: str, *, language: str = "ru", limit: int = 5) -> list[str]:
    """The names of what is found, best first."""
    return [hit.name for hit in api.find(text=text, language=language, limit=limit)]


def first(text: str, *, language: str = "ru") -> str:
    """What is found first; empty when nothing is."""
    return next(iter(found(text, language=language)), "")
