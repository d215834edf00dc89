"""Every text exists in every language of the city, and uses only the names it can."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter

from gorod.catalogue.data import Problem
from gorod.catalogue.logic.content import Content, archetypes
from gorod.catalogue.logic.documents import Document
from gorod.engines.messages.data import KINDS


def check(content: Content) -> Iterator[Problem]:
    """Yield what is missing or too much. A city without services says nothing yet."""
    assert content.city is not None
    languages = content.city.languages
    for language in languages:
        if content.services and language not in content.texts:
            yield Problem(
                place=f"texts/{language}.yaml:1", what=f"no texts in {language}", remedy="write statuses and messages"
            )
    for language, (document, file) in content.texts.items():
        for kind in KINDS.keys() - file.messages.keys():
            yield Problem(
                place=document.place("messages"), what=f"no message {kind!r}", remedy=f"write it in {language}"
            )
        codes = {code for archetype in archetypes().values() for code in archetype.statuses}
        for code in sorted(codes - file.statuses.keys()):
            yield Problem(
                place=document.place("statuses"),
                what=f"no word for the status {code!r}",
                remedy=f"add it in {language}",
            )
        yield from _messages(document, file.messages)
    for name, service in content.services.items():
        for language in languages:
            if language not in service.texts:
                yield Problem(
                    place=service.place(),
                    what=f"{name} has no texts/{language}.yaml",
                    remedy="write it: the city speaks it",
                )
        for document, texts in service.texts.values():
            yield from _messages(document, texts.messages)
            for condition in service.file.conditions.keys() - texts.conditions.keys():
                yield Problem(
                    place=document.place("conditions"),
                    what=f"nothing is said when {condition} fails",
                    remedy=f"add conditions.{condition}: one plain sentence",
                )
            for condition in texts.conditions.keys() - service.file.conditions.keys() - {"amount", "too_late"}:
                yield Problem(
                    place=document.place("conditions", condition),
                    what=f"{name} has no condition {condition}",
                    remedy="remove the sentence or correct its name",
                )
    yield from _local(content, languages)


def _messages(document: Document, messages: Mapping[str, str]) -> Iterator[Problem]:
    for kind, text in messages.items():
        place = document.place("messages", kind)
        if kind not in KINDS:
            yield Problem(place=place, what=f"no message is called {kind!r}", remedy=f"one of {', '.join(KINDS)}")
            continue
        try:
            used = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        except ValueError as error:
            yield Problem(place=place, what=f"braces: {error}", remedy="write {{ for a brace")
            continue
        for name in sorted(used - {"service", *KINDS[kind]}):
            yield Problem(
                place=place,
                what=f"{{{name}}} is not known in a message {kind!r}",
                remedy=f"use {', '.join(('{service}', *(f'{{{n}}}' for n in KINDS[kind])))}",
            )


def _local(content: Content, languages: list[str]) -> Iterator[Problem]:
    """Texts inside definitions."""
    assert content.city is not None and content.city_document is not None
    wanted: list[tuple[str, Mapping[str, str]]] = [(content.city_document.place("name"), content.city.name)]
    for name, agency in content.city.agencies.items():
        wanted.append((content.city_document.place("agencies", name), agency.name))
    for number, contact in enumerate(content.city.contact):
        place = content.city_document.place("contact", number)
        wanted += [(place, said) for said in (contact.name, contact.hours) if said]
    for entry in [*content.facts.values(), *content.relations.values()]:
        wanted.append((entry.place, entry.body.meaning))
        if entry.body.ask is not None:
            wanted.append((entry.place, entry.body.ask))
    for name, entry in content.facts.items():
        if entry.body.what_if is not None:
            wanted.append((entry.place, entry.body.what_if))
        for code, words in entry.body.names.items():
            wanted.append((entry.document.place(name, "names", code), words))
    wanted += [(entry.place, entry.body.meaning) for entry in [*content.values.values(), *content.events.values()]]
    wanted += [(entry.place, entry.body.text) for entry in content.reasons.values()]
    wanted += [(entry.place, entry.body.name) for entry in content.life_events.values()]
    for place, texts in wanted:
        for language in languages:
            if language not in texts:
                yield Problem(place=place, what=f"no text in {language}", remedy="the city speaks it: add it")
