"""What may be asked: checked before anything is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from gorod.engines.dues import api as dues
from gorod.engines.polls.data import Draft
from gorod.engines.rules import api as rules
from gorod.engines.rules.data import RuleSource
from gorod.kernel.canonical import canonical_json
from gorod.kernel.errors import BadInput
from gorod.records.facts import api as facts
from gorod.verify.polls import settings
from gorod.verify.polls.settings import Kind, Question

MOST_QUESTIONS = 20
MOST_OPTIONS, ALL_OPTIONS = 50, 300
LONGEST = 40_000  # bytes of all questions: with everything else they are one entry of the ledger
MOST_POINTS, MOST_STARS, MOST_LETTERS = 1000, 10, 2000
ALL_LETTERS = 4000  # of all texts of a ballot
LONGEST_DAYS = 180
SERVICE = "poll"  # what the rule of who may take part is called
BLOCK, TEXT_BLOCK = 64, 1024  # bytes


def check(draft: Draft, *, now: datetime) -> None:
    """See that it can be asked. Raises BadInput, and ExpressionError for the rule."""
    if not draft.title or not all(text.strip() for text in draft.title.values()):
        raise BadInput("a poll needs a title in every language", remedy="write it", field="title")
    if not all(text.strip() for text in draft.who.values()):
        raise BadInput("a poll says in words whom it asks", remedy="write it", field="who")
    if draft.closes <= max(draft.opens, now):
        raise BadInput("a poll ends after it begins, and not in the past", remedy="choose a later end", field="closes")
    if draft.closes - draft.opens > timedelta(days=LONGEST_DAYS):
        raise BadInput(f"a poll lasts {LONGEST_DAYS} days at most", remedy="choose an earlier end", field="closes")
    if not 0 < len(draft.questions) <= MOST_QUESTIONS:
        raise BadInput(f"a poll has 1 to {MOST_QUESTIONS} questions", remedy="add or remove some", field="questions")
    if len({question.id for question in draft.questions}) < len(draft.questions):
        raise BadInput("two questions have the same id", remedy="give each its own", field="questions")
    for number, question in enumerate(draft.questions, 1):
        if problem := _problem(question):
            raise BadInput(f"question {number}: {problem}", remedy="change it", field="questions", question=number)
    if sum(len(question.options) for question in draft.questions) > ALL_OPTIONS:
        raise BadInput(f"a poll has {ALL_OPTIONS} options at most", remedy="remove some", field="questions")
    if len(canonical_json([settings.written_question(one) for one in draft.questions])) > LONGEST:
        raise BadInput("its words are too long for an entry of the ledger", remedy="shorten them", field="questions")
    letters = sum(question.most for question in draft.questions if question.kind is Kind.TEXT)
    if letters > ALL_LETTERS:
        raise BadInput(f"all texts have {ALL_LETTERS} letters at most", remedy="allow fewer", field="questions")
    compiled(draft.rule)


def _problem(question: Question) -> str:
    if not all(text.strip() for words in (question.words, *question.options.values()) for text in words.values()):
        return "a question and each option needs words"
    if question.kind in (Kind.TEXT, Kind.RATING):
        most = MOST_LETTERS if question.kind is Kind.TEXT else MOST_STARS
        if question.options:
            return "this kind has no options"
        return "" if 1 < question.most <= most and question.least in (0, 1) else f"2 to {most} are allowed"
    count = len(question.options)
    if not 2 <= count <= MOST_OPTIONS:
        return f"2 to {MOST_OPTIONS} options are needed"
    match question.kind:
        case Kind.SINGLE:
            return "" if question.most == 1 and question.least in (0, 1) else "one option is chosen"
        case Kind.POINTS:
            return "" if 1 < question.most <= MOST_POINTS and question.least in (0, 1) else "2 to 1000 points"
    return "" if 0 <= question.least <= question.most <= count and question.most > 0 else "how many may be chosen?"


def compiled(rule: str) -> rules.RuleSet:
    """The rule of who may take part; who has died may not. Raises ExpressionError."""
    source = RuleSource(service=SERVICE, conditions={"may_take_part": whole(rule)})
    return dues.rule_set().changed(figures={}, sources=[source], facts=facts.names()).only([SERVICE])


def whole(rule: str) -> str:
    """The rule as it is published."""
    stopped = facts.stopped_by()
    said = rule.strip() or "true"
    return f"({said}) and not {stopped}" if stopped else said


def padded(questions: tuple[Question, ...]) -> int:
    """To a multiple of how many bytes answers are padded. Without texts all ballots have the same length."""
    if any(question.kind is Kind.TEXT for question in questions):
        return TEXT_BLOCK
    longest = {question.id: _longest(question) for question in questions}
    return BLOCK * (len(canonical_json(longest)) // BLOCK + 1)


def _longest(question: Question) -> object:
    match question.kind:
        case Kind.SINGLE:
            return max(question.options, key=len)
        case Kind.RATING:
            return question.most
        case Kind.POINTS:
            return dict.fromkeys(question.options, question.most)
    return list(question.options)
