"""Counting a poll from the ledger alone, and seeing what does not add up."""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from nacl.bindings import crypto_scalarmult_base

from gorod.kernel.errors import BadInput, NotFound
from gorod.verify.polls import answers, ballot, entries, settings
from gorod.verify.polls.answers import Answer
from gorod.verify.polls.ballot import Ballot
from gorod.verify.polls.entries import PollEntry
from gorod.verify.polls.settings import Settings

AT_ONCE = 2_000  # ballots that a process checks before it tells
REPLACED = "a later ballot of the same voter counts"
TWICE = "it was cast before"
EARLY = "it is in the log before the poll was opened"
LATE = "it is in the log after the poll was closed"


@dataclass(frozen=True, kw_only=True)
class Invalid:
    """An entry that does not count, and why. `index`: in the log."""

    index: int
    kind: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Audit:
    """What a poll came to. `issued`: tokens; `rights`: to vote on paper, by office; `stored`: ballots in the log; `counted`: voters
    whose ballot counts, on paper `papers`. `online`, `paper`: as `answers.counted`, empty while the key is not known;
    `texts`: what was written, by question, in the order of the alphabet. `replaced`:
    ballots after which the same voter cast another one. `alarms`: what the city has to explain. `followed`: of the ballot that was
    asked for, the answers that were counted, or why they were not (None: none was asked for, or the log has no such ballot)."""

    settings: Settings
    closed: bool
    issued: int
    rights: Mapping[str, int]
    stored: int
    replaced: int
    counted: int
    papers: int
    online: Mapping[str, Mapping[str, int]]
    paper: Mapping[str, Mapping[str, int]]
    texts: Mapping[str, Sequence[str]]
    invalid: tuple[Invalid, ...]
    alarms: tuple[str, ...]
    followed: Mapping[str, Answer] | str | None = None

    @property
    def result(self) -> dict[str, Any]:
        """What the city declares of it, and anybody else finds: JSON."""
        return {
            "eligible": self.settings.eligible,
            "issued": self.issued,
            "rights": dict(self.rights),
            "stored": self.stored,
            "replaced": self.replaced,
            "counted": self.counted,
            "papers": self.papers,
            "online": {question: dict(lines) for question, lines in self.online.items()},
            "paper": {question: dict(lines) for question, lines in self.paper.items()},
            "invalid": len(self.invalid),
        }


@dataclass(kw_only=True)
class Count:
    """What is known of a poll while its entries go by, in the order of the log."""

    poll: str
    _settings: Settings | None = None
    _issued: int = 0
    _rights: Counter[str] = field(default_factory=Counter)
    _stored: int = 0
    _cast: list[tuple[int, Ballot]] = field(default_factory=list)
    _papers: dict[tuple[str, int], Mapping[str, Answer]] = field(default_factory=dict)
    _closed: bool = False
    _key: bytes | None = None
    _declared: object = None
    _invalid: list[Invalid] = field(default_factory=list)
    _alarms: list[str] = field(default_factory=list)

    @property
    def stored(self) -> int:
        """How many ballots have gone by."""
        return self._stored

    def see(self, entry: PollEntry) -> None:
        """The next entry; those of other polls are passed over."""
        if entry.content.get("poll") != self.poll:
            return
        match entry.kind:
            case entries.OPENED:
                self._open(entry)
            case entries.TOKEN:
                self._issued += 1
                self._in_time(entry, "a token was issued")
            case entries.RIGHT:
                self._rights[str(entry.content.get("office"))] += 1
                self._in_time(entry, "a right to vote on paper was used")
            case ballot.BALLOT:
                self._stored += 1
                self._take(entry)
            case entries.CLOSED:
                self._close(entry)
            case entries.KEY:
                if not self._closed:
                    self._alarm(entry, "the key was published before the poll was closed")
                self._unlock(entry)
            case entries.PAPER:
                self._take_paper(entry)
            case entries.RESULT:
                self._declared = entry.content.get("result")

    def _alarm(self, entry: PollEntry, what: str) -> None:
        self._alarms.append(f"entry {entry.index}: {what}")

    def _in_time(self, entry: PollEntry, what: str) -> None:
        if self._settings is None:
            self._alarm(entry, f"{what} before the poll was opened")
        elif self._closed:
            self._alarm(entry, f"{what} after the poll was closed")

    def _open(self, entry: PollEntry) -> None:
        if self._settings is not None:
            self._alarm(entry, "the poll was opened a second time; what it said first counts")
            return
        self._settings = settings.read(entry.content)

    def _close(self, entry: PollEntry) -> None:
        self._in_time(entry, "the poll was closed")
        self._closed = True
        if entry.content.get("key") is not None:
            self._unlock(entry)

    def _unlock(self, entry: PollEntry) -> None:
        if self._settings is None:
            return
        try:
            key = b64decode(entry.content["key"], validate=True)
            if crypto_scalarmult_base(key) == self._settings.ballot_key:
                self._key = key
                return
        except (ValueError, TypeError, KeyError):
            pass
        self._alarm(entry, "the key that was published is not the one that ballots were sealed to")

    def _take(self, entry: PollEntry) -> None:
        try:
            if self._settings is None:
                raise BadInput(EARLY)
            if self._closed:
                raise BadInput(LATE)
            self._cast.append((entry.index, ballot.read(entry.content)))
        except BadInput as error:
            self._invalid.append(Invalid(index=entry.index, kind=entry.kind, reason=error.detail))

    def _take_paper(self, entry: PollEntry) -> None:
        office, number = str(entry.content.get("office")), entry.content.get("number")
        try:
            if self._settings is None or not self._closed:
                raise BadInput("papers are counted after the closing")
            if type(number) is not int or (office, number) in self._papers:
                raise BadInput("this paper was counted before, or has no number")
            self._papers[office, number] = answers.check(self._settings, entry.content.get("answers"))
        except BadInput as error:
            self._invalid.append(Invalid(index=entry.index, kind=entry.kind, reason=error.detail))

    def audit(
        self, *, processes: int = 1, follow: int | None = None, done: Callable[[int], None] | None = None
    ) -> Audit:
        """Check and count. `follow`: the index of a ballot whose fate is told. `done` hears of so many more ballots. Raises
        NotFound when the log has no such poll."""
        if self._settings is None:
            raise NotFound(
                f"the log has no poll {self.poll}", remedy="see the address of the poll's page for its number"
            )
        opened: dict[tuple[bytes, int], Mapping[str, Answer]] = {}
        asked: tuple[bytes, int] | None = None
        invalid = list(self._invalid)
        for found in _checked(self._settings, self._key, self._cast, processes):
            for index, key, number, what in found:
                if isinstance(what, str) or (key, number) in opened:
                    reason = what if isinstance(what, str) else TWICE
                    invalid.append(Invalid(index=index, kind=ballot.BALLOT, reason=reason))
                else:
                    opened[key, number] = what
                    asked = (key, number) if index == follow else asked
            if done is not None:
                done(len(found))
        last: dict[bytes, int] = {}
        for key, number in opened:
            last[key] = max(number, last.get(key, 0))
        followed: Mapping[str, Answer] | str | None
        followed = next((one.reason for one in invalid if one.index == follow), None)
        if asked is not None:
            followed = opened[asked] if last[asked[0]] == asked[1] else REPLACED
        online = [given for (key, number), given in opened.items() if last[key] == number]
        result = Audit(
            settings=self._settings,
            closed=self._closed,
            issued=self._issued,
            rights=dict(sorted(self._rights.items())),
            stored=self._stored,
            replaced=len(opened) - len(online),
            counted=len(online),
            papers=len(self._papers),
            online=answers.counted(self._settings, online) if self._key else {},
            paper=answers.counted(self._settings, self._papers.values()) if self._key else {},
            texts=answers.texts(self._settings, [*online, *self._papers.values()]) if self._key else {},
            invalid=tuple(sorted(invalid, key=lambda one: one.index)),
            alarms=(),
            followed=followed,
        )
        alarms = (*self._alarms, *self._sums(result, voters=len(last)))
        return Audit(**{**result.__dict__, "alarms": alarms})

    def _sums(self, found: Audit, *, voters: int) -> Iterable[str]:
        """What cannot be, by the numbers."""
        if voters > found.issued:
            yield f"{voters} have voted with tokens, and {found.issued} tokens were issued"
        used = found.issued + sum(found.rights.values())
        if used > found.settings.eligible:
            yield f"{used} have taken part, and {found.settings.eligible} may"
        papers = Counter(office for office, _ in self._papers)
        for office, count in sorted(papers.items()):
            if count > found.rights.get(office, 0):
                yield f"{count} papers were counted in {office}, and {found.rights.get(office, 0)} were given out"
        if self._declared is not None and self._declared != found.result:
            yield "the city declares another result than the ledger has"


Checked = Sequence[tuple[int, bytes, int, Mapping[str, Answer] | str]]
"""Of each ballot its index, voter's key and number, and its answers or why it does not count."""


def _checked(
    of: Settings, secret: bytes | None, cast: Sequence[tuple[int, Ballot]], processes: int
) -> Iterable[Checked]:
    parts = [cast[start : start + AT_ONCE] for start in range(0, len(cast), AT_ONCE)]
    work = partial(_check_some, of, secret)
    if processes == 1 or len(parts) == 1:
        yield from map(work, parts)
        return
    with ProcessPoolExecutor(max_workers=processes) as pool:
        yield from pool.map(work, parts)


def _check_some(of: Settings, secret: bytes | None, cast: Sequence[tuple[int, Ballot]]) -> Checked:
    return [(index, one.key, one.number, _check_one(of, secret, one)) for index, one in cast]


def _check_one(of: Settings, secret: bytes | None, one: Ballot) -> Mapping[str, Answer] | str:
    """Its answers (none while the key is not known), or why it does not count."""
    try:
        ballot.check(one, of)
        return ballot.opened(one, of, secret) if secret else {}
    except BadInput as error:
        return error.detail
