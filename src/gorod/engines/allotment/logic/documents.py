"""The plan of an allotment as it is written (YAML), read with the line of everything that is wrong in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent, ScalarEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from gorod.engines.allotment.data import Criterion, Plan
from gorod.kernel import clock
from gorod.kernel.errors import BadInput
from gorod.verify.allotment.problem import (
    LONGEST_ID,
    MOST_PLACES,
    MOST_PRIORITIES,
    MOST_RESERVES,
    MOST_SEATS,
    Place,
    Reserve,
    Words,
)

LONGEST = 2_000_000  # letters of a plan
LONGEST_ANSWER = 60  # days
FIRST_YEAR, LAST_YEAR = 1900, 2200
DEEPEST = 8  # levels
NULL = "tag:yaml.org,2002:null"


def read(text: str) -> Plan:
    """The plan. Raises BadInput with the line."""
    if len(text) > LONGEST:
        raise BadInput(f"a plan has {LONGEST:,} letters at most", remedy="shorten it", field="document")
    try:
        _plain(text)
        root = YAML(typ="safe", pure=True).compose(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        _wrong(line, f"this is no YAML: {getattr(error, 'problem', None) or 'it cannot be read'}", "see the example")
    if root is None:
        _wrong(1, "there is nothing", "write the plan")
    return _plan(_Said(root, "the plan", 0))


def _plain(text: str) -> None:
    """See, before anything is built of it, that it is not deep, that nothing refers to another part, and that all of it can be
    written as UTF-8."""
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        line = event.start_mark.line + 1
        if getattr(event, "anchor", None):
            _wrong(line, f"{event.anchor} is an anchor or refers to one", "write out what is said twice")
        if isinstance(event, CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                _wrong(line, "it is nested too deeply", "see the example")
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
        elif isinstance(event, ScalarEvent) and any("\ud800" <= letter <= "\udfff" for letter in event.value):
            _wrong(line, "half a character stands there", "write the character itself")


@dataclass(frozen=True)
class _Said:
    """Something in the document, `depth` levels down."""

    node: Node
    what: str
    depth: int

    def wrong(self, problem: str, remedy: str) -> NoReturn:
        """Refuse it, with its line."""
        _wrong(self.node.start_mark.line + 1, f"{self.what} {problem}", remedy)

    def members(self, needed: Sequence[str] = (), other: Sequence[str] | None = ()) -> dict[str, _Said]:
        """Its members by name, in their order. `other`: that may be left out; None: any."""
        if not isinstance(self.node, MappingNode):
            self.wrong("has no members", f"write {', '.join(needed) or 'names with a colon'} under it")
        found: dict[str, _Said] = {}
        for key, value in self.node.value:
            if not isinstance(key, ScalarNode):
                self.wrong("has a name that is no text", "write it on one line")
            name = str(key.value)
            here = _Said(value, name if self.depth == 0 else f"{name} of {self.what}", self.depth + 1)
            if name in found:
                here.wrong("stands twice", "remove one of them")
            if other is not None and name not in (*needed, *other):
                here.wrong("is not known", f"known are {', '.join((*needed, *other))}")
            found[name] = here
        if missing := [name for name in needed if name not in found]:
            self.wrong(f"lacks {missing[0]}", "add it")
        return found

    def listed(self, most: int) -> list[_Said]:
        """Its items."""
        if not isinstance(self.node, SequenceNode):
            self.wrong("is no list", "begin each item with a dash")
        if len(self.node.value) > most:
            self.wrong(f"has {len(self.node.value):,} items", f"{most:,} are allowed")
        return [_Said(one, f"{self.what}, item {at},", self.depth + 1) for at, one in enumerate(self.node.value, 1)]

    def text(self) -> str:
        """Its text, which is not empty."""
        if not isinstance(self.node, ScalarNode) or self.node.tag == NULL or not str(self.node.value).strip():
            self.wrong("is no text", "write it on one line")
        return str(self.node.value).strip()

    def name(self) -> str:
        """A code, which stands in the public files."""
        said = self.text()
        if len(said) > LONGEST_ID or not said.isprintable():
            self.wrong("is no code", f"write up to {LONGEST_ID} printable characters")
        return said

    def whole(self, low: int, high: int) -> int:
        """A whole number between two, both allowed."""
        said = self.text()
        if not said.isascii() or not said.isdigit() or len(said) > 9 or not low <= int(said) <= high:
            self.wrong(f"is no number from {low} to {high}", "write one in digits")
        return int(said)

    def words(self) -> Words:
        """Words by language."""
        found = {language: said.text() for language, said in self.members((), None).items()}
        if not found:
            self.wrong("has no words", "write them for each language")
        return found

    def moment(self) -> datetime:
        """A moment on the city's clocks."""
        try:
            said = datetime.fromisoformat(self.text())
        except ValueError:
            self.wrong("is no moment", "write it as 2027-02-01 09:00")
        if not FIRST_YEAR <= said.year <= LAST_YEAR:
            self.wrong(f"is not in the years {FIRST_YEAR} to {LAST_YEAR}", "write it as 2027-02-01 09:00")
        return said if said.tzinfo else said.replace(tzinfo=clock.time_zone())


def _wrong(line: int, problem: str, remedy: str) -> NoReturn:
    raise BadInput(f"line {line}: {problem}", remedy=remedy, field="document", line=line)


def _plan(root: _Said) -> Plan:
    said = root.members(
        ("title", "about", "agency", "opens", "closes", "answer_days", "who", "criteria", "places"),
    )
    criteria = tuple(_criterion(code, one) for code, one in said["criteria"].members((), None).items())
    known = {one.code for one in criteria}
    places: list[Place] = []
    districts: dict[str, str] = {}
    for one in said["places"].listed(MOST_PLACES):
        place, district = _place(one, known)
        if place.id in districts:
            one.wrong(f"has the code {place.id} of another place", "give each its own")
        places.append(place)
        districts[place.id] = district
    if not places:
        said["places"].wrong("has no item", "add a place")
    opens, closes = said["opens"].moment(), said["closes"].moment()
    if closes <= opens:
        said["closes"].wrong("is not after it opens", "choose a later time")
    title = said["title"].words()
    return Plan(
        title=title,
        about=said["about"].words(),
        agency=said["agency"].text(),
        opens=opens,
        closes=closes,
        answer_days=said["answer_days"].whole(1, LONGEST_ANSWER),
        who=said["who"].text(),
        criteria=criteria,
        places=tuple(places),
        districts=districts,
    )


def _criterion(code: str, root: _Said) -> Criterion:
    said = root.members(("words",), ("rule", "here", "by"))
    if ("rule" in said) == ("here" in said):
        root.wrong("has neither or both of rule and here", "write one of them")
    by = said["by"].text() if "by" in said else "code"
    if by not in ("code", "district") or ("by" in said and "here" not in said):
        said["by"].wrong("is neither code nor district of a place", "write by: district, or leave it out")
    return Criterion(
        code=code,
        words=said["words"].words(),
        rule=said["rule"].text() if "rule" in said else "",
        here=said["here"].text() if "here" in said else "",
        by=by,
    )


def _place(root: _Said, criteria: set[str]) -> tuple[Place, str]:
    said = root.members(("code", "names", "seats"), ("district", "reserves", "priorities"))
    reserves = tuple(_reserve(one, criteria) for one in _optional(said, "reserves", MOST_RESERVES))
    seats = said["seats"].whole(0, MOST_SEATS)
    if sum(one.seats for one in reserves) > seats:
        said["reserves"].wrong("reserves more seats than there are", "lower them")
    place = Place(
        id=said["code"].name(),
        names=said["names"].words(),
        seats=seats,
        reserves=reserves,
        priorities=tuple(_code(one, criteria) for one in _optional(said, "priorities", MOST_PRIORITIES)),
    )
    return place, said["district"].text() if "district" in said else ""


def _reserve(root: _Said, criteria: set[str]) -> Reserve:
    said = root.members(("name", "seats", "criterion"))
    return Reserve(
        name=said["name"].name(),
        seats=said["seats"].whole(1, MOST_SEATS),
        criterion=_code(said["criterion"], criteria),
    )


def _code(said: _Said, criteria: set[str]) -> str:
    code = said.text()
    if code not in criteria:
        said.wrong(f"names the criterion {code}, which there is not", "add it under criteria")
    return code


def _optional(said: Mapping[str, _Said], name: str, most: int) -> list[_Said]:
    return said[name].listed(most) if name in said else []


def published(plan: Plan) -> dict[str, Any]:
    """The plan as everybody may read it: of this JSON the hash stands on the ledger."""
    return {
        "title": dict(plan.title),
        "about": dict(plan.about),
        "agency": plan.agency,
        "opens": plan.opens.isoformat(),
        "closes": plan.closes.isoformat(),
        "answer_days": plan.answer_days,
        "who": plan.who,
        "criteria": {
            one.code: {"words": dict(one.words), "rule": one.rule, "here": one.here, "by": one.by}
            for one in plan.criteria
        },
        "places": [
            {
                "code": one.id,
                "names": dict(one.names),
                "district": plan.districts[one.id],
                "seats": one.seats,
                "reserves": [{"name": of.name, "seats": of.seats, "criterion": of.criterion} for of in one.reserves],
                "priorities": list(one.priorities),
            }
            for one in plan.places
        ],
    }
