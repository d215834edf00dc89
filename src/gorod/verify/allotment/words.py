"""What `reasons` found, in plain sentences for whom it concerns. The sentences are in `texts`."""

from __future__ import annotations

from collections.abc import Iterator

from gorod.verify.allotment.problem import Place, Problem
from gorod.verify.allotment.reasons import Explained, Reason, Why
from gorod.verify.allotment.result import Line
from gorod.verify.allotment.texts import DEFAULT, TEXTS
from gorod.verify.polls.settings import in_language


class Teller:
    """Says things of one problem in one language; a language that there is not is told in English, names in one that there is."""

    def __init__(self, problem: Problem, language: str) -> None:
        self._language = language
        self._texts = TEXTS.get(language, TEXTS[DEFAULT])
        self._problem = problem
        self._places = {place.id: place for place in problem.places}

    def told(self, explained: Explained) -> list[str]:
        """What somebody got and why no better: paragraphs."""
        return [self._head(explained), *(self._reason(one) for one in explained.reasons)]

    def name(self, place: str) -> str:
        """What a place is called."""
        return in_language(self._places[place].names, self._language)

    def criterion(self, code: str) -> str:
        """What a criterion is called."""
        return in_language(self._problem.criteria[code], self._language)

    def _say(self, text: str, **numbers: object) -> str:
        return self._texts[text].format(**numbers)

    def _head(self, explained: Explained) -> str:
        found = []
        if explained.seat is not None:
            place = self._places[explained.seat.place]
            found.append(self._say("seated", place=self.name(place.id), wish=explained.wish, wishes=explained.wishes))
            if explained.wish == 1:
                found.append(self._say("first"))
            if explained.seat.group is not None:
                found.append(self._say("seated_reserve", criterion=self._reserved_for(place, explained.seat.group)))
        else:
            found.append(self._say("none" if explained.wishes else "no_wishes"))
        return " ".join([*found, self._say("lot", lot=explained.lot, lots=explained.lots)])

    def _reason(self, reason: Reason) -> str:
        place = self._places[reason.place]
        head = self._say("place", place=self.name(place.id), wish=reason.wish)
        return f"{head} {' '.join([*self._seats(reason, place), *self._compared(reason, place), *self._then(reason, place)])}"

    def _seats(self, reason: Reason, place: Place) -> Iterator[str]:
        yield self._say("seats", seats=reason.cut.seats)
        if reason.cut.kept:
            yield self._say("kept", kept=reason.cut.kept)
        theirs = {one.group for one in reason.waiting}
        for reserve, line in zip(place.reserves, reason.cut.lines, strict=False):
            criterion = self.criterion(reserve.criterion)
            yield self._say("reserve", criterion=criterion, seats=reserve.seats, taken=line.taken)
            if line.last is not None and line.group in theirs:
                yield self._say("reserve_last", tier=self._tier(place, line.last.tier), lot=line.last.lot)

    def _compared(self, reason: Reason, place: Place) -> Iterator[str]:
        yield self._say("yours", tier=self._tier(place, reason.yours.tier), lot=reason.yours.lot)
        if reason.why is Why.SPLIT:
            yield self._say("split")
            return
        yield self._last(reason, place, reason.cut.lines[-1])

    def _last(self, reason: Reason, place: Place, opened: Line) -> str:
        if reason.why is Why.NONE_OPEN or opened.last is None:
            return self._say("none_open")
        text = "tier" if reason.why is Why.TIER else "same"
        return self._say(text, tier=self._tier(place, opened.last.tier), lot=opened.last.lot)

    def _then(self, reason: Reason, place: Place) -> Iterator[str]:
        if reason.would_help:
            criteria = "; ".join(self.criterion(code) for code in reason.would_help)
            yield self._say("helps" if len(reason.would_help) == 1 else "helps_any", criteria=criteria)
        elif reason.why is not Why.SPLIT:
            yield self._say("another_lot" if reason.another_lot else "both")
        for one in reason.waiting:
            numbers = {"position": one.position, "length": one.length}
            if one.group is None:
                yield self._say("waiting", **numbers)
            else:
                yield self._say("waiting_reserve", criterion=self._reserved_for(place, one.group), **numbers)

    def _tier(self, place: Place, number: int) -> str:
        if number == len(place.priorities):
            return self._say("no_priority")
        return self.criterion(place.priorities[number])

    def _reserved_for(self, place: Place, group: str) -> str:
        return next(self.criterion(one.criterion) for one in place.reserves if one.name == group)
