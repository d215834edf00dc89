"""Names that one file uses and another defines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from gorod.catalogue.data import Problem
from gorod.catalogue.logic.content import Content, ServiceFolder, archetypes
from gorod.catalogue.logic.files import EventFile


def check(content: Content) -> Iterator[Problem]:
    """Yield every name that leads nowhere."""
    assert content.city is not None and content.city_document is not None
    agencies = content.city.agencies
    if content.city.treasury and content.city.treasury not in agencies:
        yield _unknown(content.city_document.place("treasury"), "agency", content.city.treasury, agencies)
    for entry in content.facts.values():
        body = entry.body
        derived = [bool(body.sql), bool(body.age), bool(body.via), body.aggregate is not None]
        if sum(derived) > 1:
            yield Problem(place=entry.place, what=f"{entry.name} is derived in two ways", remedy="keep one")
        if not any(derived) and body.owner not in agencies:
            yield _unknown(entry.place, "agency", body.owner, agencies)
        if not any(derived) and body.type is None:
            yield Problem(place=entry.place, what=f"{entry.name} has no type", remedy="boolean, int, date or code")
        if not any(derived) and body.type == "int" and body.range is None:
            yield Problem(place=entry.place, what=f"{entry.name} has no range", remedy="say the least and the greatest")
    for name, service in content.services.items():
        yield from _service(content, name, service)
    for entry in content.events.values():
        for sender in entry.body.senders:
            if sender not in agencies:
                yield _unknown(entry.document.place("senders"), "agency", sender, agencies)
        yield from _event(content, entry.body, entry.document.place)
    for entry in content.life_events.values():
        for role, relation in entry.body.roles.items():
            if relation not in content.relations:
                yield _unknown(entry.document.place("roles", role), "relation", relation, content.relations)
        roles = {entry.body.about, *entry.body.roles}
        for role in entry.body.applicants:
            if role not in roles:
                yield _unknown(entry.document.place("applicants"), "role", role, roles)
        if entry.body.stopped_by and entry.body.stopped_by not in content.facts:
            yield _unknown(entry.document.place("stopped_by"), "fact", entry.body.stopped_by, content.facts)


def _service(content: Content, name: str, service: ServiceFolder) -> Iterator[Problem]:
    assert content.city is not None
    file = service.file
    if file.archetype not in archetypes():
        yield _unknown(service.place("archetype"), "archetype", file.archetype, archetypes())
    if file.owner not in content.city.agencies:
        yield _unknown(service.place("owner"), "agency", file.owner, content.city.agencies)
    for i, result in enumerate(file.result):
        known = content.facts.get(result.fact)
        if known is None:
            yield _unknown(service.place("result", i), "fact", result.fact, content.facts)
        elif known.body.sql or known.body.age or known.body.via or known.body.aggregate:
            yield Problem(
                place=service.place("result", i),
                what=f"{result.fact} is derived and cannot be stated",
                remedy="state one of the facts it is made of",
            )
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
    for i, relation in enumerate(body.relations):
        for role in (relation.about, relation.to):
            if role not in body.persons:
                yield _unknown(place("relations", i), "person", role, body.persons)
        for name in (relation.relation, relation.inverse):
            if name and name not in content.relations:
                yield _unknown(place("relations", i), "relation", name, content.relations)
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
