"""A fact has the parts of its kind, derives from facts of the right type, and is fixed only to values it can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gorod.catalogue.data import Problem
from gorod.catalogue.logic.content import Content, Entry, ServiceFolder
from gorod.catalogue.logic.files import FactEntry
from gorod.catalogue.logic.fitting import misfit
from gorod.catalogue.logic.joining import vocabulary
from gorod.kernel.errors import ContentError
from gorod.kernel.expressions.data import Name, Type
from gorod.records.facts import api as facts
from gorod.records.facts.data import Aggregate, Kind, Vocabulary

_PARTS: Mapping[Kind, tuple[frozenset[str], frozenset[str]]] = {
    Kind.STATED: (frozenset(), frozenset({"codes", "names", "absent", "ask"})),
    Kind.SQL: (frozenset({"sql"}), frozenset()),
    Kind.AGE: (frozenset({"age", "of"}), frozenset()),
    Kind.VIA: (frozenset({"via", "fact"}), frozenset({"if_none"})),
    Kind.AGGREGATE: (frozenset({"aggregate", "over"}), frozenset({"fact", "if_none"})),
}
"""Of each kind: the parts it must have, and those it may have; those of other kinds would silently do nothing."""
_ALL = frozenset[str]().union(*(must | may for must, may in _PARTS.values()))
_OVER: Mapping[Aggregate, frozenset[Type]] = {
    Aggregate.SUM: frozenset({Type.INT}),
    Aggregate.MIN: frozenset({Type.INT, Type.DATE}),
    Aggregate.MAX: frozenset({Type.INT, Type.DATE}),
    Aggregate.ANY: frozenset({Type.BOOLEAN}),
    Aggregate.ALL: frozenset({Type.BOOLEAN}),
}


def check(content: Content) -> Iterator[Problem]:
    """Yield parts that are missing or do nothing, wrong types, and values that do not fit."""
    known = vocabulary(content)
    complete = True
    for name, entry in content.facts.items():
        for problem in _parts(entry, known.facts[name].kind):
            complete = False
            yield problem
    if not complete:
        return
    try:
        names = facts.names_of(vocabulary=known)
    except ContentError:
        return  # `rules` says so
    for name, entry in content.facts.items():
        yield from _types(content, entry, known.facts[name].kind, names)
    for service in content.services.values():
        yield from _service(service, known, names)
    if content.city is not None and content.city_document is not None:
        yield from _typed(content.city_document.place("stopped_by"), content.city.stopped_by, Type.BOOLEAN, names)
    for entry in content.events.values():
        for i, statement in enumerate(entry.body.states):
            yield from _stated(entry.document.place("states", i), statement.fact, statement.value, known, names)


def _parts(entry: Entry, kind: Kind) -> Iterator[Problem]:
    body: FactEntry = entry.body
    must, may = _PARTS[kind]
    present = {part for part in _ALL if getattr(body, part) not in ("", None, [], {})}
    if body.aggregate is not None and body.aggregate is not Aggregate.COUNT:
        must |= {"fact"}
    elif body.aggregate is Aggregate.COUNT:
        may -= {"fact"}
    if kind is Kind.STATED and body.type is None:
        yield Problem(place=entry.place, what=f"{entry.name} has no type", remedy="boolean, int, date or code")
    if kind is Kind.STATED and body.type is Type.INT and body.range is None:
        yield Problem(place=entry.place, what=f"{entry.name} has no range", remedy="say the least and the greatest")
    for part in sorted(must - present):
        yield Problem(
            place=entry.place, what=f"{entry.name} does not say `{part}`", remedy=f"a fact by {kind} needs it"
        )
    for part in sorted(present - must - may):
        yield Problem(
            place=entry.document.place(entry.name, part),
            what=f"`{part}` does nothing in {entry.name}: it is {kind}",
            remedy="remove it",
        )


def _types(content: Content, entry: Entry, kind: Kind, names: Mapping[str, Name]) -> Iterator[Problem]:
    body: FactEntry = entry.body
    name = names[entry.name]
    if body.type is not None and body.type is not name.type:
        yield Problem(
            place=entry.document.place(entry.name, "type"),
            what=f"{entry.name} gives {name.type}, not {body.type}",
            remedy="leave `type` out, or correct what it is derived from",
        )
    if kind is Kind.AGE:
        yield from _typed(entry.document.place(entry.name, "of"), body.of, Type.DATE, names)
    if kind is Kind.VIA and body.via in content.relations and content.relations[body.via].body.kind != "one":
        yield Problem(
            place=entry.document.place(entry.name, "via"),
            what=f"{body.via} can be several people",
            remedy="say `aggregate` and `over`",
        )
    takes = _OVER.get(body.aggregate) if body.aggregate is not None else None
    if takes is not None and names[body.fact].type not in takes:
        yield Problem(
            place=entry.document.place(entry.name, "fact"),
            what=f"{body.aggregate} of {body.fact}, which is {names[body.fact].type}",
            remedy=f"it takes {' or '.join(sorted(takes))}",
        )
    yield from _names(entry)
    for part in ("absent", "if_none"):
        if (value := getattr(body, part)) is not None:
            yield from _fits(entry.document.place(entry.name, part), name, value)


def _names(entry: Entry) -> Iterator[Problem]:
    """Words for codes that cannot be, and codes without words although others have some."""
    body: FactEntry = entry.body
    if body.names and body.type is not Type.CODE:
        what = f"{entry.name} has names of codes and is {body.type}"
        yield Problem(place=entry.document.place(entry.name, "names"), what=what, remedy="remove them")
    if not body.codes:
        return
    for code in body.names.keys() - set(body.codes):
        place = entry.document.place(entry.name, "names", code)
        yield Problem(place=place, what=f"{entry.name} has no code {code}", remedy=f"one of {', '.join(body.codes)}")
    for code in set(body.codes) - body.names.keys() if body.names else ():
        place = entry.document.place(entry.name, "names")
        yield Problem(place=place, what=f"{entry.name} has no words for {code}", remedy="say what people call it")


def _service(service: ServiceFolder, known: Vocabulary, names: Mapping[str, Name]) -> Iterator[Problem]:
    for i, result in enumerate(service.file.result):
        yield from _stated(service.place("result", i), result.fact, result.value, known, names)
    for i, asked in enumerate(service.file.form.asks):
        if asked in known.facts and known.facts[asked].ask is None:
            yield Problem(
                place=service.place("form", "asks", i),
                what=f"nobody can be asked for {asked}",
                remedy="give the fact a question: `ask`",
            )
    if service.file.expires:
        yield from _typed(service.place("expires", "after"), service.file.expires.after, Type.DATE, names)


def _stated(place: str, fact: str, value: object, known: Vocabulary, names: Mapping[str, Name]) -> Iterator[Problem]:
    if fact not in known.facts:
        return  # `references` says so
    if known.facts[fact].kind is not Kind.STATED:
        remedy = "state one of the facts it is made of"
        yield Problem(place=place, what=f"{fact} is derived and cannot be stated", remedy=remedy)
    elif value is not None:
        yield from _fits(place, names[fact], value)


def _fits(place: str, name: Name, value: object) -> Iterator[Problem]:
    if wanted := misfit(name, value):
        yield Problem(place=place, what=f"{name.name} cannot be {value!r}", remedy=f"it is {wanted}")


def _typed(place: str, fact: str, wanted: Type, names: Mapping[str, Name]) -> Iterator[Problem]:
    if fact in names and names[fact].type is not wanted:
        yield Problem(place=place, what=f"{fact} is {names[fact].type}", remedy=f"name a fact that is a {wanted}")
