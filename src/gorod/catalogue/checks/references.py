"""Names that one file uses and another defines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from gorod.catalogue.data import Problem
from gorod.catalogue.logic.content import Content, ServiceFolder, archetypes
from gorod.catalogue.logic.files import EventFile


def check(content: Content) -> Iterator[Problem]:
    """Yield every name that leads nowhere."""
    assert content.city is not None and content.city_document is not None
    agencies = content.city.agencies
    stated = {name for name, entry in content.relations.items() if not entry.body.paths}
    try:
        ZoneInfo(content.city.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones
        place = content.city_document.place("time_zone")
        yield _unknown(place, "time zone", content.city.time_zone, available_timezones())
    if content.city.treasury and content.city.treasury not in agencies:
        yield _unknown(content.city_document.place("treasury"), "agency", content.city.treasury, agencies)
    if content.city.stopped_by and content.city.stopped_by not in content.facts:
        yield _unknown(content.city_document.place("stopped_by"), "fact", content.city.stopped_by, content.facts)
    if content.city.lives_in and content.city.lives_in not in content.facts:
        yield _unknown(content.city_document.place("lives_in"), "fact", content.city.lives_in, content.facts)
    for relation in content.city.acts_for:
        if relation not in stated:
            yield _unknown(content.city_document.place("acts_for", relation), "stated relation", relation, stated)
    for entry in content.facts.values():
        body = entry.body
        derived = [bool(body.sql), bool(body.age), bool(body.via), body.aggregate is not None]
        if not any(derived) and body.owner not in agencies:
            yield _unknown(entry.place, "agency", body.owner, agencies)
        if body.hidden_by and (guard := content.facts.get(body.hidden_by)) is None:
            yield _unknown(entry.place, "fact", body.hidden_by, content.facts)
        elif body.hidden_by and guard is not None and guard.body.type != "boolean":
            yield Problem(place=entry.place, what=f"{body.hidden_by} is no boolean", remedy="name a boolean fact")
    for entry in content.relations.values():
        if not entry.body.paths and entry.body.owner not in agencies:
            yield _unknown(entry.place, "agency", entry.body.owner, agencies)
        if entry.body.inverse and entry.body.inverse not in stated:
            yield _unknown(entry.place, "stated relation", entry.body.inverse, stated)
    for service in content.services.values():
        if service.file.cost and service.file.cost not in content.values:
            yield _unknown(service.place("cost"), "dated value", service.file.cost, content.values)
    for value in content.values.keys() & content.facts.keys():
        yield Problem(
            place=content.values[value].place,
            what=f"{value} is a fact too: a rule could not tell which is meant",
            remedy=f"give it another name; the fact stands in {content.facts[value].place}",
        )
    for name, service in content.services.items():
        yield from _service(content, name, service)
    for entry in content.events.values():
        for sender in entry.body.senders:
            if sender not in agencies:
                yield _unknown(entry.document.place("senders"), "agency", sender, agencies)
        yield from _event(content, entry.body, entry.document.place)
    for entry in content.life_events.values():
        for role, relation in entry.body.roles.items():
            if relation not in stated:
                yield _unknown(entry.document.place("roles", role), "stated relation", relation, stated)
        roles = {entry.body.about, *entry.body.roles}
        for role in entry.body.applicants:
            if role not in roles:
                yield _unknown(entry.document.place("applicants"), "role", role, roles)


def _service(content: Content, name: str, service: ServiceFolder) -> Iterator[Problem]:
    assert content.city is not None
    file = service.file
    if file.archetype not in archetypes():
        yield _unknown(service.place("archetype"), "archetype", file.archetype, archetypes())
    if file.owner not in content.city.agencies:
        yield _unknown(service.place("owner"), "agency", file.owner, content.city.agencies)
    for i, result in enumerate(file.result):
        if result.fact not in content.facts:
            yield _unknown(service.place("result", i), "fact", result.fact, content.facts)
    if file.expires and file.expires.after not in content.facts:
        yield _unknown(service.place("expires", "after"), "fact", file.expires.after, content.facts)
    for i, asked in enumerate(file.form.asks):
        if asked not in content.facts:
            yield _unknown(service.place("form", "asks", i), "fact", asked, content.facts)
    for i, reason in enumerate(file.refusals):
        if reason not in content.reasons:
            yield _unknown(service.place("refusals", i), "refusal reason", reason, content.reasons)
    if file.payment and not content.city.treasury:
        yield Problem(place=service.place("payment"), what="the city has no treasury", remedy="name it in city.yaml")
    if file.payment and file.amount is None:
        yield Problem(place=service.place("payment"), what=f"{name} pays nothing", remedy="say the amount")
    for i, join in enumerate(file.life_events):
        event = content.life_events.get(join.event)
        if event is None:
            yield _unknown(service.place("life_events", i, "event"), "life event", join.event, content.life_events)
            continue
        roles = {event.body.about, *event.body.roles}
        for role in [*join.applicants, *([join.subject] if join.subject else [])]:
            if role not in roles:
                yield _unknown(service.place("life_events", i), "role", role, roles)


def _event(content: Content, body: EventFile, place: Callable[..., str]) -> Iterator[Problem]:
    for i, statement in enumerate(body.states):
        if statement.about not in body.persons:
            yield _unknown(place("states", i), "person", statement.about, body.persons)
        if statement.fact not in content.facts:
            yield _unknown(place("states", i), "fact", statement.fact, content.facts)
        if not statement.at and statement.value is None:
            yield Problem(place=place("states", i), what="states no value", remedy="say `at` or `value`")
    stated = {name for name, entry in content.relations.items() if not entry.body.paths}
    for i, relation in enumerate(body.relations):
        for role in (relation.about, relation.to):
            if role not in body.persons:
                yield _unknown(place("relations", i), "person", role, body.persons)
        for name in (relation.relation, relation.inverse):
            if name and name not in stated:
                yield _unknown(place("relations", i), "stated relation", name, stated)
    if body.life_event and body.life_event not in content.life_events:
        yield _unknown(place("life_event"), "life event", body.life_event, content.life_events)
    if body.life_event and body.about not in body.persons:
        yield _unknown(place("about"), "person", body.about, body.persons)


def _unknown(place: str, kind: str, name: str, known: Iterable[str]) -> Problem:
    listed = sorted(known)
    close = [other for other in listed if name and (other.startswith(name[:4]) or name in other)] or listed
    return Problem(
        place=place, what=f"no {kind} is called {name!r}", remedy=f"one of {', '.join(close[:8]) or 'none: define it'}"
    )
