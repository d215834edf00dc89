"""What a voter may answer, and what all answers to a question come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from gorod.kernel.errors import BadInput
from gorod.verify.polls.settings import Kind, Question, Settings

GIVEN = "given"  # how many answered a question at all
FIRST = "first"  # before an option: how often it was ranked first

Answer = str | int | list[str] | dict[str, int]
"""Of SINGLE and TEXT a string, of RATING a number, of SEVERAL and RANKING a list of options, of POINTS points by option."""


def check(settings: Settings, answers: object) -> Mapping[str, Answer]:
    """The answers of one ballot, by question. Raises BadInput with what is wrong with them."""
    if not isinstance(answers, dict) or not {*answers} <= {question.id for question in settings.questions}:
        raise BadInput("it does not answer the questions of this poll", remedy="answer these questions only")
    for question in settings.questions:
        answer = answers.get(question.id)
        if answer is None and question.least > 0:
            raise BadInput(f"it leaves out {question.id}", remedy="answer this question")
        if answer is not None and not _fits(question, answer):
            raise BadInput(f"it answers {question.id} as nobody may", remedy=f"see what {question.kind} allows")
    return answers


def _fits(question: Question, answer: Any) -> bool:
    match question.kind, answer:
        case Kind.SINGLE, str():
            return answer in question.options
        case Kind.TEXT, str():
            return 0 < len(answer) <= question.most
        case Kind.RATING, int():
            return not isinstance(answer, bool) and 1 <= answer <= question.most
        case ((Kind.SEVERAL | Kind.RANKING), list()):
            chosen = [one for one in answer if isinstance(one, str) and one in question.options]
            once = len(set(chosen)) == len(chosen) == len(answer)
            return once and max(question.least, 1) <= len(answer) <= question.most
        case Kind.POINTS, dict():
            dealt = [points for points in answer.values() if type(points) is int and points > 0]
            return {*answer} <= {*question.options} and len(dealt) == len(answer) and sum(dealt) == question.most
    return False


def counted(settings: Settings, ballots: Iterable[Mapping[str, Answer]]) -> dict[str, dict[str, int]]:
    """What ballots come to, by question: how many answered it (`given`), and of each option how many took it (SINGLE, SEVERAL), its
    points (POINTS; RANKING: as many as there are options for the first place, one less for each further one, and `first/<option>`
    how often it was first), of each number of stars how many gave it. Of texts only `given`."""
    found: dict[str, Counter[str]] = {
        question.id: Counter({GIVEN: 0, **dict.fromkeys(_lines(question), 0)}) for question in settings.questions
    }
    for answers in ballots:
        for question in settings.questions:
            answer = answers.get(question.id)
            if answer is not None:
                found[question.id][GIVEN] += 1
                found[question.id].update(_points(question, answer))
    return {question: dict(lines) for question, lines in found.items()}


def texts(settings: Settings, ballots: Iterable[Mapping[str, Answer]]) -> dict[str, list[str]]:
    """What was written, by question, in the order of the alphabet: nothing follows from who wrote first."""
    known = [question.id for question in settings.questions if question.kind is Kind.TEXT]
    written = [(question, str(given[question])) for given in ballots for question in known if question in given]
    return {question: sorted(text for one, text in written if one == question) for question in known}


def _lines(question: Question) -> list[str]:
    match question.kind:
        case Kind.TEXT:
            return []
        case Kind.RATING:
            return [str(stars) for stars in range(1, question.most + 1)]
        case Kind.RANKING:
            return [*question.options, *(f"{FIRST}/{option}" for option in question.options)]
    return [*question.options]


def _points(question: Question, answer: Any) -> dict[str, int]:
    match question.kind:
        case Kind.TEXT:
            return {}
        case Kind.SINGLE | Kind.RATING:
            return {str(answer): 1}
        case Kind.SEVERAL:
            return dict.fromkeys(answer, 1)
        case Kind.POINTS:
            return dict(answer)
    best = len(question.options)
    return {option: best - place for place, option in enumerate(answer)} | {f"{FIRST}/{answer[0]}": 1}
