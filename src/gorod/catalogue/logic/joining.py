"""Files joined into what the engines know."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import TopologicalSorter

from gorod.catalogue.data import Agency, City, Contact, Law, Service, ServiceTexts
from gorod.catalogue.logic import districts, files, finding
from gorod.catalogue.logic.city_rules import acts_for, axes
from gorod.catalogue.logic.content import Content, Entry, ServiceFolder, archetypes
from gorod.catalogue.logic.population import profile
from gorod.catalogue.logic.rule_sources import rule_source
from gorod.engines.cases.data import CaseType, Result, Status
from gorod.engines.intake.data import EventType, PersonRule, RelationRule, StatementRule
from gorod.engines.journeys.data import LifeEvent, StepDefinition
from gorod.engines.messages.data import Template, Texts
from gorod.engines.rules import api as rules
from gorod.engines.rules.data import DatedFigure, DatedValue
from gorod.kernel.expressions import api as expressions
from gorod.kernel.expressions.data import Expression, Type
from gorod.kernel.periods import WorkingCalendar
from gorod.records.facts import api as facts
from gorod.records.facts.data import FactDefinition, Kind, RelationDefinition, Vocabulary


def vocabulary(content: Content) -> Vocabulary:
    """The facts and relations of the content."""
    return Vocabulary(
        facts={name: _fact(entry) for name, entry in content.facts.items()},
        relations={name: _relation(entry) for name, entry in content.relations.items()},
        stopped_by=content.city.stopped_by if content.city else "",
    )


def _fact(entry: Entry) -> FactDefinition:
    body: files.FactEntry = entry.body
    kind = Kind.STATED
    if body.sql:
        kind = Kind.SQL
    elif body.age:
        kind = Kind.AGE
    elif body.via:
        kind = Kind.VIA
    elif body.aggregate:
        kind = Kind.AGGREGATE
    low, high = body.range or (None, None)
    return FactDefinition(
        name=entry.name,
        type=body.type or Type.INT,
        kind=kind,
        owner=body.owner,
        meaning=body.meaning,
        unit=body.unit,
        low=low,
        high=high,
        codes=tuple(body.codes),
        code_names=body.names,
        absent=body.absent,
        ask=body.ask,
        what_if=body.what_if or {},
        sensitive=body.sensitive,
        hidden_by=body.hidden_by,
        sql=body.sql,
        of=body.of,
        age_unit=body.age,
        relation=body.via or body.over,
        fact=body.fact,
        aggregate=body.aggregate,
        if_none=body.if_none,
        place=entry.place,
    )


def _relation(entry: Entry) -> RelationDefinition:
    body: files.RelationEntry = entry.body
    return RelationDefinition(
        name=entry.name,
        many=body.kind == "many",
        complete=body.complete,
        inverse=body.inverse,
        owner=body.owner,
        meaning=body.meaning,
        ask=body.ask,
        paths=tuple(tuple(path) for path in body.paths),
        where=body.where,
        place=entry.place,
    )


def dated_values(content: Content) -> dict[str, DatedValue]:
    """The dated values of the content."""
    return {name: _value(entry) for name, entry in content.values.items()}


def _value(entry: Entry) -> DatedValue:
    body: files.ValueEntry = entry.body
    return DatedValue(
        name=entry.name,
        type=Type.INT,
        low=body.range[0],
        high=body.range[1],
        figures=tuple(
            DatedFigure(
                since=figure.since,
                until=figure.until or (body.figures[i + 1].since if i + 1 < len(body.figures) else None),
                figure=figure.figure,
                law=str(_law(figure.law)),
                assumed=figure.assumed or figure.law.assumed,
            )
            for i, figure in enumerate(body.figures)
        ),
        unit=body.unit,
        meaning=body.meaning,
        place=entry.place,
    )


def _law(entry: files.LawEntry) -> Law:
    return Law(act=entry.act, article=entry.article, since=entry.since, assumed=entry.assumed)


def join(content: Content) -> City:
    """Join checked content. Call it only when no check found an error."""
    city = content.city
    assert city is not None
    known = vocabulary(content)
    values = dated_values(content)
    with_cases, booked = _by_engine(content)
    return City(
        folder=content.folder,
        names=city.name,
        languages=tuple(city.languages),
        time_zone=city.time_zone,
        currency=city.currency,
        treasury=city.treasury,
        agencies=_agencies(content, city),
        lives_in=city.lives_in,
        axes=axes(content, known),
        pictures=city.pictures,
        identifiers=city.identifiers,
        acts_for=acts_for(content, known),
        calendar=WorkingCalendar(
            weekend=frozenset(content.calendar.weekend),
            holidays=frozenset(content.calendar.holidays),
            working=frozenset(content.calendar.working),
        ),
        districts=districts.districts(content.districts),
        shapes=districts.shapes(content.districts),
        vocabulary=known,
        values=values,
        rules=rules.compile_rules(
            sources=[rule_source(service, known) for service in with_cases.values()],
            facts=facts.names_of(vocabulary=known),
            values=values,
        ),
        case_types={name: _case_type(service, content, city) for name, service in with_cases.items()},
        bookables={
            name: service.file.booking.bookable(service=name, agency=service.file.owner)
            for name, service in booked.items()
            if service.file.booking is not None
        },
        booking_rules=rules.compile_rules(
            sources=[rule_source(service, known) for service in booked.values()],
            facts=facts.names_of(vocabulary=known),
            values=values,
        ),
        pays={name: s.file.payment.every for name, s in content.services.items() if s.file.payment},
        life_events={name: _life_event(entry, content, known) for name, entry in content.life_events.items()},
        event_types={name: _event_type(entry) for name, entry in content.events.items()},
        texts=_texts(content, city),
        services={name: _service(service) for name, service in content.services.items()},
        status_texts={language: text.statuses for language, (_, text) in content.texts.items()},
        area_names={language: text.areas for language, (_, text) in content.texts.items()},
        entries=finding.entries(content),
        contacts=tuple(Contact(names=one.name, phone=one.phone, hours=one.hours) for one in city.contact),
        questions=finding.questions(content),
        synthetic=profile(content, known),
    )


def _by_engine(content: Content) -> tuple[dict[str, ServiceFolder], dict[str, ServiceFolder]]:
    """The services that are applied for, and those that are booked: nobody is offered a right to what everybody may book."""
    known = archetypes()
    booked = {n: s for n, s in content.services.items() if known[s.file.archetype].carried_by == "booking"}
    return {n: s for n, s in content.services.items() if n not in booked}, booked


def _agencies(content: Content, city: files.CityFile) -> dict[str, Agency]:
    return {
        name: Agency(
            name=name,
            names=entry.name,
            sends=tuple(
                type for type, event in content.events.items() if not event.body.senders or name in event.body.senders
            ),
        )
        for name, entry in city.agencies.items()
    }


def _case_type(service: ServiceFolder, content: Content, city: files.CityFile) -> CaseType:
    file = service.file
    archetype = archetypes()[file.archetype]
    labels = {language: content.texts[language][1].statuses for language in city.languages if language in content.texts}
    return CaseType(
        service=service.name,
        archetype=file.archetype,
        owner=file.owner,
        one_live_per=tuple(file.one_live_per),
        statuses={
            code: Status(
                code=code,
                phase=status.phase,
                actions=tuple(status.actions),
                label={language: words.get(code, code) for language, words in labels.items()},
            )
            for code, status in archetype.statuses.items()
        },
        initial=archetype.initial,
        decides_by=file.decides.by,
        within_working_days=file.decides.within_working_days,
        four_eyes=file.decides.four_eyes,
        results=tuple(Result(fact=result.fact, value=result.value) for result in file.result),
        refusals=tuple(file.refusals),
        asks=tuple(file.form.asks),
        right_months=file.right.months if file.right else None,
        renewal=file.right.renew if file.right else "none",
        law=tuple(str(_law(law)) for law in file.law),
    )


def joined(content: Content, life_event: str) -> dict[str, files.JoinEntry]:
    """The services that join a life event, with how they do."""
    return {
        name: join
        for name, service in content.services.items()
        for join in service.file.life_events
        if join.event == life_event
    }


def applicants_must(entry: Entry, known: Vocabulary) -> Expression | None:
    """What a life event demands of whoever applies. Raises ExpressionError when it is not in the language."""
    text: str = entry.body.applicants_must
    names = facts.names_of(vocabulary=known)
    return expressions.parse(text=text, vocabulary=names, expect=Type.BOOLEAN) if text else None


def _life_event(entry: Entry, content: Content, known: Vocabulary) -> LifeEvent:
    body: files.LifeEventFile = entry.body
    joins = joined(content, entry.name)
    order = TopologicalSorter({name: join.needs for name, join in sorted(joins.items())}).static_order()
    steps = {name: _step(name, joins[name], body, content.services[name].file) for name in order}
    return LifeEvent(
        name=entry.name,
        about=body.about,
        roles=body.roles,
        steps=steps,
        goes_on=body.goes_on,
        applicants_must=applicants_must(entry, known),
        names=body.name,
        place=entry.place,
    )


def _step(name: str, join: files.JoinEntry, event: files.LifeEventFile, file: files.ServiceFile) -> StepDefinition:
    return StepDefinition(
        service=name,
        needs=tuple(join.needs),
        mode=join.mode,
        subject=join.subject or event.about,
        applicants=tuple(join.applicants or event.applicants),
        expires_months=file.expires.months if file.expires else None,
        expires_after=file.expires.after if file.expires else "",
    )


PERSON = {
    "type": "object",
    "properties": {
        "identifiers": {
            "type": "object",
            "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 100},
            "minProperties": 1,
        },
        "names": {
            "type": "object",
            "properties": {
                part: {"type": "string", "maxLength": 200} for part in ("family_name", "given_name", "patronymic")
            },
            "additionalProperties": False,
        },
    },
    "required": ["identifiers"],
}
"""What every event may call a person: `{$ref: "#/$defs/person"}`."""


def event_schema(body: files.EventFile) -> dict[str, object]:
    """The JSON Schema of an event's data, with the shapes that the engine gives to all."""
    definitions = {"person": PERSON, **body.data.get("$defs", {})}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **body.data, "$defs": definitions}


def _event_type(entry: Entry) -> EventType:
    body: files.EventFile = entry.body
    return EventType(
        type=body.type,
        senders=tuple(body.senders),
        schema=event_schema(body),
        action=body.action,
        persons=tuple(_person(role, person) for role, person in body.persons.items()),
        states=tuple(StatementRule(**statement.model_dump()) for statement in body.states),
        relations=tuple(RelationRule(**relation.model_dump()) for relation in body.relations),
        life_event=body.life_event,
        about=body.about,
        provisional=body.provisional,
        meaning=body.meaning,
        place=entry.place,
    )


def _person(role: str, person: files.PersonEntry) -> PersonRule:
    return PersonRule(
        role=role,
        at=person.at,
        match=tuple(person.match),
        otherwise=person.otherwise,
        optional=person.optional,
        absent=person.absent,
    )


def _template(text: str) -> Template:
    subject, _, body = text.strip().partition("\n")
    return Template(subject=subject.strip(), body=body.strip())


def _texts(content: Content, city: files.CityFile) -> Texts:
    def of_services(language: str) -> Mapping[str, tuple[object, files.ServiceTextsFile]]:
        return {name: s.texts[language] for name, s in content.services.items() if language in s.texts}

    return Texts(
        languages=tuple(city.languages),
        general={
            language: {kind: _template(text) for kind, text in file.messages.items()}
            for language, (_, file) in content.texts.items()
        },
        services={
            language: {
                name: {kind: _template(text) for kind, text in file.messages.items()}
                for name, (_, file) in of_services(language).items()
            }
            for language in city.languages
        },
        names={
            language: {name: file.name for name, (_, file) in of_services(language).items()}
            for language in city.languages
        },
        reasons={
            language: {code: entry.body.text.get(language, code) for code, entry in content.reasons.items()}
            for language in city.languages
        },
        conditions={
            language: {name: file.conditions for name, (_, file) in of_services(language).items()}
            for language in city.languages
        },
    )


def _service(service: ServiceFolder) -> Service:
    return Service(
        name=service.name,
        area=service.area,
        archetype=service.file.archetype,
        owner=service.file.owner,
        law=tuple(_law(law) for law in service.file.law),
        subject=service.file.subject,
        asks=tuple(service.file.form.asks),
        cost=service.file.cost,
        life_events=tuple(join.event for join in service.file.life_events),
        texts={
            language: ServiceTexts(
                name=file.name, summary=file.summary, gives=file.gives, conditions=dict(file.conditions)
            )
            for language, (_, file) in service.texts.items()
        },
        place=service.place(),
    )
