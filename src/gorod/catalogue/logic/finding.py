"""What search is given of a city: what services and life events say, and the questions that measure it."""

from __future__ import annotations

from collections.abc import Iterator

from gorod.catalogue.data import Question
from gorod.catalogue.logic import files
from gorod.catalogue.logic.content import Content
from gorod.engines.search.data import Entry, Kind


def entries(content: Content) -> tuple[Entry, ...]:
    """Everything that can be found, in each language of the city."""
    assert content.city is not None
    return tuple(entry for language in content.city.languages for entry in _entries(content, language))


def _entries(content: Content, language: str) -> Iterator[Entry]:
    for name, event in content.life_events.items():
        body: files.LifeEventFile = event.body
        yield Entry(
            kind=Kind.LIFE_EVENT,
            name=name,
            language=language,
            title=body.name[language],
            asked_as=tuple(body.asked_as.get(language, ())),
        )
    for name, service in content.services.items():
        _, texts = service.texts[language]
        yield Entry(
            kind=Kind.SERVICE,
            name=name,
            language=language,
            title=texts.name,
            asked_as=tuple(texts.asked_as),
            texts=(texts.summary, texts.gives),
            conditions=tuple(texts.conditions.values()),
        )


def asked_as(content: Content) -> dict[str, str]:
    """Everyday words in every language, in small letters → whose they are. Texts that are missing are left out."""
    of_services = {
        words.casefold(): name
        for name, service in content.services.items()
        for _, texts in service.texts.values()
        for words in texts.asked_as
    }
    of_events = {
        words.casefold(): name
        for name, event in content.life_events.items()
        for said in event.body.asked_as.values()
        for words in said
    }
    return of_services | of_events


def questions(content: Content) -> tuple[Question, ...]:
    """The questions that measure the search; none in a city that has not written any."""
    if content.questions is None:
        return ()
    _, file = content.questions
    return tuple(Question(ask=one.ask, language=one.language, expect=frozenset(one.expect)) for one in file.root)
