"""What each kind of question allows, and what its answers come to."""

from __future__ import annotations

from typing import Any

import pytest

from gorod.kernel.errors import BadInput
from gorod.verify.polls import answers, settings
from gorod.verify.polls.settings import Kind, Question
from gorod.verify.polls.tests.factories import poll

WORDS = {"en": "?"}
THREE = dict.fromkeys("abc", WORDS)


def question(kind: Kind, *, least: int = 1, most: int = 1) -> Question:
    options = {} if kind in (Kind.TEXT, Kind.RATING) else THREE
    return Question(id="q", kind=kind, words=WORDS, options=options, least=least, most=most)


ALLOWED: list[tuple[Question, list[Any], list[Any]]] = [
    (question(Kind.SINGLE), ["a"], ["d", ["a"], None, 1, ""]),
    (question(Kind.SEVERAL, most=2), [["a"], ["c", "b"]], [[], ["a", "a"], ["a", "b", "c"], "a", ["d"], [["a"]]]),
    (question(Kind.RANKING, least=2, most=3), [["c", "a"], ["b", "a", "c"]], [["a"], ["a", "a"], []]),
    (
        question(Kind.POINTS, most=10),
        [{"a": 10}, {"a": 3, "b": 7}],
        [{"a": 9}, {"a": 11}, {"a": 0, "b": 10}, {"d": 10}, {"a": -1, "b": 11}, {}, {"a": True, "b": 9}],
    ),
    (question(Kind.RATING, most=5), [1, 5], [0, 6, "3", True, 2.0]),
    (question(Kind.TEXT, most=5), ["hello", "да"], ["", "longer", 5, None]),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "right", "wrong"), ALLOWED, ids=lambda one: getattr(one, "kind", ""))
def test_what_is_allowed(asked: Question, right: list[Any], wrong: list[Any]) -> None:
    of = poll(asked)
    for answer in right:
        assert answers.check(of, {"q": answer}) == {"q": answer}
    for answer in wrong:
        with pytest.raises(BadInput):
            answers.check(of, {"q": answer})


def test_a_question_that_may_be_left_out() -> None:
    of = poll(question(Kind.SINGLE, least=0))
    assert answers.check(of, {}) == {}
    with pytest.raises(BadInput, match="does not answer the questions"):
        answers.check(of, {"other": "a"})


def test_what_they_come_to() -> None:
    def counted(asked: Question, *given: Any) -> dict[str, int]:
        return answers.counted(poll(asked), [{"q": one} for one in given])["q"]

    assert counted(question(Kind.SEVERAL, most=3), ["a", "b"], ["a"]) == {"given": 2, "a": 2, "b": 1, "c": 0}
    assert counted(question(Kind.POINTS, most=10), {"a": 4, "c": 6}, {"a": 10}) == {"given": 2, "a": 14, "b": 0, "c": 6}
    assert counted(question(Kind.RATING, most=3), 3, 3, 1) == {"given": 3, "1": 1, "2": 0, "3": 2}
    assert counted(question(Kind.TEXT, most=9), "one", "two") == {"given": 2}
    ranked = counted(question(Kind.RANKING, least=1, most=3), ["a", "b", "c"], ["b"])
    assert ranked == {"given": 2, "a": 3, "b": 5, "c": 1, "first/a": 1, "first/b": 1, "first/c": 0}


def test_texts_are_in_the_order_of_the_alphabet() -> None:
    of = poll(question(Kind.TEXT, most=9))
    assert answers.texts(of, [{"q": "b"}, {}, {"q": "a"}]) == {"q": ["a", "b"]}


def test_settings_are_read_as_they_were_written() -> None:
    of = poll(question(Kind.POINTS, most=10), trustees=settings.Trustees(needed=2, shares={"A": "1", "B": "2"}))
    assert settings.read(settings.written(of)) == of


@pytest.mark.parametrize(
    "broken",
    [{"questions": []}, {"opens": "2026-11-01T00:00:00"}, {"ballot_key": "AA=="}, {"title": 1}, {"trustees": 5}],
)
def test_what_is_no_poll_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="raise an alarm"):
        settings.read({**settings.written(poll()), **broken})
