"""Search as FHIR R4 defines it (3.1.1): parameters with their prefixes and systems, pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from gorod.faces.api.fhir.elements import Resource
from gorod.faces.api.fhir.outcome import Issue, invalid, outcome
from gorod.kernel import clock

COUNT, MOST = 50, 200
EVERYWHERE = {"_id": "token", "_count": "number", "_after": "special", "_format": "special"}
YEARS = range(1900, 2201)  # nothing is booked outside, and no arithmetic with days leaves what a date can be
_DATE = re.compile(
    r"^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+ -]\d\d:\d\d)?)?)?)?$", re.ASCII
)
_PREFIX = re.compile(r"^(eq|ne|ge|gt|le|lt|sa|eb|ap)?(.*)$", re.DOTALL)
Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True)
class Span:
    """The time that a date or an instant of some precision means: [since, until)."""

    since: datetime
    until: datetime


def span(text: str, *, at: str) -> Span:
    """A FHIR date, dateTime or instant; without an offset by the city's clock. Raises BadInput."""
    found = _DATE.match(text)
    if found is None or int(found[1]) not in YEARS:
        raise invalid(f"{text[:40]!r} is no date from {YEARS[0]} to {YEARS[-1]}", at=at)
    year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    try:
        first = date(year, month, day)
        if found[4] is None:
            return Span(since=clock.starts(first), until=clock.starts(_after(first, found[2], found[3])))
        moment = datetime.combine(first, time(int(found[4]), int(found[5]), min(int(found[6] or 0), 59)))
        moment += timedelta(microseconds=int((found[7] or "0").ljust(6, "0")[:6]))
        if found[8] is None:
            moment = moment.replace(tzinfo=clock.time_zone())
        elif found[8] == "Z":
            moment = moment.replace(tzinfo=UTC)
        else:  # a `+` that nobody encoded is a space in an address
            moment = datetime.fromisoformat(f"{moment.isoformat()}{found[8].replace(' ', '+')}")
    except ValueError as error:
        raise invalid(f"{text[:40]!r} is no date: {error}", at=at) from error
    length = timedelta(microseconds=1) if found[7] else timedelta(seconds=1 if found[6] else 60)
    since = moment.astimezone(UTC)
    return Span(since=since, until=since + length)


def _after(first: date, month: str | None, day: str | None) -> date:
    if day:
        return first + timedelta(days=1)
    if month and first.month < 12:
        return first.replace(month=first.month + 1)
    return date(first.year + 1, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some of what was found. `after`: from where the next page goes on, empty when this is the last."""

    total: int
    resources: Sequence[Resource]
    after: str = ""
    included: Sequence[Resource] = ()
    issues: Sequence[Issue] = ()


@dataclass(frozen=True, kw_only=True)
class Query:
    """The parameters of a search; every one known."""

    values: Mapping[str, Sequence[str]]
    ignored: Sequence[str] = ()
    count: int = COUNT
    after: str = ""
    form: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, given: Iterable[tuple[str, Sequence[str]]], known: Collection[str], *, lenient: bool) -> Query:
        """Raises BadInput for parameters that are unknown, unless they are to be ignored, and for values that cannot be."""
        values: dict[str, Sequence[str]] = {}
        ignored = []
        for name, listed in given:
            if name not in known and name not in EVERYWHERE:
                ignored.append(name)
                continue
            if any("\x00" in value for value in listed):
                raise invalid(f"{name} holds the character U+0000", at=name)
            kept = [value for value in listed if value]
            if kept:
                values[name] = kept
        if ignored and not lenient:
            raise invalid(
                f"unknown search parameters: {', '.join(name[:40] for name in ignored[:9])}; "
                "see /api/fhir/metadata, or send Prefer: handling=lenient",
                code="not-supported",
                at=f"http.{ignored[0][:40]}",
            )
        count = values.get("_count", [str(COUNT)])[-1]
        if not re.fullmatch(r"[0-9]{1,9}", count, re.ASCII):
            raise invalid("_count is a number from 0", at="http._count")
        return cls(values=values, ignored=ignored, count=min(int(count), MOST), after=values.get("_after", [""])[-1])

    def each(self, name: str) -> list[list[str]]:
        """The values of a parameter: all of the outer ones are to hold, of the inner ones any."""
        return [[part.strip() for part in value.split(",") if part.strip()] for value in self.values.get(name, ())]

    def ids(self, name: str, kinds: Sequence[str], *, base: str = "") -> set[str] | None:
        """The ids that references of a parameter name, None when there is none. Those to other kinds name nothing."""
        return _met(self.each(name), lambda text: id_of(text, kinds, base=base))

    def codes(self, name: str, system: str, known: Collection[str]) -> set[str] | None:
        """Which of the known codes of a system are asked for, None: all."""
        found = self.each(name)
        if not found:
            return None
        return set.intersection(*({c for t in inner for c in known if _is(t, system, c)} for inner in found))

    def time(self, name: str) -> tuple[datetime | None, datetime | None]:
        """From when on, and before when. Raises BadInput."""
        since, until = [], []
        for inner in self.each(name):
            if len(inner) != 1:
                raise invalid(f"{name} takes one date; give it twice for a range", at=f"http.{name}")
            prefix, text = _PREFIX.match(inner[0]).groups()  # type: ignore[union-attr]
            meant = span(text, at=f"http.{name}")
            match prefix:
                case "ge":
                    since.append(meant.since)
                case "gt" | "sa":
                    since.append(meant.until)
                case "le":
                    until.append(meant.until)
                case "lt" | "eb":
                    until.append(meant.since)
                case None | "eq":
                    since.append(meant.since)
                    until.append(meant.until)
                case _:
                    raise invalid(f"the prefix {prefix} is not supported", code="not-supported", at=f"http.{name}")
        return max(since, default=None), min(until, default=None)

    def named(self, name: str, text: str) -> bool:
        """Whether a string is what `name`, `name:exact` and `name:contains` ask for."""
        plain = text.casefold()
        words = plain.split()
        begins = (
            any(plain.startswith(t.casefold()) or any(w.startswith(t.casefold()) for w in words) for t in inner)
            for inner in self.each(name)
        )
        exact = (text in inner for inner in self.each(f"{name}:exact"))
        contains = (any(t.casefold() in plain for t in inner) for inner in self.each(f"{name}:contains"))
        return all(begins) and all(exact) and all(contains)

    def page(self, found: Iterable[Item], resource: Callable[[Item], Resource], key: Callable[[Item], str]) -> Page:
        """A page of things that are all at hand."""
        ids = self.ids("_id", ())
        there = sorted((one for one in found if ids is None or key(one) in ids), key=key)
        rest = [one for one in there if key(one) > self.after]
        shown = rest[: self.count]
        after = key(shown[-1]) if shown and len(rest) > len(shown) else ""
        return Page(total=len(there), resources=[resource(one) for one in shown], after=after)

    def point(self) -> tuple[datetime, UUID] | None:
        """Beginning and id of the last one that is known already. Raises BadInput."""
        if not self.after:
            return None
        moment, _, last = self.after.partition("_")
        try:
            return span(moment, at="http._after").since, UUID(last)
        except ValueError as error:
            raise invalid("_after is not from a link of a page", at="http._after") from error


def point(moment: datetime, last: UUID) -> str:
    """What `Query.point` reads."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}_{last}"


def uuids(found: Collection[str] | None) -> list[UUID] | None:
    """Ids as ids of the engine: what is no UUID names nothing."""
    if found is None:
        return None
    return [made for one in found if (made := uuid_of(one)) is not None]


def uuid_of(text: str) -> UUID | None:
    """A UUID as it is written in an address, or None."""
    return UUID(text) if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text, re.ASCII) else None


def id_of(text: str, kinds: Sequence[str], *, base: str = "") -> str | None:
    """The id in a reference to one of these kinds: relative, absolute on this server, or bare."""
    if base and text.startswith(f"{base}/"):
        text = text[len(base) + 1 :]
    kind, slash, rest = text.partition("/")
    if not slash:
        return text
    return rest.partition("/_history")[0] if kind in kinds else None


def _met(found: list[list[str]], read: Callable[[str], str | None]) -> set[str] | None:
    if not found:
        return None
    return set.intersection(*({made for one in inner if (made := read(one)) is not None} for inner in found))


def _is(token: str, system: str, code: str) -> bool:
    given, bar, value = token.partition("|")
    if not bar:
        return token == code
    return given == system and value in ("", code)


def bundle(page: Page, *, base: str, path: str, query: Query) -> Resource:
    """A searchset with its links."""
    asked = [(name, value) for name, values in query.values.items() for value in values]
    links = [{"relation": "self", "url": _url(base, path, asked)}]
    if page.after and query.count:
        onward = [(name, value) for name, value in asked if name != "_after"]
        links.append({"relation": "next", "url": _url(base, path, [*onward, ("_after", page.after)])})
    entries = [_entry(base, one, "match") for one in page.resources]
    entries += [_entry(base, one, "include") for one in page.included]
    issues = list(page.issues)
    if query.ignored:
        issues.append(
            Issue(severity="warning", code="not-supported", text=f"ignored: {', '.join(query.ignored)[:300]}")
        )
    if issues:
        entries.append({"resource": outcome(issues), "search": {"mode": "outcome"}})
    made: Resource = {"resourceType": "Bundle", "type": "searchset", "total": page.total, "link": links}
    return {**made, "entry": entries} if entries else made


def _url(base: str, path: str, asked: Sequence[tuple[str, str]]) -> str:
    return f"{base}/{path}" + (f"?{urlencode(asked)}" if asked else "")


def _entry(base: str, resource: Resource, mode: str) -> Resource:
    return {
        "fullUrl": f"{base}/{resource['resourceType']}/{resource['id']}",
        "resource": resource,
        "search": {"mode": mode},
    }
