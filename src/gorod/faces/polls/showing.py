"""Polls as people read them, in the language of the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _

from gorod.catalogue import api as catalogue
from gorod.engines.polls import api as polls
from gorod.engines.polls.data import OTHERS, Carried, Channel, Measure, Part, State, Version
from gorod.faces.desk.drawing import bars, city_map
from gorod.faces.portal import wording
from gorod.records.places import api as places
from gorod.verify.polls.answers import GIVEN
from gorod.verify.polls.settings import Kind, Question, Words, in_language

KEPT_S = 5  # a count that everybody asks for while a poll is young


def words(known: Words) -> str:
    """In the language of the page, else in the first there is."""
    return in_language(known, catalogue.language())


def state(known: State) -> str:
    """How far a poll is."""
    return {
        State.DRAFT: _("draft"),
        State.ANNOUNCING: _("who may take part is being counted"),
        State.ANNOUNCED: _("announced"),
        State.OPEN: _("open"),
        State.CLOSING: _("closed, being counted"),
        State.CLOSED: _("closed, being counted"),
        State.COUNTED: _("counted"),
    }[known]


def line(version: Version) -> dict[str, Any]:
    """One line of a list, and the head of a page."""
    return {
        "id": version.version_id,
        "title": words(version.title),
        "number": version.number,
        "state": state(version.state),
        "code": version.state.value,
        "opens": wording.moment(version.draft.opens),
        "closes": wording.moment(version.draft.closes),
        "points": version.draft.points,
        "again": version.draft.again,
    }


def figures(version: Version) -> dict[str, Any]:
    """How many may take part, and how many have."""
    if version.settings is None:
        return {}
    eligible = version.settings.eligible
    count = partial(polls.issued, version_id=version.version_id)
    issued: int = cache.get_or_set(f"polls.issued.{version.version_id}", count, KEPT_S) or 0
    return {
        "who": words(version.settings.who),
        "rule": version.settings.rule,
        "eligible": wording.figure(eligible),
        "as_of": wording.day(version.as_of) if version.as_of else "",
        "taken": wording.figure(issued),
        "share": wording.share(issued / eligible) if eligible else "",
        "trustees": sorted(version.settings.trustees.shares) if version.settings.trustees else [],
        "needed": version.settings.trustees.needed if version.settings.trustees else 0,
    }


def questions(version: Version) -> list[dict[str, Any]]:
    """The questions as the ballot asks them."""
    return [_question(one) for one in version.draft.questions]


def _question(one: Question) -> dict[str, Any]:
    options = [{"id": option, "words": words(said)} for option, said in one.options.items()]
    if one.kind is Kind.RATING:
        options = [{"id": str(stars), "words": str(stars)} for stars in range(1, one.most + 1)]
    return {
        "id": one.id,
        "kind": one.kind.value,
        "words": words(one.words),
        "options": options,
        "places": range(1, one.most + 1) if one.kind is Kind.RANKING else (),
        "most": one.most,
        "optional": one.least == 0,
        "hint": _hint(one),
    }


def _hint(one: Question) -> str:
    match one.kind:
        case Kind.SEVERAL if one.least == one.most:
            return _("Choose %(count)s.") % {"count": one.most}
        case Kind.SEVERAL:
            return _("Choose up to %(count)s.") % {"count": one.most}
        case Kind.RANKING:
            return _("Give places, the first to what you like best.")
        case Kind.POINTS:
            return _("Deal out %(count)s points, all of them.") % {"count": one.most}
        case Kind.RATING:
            return _("From 1, the worst, to %(count)s, the best.") % {"count": one.most}
        case Kind.TEXT:
            return _("Up to %(count)s letters. Do not write who you are: everybody can read it.") % {"count": one.most}
    return ""


def result(version: Version) -> dict[str, Any]:
    """What a counted poll came to."""
    found = version.result
    assert found is not None
    return {
        "counted": wording.figure(found["counted"]),
        "papers": wording.figure(found["papers"]) if found["rights"] else "",
        "invalid": wording.figure(found["invalid"]),
        "alarms": found["alarms"],
        "questions": [_counted(one, found) for one in version.draft.questions],
        "map": _turnout(version.turnout or {}),
    }


def _counted(one: Question, found: Mapping[str, Any]) -> dict[str, Any]:
    online: Mapping[str, int] = found["online"].get(one.id, {})
    paper: Mapping[str, int] = found["paper"].get(one.id, {})
    total = Counter(online) + Counter(paper)
    lines = [str(stars) for stars in range(1, one.most + 1)] if one.kind is Kind.RATING else list(one.options)
    rows = bars([(_line(one, name), total[name]) for name in lines])
    given = total[GIVEN]
    shares = one.kind in (Kind.SINGLE, Kind.SEVERAL, Kind.RATING) and given > 0
    return {
        "words": words(one.words),
        "given": wording.figure(given),
        "rows": [
            {**row, "share": wording.share(total[name] / given) if shares else "", "paper": paper.get(name, 0)}
            for row, name in zip(rows, lines, strict=True)
        ],
        "average": _average(one, total) if one.kind is Kind.RATING else "",
        "unit": _unit(one),
        "texts": found["texts"].get(one.id, []),
    }


def _unit(one: Question) -> str:
    return _("points") if one.kind in (Kind.RANKING, Kind.POINTS) else _("voters")


def _line(one: Question, name: str) -> str:
    return words(one.options[name]) if name in one.options else name


def _average(one: Question, total: Counter[str]) -> str:
    stars = {number: total[str(number)] for number in range(1, one.most + 1)}
    count = sum(stars.values())
    return wording.figure(sum(number * voters for number, voters in stars.items()) / count) if count else ""


def _turnout(turnout: Mapping[str, int]) -> dict[str, Any] | None:
    known = {one.code for one in places.districts()}
    shown = {name: count for name, count in turnout.items() if name in known}
    return city_map(shown, complete=OTHERS not in turnout) if shown else None


def part(one: Part) -> dict[str, Any]:
    """Where somebody took part."""
    return {
        "id": one.version_id,
        "title": words(one.title),
        "day": wording.day(one.day),
        "paper": one.channel is Channel.PAPER,
        "points": one.points,
    }


def carried(known: Carried) -> str:
    """How far the city is with a measure."""
    return {
        Carried.PLANNED: _("planned"),
        Carried.UNDER_WAY: _("under way"),
        Carried.DONE: _("done"),
        Carried.DROPPED: _("dropped"),
    }[known]


def district(code: str) -> str:
    """What a district is called; empty for the whole city."""
    names = {one.code: one.names.get(catalogue.language(), one.code) for one in places.districts()}
    return names.get(code, code)


def measure(one: Measure) -> dict[str, Any]:
    """What the city does because of a poll."""
    return {
        "id": one.measure_id,
        "poll": one.poll_id,
        "words": words(one.words),
        "state": carried(one.state),
        "code": one.state.value,
        "district": district(one.district),
        "due": wording.day(one.due) if one.due else "",
        "at": wording.moment(one.at),
    }


def decisions(known: Sequence[Measure]) -> dict[str, Any]:
    """All measures, how many are how far, and those done on the map."""
    counts = Counter(one.state for one in known)
    done = Counter(one.district for one in known if one.state is Carried.DONE and one.district)
    return {
        "measures": [measure(one) for one in known],
        "counts": [{"state": carried(one), "count": wording.figure(counts[one])} for one in Carried if counts[one]],
        "map": city_map(done) if done else None,
    }
